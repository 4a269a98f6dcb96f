"""Which system a typed code belongs to, and its entry."""

from datetime import date

import pytest

from app.codebook.library import Library
from app.domain.codes.code import CodeSystem
from app.domain.errors import CodeShapeError, UnknownCode
from app.services.lookup import guess_system, look_up

DAY = date(2026, 6, 5)


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("d225", CodeSystem.ICD10CM),
        ("E11.27", CodeSystem.ICD10CM),
        ("17110", CodeSystem.CPT),
        ("J1885", CodeSystem.HCPCS),
        ("0DTJ4ZZ", CodeSystem.ICD10PCS),
        ("S72.001A", CodeSystem.ICD10CM),
    ],
)
def test_the_system_is_guessed(library: Library, text: str, system: CodeSystem) -> None:
    assert guess_system(library.on(DAY), text) is system


def test_an_entry_is_found_however_it_is_typed(library: Library) -> None:
    assert look_up(library.on(DAY), None, " d22 .5 ").code.code == "D22.5"


def test_what_is_not_there_is_named(library: Library) -> None:
    with pytest.raises(UnknownCode, match="E11"):
        look_up(library.on(DAY), None, "E11.27")
    with pytest.raises(CodeShapeError):
        look_up(library.on(DAY), CodeSystem.ICD10CM, "???")
