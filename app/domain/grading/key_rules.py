"""Owns the rules that every key keeps, whatever the answer: why a key is refused."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.domain.codes.code import CodeSystem, LineKind, normalise
from app.domain.errors import CodeShapeError
from app.domain.grading.answer import LINES_PER_KIND
from app.domain.grading.key import SCALE, Forbidden, Key, ModifierRule, OwedKind, Slot, Variant
from app.domain.grading.ledger import Reason

VARIANTS = 64
"""The most variants in a key."""

LEAST_NEAR_CREDIT = 10
"""The least credit of a near code that has any: below it, deductions could round a relation away."""


def structure_problems(key: Key) -> tuple[str, ...]:
    """Say which rules of its structure a key breaks, in sentences; empty if none."""
    found: list[str] = []
    if not key.variants:
        found.append("The key has no variant: add one complete acceptable answer.")
    if len(key.variants) > VARIANTS:
        found.append(f"The key has {len(key.variants)} variants; {VARIANTS} are the most.")
    for number, variant in enumerate(key.variants, start=1):
        found.extend(f"Variant {number}: {text}" for text in _variant_problems(variant))
    found.extend(_forbidden_problems(key))
    return tuple(found)


def _variant_problems(variant: Variant) -> Iterator[str]:
    if not variant.slots and not variant.owed:
        yield "it expects nothing: add a slot, a field or a query."
    ids = Counter([*(slot.id for slot in variant.slots), *(item.id for item in variant.owed)])
    yield from (
        f"“{name}” is used for {count} slots: give each its own name." for name, count in ids.items() if count > 1
    )
    yield from _kind_problems(variant.slots)
    diagnoses = {slot.id for slot in variant.slots if slot.kind is LineKind.DIAGNOSIS}
    for slot in variant.slots:
        yield from (f"slot “{slot.id}”: {text}" for text in _slot_problems(slot, diagnoses))
    yield from _sharing_problems(variant.slots)
    yield from _owed_problems(variant)


def _kind_problems(slots: Sequence[Slot]) -> Iterator[str]:
    for kind in LineKind:
        mine = [slot for slot in slots if slot.kind is kind]
        if len(mine) > LINES_PER_KIND:
            yield f"it has {len(mine)} {kind.value} slots; {LINES_PER_KIND} are the most."
        first = [slot.id for slot in mine if slot.position is not None]
        if len(first) > 1:
            yield f"{' and '.join(first)} both ask to be first; only one {kind.value} can be."


def _slot_problems(slot: Slot, diagnoses: set[str]) -> Iterator[str]:
    if not slot.accept:
        yield "it accepts no code: name at least one."
    if slot.weight < 0:
        yield f"its weight is {slot.weight}: use 0 for an optional slot, else 1 or more."
    yield from _code_problems(slot.system, slot.accept)
    yield from _near_problems(slot)
    yield from _modifier_problems(slot.modifiers)
    if slot.kind is LineKind.DIAGNOSIS:
        if slot.modifiers != ModifierRule() or slot.units is not None or slot.points_to is not None:
            yield "a diagnosis has no modifiers, units or pointers: take them out."
    elif slot.poa is not None:
        yield "a procedure has no present-on-admission indicator: take it out."
    if slot.units is not None and slot.units < 1:
        yield f"{slot.units} units can't be entered: use 1 or more."
    for target in slot.points_to or ():
        if target not in diagnoses:
            yield f"it points to “{target}”, which is no diagnosis slot of this variant."


def _code_problems(system: CodeSystem, codes: Sequence[str]) -> Iterator[str]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield f"{code} is listed {count} times: once is enough."
        try:
            if normalise(system, code) != code:
                yield f"{code} isn't in canonical form: write {normalise(system, code)}."
        except CodeShapeError as error:
            yield str(error)


def _near_problems(slot: Slot) -> Iterator[str]:
    yield from _code_problems(slot.system, [near.code for near in slot.near])
    for near in slot.near:
        if near.code in slot.accept:
            yield f"{near.code} is both accepted and near: keep one."
        if not (near.credit == 0 or LEAST_NEAR_CREDIT <= near.credit < SCALE):
            least = LEAST_NEAR_CREDIT
            yield f"the near code {near.code} earns {near.credit}: use 0, or {least} to {SCALE - 1} thousandths."
        if near.reason not in Reason.__members__:
            yield f"“{near.reason}” is no reason of the ledger; the near code {near.code} needs one, such as NEAR_MISS."


def _modifier_problems(rule: ModifierRule) -> Iterator[str]:
    named = Counter([*rule.required, *rule.any_of, *rule.optional])
    for modifier, count in named.items():
        if count > 1:
            yield f"modifier {modifier} is named {count} times: once is enough."
        if not (len(modifier) == 2 and modifier.isascii() and modifier.isalnum() and modifier == modifier.upper()):
            yield f"“{modifier}” can't be a modifier: it needs two capital letters or digits."


def _sharing_problems(slots: Sequence[Slot]) -> Iterator[str]:
    """Find slots that share an accepted code and don't differ in modifiers, units or pointers."""
    for place, slot in enumerate(slots):
        for other in slots[place + 1 :]:
            shared = set(slot.accept) & set(other.accept) if slot.system is other.system else set()
            if shared and _asks(slot) == _asks(other):
                code = min(shared)
                yield (
                    f"slots “{slot.id}” and “{other.id}” both accept {code}: "
                    "they must differ in modifiers, units or pointers."
                )


def _asks(slot: Slot) -> tuple[frozenset[str], frozenset[str], frozenset[str], int | None, frozenset[str] | None]:
    rule = slot.modifiers
    pointers = None if slot.points_to is None else frozenset(slot.points_to)
    return frozenset(rule.required), frozenset(rule.any_of), frozenset(rule.optional), slot.units, pointers


def _owed_problems(variant: Variant) -> Iterator[str]:
    if sum(item.kind is OwedKind.QUERY for item in variant.owed) > 1:
        yield "it owes more than one query: keep one."
    for item in variant.owed:
        if item.kind is OwedKind.FIELD and not any(value.strip() for value in item.accept):
            yield f"field “{item.id}” has no accepted value: name at least one."
        if item.weight < 0:
            yield f"the weight of “{item.id}” is {item.weight}: use 0 for an optional one, else 1 or more."


def _forbidden_problems(key: Key) -> Iterator[str]:
    accepted = {(slot.system, code) for variant in key.variants for slot in variant.slots for code in slot.accept}
    for forbidden in key.forbidden:
        yield from (f"Forbidden: {text}" for text in _code_problems(forbidden.system, forbidden.codes))
        yield from _penalty_problems(forbidden)
        for code in forbidden.codes:
            if (forbidden.system, code) in accepted:
                yield f"Forbidden: {code} is also accepted by a slot; keep one."


def _penalty_problems(forbidden: Forbidden) -> Iterator[str]:
    if not SCALE <= forbidden.penalty <= 2 * SCALE:
        listed = ", ".join(forbidden.codes)
        yield f"Forbidden: the penalty of {listed} is {forbidden.penalty} thousandths; use {SCALE} to {2 * SCALE}."
