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
    both = 2 * correct, entered + keyed
    return (
        _quotient("code_over_code", correct, keyed, f"{correct} correct ÷ {keyed} keyed"),
        _quotient(
            "netted",
            netted,
            keyed,
            f"max(0, {correct} correct − {wrong} not correct) ÷ {keyed} keyed = {netted} ÷ {keyed}",
        ),
        _quotient(
            "correct_over_max",
            correct,
            larger,
            f"{correct} correct ÷ max({entered} entered, {keyed} keyed) = {correct} ÷ {larger}",
        ),
        _quotient("precision", correct, entered, f"{correct} correct ÷ {entered} entered"),
        _quotient("recall", correct, keyed, f"{correct} correct ÷ {keyed} keyed"),
        _quotient("f1", *both, f"2 × {correct} correct ÷ ({entered} entered + {keyed} keyed) = {both[0]} ÷ {both[1]}"),
        Method("clean_claim", cost + unread == 0, _needed(cost, unread)),
    )


def _quotient(name: str, part: int, whole: int, arithmetic: str) -> Method:
    if whole == 0:
        return Method(name, 1.0, f"{arithmetic}: nothing of nothing counts as 1")
    value = (part * 20_000 + whole) // (2 * whole) / 10_000
    return Method(name, value, f"{arithmetic} = {value:.2f}")


def _needed(cost: int, unread: int) -> str:
    faults = []
    if cost:
        faults.append(f"{cost / SCALE:g} {'point' if cost == SCALE else 'points'} to correct")
    if unread:
        faults.append(f"{unread} unreadable {'line' if unread == 1 else 'lines'}")
    return f"{' and '.join(faults)}: not a clean claim" if faults else "nothing to correct"
