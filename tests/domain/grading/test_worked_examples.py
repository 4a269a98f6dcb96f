"""The tables of the grading rule, worked out by hand."""

import pytest

from tests.domain.grading.builders import claim, cpt, graded, icd, key, line

DIABETES = key(icd("E11.22", weight=2, first=True), icd("N18.32"), icd("Z79.4"))
UNRELATED = ("I10", "D22.5", "D48.5", "H66.91", "J45.40", "M17.0", "M25.561", "Q20.1", "R73.9", "W19.XXXA")


@pytest.mark.parametrize(
    ("entered", "cost", "score"),
    [
        pytest.param(("E11.22", "N18.32", "Z79.4"), 0, 1.0, id="all three"),
        pytest.param(("E11.22", "N18.30", "Z79.4"), 300, 0.925, id="N18.30 is under-specified"),
        pytest.param(("E11.9", "N18.32", "Z79.4"), 1500, 0.625, id="E11.9 is in the category"),
        pytest.param(("E11.22", "N18.32"), 1000, 0.75, id="Z79.4 left out"),
        pytest.param(("E11.22", "N18.32", "Z79.4", "R73.9"), 1000, 0.75, id="a symptom too many"),
        pytest.param(("E11.21", "N18.32", "Z79.4"), 1200, 0.7, id="E11.21 instead"),
        pytest.param(("E11.22", "N18.32", "Z79.4", "E11.21"), 1200, 0.7, id="E11.21 as well"),
        pytest.param(("E11.22", "E11.22", "N18.32", "Z79.4"), 1000, 0.75, id="E11.22 twice"),
        pytest.param(("I10", "N18.32", "Z79.4"), 3000, 0.25, id="I10 instead"),
        pytest.param(("N18.32", "E11.22", "Z79.4"), 500, 0.875, id="out of order"),
        pytest.param(("E11.22", "N18.32", "Z79.4", *UNRELATED), 10_000, 0.0, id="ten unrelated codes"),
        pytest.param((), 4000, 0.0, id="nothing"),
    ],
)
def test_diabetes_with_kidney_disease(entered: tuple[str, ...], cost: int, score: float) -> None:
    result = graded(claim(*entered), DIABETES)
    assert (result.cost, result.worth, result.score) == (cost, 4000, score)
    assert sum(entry.lost for entry in result.ledger) == cost


MOLE = key(icd("D22.5", weight=2, first=True), cpt("17110", weight=2, units=1, points_to=("D22.5",)))


@pytest.mark.parametrize(
    ("entered", "score"),
    [
        pytest.param(("D22.5", line("17110", to=[1])), 1.0, id="the key"),
        pytest.param(("D22.9", line("17110", to=[1])), 0.85, id="unspecified mole"),
        pytest.param(("D22.5", line("17110-59", to=[1])), 0.85, id="modifier 59"),
        pytest.param(("D22.5", line("17110-59")), 0.775, id="modifier 59 and no pointer"),
        pytest.param(("D22.5", line("17110", units=2, to=[1])), 0.925, id="two units"),
        pytest.param(("D22.5", line("29881", to=[1])), 0.25, id="an unrelated procedure"),
        pytest.param(("D22.5",), 0.5, id="no procedure"),
    ],
)
def test_mole_cryoablation(entered: tuple[str, ...], score: float) -> None:
    result = graded(claim(*entered), MOLE)
    assert (result.worth, result.score) == (4000, score)


def test_the_left_knee_alone_is_right_for_its_own_slot() -> None:
    result = graded(claim("M25.562"), key(icd("M25.561", weight=2), icd("M25.562")))
    assert (result.cost, result.score) == (2000, 0.3333)
    assert [(entry.reason, entry.slot, entry.line) for entry in result.ledger] == [("MISSED", "M25.561", None)]


def test_both_sides_score_what_the_wrong_one_alone_would() -> None:
    knee = key(icd("M25.561", weight=2))
    assert graded(claim("M25.562"), knee).cost == 500
    assert graded(claim("M25.561", "M25.562"), knee).cost == 500
