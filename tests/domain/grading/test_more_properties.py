"""The properties of grading that must hold, 7 to 11; the numbers are those of the specification."""

import json
from dataclasses import replace

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.grading.answer import Answer, answer_to_json, parse_answer
from app.domain.grading.grade import Grader, grade
from app.domain.grading.key import SCALE, Key, Variant, key_from_json, key_to_json
from app.domain.grading.ledger import Reason
from tests.domain.grading.builders import BOOK, icd
from tests.domain.grading.measures import exact_score, graded, numbers, sheets, slot_places
from tests.strategies import DIAGNOSES, PROCEDURES, Draft, Drafts, claims, exact_draft, strangers

pytestmark = pytest.mark.property


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
    exact = exact_draft(slot, data.draw(st.sampled_from(slot.accept)), places)
    assume(sum(exact.system is one.system and exact.code in one.accept for one in sheet.slots) == 1)
    both = near.insert(kind, 0, exact)
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
