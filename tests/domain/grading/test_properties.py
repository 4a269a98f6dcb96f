"""The properties of grading that must hold, 1 to 6; the numbers are those of the specification.

``HYPOTHESIS_PROFILE=long`` runs 10,000 examples of each, the default 200.
"""

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.grading.grade import answer_of
from app.domain.grading.key import SCALE, Key, Variant
from app.domain.grading.sheet import Sheet
from tests.domain.grading.measures import exact_score, findings, graded, numbers, sheets, slot_places
from tests.strategies import Draft, Drafts, claims, exact_draft, keys, strangers

pytestmark = pytest.mark.property


@given(claims(variants_at_most=3))
def test_1_the_score_lies_between_0_and_1(case: tuple[Key, Drafts]) -> None:
    key, drafts = case
    result = graded(drafts, key)
    assert 0 <= exact_score(result) <= 1
    assert 0 <= result.score <= 1
    assert result.cost >= 0


@given(claims(), st.randoms(use_true_random=False))
def test_1_permuting_slots_changes_no_number(case: tuple[Key, Drafts], random: Any) -> None:
    key, drafts = case
    slots = list(key.variants[0].slots)
    random.shuffle(slots)
    other = replace(key, variants=(replace(key.variants[0], slots=tuple(slots)),))
    assert numbers(graded(drafts, other)) == numbers(graded(drafts, key))


@given(claims(placed=False, variants_at_most=2), st.randoms(use_true_random=False))
def test_1_permuting_lines_changes_nothing(case: tuple[Key, Drafts], random: Any) -> None:
    key, drafts = case
    order = list(range(len(drafts.diagnoses)))
    random.shuffle(order)
    procedures = list(drafts.permute_diagnoses(order).procedures)
    random.shuffle(procedures)
    moved = replace(drafts.permute_diagnoses(order), procedures=tuple(procedures))
    before, after = graded(drafts, key), graded(moved, key)
    assert numbers(after) == numbers(before)
    assert after.variant == before.variant
    assert findings(after, moved) == findings(before, drafts)
    assert [(e.reason, e.lost, e.text) for e in after.ledger] == [(e.reason, e.lost, e.text) for e in before.ledger]


def cheapest(sheet: Sheet) -> tuple[int, int, int]:
    """Try every assignment: the lowest cost, then the most exact lines, then the most matched ones."""
    weights = [slot.weight * SCALE for slot in sheet.slots]
    best: tuple[int, int, int] | None = None
    choices = [[None, *range(len(sheet.slots))] for _ in sheet.entries]
    for chosen in itertools.product(*choices):
        filled = [slot for slot in chosen if slot is not None]
        if len(set(filled)) < len(filled):
            continue
        credits = [None if k is None else sheet.credits[i][k] for i, k in enumerate(chosen)]
        if any(k is not None and (it is None or it.c == 0) for k, it in zip(chosen, credits, strict=True)):
            continue
        cost = sum(weight for k, weight in enumerate(weights) if k not in filled)
        for i, (k, it) in enumerate(zip(chosen, credits, strict=True)):
            cost += sheet.surplus[i] if k is None or it is None else max(1, sheet.slots[k].weight) * (SCALE - it.c)
        exact = sum(it is not None and it.c == SCALE for it in credits)
        found = (cost, -exact, -len(filled))
        best = found if best is None else min(best, found)
    assert best is not None
    return best


@given(claims(most=4))
def test_2_no_assignment_is_cheaper(case: tuple[Key, Drafts]) -> None:
    key, drafts = case
    for sheet in sheets(drafts, key).values():
        exact = sum(
            k is not None and (it := sheet.credits[i][k]) is not None and it.c == SCALE
            for i, k in enumerate(sheet.filled)
        )
        matched = sum(k is not None for k in sheet.filled)
        assert (sheet.cost, -exact, -matched) == cheapest(sheet)


@given(claims(), st.data())
def test_3_an_exact_line_never_raises_the_cost(case: tuple[Key, Drafts], data: st.DataObject) -> None:
    key, drafts = case
    slots = key.variants[0].slots
    entered = {(d.system, d.code) for d in (*drafts.diagnoses, *drafts.procedures)}
    places = slot_places(slots, drafts)
    owing = [
        slot
        for slot in slots
        if slot.weight
        and not any((slot.system, code) in entered for code in slot.accept)
        and all(target in places for target in slot.points_to or ())
    ]
    assume(owing)
    slot = data.draw(st.sampled_from(owing))
    exact = exact_draft(slot, data.draw(st.sampled_from(slot.accept)), places)
    size = len(drafts.of(slot.kind))
    positions = [0] if slot.position else range(1 if size and _first_is_graded(key, slot.kind) else 0, size + 1)
    grown = drafts.insert(slot.kind, data.draw(st.sampled_from(list(positions))), exact)
    assert graded(grown, key).cost <= graded(drafts, key).cost


def _first_is_graded(key: Key, kind: LineKind) -> bool:
    return any(slot.position and slot.kind is kind for slot in key.variants[0].slots)


@given(claims(), strangers())
def test_4_a_line_without_credit_costs_its_surplus(case: tuple[Key, Drafts], stranger: Draft) -> None:
    key, drafts = case
    kind = LineKind.DIAGNOSIS if stranger.system is CodeSystem.ICD10CM else LineKind.PROCEDURE
    grown = drafts.append(kind, stranger)
    sheet = sheets(grown, key)[kind]
    place = next(i for i, entry in enumerate(sheet.entries) if entry.rank == len(grown.of(kind)))
    assume(not any(credit and credit.c for credit in sheet.credits[place]))
    event("forbidden" if sheet.surplus[place] != SCALE else "plain")
    assert sheet.surplus[place] >= SCALE
    assert graded(grown, key).cost - graded(drafts, key).cost == sheet.surplus[place]


def own_drafts(variant: Variant) -> Drafts:
    answer = answer_of(variant)
    drafts = [
        Draft(x.system, x.code, x.modifiers, x.units, tuple(t - 1 for t in x.points_to), x.poa) for x in answer.lines
    ]
    return Drafts(
        tuple(d for d in drafts if d.system is CodeSystem.ICD10CM),
        tuple(d for d in drafts if d.system is not CodeSystem.ICD10CM),
        answer.fields,
        answer.query,
    )


@given(keys(variants_at_most=3), strangers(), st.data())
def test_5_the_key_scores_1_and_with_an_unexpected_line_less(key: Key, stranger: Draft, data: st.DataObject) -> None:
    own = own_drafts(data.draw(st.sampled_from(key.variants)))
    assert graded(own, key).cost == 0
    assert graded(own, key).score == 1
    slots = [slot for variant in key.variants for slot in variant.slots]
    assume(not any(slot.system is stranger.system and stranger.code in slot.accept for slot in slots))
    kind = LineKind.DIAGNOSIS if stranger.system is CodeSystem.ICD10CM else LineKind.PROCEDURE
    grown = own.insert(kind, data.draw(st.integers(0, len(own.of(kind)))), stranger)
    assert exact_score(graded(grown, key)) < 1
    assert graded(grown, key).score < 1


@given(claims(variants_at_most=2), st.lists(strangers(), max_size=5))
def test_6_lines_without_credit_cap_the_score(case: tuple[Key, Drafts], more: list[Draft]) -> None:
    key, drafts = case
    for stranger in more:
        kind = LineKind.DIAGNOSIS if stranger.system is CodeSystem.ICD10CM else LineKind.PROCEDURE
        drafts = drafts.append(kind, stranger)
    result = graded(drafts, key)
    single = replace(key, variants=(key.variants[result.variant],))
    useless = sum(
        not any(credit and credit.c for credit in row)
        for sheet in sheets(drafts, single).values()
        for row in sheet.credits
    )
    assert exact_score(result) <= max(Fraction(0), 1 - Fraction(useless * SCALE, result.worth))
