"""The whole grade: lines left over, optional slots, forbidden codes, variants, ties, the other methods."""

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.grading.grade import POLICY_VERSION, Grader, answer_of, grade
from app.domain.grading.key import Forbidden, Key, Near, Owed, OwedKind, Variant
from app.domain.grading.ledger import Grade, Reason
from tests.domain.grading.builders import BOOK, claim, cpt, graded, icd, key


def entries(result: Grade) -> list[tuple[str, int, int | None, str | None]]:
    return [(entry.reason.value, entry.lost, entry.line, entry.slot) for entry in result.ledger]


def methods(result: Grade) -> dict[str, float | bool]:
    return {method.name: method.value for method in result.methods}


DIABETES = key(icd("E11.22", weight=2, first=True), icd("N18.32"), icd("Z79.4"))


def test_an_unrelated_line_leaves_a_gap_and_a_surplus() -> None:
    result = graded(claim("I10", "N18.32", "Z79.4"), DIABETES)
    assert entries(result) == [("MISSED", 2000, None, "E11.22"), ("UNSUPPORTED", 1000, 1, None)]
    assert [(o.line, o.slot, o.credit) for o in result.outcomes] == [
        (None, "E11.22", 0),
        (2, "N18.32", 1000),
        (3, "Z79.4", 1000),
        (1, None, 0),
    ]


def test_a_duplicate_is_called_one() -> None:
    result = graded(claim("E11.22", "E11.22", "N18.32", "Z79.4"), DIABETES)
    assert entries(result) == [("DUPLICATE", 1000, 2, None)]


def test_an_accepted_alternate_beside_the_other_is_a_duplicate() -> None:
    result = graded(claim("I10", "R73.9"), key(icd("I10", "R73.9")))
    assert entries(result) == [("DUPLICATE", 1000, 2, None)]


def test_an_extra_version_costs_what_choosing_it_would_have_cost() -> None:
    expected = key(icd("D22.5"), cpt("17110", weight=2))
    assert entries(graded(claim("D22.5", "17110", "17110-59"), expected)) == [("DUPLICATE", 600, 3, None)]


def test_the_cheapest_near_relation_of_a_line_left_over_counts() -> None:
    expected = key(icd("N18.31"), icd("N18.32", weight=2))
    assert entries(graded(claim("N18.31", "N18.32", "N18.30"), expected)) == [("UNSUPPORTED", 300, 3, None)]


def test_position_is_not_judged_on_a_line_left_over() -> None:
    """E11.21 would be worth 400 − 250 off in second place; left over it costs 2 · 600 all the same."""
    result = graded(claim("E11.22", "E11.21", "N18.32", "Z79.4"), DIABETES)
    assert entries(result) == [("UNSUPPORTED", 1200, 2, None)]


OPTIONAL = key(icd("E11.22", weight=2), icd("Z79.4", weight=0))


@pytest.mark.parametrize(
    ("typed", "cost"),
    [
        pytest.param(("E11.22",), 0, id="left out"),
        pytest.param(("E11.22", "Z79.4"), 0, id="entered"),
        pytest.param(("E11.22", "Z79.4", "Z79.4"), 1000, id="entered twice"),
        pytest.param(("E11.22", "R73.9"), 1000, id="something else"),
    ],
)
def test_an_optional_slot_costs_nothing(typed: tuple[str, ...], cost: int) -> None:
    result = graded(claim(*typed), OPTIONAL)
    assert (result.cost, result.worth) == (cost, 2000)


def test_a_near_miss_of_an_optional_slot_costs_its_fault() -> None:
    result = graded(claim("E11.22", "N18.30"), key(icd("E11.22"), icd("N18.32", weight=0)))
    assert entries(result) == [("UNDER_SPECIFIED", 300, 2, "N18.32")]


def test_a_key_of_optional_slots_is_worth_1() -> None:
    optional = key(icd("N18.32", weight=0))
    assert (graded(claim(), optional).score, graded(claim("N18.30"), optional).score) == (1.0, 0.7)


def forbid(*codes: str, penalty: int = 1000, reason: str = "") -> Forbidden:
    return Forbidden(CodeSystem.ICD10CM, codes, penalty, reason)


def test_a_forbidden_code_fills_nothing_and_costs_at_least_its_penalty() -> None:
    expected = key(icd("D22.5", weight=2), icd("I10", weight=2), forbidden=[forbid("D22.9", penalty=1500)])
    assert entries(graded(claim("D22.9", "I10"), expected)) == [
        ("MISSED", 2000, None, "D22.5"),
        ("FORBIDDEN", 1500, 1, None),
    ]


def test_the_highest_of_several_penalties_counts() -> None:
    expected = key(icd("D22.5"), forbidden=[forbid("D48.5"), forbid("D48.5", penalty=2000, reason="No pathology")])
    result = graded(claim("D22.5", "D48.5"), expected)
    assert entries(result) == [("FORBIDDEN", 2000, 2, None)]
    assert result.ledger[0].text == (
        "D48.5 (Neoplasm of uncertain behavior of skin) must not be reported here: No pathology."
    )


TWO_WAYS = Key((Variant((icd("E11.65", weight=2),)), Variant((icd("E11.9", weight=2), icd("R73.9")))))


@pytest.mark.parametrize(
    ("typed", "variant", "score"),
    [
        pytest.param(("E11.65",), 0, 1.0, id="the first"),
        pytest.param(("E11.9", "R73.9"), 1, 1.0, id="the second"),
        pytest.param(("E11.9",), 1, 0.6667, id="nearer to the second"),
        pytest.param(("I10",), 0, 0.0, id="far from both: the lower cost"),
    ],
)
def test_the_best_variant_counts(typed: tuple[str, ...], variant: int, score: float) -> None:
    result = graded(claim(*typed), TWO_WAYS)
    assert (result.variant, result.score) == (variant, score)


def test_of_equal_variants_the_first_counts() -> None:
    same = Variant((icd("I10"),))
    assert graded(claim("R73.9"), Key((same, same))).variant == 0


OWING = key(
    icd("E11.22"),
    owed=[Owed("disposition", OwedKind.FIELD, ("01", "Home")), Owed("query", OwedKind.QUERY, weight=2)],
)


@pytest.mark.parametrize(
    ("fields", "query", "ledger"),
    [
        pytest.param({"disposition": "01"}, "Which stage?", [], id="both met"),
        pytest.param({"disposition": " HOME "}, "Which stage?", [], id="case and blanks"),
        pytest.param({}, "Which stage?", [("MISSED", 1000, None, "disposition")], id="field left out"),
        pytest.param({"disposition": "01"}, " ", [("MISSED", 2000, None, "query")], id="not queried"),
        pytest.param(
            {"disposition": "02"},
            "Which stage?",
            [("MISSED", 1000, None, "disposition"), ("UNSUPPORTED", 1000, None, "disposition")],
            id="wrong value",
        ),
        pytest.param(
            {"disposition": "01", "admit-hour": "13"},
            "Which stage?",
            [("UNSUPPORTED", 1000, None, "admit-hour")],
            id="a field nobody asked for",
        ),
    ],
)
def test_fields_and_query_are_owed(
    fields: dict[str, str], query: str, ledger: list[tuple[str, int, int | None, str | None]]
) -> None:
    result = graded(claim("E11.22", fields=fields, query=query), OWING)
    assert entries(result) == ledger
    assert result.worth == 4000


def test_an_unowed_query_is_a_line_too_many() -> None:
    assert entries(graded(claim("I10", query="Why?"), key(icd("I10")))) == [("UNSUPPORTED", 1000, None, "query")]


def test_query_and_no_code() -> None:
    expected = key(owed=[Owed("query", OwedKind.QUERY, weight=2)])
    asked, guessed = graded(claim(query="Which side?"), expected), graded(claim("M25.561"), expected)
    assert (asked.score, methods(asked)["code_over_code"]) == (1.0, 1.0)
    assert (guessed.cost, guessed.score, methods(guessed)["recall"]) == (3000, 0.0, 0.0)


def test_the_other_methods_show_their_arithmetic() -> None:
    """Four lines: two right, one near miss, one of the optional slot; three slots keyed."""
    expected = key(icd("E11.22", weight=2), icd("N18.32"), icd("Z79.4"), icd("I10", weight=0))
    result = graded(claim("E11.22", "N18.30", "Z79.4", "I10"), expected)
    assert [(m.name, m.value, m.arithmetic) for m in result.methods] == [
        ("code_over_code", 0.6667, "2 correct ÷ 3 keyed = 0.67"),
        ("netted", 0.3333, "max(0, 2 correct − 1 not correct) ÷ 3 keyed = 1 ÷ 3 = 0.33"),
        ("correct_over_max", 0.6667, "2 correct ÷ max(3 entered, 3 keyed) = 2 ÷ 3 = 0.67"),
        ("precision", 0.6667, "2 correct ÷ 3 entered = 0.67"),
        ("recall", 0.6667, "2 correct ÷ 3 keyed = 0.67"),
        ("f1", 0.6667, "2 × 2 correct ÷ (3 entered + 3 keyed) = 4 ÷ 6 = 0.67"),
        ("clean_claim", False, "0.3 points to correct: not a clean claim"),
    ]


def test_the_other_methods_of_nothing() -> None:
    result = graded(claim(), DIABETES)
    assert methods(result) == {
        "code_over_code": 0.0,
        "netted": 0.0,
        "correct_over_max": 0.0,
        "precision": 1.0,
        "recall": 0.0,
        "f1": 0.0,
        "clean_claim": False,
    }


def test_netting_stops_at_zero() -> None:
    result = graded(claim("E11.22", "I10", "R73.9"), DIABETES)
    assert methods(result)["netted"] == 0.0
    assert methods(result)["code_over_code"] == 0.3333


def test_a_format_error_costs_nothing_but_is_no_clean_claim() -> None:
    result = graded(claim("E11.22", "N18.32", "Z79.4", {"system": "ICD-9-CM", "code": "250"}), DIABETES)
    assert (result.score, methods(result)["clean_claim"]) == (1.0, False)
    assert [(error.line, error.field) for error in result.format_errors] == [(4, "system")]


def test_one_thousandth_never_rounds_up_to_a_full_score() -> None:
    expected = key(*(icd(f"A{n:02}", weight=1500, near=(Near("I10", 999),) if not n else ()) for n in range(15)))
    nearly = graded(claim("I10", *(f"A{n:02}" for n in range(1, 15))), expected)
    assert (nearly.cost, nearly.worth, nearly.score) == (1500, 22_500_000, 0.9999)


def test_ties_go_to_the_first_slot_in_key_order() -> None:
    one, other = icd("N18.31"), icd("N18.32")
    assert [e.slot for e in graded(claim("N18.30"), key(one, other)).ledger] == ["N18.31", "N18.32"]
    assert entries(graded(claim("N18.30"), key(other, one)))[0] == ("UNDER_SPECIFIED", 300, 1, "N18.32")


def test_the_order_of_typing_changes_no_sentence() -> None:
    expected = key(icd("N18.31"), icd("N18.32"), icd("E11.22", weight=2))
    typed = ("N18.30", "N18.9", "E11.9", "I10", "I10")
    texts = [entry.text for entry in graded(claim(*typed), expected).ledger]
    for turn in range(1, len(typed)):
        turned = (*typed[turn:], *typed[:turn])
        assert [entry.text for entry in graded(claim(*turned), expected).ledger] == texts


def test_a_grader_keeps_nothing_of_an_answer() -> None:
    grader = Grader(DIABETES, BOOK)
    answers = [claim("E11.21", "N18.30"), claim("E11.22"), claim("N18.32", "E11.21")]
    once = [grader.grade(answer).to_json() for answer in answers]
    assert [grade(answer, DIABETES, BOOK).to_json() for answer in reversed(answers)] == once[::-1]


def test_the_result_as_data() -> None:
    data = graded(claim("E11.22", "N18.30"), DIABETES).to_json()
    assert (data["score"], data["cost"], data["worth"], data["variant"]) == (0.675, 1.3, 4.0, 0)
    text = "N18.30 is less specific than the record allows: it supports N18.32 (Chronic kidney disease, stage 3b)."
    entry = {"reason": "UNDER_SPECIFIED", "lost": 0.3, "line": 2, "slot": "N18.32", "text": text}
    assert data["ledger"][0] == entry
    assert data["policy"] == POLICY_VERSION


def test_the_key_answers_itself_with_everything_it_asks_for() -> None:
    variant = Variant(
        (
            cpt("29881", required=("25",), any_of=("RT", "LT"), optional=("GC",), units=2, points_to=("E11.22",)),
            icd("I10", poa="Y"),
            icd("E11.22", first=True),
        ),
        (Owed("disposition", OwedKind.FIELD, ("01", "02")), Owed("query", OwedKind.QUERY)),
    )
    answer = answer_of(variant)
    assert [x.code for x in answer.lines] == ["E11.22", "I10", "29881"]
    assert (answer.lines[2].modifiers, answer.lines[2].units, answer.lines[2].points_to) == (("25", "RT"), 2, (1,))
    assert (answer.lines[1].poa, answer.fields) == ("Y", (("disposition", "01"),))
    assert answer.query
    assert grade(answer, Key((variant,)), BOOK).score == 1.0


def test_a_surplus_diagnosis_names_the_rule_against_it_and_costs_no_more() -> None:
    result = graded(claim("E11.22", "N18.32", "R73.9"), key(icd("E11.22"), icd("N18.32")))
    assert [(entry.reason, entry.lost) for entry in result.ledger] == [(Reason.UNSUPPORTED, 1000)]
    assert "R73.9 and E11.22 exclude each other." in result.ledger[0].text


def test_a_surplus_symptom_beside_a_disease_is_explained() -> None:
    result = graded(claim("N18.32", "R73.9"), key(icd("N18.32")))
    assert "isn't coded beside it (Guidelines I.B.5)" in result.ledger[0].text


def test_a_surplus_symptom_beside_a_symptom_is_not() -> None:
    result = graded(claim("R05.9", "R73.9"), key(icd("R05.9")))
    assert "I.B.5" not in result.ledger[-1].text
