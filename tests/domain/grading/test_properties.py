"""The eleven properties of grading; numbers in the names are those of the specification.

``HYPOTHESIS_PROFILE=long`` runs 10,000 examples of each, the default 200.
"""

import itertools
import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.grading.answer import Answer, answer_to_json, parse_answer
from app.domain.grading.grade import Grader, answer_of, grade
from app.domain.grading.key import SCALE, Key, Slot, Variant, key_from_json, key_to_json
from app.domain.grading.ledger import Grade, Reason
from app.domain.grading.sheet import Sheet
from tests.domain.grading.builders import BOOK, icd
from tests.strategies import DIAGNOSES, PROCEDURES, Draft, Drafts, claims, exact_draft, keys, strangers

pytestmark = pytest.mark.property


def graded(drafts: Drafts, key: Key) -> Grade:
    return grade(drafts.answer(), key, BOOK)


def sheets(drafts: Drafts, key: Key) -> dict[LineKind, Sheet]:
    """Return the corrected sheets of the first variant."""
    audit = Grader(key, BOOK).audit(drafts.answer(), 0)
    return {LineKind.DIAGNOSIS: audit.diagnoses, LineKind.PROCEDURE: audit.procedures}


def exact_score(result: Grade) -> Fraction:
    return max(Fraction(0), 1 - Fraction(result.cost, result.worth))


def numbers(result: Grade) -> dict[str, Any]:
    """Return every number that is reported of the whole answer."""
    return {
        "cost": result.cost,
        "worth": result.worth,
        "score": result.score,
        "methods": [(method.name, method.value, method.arithmetic) for method in result.methods],
    }


def findings(result: Grade, drafts: Drafts) -> Counter[tuple[Any, ...]]:
    """Return the ledger with the content of lines in place of their numbers."""
    lines = [*drafts.diagnoses, *drafts.procedures]

    def content(number: int | None) -> tuple[Any, ...] | None:
        return None if number is None else replace_places(lines[number - 1], drafts)

    return Counter((e.reason, e.lost, content(e.line), e.slot, e.text) for e in result.ledger)


def replace_places(draft: Draft, drafts: Drafts) -> tuple[Any, ...]:
    pointed = tuple(sorted(drafts.diagnoses[place].code for place in draft.points_to))
    return draft.system, draft.code, draft.modifiers, draft.units, pointed, draft.poa


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


def slot_places(slots: tuple[Slot, ...], drafts: Drafts) -> dict[str, int]:
    """Return for each diagnosis slot the first typed place that holds one of its codes."""
    found = {}
    for slot in slots:
        for place, draft in enumerate(drafts.diagnoses):
            if slot.kind is LineKind.DIAGNOSIS and draft.code in slot.accept:
                found.setdefault(slot.id, place)
    return found


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


@given(claims(), st.data())
def test_7_a_near_miss_beside_the_exact_line_costs_what_it_costs_alone(
    case: tuple[Key, Drafts], data: st.DataObject
) -> None:
    key, drafts = case
    kind = data.draw(st.sampled_from(list(LineKind)))
    assume(drafts.of(kind))
    near = alone(drafts, kind, data.draw(st.sampled_from(drafts.of(kind))))
    sheet = sheets(near, key)[kind]
    related = [k for k, credit in enumerate(sheet.credits[0]) if credit]
    assume(len(related) == 1)
    slot, credit = sheet.slots[related[0]], sheet.credits[0][related[0]]
    assume(credit is not None and credit.unplaced < SCALE)
    places = slot_places(key.variants[0].slots, near)
    assume(all(target in places for target in slot.points_to or ()))
    both = near.insert(kind, 0, exact_draft(slot, data.draw(st.sampled_from(slot.accept)), places))
    event(kind)
    assert graded(both, key).cost == graded(near, key).cost


def alone(drafts: Drafts, kind: LineKind, draft: Draft) -> Drafts:
    """Keep one line of a kind; the diagnoses stay where a procedure may point to them."""
    return Drafts(diagnoses=(draft,)) if kind is LineKind.DIAGNOSIS else replace(drafts, procedures=(draft,))


@given(claims(variants_at_most=3))
def test_8_the_ledger_adds_up(case: tuple[Key, Drafts]) -> None:
    key, drafts = case
    result = graded(drafts, key)
    assert sum(entry.lost for entry in result.ledger) == result.cost
    assert all(entry.lost > 0 for entry in result.ledger)
    assert all(entry.line is not None or entry.slot is not None for entry in result.ledger)
    assert all(isinstance(entry.reason, Reason) and entry.text for entry in result.ledger)
    assert (exact_score(result) == 1) == (not result.ledger)
    assert (result.score == 1) == (not result.ledger)


@given(claims(), st.data())
def test_9_a_better_line_in_place_never_raises_the_cost(case: tuple[Key, Drafts], data: st.DataObject) -> None:
    key, drafts = case
    pointed = {place for draft in drafts.procedures for place in draft.points_to}
    before = sheets(drafts, key)
    movable = [
        (kind, i)
        for kind, sheet in before.items()
        for i, entry in enumerate(sheet.entries)
        if sheet.filled[i] is not None and not (kind is LineKind.DIAGNOSIS and entry.rank - 1 in pointed)
    ]
    assume(movable)
    kind, i = data.draw(st.sampled_from(movable))
    place = before[kind].entries[i].rank - 1
    slot = before[kind].slots[before[kind].filled[i] or 0]
    old = drafts.of(kind)[place]
    places = slot_places(key.variants[0].slots, drafts)
    better = [exact_draft(slot, code, places) for code in slot.accept if set(slot.points_to or ()) <= set(places)]
    better += [replace(old, code=stranger) for stranger in _relatives(old)]
    assume(better)
    new = data.draw(st.sampled_from(better))
    assume(new not in drafts.of(kind) and new.system is old.system)
    lines = list(drafts.of(kind))
    lines[place] = new
    changed = drafts.with_lines(kind, lines)
    row = before[kind].credits[i]
    after = sheets(changed, key)[kind]
    new_row = after.credits[next(n for n, entry in enumerate(after.entries) if entry.rank - 1 == place)]
    assume(all((b.c if b else 0) >= (a.c if a else 0) for a, b in zip(row, new_row, strict=True)))
    event("strictly better" if row != new_row else "as good")
    assert graded(changed, key).cost <= graded(drafts, key).cost


def _relatives(draft: Draft) -> list[str]:
    if draft.system is CodeSystem.ICD10CM:
        return [code for code in DIAGNOSES if code[:3] == draft.code[:3]]
    return [code for system, code in PROCEDURES if system is draft.system]


@given(claims(), st.data())
def test_10_an_alternate_that_relates_alike_changes_nothing(case: tuple[Key, Drafts], data: st.DataObject) -> None:
    key, drafts = case
    swaps = [
        (kind, place, code)
        for kind in LineKind
        for place, draft in enumerate(drafts.of(kind))
        for slot in key.variants[0].slots
        if slot.system is draft.system and draft.code in slot.accept
        for code in slot.accept
        if code != draft.code
    ]
    assume(swaps)
    kind, place, code = data.draw(st.sampled_from(swaps))
    lines = list(drafts.of(kind))
    old = lines[place].code
    accepting = [old in slot.accept for slot in key.variants[0].slots if slot.kind is kind]
    assume(accepting == [code in slot.accept for slot in key.variants[0].slots if slot.kind is kind])
    lines[place] = replace(lines[place], code=code)
    assert numbers(graded(drafts.with_lines(kind, lines), key)) == numbers(graded(drafts, key))


@given(claims(variants_at_most=2))
def test_10_renaming_slots_changes_nothing(case: tuple[Key, Drafts]) -> None:
    key, drafts = case
    renamed = replace(key, variants=tuple(_renamed(variant) for variant in key.variants))
    before, after = graded(drafts, key).to_json(), graded(drafts, renamed).to_json()
    fields = {item.id for variant in key.variants for item in variant.owed} | {"query", "disposition", "admit-hour"}
    for part in ("ledger", "outcomes"):
        for row in before[part]:
            if row["slot"] and row["slot"] not in fields:
                row["slot"] = _other_name(row["slot"])
    assert after == before


def _renamed(variant: Variant) -> Variant:
    slots = [
        replace(
            slot,
            id=_other_name(slot.id),
            points_to=None if slot.points_to is None else tuple(map(_other_name, slot.points_to)),
        )
        for slot in variant.slots
    ]
    return replace(variant, slots=tuple(slots))


def _other_name(name: str) -> str:
    """Return another name, so chosen that the names sort the other way round."""
    return f"{name[:-1].replace('dx', 'zz').replace('px', 'aa')}{9 - int(name[-1])}"


@given(claims(), st.integers(0, 10))
def test_10_an_optional_slot_that_nothing_fits_changes_nothing(case: tuple[Key, Drafts], place: int) -> None:
    key, drafts = case
    idle = icd("Q89.9", id="idle", weight=0)
    slots = list(key.variants[0].slots)
    slots.insert(min(place, len(slots)), idle)
    grown = replace(key, variants=(replace(key.variants[0], slots=tuple(slots)),))
    before, after = graded(drafts, key).to_json(), graded(drafts, grown).to_json()
    after["outcomes"] = [row for row in after["outcomes"] if row["slot"] != "idle"]
    assert after == before


STYLES = (str.lower, str.upper, lambda code: code.replace(".", ""), lambda code: f" {code[:2]} {code[2:]} ")


@given(claims(), st.data())
def test_10_dots_case_and_blanks_change_nothing(case: tuple[Key, Drafts], data: st.DataObject) -> None:
    key, drafts = case
    typed = answer_to_json(drafts.answer())
    for row in typed["lines"]:
        row["code"] = data.draw(st.sampled_from(STYLES))(row["code"])
        row["modifiers"] = [f" {modifier.lower()}" for modifier in row["modifiers"]]
    assert parse_answer(typed) == drafts.answer()
    assert grade(parse_answer(typed), key, BOOK).to_json() == graded(drafts, key).to_json()


@given(claims(variants_at_most=3))
def test_10_grading_again_gives_the_same(case: tuple[Key, Drafts]) -> None:
    key, drafts = case
    once = json.dumps(graded(drafts, key).to_json())
    assert json.dumps(graded(drafts, key).to_json()) == once
    stored_key = key_from_json(json.loads(json.dumps(key_to_json(key))))
    stored_answer = parse_answer(json.loads(json.dumps(answer_to_json(drafts.answer()))))
    grader = Grader(stored_key, BOOK)
    grader.grade(Answer())
    assert json.dumps(grader.grade(stored_answer).to_json()) == once


@given(claims(), strangers())
def test_11_a_diagnosis_not_pointed_at_changes_no_procedure(case: tuple[Key, Drafts], stranger: Draft) -> None:
    key, drafts = case
    assume(stranger.system is CodeSystem.ICD10CM)
    before = sheets(drafts, key)[LineKind.PROCEDURE]
    after = sheets(drafts.append(LineKind.DIAGNOSIS, stranger), key)[LineKind.PROCEDURE]
    assert after.credits == before.credits
    assert (after.filled, after.cost) == (before.filled, before.cost)
