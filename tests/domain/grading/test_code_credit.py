"""What a bare code is worth for a slot, relation by relation."""

import pytest

from app.domain.codes.code import Code, CodeSystem
from app.domain.grading.code_credit import CodeCredit, absence, icd_relation
from app.domain.grading.key import Near, Slot
from app.domain.grading.ledger import Reason
from app.domain.grading.policy import CURRENT_POLICY
from tests.domain.grading.builders import BOOK, claim, cpt, graded, icd, key, pcs
from tests.domain.grading.fake_book import FakeBook


@pytest.mark.parametrize(
    ("entered", "accepted", "g", "reason"),
    [
        pytest.param("E11.2", "E11.22", 500, "INCOMPLETE_CODE", id="header"),
        pytest.param("E11", "E11.22", 500, "INCOMPLETE_CODE", id="category"),
        pytest.param("S72.001", "S72.001A", 500, "INCOMPLETE_CODE", id="no 7th character"),
        pytest.param("W19.XXX", "W19.XXXA", 500, "INCOMPLETE_CODE", id="first six, in no book"),
        pytest.param("M25.562", "M25.561", 750, "WRONG_LATERALITY", id="left for right"),
        pytest.param("M17.0", "M17.11", 750, "WRONG_LATERALITY", id="bilateral for right, another subcategory"),
        pytest.param("H66.93", "H66.91", 750, "WRONG_LATERALITY", id="bilateral for right"),
        pytest.param("S72.002A", "S72.001A", 750, "WRONG_LATERALITY", id="side with the same 7th character"),
        pytest.param("H40.1121", "H40.1111", 750, "WRONG_LATERALITY", id="side with a stage"),
        pytest.param("D22.9", "D22.5", 700, "UNDER_SPECIFIED", id="unspecified mole"),
        pytest.param("N18.30", "N18.32", 700, "UNDER_SPECIFIED", id="unspecified stage 3"),
        pytest.param("N18.9", "N18.32", 700, "UNDER_SPECIFIED", id="unspecified stage"),
        pytest.param("J45.909", "J45.41", 700, "UNDER_SPECIFIED", id="the whole path says unspecified"),
        pytest.param("S72.91XA", "S72.001A", 700, "UNDER_SPECIFIED", id="with a placeholder"),
        pytest.param("M17.9", "M17.11", 700, "UNDER_SPECIFIED", id="unspecified osteoarthritis"),
        pytest.param("M25.569", "M25.561", 700, "UNDER_SPECIFIED", id="unspecified side"),
        pytest.param("H66.90", "H66.91", 700, "UNDER_SPECIFIED", id="both say unspecified, one says it more often"),
        pytest.param("S72.009A", "S72.001A", 700, "UNDER_SPECIFIED", id="unspecified side of an unspecified part"),
        pytest.param("H40.1110", "H40.1111", 700, "UNDER_SPECIFIED", id="unspecified 7th character"),
        pytest.param("D22.5", "D22.9", 600, "OVER_SPECIFIED", id="trunk where the record says nothing"),
        pytest.param("H66.91", "H66.90", 600, "OVER_SPECIFIED", id="a side where the record says none"),
        pytest.param("S72.001A", "S72.91XA", 600, "OVER_SPECIFIED", id="a part where the record says none"),
        pytest.param("S72.001D", "S72.001A", 800, "WRONG_SEVENTH_CHARACTER", id="later encounter"),
        pytest.param("H40.1112", "H40.1111", 800, "WRONG_SEVENTH_CHARACTER", id="another stage"),
        pytest.param("J45.901", "J45.909", 500, "WRONG_SUBCATEGORY", id="first five; equally unspecified"),
        pytest.param("S72.009A", "S72.002D", 500, "WRONG_SUBCATEGORY", id="unspecified, but another 7th character"),
        pytest.param("E11.21", "E11.22", 400, "WRONG_DETAIL", id="first four"),
        pytest.param("E11.9", "E11.22", 250, "WRONG_IN_CATEGORY", id="category"),
        pytest.param("D22.10", "D22.5", 250, "WRONG_IN_CATEGORY", id="unspecified eyelid is another site"),
        pytest.param("E11.319", "E11.22", 250, "WRONG_IN_CATEGORY", id="unspecified retinopathy is another organ"),
        pytest.param("D22.1", "D22.5", 250, "WRONG_IN_CATEGORY", id="the header of another code"),
        pytest.param("Q20.2", "Q20.1", 250, "WRONG_IN_CATEGORY", id="looks like a side and isn't"),
        pytest.param("S72.91XA", "S72.001D", 250, "WRONG_IN_CATEGORY", id="vague, but another 7th character"),
        pytest.param("I10", "E11.22", 0, None, id="another category"),
        pytest.param("E11.22", "I10", 0, None, id="a category without subdivisions"),
        pytest.param("E11.Z", "E11.22", 0, None, id="in no book"),
    ],
)
def test_icd_relations(entered: str, accepted: str, g: int, reason: str | None) -> None:
    fit = CodeCredit([icd(accepted)], BOOK, CURRENT_POLICY).fits(CodeSystem.ICD10CM, entered)[0]
    assert (fit.g if fit else 0) == g
    assert [fault for fault, _ in fit.faults] == [reason] if fit else reason is None
    relation = icd_relation(
        entered, accepted, BOOK.find(CodeSystem.ICD10CM, entered), BOOK.find(CodeSystem.ICD10CM, accepted)
    )
    assert relation == reason


def test_the_nearest_accepted_code_counts() -> None:
    fit = CodeCredit([icd("E11.65", "E11.22")], BOOK, CURRENT_POLICY).fits(CodeSystem.ICD10CM, "E11.21")[0]
    assert fit is not None
    assert (fit.g, fit.accepted) == (400, "E11.22")


def test_an_accepted_code_that_left_the_book_still_counts() -> None:
    gone = icd("E11.99")
    credit = CodeCredit([gone], BOOK, CURRENT_POLICY)
    exact, sibling = (credit.fits(CodeSystem.ICD10CM, code)[0] for code in ("E11.99", "E11.9"))
    assert exact is not None
    assert exact.g == 1000
    assert sibling is not None
    assert sibling.faults[0][0] is Reason.WRONG_DETAIL


@pytest.mark.parametrize(
    ("entered", "reason"),
    [("E11.Z", "UNKNOWN_CODE"), ("Z79.899", "OUT_OF_DATE"), ("I10", "UNSUPPORTED")],
)
def test_a_line_left_over_says_whether_the_book_has_it(entered: str, reason: str) -> None:
    result = graded(claim("D22.5", entered), key(icd("D22.5")))
    assert [(entry.reason, entry.lost) for entry in result.ledger] == [(reason, 1000)]


def test_books_of_procedures_are_partial() -> None:
    assert absence(CodeSystem.CPT, "99999", BOOK) is None
    assert absence(CodeSystem.ICD10PCS, "0DTJ4ZZ", BOOK) is None
    assert absence(CodeSystem.HCPCS, "J9999", BOOK) is None
    assert [e.reason for e in graded(claim("99999"), key(icd("I10", weight=0))).ledger] == ["UNSUPPORTED"]


@pytest.mark.parametrize(
    ("entered", "g", "faults"),
    [
        pytest.param("0DTJ4ZZ", 1000, [], id="same"),
        pytest.param("0DBJ4ZZ", 650, ["WRONG_ROOT_OPERATION"], id="root operation"),
        pytest.param("0DTN4ZZ", 750, ["WRONG_BODY_PART"], id="body part"),
        pytest.param("0DTJ0ZZ", 850, ["WRONG_APPROACH"], id="approach"),
        pytest.param("0DTJ4DZ", 850, ["WRONG_DEVICE"], id="device"),
        pytest.param("0DTJ4ZX", 900, ["WRONG_QUALIFIER"], id="qualifier"),
        pytest.param(
            "0DBN0ZX", 150, ["WRONG_ROOT_OPERATION", "WRONG_BODY_PART", "WRONG_APPROACH", "WRONG_QUALIFIER"], id="four"
        ),
        pytest.param("0DBN0DX", 0, [], id="all five"),
        pytest.param("0FTJ4ZZ", 0, [], id="another body system"),
        pytest.param("BDTJ4ZZ", 0, [], id="another section"),
    ],
)
def test_pcs_axes(entered: str, g: int, faults: list[str]) -> None:
    fit = CodeCredit([pcs("0DTJ4ZZ")], BOOK, CURRENT_POLICY).fits(CodeSystem.ICD10PCS, entered)[0]
    assert (fit.g if fit else 0) == g
    assert [reason for reason, _ in fit.faults] == faults if fit else not faults


def test_pcs_has_one_ledger_entry_an_axis() -> None:
    result = graded(claim("0DBJ0ZZ"), key(pcs("0DTJ4ZZ", weight=2)))
    assert [(e.reason, e.lost) for e in result.ledger] == [("WRONG_ROOT_OPERATION", 700), ("WRONG_APPROACH", 300)]
    assert result.ledger[1].text == ("0DBJ0ZZ has 0 for the approach (character 5); the record supports 4: 0DTJ4ZZ.")


def test_cpt_has_only_the_keys_own_near_codes() -> None:
    visit = cpt("99214", near=(Near("99213", 500, "EM_LEVEL_LOW", "two chronic problems were managed"),))
    low = graded(claim("99213"), key(visit))
    assert [(e.reason, e.lost) for e in low.ledger] == [("EM_LEVEL_LOW", 500)]
    assert "two chronic problems were managed." in low.ledger[0].text
    assert [e.reason for e in graded(claim("99215"), key(visit)).ledger] == ["MISSED", "UNSUPPORTED"]


def test_a_slot_overrides_any_credit() -> None:
    generous = key(icd("E11.22", near=(Near("I10", 900),)))
    strict = key(icd("E11.22", near=(Near("E11.21", 0),)))
    assert [(e.reason, e.lost) for e in graded(claim("I10"), generous).ledger] == [("NEAR_MISS", 100)]
    assert [(e.reason, e.lost) for e in graded(claim("E11.21"), strict).ledger] == [
        ("MISSED", 1000),
        ("UNSUPPORTED", 1000),
    ]


def test_a_right_code_is_never_a_near_miss() -> None:
    pair = [icd("M25.561"), icd("M25.562", near=(Near("M25.561", 900),))]
    first, second = CodeCredit(pair, BOOK, CURRENT_POLICY).fits(CodeSystem.ICD10CM, "M25.561")
    assert first is not None
    assert first.g == 1000
    assert second is None


def test_systems_never_mix() -> None:
    slot = Slot("hcpcs", CodeSystem.HCPCS, ("J1100",), near=(Near("99213", 500),))
    assert CodeCredit([slot], BOOK, CURRENT_POLICY).fits(CodeSystem.CPT, "99213") == (None,)


def test_a_wide_slot_reads_only_the_family() -> None:
    book = FakeBook()
    wide = icd(*(f"A{number:02}" for number in range(90)), "E11.22")
    CodeCredit([wide], book, CURRENT_POLICY).fits(CodeSystem.ICD10CM, "E11.21")
    assert book.reads == 2


def test_relations_come_from_the_book_not_from_titles() -> None:
    entered = Code(CodeSystem.ICD10CM, "X10.1", "left", side_group=None)
    target = Code(CodeSystem.ICD10CM, "X10.2", "right", side_group=None)
    assert icd_relation("X10.1", "X10.2", entered, target) is Reason.WRONG_IN_CATEGORY
