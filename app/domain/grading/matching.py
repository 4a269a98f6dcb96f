"""Owns the cheapest assignment of lines to slots, exact and in integers.

Cost, tie rules and canonical order are packed into one whole number per pair, so exactly one
assignment is cheapest and no tie is left to chance or to the order of typing. Python integers
don't overflow, which is why this isn't ``scipy.optimize.linear_sum_assignment``: its float64 is
exact only up to 2**53, and the canonical order of 25 lines alone needs 118 bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """A line that may fill a slot: the slot's place in the key and what the match costs."""

    slot: int
    cost: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot as the assignment sees it: what leaving it empty costs, and whether it may stay so."""

    empty_cost: int
    optional: bool


_BASE = 32
"""Above every count of lines plus one, so that no level of the tie rules runs into the next."""


def assign(lines: Sequence[Sequence[Pair]], surplus: Sequence[int], slots: Sequence[Opening]) -> list[int | None]:
    """Return for each line the slot it fills, or None, at the lowest total cost.

    ``lines`` holds the allowed pairs of each line, lines in canonical order; ``surplus[i]`` is
    what line i costs when it is left over. Ties: most exact lines, most matched lines, most exact
    lines on required slots, most lines on optional slots, then the lowest slots for the first
    lines. (The last two but one keep every reported number independent of the order of slots.)
    """
    candidates = [i for i, pairs in enumerate(lines) if pairs]
    digits = len(slots) + 1
    unit = digits ** len(candidates)
    rows: list[list[tuple[int, int]]] = []
    exits: list[int] = []
    for position, i in enumerate(candidates):
        place = digits ** (len(candidates) - 1 - position)
        rows.append([(p.slot, _packed(p, slots[p.slot]) * unit + p.slot * place) for p in lines[i]])
        exits.append(surplus[i] * _BASE**4 * unit + len(slots) * place)
    found: list[int | None] = [None] * len(lines)
    for i, slot in zip(candidates, _cheapest(rows, exits, len(slots)), strict=True):
        found[i] = slot
    return found


def _packed(pair: Pair, slot: Opening) -> int:
    """Return cost and tie rules as one number; an empty slot counts nothing, so filling it saves."""
    value = (pair.cost - slot.empty_cost) * _BASE - pair.exact
    value = value * _BASE - 1
    value = value * _BASE - (pair.exact and not slot.optional)
    return value * _BASE - slot.optional


def _cheapest(rows: Sequence[Sequence[tuple[int, int]]], exits: Sequence[int], columns: int) -> list[int | None]:
    """Solve the assignment by shortest augmenting paths with potentials (Jonker and Volgenant 1987).

    Every row takes one column of its list or its own exit; columns may stay free.
    """
    row_potential = [0] * len(rows)
    column_potential = [0] * columns
    owner: list[int | None] = [None] * columns
    taken: list[int | None] = [None] * len(rows)
    for row, pairs in enumerate(rows):
        reduced = [cost - column_potential[column] for column, cost in pairs]
        row_potential[row] = min(exits[row], *reduced) if reduced else exits[row]
        search = _Search(rows, exits, row_potential, column_potential, owner)
        search.run(row)
        search.raise_potentials()
        search.augment(taken)
    return taken


class _Search:
    """One shortest-path search from a new row to a free column or to the exit of a row it displaces."""

    __slots__ = (
        "column_potential",
        "depth",
        "distance",
        "end",
        "exits",
        "leaver",
        "owner",
        "reached_from",
        "row_potential",
        "rows",
        "scanned",
        "total",
    )

    def __init__(
        self,
        rows: Sequence[Sequence[tuple[int, int]]],
        exits: Sequence[int],
        row_potential: list[int],
        column_potential: list[int],
        owner: list[int | None],
    ) -> None:
        self.rows, self.exits = rows, exits
        self.row_potential, self.column_potential, self.owner = row_potential, column_potential, owner
        self.depth: dict[int, int] = {}
        self.distance: dict[int, int] = {}
        self.reached_from: dict[int, int] = {}
        self.scanned: dict[int, int] = {}
        self.total = 0
        self.leaver = -1
        self.end: int | None = None

    def run(self, start: int) -> None:
        """Grow the tree until the nearest end is known: ``end`` is a column, or None for an exit."""
        row, reach = start, 0
        best_exit: int | None = None
        while True:
            self.depth[row] = reach
            exit_here = reach + self.exits[row] - self.row_potential[row]
            if best_exit is None or exit_here < best_exit:
                best_exit, self.leaver = exit_here, row
            self._relax(row, reach)
            column = min(self.distance, key=self.distance.__getitem__, default=None)
            if column is None or best_exit <= self.distance[column]:
                self.total, self.end = best_exit, None
                return
            reach = self.distance.pop(column)
            following = self.owner[column]
            if following is None:
                self.total, self.end = reach, column
                return
            self.scanned[column] = reach
            row = following

    def _relax(self, row: int, reach: int) -> None:
        base = reach - self.row_potential[row]
        potential, distance, scanned = self.column_potential, self.distance, self.scanned
        for column, cost in self.rows[row]:
            if column in scanned:
                continue
            through = base + cost - potential[column]
            known = distance.get(column)
            if known is None or through < known:
                distance[column] = through
                self.reached_from[column] = row

    def raise_potentials(self) -> None:
        for row, reach in self.depth.items():
            self.row_potential[row] += self.total - reach
        for column, reach in self.scanned.items():
            self.column_potential[column] -= self.total - reach

    def augment(self, taken: list[int | None]) -> None:
        """Shift every row on the path by one column."""
        column = self.end
        if column is None:
            column, taken[self.leaver] = taken[self.leaver], None
        while column is not None:
            row = self.reached_from[column]
            self.owner[column] = row
            column, taken[row] = taken[row], column
