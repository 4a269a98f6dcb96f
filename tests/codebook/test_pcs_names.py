"""The written names of ICD-10-PCS: every beginning of the list has one, and the titles say what they name."""

from collections import Counter

import pytest

from app.codebook.sources.pcs_drg import read_titles
from app.codebook.sources.pcs_names import PcsNames, read_names
from app.codebook.sources.tree import SourceRefused
from app.config import bundled
from tests.codebook.pcs_files import pcs_list

#: Root operations of methods that titles name in place of them ("Robotic Assisted Procedure", "Plaque Radiation");
#: some of assistance and performance ("Respiratory Ventilation").
UNSAID = {"80", "DY", "XA", "XZ", "50", "51"}


@pytest.fixture(scope="module")
def names() -> PcsNames:
    return read_names(bundled("codesets"))


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    return read_titles(pcs_list())


def test_every_section_system_and_operation_of_the_list_has_a_name(names: PcsNames, titles: dict[str, str]) -> None:
    for code in {code[:3] for code in titles}:
        section = names.sections[code[0]]
        assert code[1] in section.systems, code
        assert code[2] in section.operations, code


def test_no_name_is_there_for_nothing(names: PcsNames, titles: dict[str, str]) -> None:
    begins = {code[:3] for code in titles}
    for char, section in names.sections.items():
        assert set(section.systems) == {code[1] for code in begins if code[0] == char}
        assert set(section.operations) == {code[2] for code in begins if code[0] == char}
        assert set(section.wording) <= set(section.operations)


def test_titles_say_their_root_operation(names: PcsNames, titles: dict[str, str]) -> None:
    silent: Counter[str] = Counter()
    for code, title in titles.items():
        said = names.section(code[0]).said(code[2])
        if not any(set(words.split()) <= set(title.replace(",", "").split()) for words in said):
            silent[code[0] + code[2]] += 1
    assert set(silent) <= UNSAID
    assert silent["50"] + silent["51"] == 12


def test_titles_say_their_approach(names: PcsNames, titles: dict[str, str]) -> None:
    """All but an external one, which many sections leave unsaid."""
    for code, title in titles.items():
        if names.section(code[0]).has_approach and code[4] != "X" and code[0] not in "8X":
            assert f", {names.approaches[code[4]]}" in title, code


def test_an_unknown_beginning_shows_its_characters(names: PcsNames) -> None:
    assert names.section("Y").name == "Section Y"
    assert names.system("0Z") == "Body System Z"
    assert names.operation("0DZ") == "Root Operation Z"
    assert names.system("FZ") == "Section Qualifier Z"


def test_a_broken_file_is_one_sentence(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceRefused, match="can't be read"):
        read_names(tmp_path)
    (tmp_path / "icd10pcs").mkdir()
    (tmp_path / "icd10pcs" / "names.toml").write_text(
        '[approaches]\n0 = "Open"\n[sections.0]\nname = "x"\naxes = ["a"]\nnone = ["b"]\n', encoding="utf-8"
    )
    with pytest.raises(SourceRefused, match="four axes"):
        read_names(tmp_path)
