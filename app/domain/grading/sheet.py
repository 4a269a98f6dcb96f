"""Owns the corrected sheet of one kind of line: who fills which slot, and what everything costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.codes.code import CodeSystem
from app.domain.grading.credit import Credit, Entry, LineCredit
from app.domain.grading.key import SCALE, Forbidden, Slot
from app.domain.grading.matching import Opening, Pair, assign
from app.domain.grading.policy import Policy

Penalties = Mapping[tuple[CodeSystem, str], Forbidden]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cheapest corrections of one kind of line against one variant.

    ``entries`` are in canonical order; ``credits[i][k]`` belongs to entry i and slot k;
    ``filled[i]`` is the slot that entry i fills, None if it is left over, and ``surplus[i]``
    what it costs (or would cost) left over.
    """

    slots: tuple[Slot, ...]
    entries: tuple[Entry, ...]
    credits: tuple[tuple[Credit | None, ...], ...]
    filled: tuple[int | None, ...]
    surplus: tuple[int, ...]
    cost: int

    def credit(self, entry: int) -> Credit | None:
        """Return the credit with which an entry fills its slot, None if it is left over."""
        slot = self.filled[entry]
        return None if slot is None else self.credits[entry][slot]

    def filler(self, slot: int) -> int | None:
        """Return the entry that fills a slot, None if it stays empty."""
        return self.filled.index(slot) if slot in self.filled else None


def correct(
    slots: Sequence[Slot], entries: Sequence[Entry], credit: LineCredit, *, penalties: Penalties, policy: Policy
) -> Sheet:
    """Find the cheapest set of corrections that turns the entries into the slots."""
    credits = [credit.credits(entry) for entry in entries]
    surplus = [
        surplus_cost(slots, row, _penalty(entry, penalties), policy=policy)
        for entry, row in zip(entries, credits, strict=True)
    ]
    stakes = [stake(slot) for slot in slots]
    pairs = [
        [Pair(k, stakes[k] * (SCALE - it.c), it.c == SCALE) for k, it in enumerate(row) if it and it.c]
        for row in credits
    ]
    filled = assign(pairs, surplus, [Opening(slot.weight * SCALE, slot.weight == 0) for slot in slots])
    cost = sum(slot.weight * SCALE for k, slot in enumerate(slots) if k not in filled)
    for i, k in enumerate(filled):
        fit = None if k is None else credits[i][k]
        cost += surplus[i] if k is None or fit is None else match_cost(slots[k], fit.c)
    rows = tuple(tuple(row) for row in credits)
    return Sheet(tuple(slots), tuple(entries), rows, tuple(filled), tuple(surplus), cost)


def stake(slot: Slot) -> int:
    """Return o_k, what a match of the slot can cost at most, in weight units: 1 if it is optional."""
    return slot.weight or 1


def match_cost(slot: Slot, credit: int) -> int:
    """Return what a match of that credit costs, in thousandths of a weight unit."""
    return stake(slot) * (SCALE - credit)


def surplus_cost(slots: Sequence[Slot], row: Sequence[Credit | None], penalty: int, *, policy: Policy) -> int:
    """Return what a line costs that is left over; its position isn't judged.

    An extra version of a keyed code costs what choosing it instead would have cost.
    """
    relation = nearest_slot(slots, row)
    credit = None if relation is None else row[relation]
    full = SCALE if relation is None or credit is None else match_cost(slots[relation], credit.unplaced)
    return max(penalty, (policy.surplus_rate * full + SCALE // 2) // SCALE)


def nearest_slot(slots: Sequence[Slot], row: Sequence[Credit | None]) -> int | None:
    """Return the slot whose near relation sets the surplus cost of a line, None if it has none."""
    best, nearest = 0, None
    for k, credit in enumerate(row):
        if credit is not None and 0 < credit.unplaced < SCALE:
            cost = (slots[k].weight or 1) * (SCALE - credit.unplaced)
            if nearest is None or cost < best:
                best, nearest = cost, k
    return nearest


def _penalty(entry: Entry, penalties: Penalties) -> int:
    forbidden = penalties.get((entry.line.system, entry.line.code))
    return forbidden.penalty if forbidden else 0
