"""Owns the other named ways to count an answer, each with its arithmetic, because "accuracy" has
no agreed definition. None of them changes the score."""

from app.domain.grading.key import SCALE
from app.domain.grading.ledger import Method


def other_methods(*, correct: int, keyed: int, entered: int, cost: int, unread: int) -> tuple[Method, ...]:
    """Return every method's value.

    ``correct`` counts lines without a fault on a required slot, ``keyed`` the required slots,
    ``entered`` the lines that don't fill an optional slot, ``unread`` the format errors; 0 ÷ 0 counts as 1.
    """
    wrong = entered - correct
    netted = max(0, correct - wrong)
    larger = max(entered, keyed)
    return (
        _quotient("code_over_code", correct, keyed, f"{correct} correct ÷ {keyed} keyed"),
        _quotient("netted", netted, keyed, f"max(0, {correct} correct − {wrong} not correct) ÷ {keyed} keyed"),
        _quotient(
            "correct_over_max", correct, larger, f"{correct} correct ÷ max({entered} entered, {keyed} keyed) = {larger}"
        ),
        _quotient("precision", correct, entered, f"{correct} correct ÷ {entered} entered"),
        _quotient("recall", correct, keyed, f"{correct} correct ÷ {keyed} keyed"),
        _quotient("f1", 2 * correct, entered + keyed, f"2 × {correct} correct ÷ ({entered} entered + {keyed} keyed)"),
        Method("clean_claim", cost + unread == 0, _needed(cost, unread)),
    )


def _quotient(name: str, part: int, whole: int, arithmetic: str) -> Method:
    if whole == 0:
        return Method(name, 1.0, f"{arithmetic}: nothing of nothing counts as 1")
    value = (part * 20_000 + whole) // (2 * whole) / 10_000
    return Method(name, value, f"{arithmetic} = {value:.4f}")


def _needed(cost: int, unread: int) -> str:
    arithmetic = f"{cost / SCALE:g} to correct + {unread} unreadable lines"
    return f"{arithmetic} = 0: a clean claim" if cost + unread == 0 else f"{arithmetic} > 0: not a clean claim"
