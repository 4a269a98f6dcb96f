"""What is judged beside the code: modifiers, units, pointers, POA, position."""

from typing import Any

import pytest

from app.domain.grading.credit import modifier_errors
from app.domain.grading.key import Key, ModifierRule, Near
from app.domain.grading.ledger import Grade
from tests.domain.grading.builders import claim, cpt, graded, icd, key, line


def entries(result: Grade) -> list[tuple[str, int]]:
    return [(entry.reason.value, entry.lost) for entry in result.ledger]


RULE = ModifierRule(required=("25",), any_of=("RT", "LT"), optional=("GC",))


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        pytest.param(("25", "RT"), 0, id="one of the choice"),
        pytest.param(("LT", "25"), 0, id="the other, in another order"),
        pytest.param(("25", "RT", "GC"), 0, id="optional as well"),
        pytest.param(("25",), 1, id="none of the choice"),
        pytest.param(("RT",), 1, id="required one missing"),
        pytest.param((), 2, id="none"),
        pytest.param(("25", "RT", "LT"), 1, id="a second of the choice is extra"),
        pytest.param(("59", "XS", "76"), 5, id="two missing and three extra"),
    ],
)
def test_modifiers_are_counted(entered: tuple[str, ...], wrong: int) -> None:
    assert modifier_errors(entered, RULE) == (wrong, 2)


@pytest.mark.parametrize(
    ("entered", "lost"),
    [
        pytest.param("29881-25-RT", 0, id="right"),
        pytest.param("29881-25", 150, id="half of two wrong"),
        pytest.param("29881", 300, id="both missing"),
        pytest.param("29881-59-XS", 300, id="never more than all"),
        pytest.param("29881-25-RT-GC", 0, id="optional"),
    ],
)
def test_modifiers_lose_in_proportion(entered: str, lost: int) -> None:
    result = graded(claim(entered), key(cpt("29881", required=("25",), any_of=("RT", "LT"), optional=("GC",))))
    assert entries(result) == ([("WRONG_MODIFIERS", lost)] if lost else [])


def test_a_modifier_nobody_asked_for_loses_all_of_its_share() -> None:
    assert entries(graded(claim("29881-59"), key(cpt("29881")))) == [("WRONG_MODIFIERS", 300)]


def test_units_count_only_where_the_key_asks() -> None:
    assert entries(graded(claim(line("J1100", units=4)), key(cpt("29881", weight=0)))) == [("UNSUPPORTED", 1000)]
    assert entries(graded(claim(line("29881", units=4)), key(cpt("29881")))) == []
    assert entries(graded(claim(line("29881", units=4)), key(cpt("29881", units=2)))) == [("WRONG_UNITS", 150)]


TWO = (icd("E11.22"), icd("N18.32"))


@pytest.mark.parametrize(
    ("diagnoses", "to", "keyed", "lost"),
    [
        pytest.param(("E11.22", "N18.32"), [1, 2], ("E11.22", "N18.32"), 0, id="both"),
        pytest.param(("N18.32", "E11.22"), [1, 2], ("E11.22", "N18.32"), 0, id="both, typed the other way round"),
        pytest.param(("E11.22", "N18.32"), [1], ("E11.22", "N18.32"), 75, id="one of two"),
        pytest.param(("E11.22", "N18.32"), [1, 2], ("E11.22",), 75, id="one too many"),
        pytest.param(("E11.22", "N18.32"), [2], ("E11.22",), 150, id="the wrong one"),
        pytest.param(("E11.22", "N18.32"), [], ("E11.22",), 150, id="none"),
        pytest.param(("E11.22", "N18.32"), [1], None, 0, id="not asked for"),
        pytest.param(("E11.21", "N18.32"), [1], ("E11.22",), 0, id="a near miss stands for its slot"),
        pytest.param(("I10", "E11.22", "N18.32"), [1, 2], ("E11.22",), 0, id="a line that fits none is ignored"),
        pytest.param(("I10", "E11.22", "N18.32"), [1], ("E11.22",), 150, id="nothing but a line that fits none"),
    ],
)
def test_pointers_stand_for_the_slot_that_fits_best(
    diagnoses: tuple[str, ...], to: list[int], keyed: tuple[str, ...] | None, lost: int
) -> None:
    expected = key(*TWO, cpt("29881", points_to=keyed))
    result = graded(claim(*diagnoses, line("29881", to=to)), expected)
    assert [entry for entry in entries(result) if entry[0] == "WRONG_POINTERS"] == (
        [("WRONG_POINTERS", lost)] if lost else []
    )


SIBLINGS = (icd("N18.31"), icd("N18.32"))


@pytest.mark.parametrize("keyed", ["N18.31", "N18.32"])
def test_a_tied_pointer_counts_as_the_keyed_slot(keyed: str) -> None:
    result = graded(claim("N18.30", line("29881", to=[1])), key(*SIBLINGS, cpt("29881", points_to=(keyed,))))
    assert "WRONG_POINTERS" not in dict(entries(result))


def test_tied_keyed_slots_are_one_slot_whatever_their_order() -> None:
    """N18.30 fits both alike and stands for N18.31; N18.32 for itself: both keyed slots are meant."""
    procedure = cpt("29881", points_to=("N18.31", "N18.32"))
    answer = claim("N18.30", "N18.32", line("29881", to=[1, 2]))
    for slots in (SIBLINGS, SIBLINGS[::-1]):
        assert "WRONG_POINTERS" not in dict(entries(graded(answer, key(*slots, procedure))))


def test_a_wrong_seventh_character_is_not_charged_twice() -> None:
    expected = key(icd("S72.001A", weight=2, first=True), cpt("29881", points_to=("S72.001A",)))
    result = graded(claim("S72.001D", line("29881", to=[1])), expected)
    assert entries(result) == [("WRONG_SEVENTH_CHARACTER", 400)]


def test_a_pointer_to_an_unreadable_line_is_ignored() -> None:
    expected = key(icd("D22.5"), cpt("17110", points_to=("D22.5",)))
    result = graded(claim("D22.5", line("D"), line("17110", to=[1, 2])), expected)
    assert entries(result) == []
    assert [error.line for error in result.format_errors] == [2]


def test_poa_counts_only_where_the_key_asks() -> None:
    asked = key(icd("E11.22", poa="Y"))
    assert entries(graded(claim(line("E11.22", poa="Y")), asked)) == []
    assert entries(graded(claim(line("E11.22", poa="n")), asked)) == [("WRONG_POA", 150)]
    assert entries(graded(claim("E11.22"), asked)) == [("WRONG_POA", 150)]
    assert entries(graded(claim(line("E11.22", poa="N")), key(icd("E11.22")))) == []


FIRST = key(icd("E11.22", weight=2, first=True), icd("N18.32"))


@pytest.mark.parametrize(
    ("typed", "lost"),
    [
        pytest.param(("E11.22", "N18.32"), [], id="first"),
        pytest.param(("N18.32", "E11.22"), [("WRONG_POSITION", 500)], id="second"),
        pytest.param(("?", "E11.22", "N18.32"), [], id="second after an unreadable line"),
        pytest.param(("17110", "E11.22", "N18.32"), [("UNSUPPORTED", 1000)], id="after a procedure"),
    ],
)
def test_position_is_judged_among_readable_lines_of_its_kind(
    typed: tuple[str, ...], lost: list[tuple[str, int]]
) -> None:
    lines = [line(text) if text != "?" else {"system": "ICD-10-CM", "code": "?"} for text in typed]
    assert entries(graded(claim(*lines), FIRST)) == lost


@pytest.mark.parametrize(
    ("expected", "typed", "ledger"),
    [
        pytest.param(
            key(icd("D22.5"), cpt("17110", weight=2, units=1, points_to=("D22.5",))),
            ("D22.5", line("17110-59", units=2)),
            [("WRONG_MODIFIERS", 600), ("WRONG_UNITS", 300), ("WRONG_POINTERS", 300)],
            id="exact code, three faults",
        ),
        pytest.param(
            key(icd("I10"), icd("E11.22", weight=2, first=True, poa="Y")),
            ("I10", line("E11.21", poa="N")),
            # g = 400, c = 400 · 600/1000 = 240: 1,200 for the code, 320 shared 150 : 250
            [("WRONG_DETAIL", 1200), ("WRONG_POA", 120), ("WRONG_POSITION", 200)],
            id="code first, the rest shared",
        ),
        pytest.param(
            key(icd("I10"), icd("E11.9", first=True, poa="Y")),
            ("I10", line("E11.22", poa="N")),
            # g = 250, c = 150: 750 for the code, 100 shared 150 : 250 = 37.5 : 62.5, rounded down, then the remainder
            [("WRONG_IN_CATEGORY", 750), ("WRONG_POA", 37), ("WRONG_POSITION", 63)],
            id="rounded down, the last takes the remainder",
        ),
    ],
)
def test_several_faults_share_the_loss(expected: Key, typed: tuple[Any, ...], ledger: list[tuple[str, int]]) -> None:
    assert entries(graded(claim(*typed), expected)) == ledger


def test_credit_is_rounded_half_up() -> None:
    """One of three pointers is too many: 250 · 950/1000 = 237.5 counts as 238, so 12 more are lost."""
    near = (Near("17000", 250),)
    slots = (icd("D22.5"), icd("E11.22"), icd("I10"), cpt("17110", points_to=("D22.5", "E11.22"), near=near))
    result = graded(claim("D22.5", "E11.22", "I10", line("17000", to=[1, 2, 3])), key(*slots))
    assert entries(result) == [("NEAR_MISS", 750), ("WRONG_POINTERS", 12)]
