"""The sentences of the ledger."""

import pytest

from app.domain.grading.key import Slot
from tests.domain.grading.builders import claim, cpt, graded, icd, key, line

SENTENCES = [
    (
        "D22.9",
        icd("D22.5"),
        "D22.9 is less specific than the record allows: it supports D22.5 (Melanocytic nevi of trunk).",
    ),
    (
        "D22.5",
        icd("D22.9"),
        "D22.5 is more specific than the record supports: it only says D22.9 (Melanocytic nevi, unspecified).",
    ),
    (
        "M25.562",
        icd("M25.561"),
        "M25.562 names the wrong side (left for right): the record supports M25.561 (Pain in right knee).",
    ),
    (
        "J45.4",
        icd("J45.40"),
        "J45.4 is incomplete: the code needs more characters; "
        "the record supports J45.40 (Moderate persistent asthma, uncomplicated).",
    ),
    (
        "W19.XXXD",
        icd("W19.XXXA"),
        "W19.XXXD has the 7th character D, the record supports A: W19.XXXA (Unspecified fall, initial encounter).",
    ),
    (
        "N18.4",
        icd("N18.32"),
        "N18.4 (Chronic kidney disease, stage 4 (severe)) shares only the category with what the record supports: "
        "N18.32 (Chronic kidney disease, stage 3b).",
    ),
    ("17110-59", cpt("17110"), "17110: modifier 59 is not supported."),
    ("17110", cpt("17110", required=("25", "57")), "17110: modifiers 25 and 57 are missing."),
    ("29881-RT-LT", cpt("29881", any_of=("RT", "LT")), "29881: only one of the modifiers RT or LT belongs there."),
    ("29881", cpt("29881", any_of=("RT", "LT")), "29881: one of the modifiers RT or LT is missing."),
    ("17110", cpt("17110", units=3), "17110 has 1 unit; the record supports 3."),
]


@pytest.mark.parametrize(("typed", "slot", "text"), SENTENCES)
def test_the_ledger_speaks_in_sentences(typed: str, slot: Slot, text: str) -> None:
    assert [entry.text for entry in graded(claim(typed), key(slot)).ledger] == [text]


def test_pointers_are_named_by_code() -> None:
    expected = key(icd("D22.5"), icd("I10"), cpt("17110", points_to=("D22.5",)))
    result = graded(claim("I10", "D22.5", line("17110", to=[1])), expected)
    assert [entry.text for entry in result.ledger] == ["17110 should point to D22.5; it points to I10."]


def test_what_is_missing_names_its_alternatives() -> None:
    result = graded(claim(), key(icd("D22.5", "D22.9", "I10")))
    assert result.ledger[0].text == (
        "D22.5 (Melanocytic nevi of trunk) is missing; D22.9 or I10 would also be accepted."
    )
