"""The assignment by itself, against trying every one."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.grading.matching import Opening, Pair, assign
from tests.strategies import settings  # noqa: F401 - registers the profiles

Rank = tuple[int, int, int, int, int, tuple[int, ...]]


def rank(
    chosen: tuple[int | None, ...], lines: list[list[Pair]], surplus: list[int], slots: list[Opening]
) -> Rank | None:
    """Return what the rule compares, in its order, or None if the assignment isn't allowed."""
    filled = [k for k in chosen if k is not None]
    offers = [{pair.slot: pair for pair in pairs} for pairs in lines]
    if len(set(filled)) < len(filled) or any(k is not None and k not in offers[i] for i, k in enumerate(chosen)):
        return None
    pairs = [offers[i][k] for i, k in enumerate(chosen) if k is not None]
    left = sum(surplus[i] for i, k in enumerate(chosen) if k is None)
    empty = sum(slot.empty_cost for k, slot in enumerate(slots) if k not in filled)
    exact = [pair for pair in pairs if pair.exact]
    required = sum(not slots[pair.slot].optional for pair in exact)
    optional = sum(slots[k].optional for k in filled)
    order = tuple(len(slots) if k is None else k for k in chosen)
    cost = sum(pair.cost for pair in pairs) + left + empty
    return cost, -len(exact), -len(pairs), -required, -optional, order


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[Pair]], list[int], list[Opening]]:
    """Few different costs, so that ties are common."""
    weights = draw(st.lists(st.integers(0, 2), max_size=4))
    slots = [Opening(weight * 2, weight == 0) for weight in weights]
    count = draw(st.integers(0, 4))
    costs = [[draw(st.sampled_from((None, 0, 1, 2))) for _ in slots] for _ in range(count)]
    lines = [[Pair(k, cost, cost == 0) for k, cost in enumerate(row) if cost is not None] for row in costs]
    return lines, [draw(st.integers(1, 2)) for _ in range(count)], slots


@pytest.mark.property
@given(problems())
def test_2_the_assignment_is_the_first_of_all(problem: tuple[list[list[Pair]], list[int], list[Opening]]) -> None:
    lines, surplus, slots = problem
    choices: list[list[int | None]] = [[None, *range(len(slots))] for _ in lines]
    ranks = {chosen: rank(chosen, *problem) for chosen in itertools.product(*choices)}
    best = min((value, chosen) for chosen, value in ranks.items() if value is not None)[1]
    assert tuple(assign(lines, surplus, slots)) == best


def test_nothing_to_assign() -> None:
    assert assign([], [], []) == []
    assert assign([[], []], [1000, 1000], [Opening(1000, False)]) == [None, None]


def test_a_line_gives_way_to_one_that_needs_the_slot() -> None:
    """The first line fits both slots alike, the second only the first slot."""
    lines = [[Pair(0, 300, False), Pair(1, 300, False)], [Pair(0, 0, True)]]
    assert assign(lines, [300, 1000], [Opening(1000, False), Opening(1000, False)]) == [1, 0]


def test_a_worse_line_is_left_over() -> None:
    assert assign([[Pair(0, 600, False)], [Pair(0, 300, False)]], [600, 300], [Opening(1000, False)]) == [0, None]
    assert assign([[Pair(0, 600, False)], [Pair(0, 300, False)]], [500, 300], [Opening(1000, False)]) == [None, 0]


def test_25_equal_lines_take_25_equal_slots_in_order() -> None:
    lines = [[Pair(k, 750, False) for k in range(25)] for _ in range(25)]
    assert assign(lines, [750] * 25, [Opening(1000, False)] * 25) == list(range(25))


def test_40_lines_are_no_harder_than_4() -> None:
    """The limit of 25 lines is not the solver's: no level of the tie rules runs into the next."""
    lines = [[Pair(k, 0 if k == i else 1, k == i) for k in range(40)] for i in range(40)]
    assert assign(lines, [1] * 40, [Opening(1, False)] * 40) == list(range(40))
