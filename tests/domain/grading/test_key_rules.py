"""Why a key is refused, and how it is stored."""

import json
from dataclasses import replace

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.errors import KeyInvalid
from app.domain.grading.grade import key_problems
from app.domain.grading.key import (
    Evidence,
    Forbidden,
    Key,
    Near,
    Owed,
    OwedKind,
    Slot,
    Variant,
    key_from_json,
    key_to_json,
)
from tests.domain.grading.builders import BOOK, cpt, icd, key

NEVUS, SHAVE = icd("D22.5"), cpt("17110", points_to=("D22.5",))


def test_a_good_key_has_no_problems() -> None:
    assert key_problems(key(NEVUS, SHAVE), BOOK) == ()


GOOD_PAIRS = [
    pytest.param(cpt("17110", id="a"), cpt("17110", id="b", required=("59",)), id="modifiers"),
    pytest.param(cpt("17110", id="a", units=1), cpt("17110", id="b", units=2), id="units"),
    pytest.param(cpt("17110", id="a", points_to=("D22.5",)), cpt("17110", id="b", points_to=()), id="pointers"),
]


@pytest.mark.parametrize(("one", "other"), GOOD_PAIRS)
def test_slots_may_share_a_code_if_they_differ_beside_it(one: Slot, other: Slot) -> None:
    assert key_problems(key(NEVUS, one, other), BOOK) == ()


@pytest.mark.parametrize(
    ("refused", "text"),
    [
        pytest.param(Key(()), "no variant", id="no variant"),
        pytest.param(Key((Variant((NEVUS,)),) * 65), "65 variants; 64 are the most", id="65 variants"),
        pytest.param(key(), "expects nothing", id="empty variant"),
        pytest.param(key(*(icd(f"A{n:02}") for n in range(26))), "26 diagnosis slots", id="26 slots"),
        pytest.param(key(NEVUS, icd("I10", id="D22.5")), "used for 2 slots", id="one name twice"),
        pytest.param(key(NEVUS, icd("D22.9", "D22.5", id="b")), "both accept D22.5", id="shared code"),
        pytest.param(
            key(cpt("17110", id="a", required=("59", "RT")), cpt("17110", id="b", required=("RT", "59"))),
            "both accept 17110",
            id="shared code, modifiers in another order",
        ),
        pytest.param(
            key(NEVUS, forbidden=[Forbidden(CodeSystem.ICD10CM, ("D22.5",))]), "also accepted", id="forbidden"
        ),
        pytest.param(
            key(NEVUS, forbidden=[Forbidden(CodeSystem.ICD10CM, ("D48.5",), 900)]), "900 thousandths", id="low penalty"
        ),
        pytest.param(
            key(NEVUS, forbidden=[Forbidden(CodeSystem.ICD10CM, ("D48.5",), 2001)]), "1000 to 2000", id="high penalty"
        ),
        pytest.param(key(icd("D22.5", first=True), icd("I10", first=True)), "both ask to be first", id="two firsts"),
        pytest.param(key(Slot("x", CodeSystem.CPT, ())), "accepts no code", id="no accepted code"),
        pytest.param(key(icd("D225")), "canonical form: write D22.5", id="code without its dot"),
        pytest.param(key(icd("D2")), "can't be an ICD-10-CM code", id="impossible code"),
        pytest.param(key(icd("I10", "I10")), "I10 is listed 2 times", id="one code twice"),
        pytest.param(key(icd("I10", weight=-1)), "weight is -1", id="negative weight"),
        pytest.param(key(icd("I10", near=(Near("I10", 500),))), "both accepted and near", id="near and accepted"),
        pytest.param(key(icd("I10", near=(Near("R73.9", 1000),))), "earns 1000", id="near with full credit"),
        pytest.param(key(icd("I10", near=(Near("R73.9", 9),))), "earns 9", id="near with next to no credit"),
        pytest.param(key(icd("I10", near=(Near("R73.9", 500, "ODD"),))), "no reason of the ledger", id="odd reason"),
        pytest.param(key(cpt("17110", required=("5",))), "can't be a modifier", id="odd modifier"),
        pytest.param(key(cpt("17110", required=("59",), optional=("59",))), "named 2 times", id="modifier twice"),
        pytest.param(key(icd("I10", units=1)), "a diagnosis has no modifiers", id="units of a diagnosis"),
        pytest.param(key(cpt("17110", poa="Y")), "a procedure has no present-on-admission", id="POA of a procedure"),
        pytest.param(key(cpt("17110", units=0)), "0 units", id="no units"),
        pytest.param(key(NEVUS, cpt("17110", points_to=("I10",))), "no diagnosis slot", id="points to nowhere"),
        pytest.param(
            key(owed=[Owed("q", OwedKind.QUERY), Owed("r", OwedKind.QUERY)]), "more than one query", id="queries"
        ),
        pytest.param(key(owed=[Owed("f", OwedKind.FIELD)]), "no accepted value", id="field without a value"),
        pytest.param(key(owed=[Owed("q", OwedKind.QUERY, weight=-2)]), "weight of “q” is -2", id="owed weight"),
    ],
)
def test_what_is_refused(refused: Key, text: str) -> None:
    problems = key_problems(refused, BOOK)
    assert len(problems) == 1
    assert text in problems[0]


def test_a_key_that_asks_for_two_things_at_once_does_not_grade_itself_to_1() -> None:
    """A required field whose name the query also has can't be seen in the structure; an odd POA can't either."""
    odd = key(icd("D22.5"), owed=[Owed("f", OwedKind.FIELD, (" ", "01"))])
    assert key_problems(odd, BOOK)[0].startswith("Variant 1 doesn't grade itself to 1: “f” should be")


FULL = replace(
    key(
        icd("D22.5", "D22.9", weight=2, first=True, poa="Y", near=(Near("I10", 500, "NEAR_MISS", "why"),)),
        cpt("17110", required=("59",), any_of=("RT",), optional=("GC",), units=1, points_to=("D22.5",)),
        icd("I10", evidence=(Evidence("note.md", "high pressure"),), guideline="I.C.9", rationale="because"),
        owed=[Owed("q", OwedKind.QUERY, weight=2, rationale="unclear")],
        forbidden=[Forbidden(CodeSystem.ICD10CM, ("D48.5",), 1500, "no pathology")],
    ),
    convention="Professional claim.",
)


@pytest.mark.parametrize("one", [FULL, key(NEVUS, SHAVE)], ids=["full", "plain"])
def test_a_stored_key_is_whole(one: Key) -> None:
    assert key_from_json(json.loads(json.dumps(key_to_json(one)))) == one


@pytest.mark.parametrize("data", [{}, {"variants": [{}]}, {"variants": [{"slots": [{"id": "x"}]}]}, {"variants": 5}])
def test_what_is_no_stored_key(data: dict[str, object]) -> None:
    with pytest.raises(KeyInvalid, match="load the exercise again"):
        key_from_json(data)
