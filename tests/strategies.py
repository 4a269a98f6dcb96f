"""Owns the Hypothesis strategies: realistic keys and the answers people give to them.

Codes come in families of near misses and siblings, so that most answers touch the interesting
rules: optional slots, forbidden codes, pointers, modifiers, positions, duplicates, ICD-10-PCS.
An example is decoded from one draw of bytes, which is fifty times faster than a draw a choice and
makes 10,000 examples of every property a matter of minutes; it still shrinks, towards few lines.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.grading.answer import Answer, Line
from app.domain.grading.key import Forbidden, Key, ModifierRule, Near, Owed, OwedKind, Position, Slot, Variant
from app.domain.grading.key_rules import structure_problems
from tests.domain.grading.fake_book import billable

_CHECKS = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
]
settings.register_profile("ci", max_examples=200, deadline=None, suppress_health_check=_CHECKS)
settings.register_profile("long", max_examples=10_000, deadline=None, suppress_health_check=_CHECKS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

DIAGNOSES = tuple(billable())
ENTERED_DIAGNOSES = (*DIAGNOSES, "E11.2", "D22", "N18.3", "S72.001", "W19.XXX", "Z79.899", "A00.Z", "E11.Z")
"""Also headers, codes of six characters, codes of another release and codes of none."""
CPT_CODES = ("17110", "17000", "29881", "99213", "99214")
PCS_CODES = ("0DTJ4ZZ", "0DTJ0ZZ", "0DBJ4ZX", "0DTN4ZZ", "0DTJ4ZX", "0SRC0J9", "B2111ZZ")
MODIFIERS = ("25", "59", "RT", "LT", "XS")
POA = ("Y", "N", "U", "W", "1")
PROCEDURES: tuple[tuple[CodeSystem, str], ...] = (
    *((CodeSystem.CPT, code) for code in CPT_CODES),
    (CodeSystem.HCPCS, "J1100"),
    *((CodeSystem.ICD10PCS, code) for code in PCS_CODES),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before it has a place; ``points_to`` are places (from 0) among the diagnosis drafts."""

    system: CodeSystem
    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    points_to: tuple[int, ...] = ()
    poa: str | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """A whole answer whose lines can still be moved, added and replaced."""

    diagnoses: tuple[Draft, ...] = ()
    procedures: tuple[Draft, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    query: str | None = None

    def answer(self) -> Answer:
        """Number the lines: diagnoses first, then procedures."""
        numbered = [(i, draft) for i, draft in enumerate(self.diagnoses, start=1)]
        numbered += [(i, draft) for i, draft in enumerate(self.procedures, start=1)]
        lines = tuple(
            Line(
                number=number,
                place=place,
                system=draft.system,
                code=draft.code,
                modifiers=draft.modifiers,
                units=draft.units,
                points_to=tuple(sorted(target + 1 for target in draft.points_to)),
                poa=draft.poa,
            )
            for number, (place, draft) in enumerate(numbered, start=1)
        )
        return Answer(lines=lines, fields=self.fields, query=self.query)

    def of(self, kind: LineKind) -> tuple[Draft, ...]:
        return self.diagnoses if kind is LineKind.DIAGNOSIS else self.procedures

    def with_lines(self, kind: LineKind, lines: Sequence[Draft]) -> "Drafts":
        """Return the answer with other lines of one kind; pointers keep their places."""
        if kind is LineKind.DIAGNOSIS:
            return replace(self, diagnoses=tuple(lines))
        return replace(self, procedures=tuple(lines))

    def insert(self, kind: LineKind, place: int, draft: Draft) -> "Drafts":
        """Insert a line; pointers follow the diagnosis lines that move down."""
        lines = self.of(kind)
        grown = self.with_lines(kind, (*lines[:place], draft, *lines[place:]))
        if kind is LineKind.PROCEDURE:
            return grown
        moved = [replace(p, points_to=tuple(t + 1 if t >= place else t for t in p.points_to)) for p in self.procedures]
        return replace(grown, procedures=tuple(moved))

    def append(self, kind: LineKind, draft: Draft) -> "Drafts":
        return self.insert(kind, len(self.of(kind)), draft)

    def permute_diagnoses(self, order: Sequence[int]) -> "Drafts":
        """Move the diagnosis lines; ``order[new]`` is the old place. Pointers follow."""
        new_place = {old: new for new, old in enumerate(order)}
        pointing = [replace(p, points_to=tuple(new_place[t] for t in p.points_to)) for p in self.procedures]
        return replace(self, diagnoses=tuple(self.diagnoses[old] for old in order), procedures=tuple(pointing))


def exact_draft(slot: Slot, code: str, places: dict[str, int]) -> Draft:
    """Return a line without a fault for a slot; ``places`` maps diagnosis slots to typed places."""
    return Draft(
        slot.system,
        code,
        (*slot.modifiers.required, *slot.modifiers.any_of[:1]),
        1 if slot.units is None else slot.units,
        tuple(places[target] for target in slot.points_to or ()),
        slot.poa,
    )


_T = TypeVar("_T")


class Choices:
    """Decodes choices from bytes; a run of zeros always makes the first, simplest choice."""

    def __init__(self, data: bytes) -> None:
        self._bytes: Iterator[int] = iter(data)

    def number(self, below: int) -> int:
        return next(self._bytes, 0) % below if below > 1 else 0

    def pick(self, options: Sequence[_T]) -> _T:
        return options[self.number(len(options))]

    def happens(self, one_in: int) -> bool:
        return self.number(one_in) == one_in - 1

    def some(self, options: Sequence[_T], most: int) -> tuple[_T, ...]:
        """Return up to ``most`` different options."""
        return tuple(dict.fromkeys(self.pick(options) for _ in range(self.number(most + 1)) if options))

    def shuffled(self, options: Sequence[_T]) -> list[_T]:
        rest = list(options)
        return [rest.pop(self.number(len(rest))) for _ in range(len(rest))]


_DATA = st.binary(min_size=700, max_size=700)


def keys(*, most: int = 5, variants_at_most: int = 1, placed: bool = True) -> st.SearchStrategy[Key]:
    """Keys that keep every rule, with up to ``most`` slots a kind; without ``placed`` no position is graded."""
    return _DATA.map(lambda data: _key(Choices(data), most=most, variants=variants_at_most, placed=placed))


def claims(*, most: int = 5, variants_at_most: int = 1, placed: bool = True) -> st.SearchStrategy[tuple[Key, Drafts]]:
    """A key and an answer to it, with up to ``most`` lines a kind: the key's own codes, their
    relatives, strangers, duplicates, forbidden codes."""

    def decode(data: bytes) -> tuple[Key, Drafts]:
        choices = Choices(data)
        key = _key(choices, most=most, variants=variants_at_most, placed=placed)
        return key, _answer(choices, key, most=most)

    return _DATA.map(decode)


def strangers() -> st.SearchStrategy[Draft]:
    """Lines of any kind with any code, related to the key or not; they point nowhere."""
    return _STRANGERS


_STRANGERS = st.sampled_from(
    [*(Draft(CodeSystem.ICD10CM, code) for code in ENTERED_DIAGNOSES), *(Draft(*pair) for pair in PROCEDURES)]
)
_WEIGHTS = (1, 1, 1, 2, 2, 0, 3)
_CREDITS = (0, 10, 250, 333, 500, 700, 750, 999)
_CLUSTERED = tuple(code for code in DIAGNOSES if code.startswith(("E11", "N18", "M17", "S72")))
_OWED = (
    Owed("disposition", OwedKind.FIELD, ("01",)),
    Owed("admit-hour", OwedKind.FIELD, ("13", "14"), weight=0),
    Owed("query", OwedKind.QUERY, weight=2),
)


def _key(choices: Choices, *, most: int, variants: int, placed: bool) -> Key:
    found = tuple(_variant(choices, most=most, placed=placed) for _ in range(1 + choices.number(variants)))
    accepted = {code for variant in found for slot in variant.slots for code in slot.accept}
    barred = [code for code in (*DIAGNOSES, *CPT_CODES) if code not in accepted]
    codes = choices.some(barred, 3) if choices.happens(3) else ()
    forbidden = tuple(
        Forbidden(
            CodeSystem.CPT if code in CPT_CODES else CodeSystem.ICD10CM, (code,), choices.pick((1000, 1500, 2000))
        )
        for code in codes
    )
    key = Key(found, forbidden)
    assert not structure_problems(key)
    return key


def _variant(choices: Choices, *, most: int, placed: bool) -> Variant:
    diagnoses = _diagnosis_slots(choices, most, placed=placed)
    procedures = _procedure_slots(choices, most, [slot.id for slot in diagnoses], placed=placed)
    owed = choices.some(_OWED, 2) if choices.happens(4) else ()
    slots = choices.shuffled([*diagnoses, *procedures])
    return Variant(tuple(slots), owed or (() if slots else _OWED[:1]))


def _diagnosis_slots(choices: Choices, most: int, *, placed: bool) -> list[Slot]:
    """Slots of few categories more often than not, so that they are each other's near misses."""
    codes = list(
        dict.fromkeys(choices.pick(choices.pick((_CLUSTERED, DIAGNOSES))) for _ in range(choices.number(most + 3)))
    )
    groups = [codes[:2], *([code] for code in codes[2:])] if choices.happens(3) else [[code] for code in codes]
    first = choices.number(most) if placed else -1
    return [
        Slot(
            id=f"dx{place}",
            system=CodeSystem.ICD10CM,
            accept=tuple(group),
            weight=choices.pick(_WEIGHTS),
            poa=choices.pick((None, None, None, "Y", "N")),
            position=Position.FIRST if place == first else None,
            near=_near(choices, group, DIAGNOSES),
        )
        for place, group in enumerate(group for group in groups[:most] if group)
    ]


def _near(choices: Choices, accept: Sequence[str], pool: Sequence[str]) -> tuple[Near, ...]:
    if not choices.happens(4):
        return ()
    codes = choices.some([code for code in pool if code not in accept], 2)
    return tuple(Near(code, choices.pick(_CREDITS), text="that is something else") for code in codes)


def _procedure_slots(choices: Choices, most: int, diagnoses: list[str], *, placed: bool) -> list[Slot]:
    """Slots that may share a code, as long as they differ in what they ask for beside it."""
    first = choices.number(2 * most) if placed else -1
    found: list[Slot] = []
    for place in range(choices.number(most + 1)):
        slot = _procedure_slot(choices, f"px{place}", diagnoses, is_first=place == first)
        if not structure_problems(Key((Variant((*map(_unpointed, found), _unpointed(slot))),))):
            found.append(slot)
    return found


def _unpointed(slot: Slot) -> Slot:
    """Return the slot without pointers: stricter than the rule, and needs no diagnoses to check."""
    return replace(slot, points_to=None)


def _procedure_slot(choices: Choices, name: str, diagnoses: list[str], *, is_first: bool) -> Slot:
    system, code = choices.pick(PROCEDURES)
    pool = [other for one, other in PROCEDURES if one is system]
    accept = tuple(dict.fromkeys((code, choices.pick(pool) if choices.happens(5) else code)))
    is_pcs = system is CodeSystem.ICD10PCS
    return Slot(
        id=name,
        system=system,
        accept=accept,
        weight=choices.pick(_WEIGHTS),
        modifiers=ModifierRule() if is_pcs else _modifier_rule(choices),
        units=None if is_pcs else choices.pick((None, None, 1, 2)),
        points_to=choices.some(diagnoses, 3) if choices.happens(2) and not is_pcs else None,
        position=Position.FIRST if is_first else None,
        near=_near(choices, accept, pool) if len(pool) > len(accept) else (),
    )


def _modifier_rule(choices: Choices) -> ModifierRule:
    shuffled = choices.shuffled(MODIFIERS)
    required, choice, optional = (choices.pick((0, 0, 0, 1, 2)) for _ in range(3))
    return ModifierRule(
        tuple(shuffled[:required]),
        tuple(shuffled[required : required + choice]),
        tuple(shuffled[required + choice : required + choice + optional]),
    )


def _answer(choices: Choices, key: Key, *, most: int) -> Drafts:
    slots = [slot for variant in key.variants for slot in variant.slots]
    own = [code for slot in slots if slot.kind is LineKind.DIAGNOSIS for code in slot.accept]
    own += [near.code for slot in slots if slot.kind is LineKind.DIAGNOSIS for near in slot.near]
    own += [code for item in key.forbidden for code in item.codes if item.system is CodeSystem.ICD10CM]
    related = [code for code in ENTERED_DIAGNOSES if any(code[:3] == other[:3] for other in own)]
    pools = [pool for pool in (own, related, ENTERED_DIAGNOSES) if pool]
    diagnoses = tuple(
        Draft(CodeSystem.ICD10CM, choices.pick(choices.pick(pools)), poa=choices.pick((None, "Y", "Y", "N")))
        for _ in range(choices.number(most + 1))
    )
    mine = [slot for slot in slots if slot.kind is LineKind.PROCEDURE]
    procedures = tuple(_procedure_draft(choices, mine, len(diagnoses)) for _ in range(choices.number(most + 1)))
    drafts = Drafts(diagnoses, procedures)
    if any(variant.owed for variant in key.variants) or choices.happens(8):
        fields = [(name, choices.pick(("01", "02", "13"))) for name in choices.some(("disposition", "admit-hour"), 2)]
        query = choices.pick((None, "Please specify the stage."))
        drafts = replace(drafts, fields=tuple(sorted(fields)), query=query)
    return drafts


def _procedure_draft(choices: Choices, slots: Sequence[Slot], diagnoses: int) -> Draft:
    model = choices.pick(slots) if slots and not choices.happens(4) else None
    system, code = (model.system, choices.pick(model.accept)) if model else choices.pick(PROCEDURES)
    rule = model.modifiers if model else ModifierRule()
    modifiers = (*rule.required, *rule.any_of[: choices.number(3)])
    if choices.happens(3):
        modifiers = choices.some(MODIFIERS, 3)
    is_pcs = system is CodeSystem.ICD10PCS
    return Draft(
        system,
        code,
        () if is_pcs else modifiers,
        1 if is_pcs else choices.pick((1, 1, 2)),
        choices.some(range(diagnoses), 3),
    )
