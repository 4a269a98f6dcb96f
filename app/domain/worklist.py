"""Owns how a worklist is filtered, ordered and which chart it recommends next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where a trainee stands with a chart."""

    NEW = "new"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One chart in the queue. ``best`` is the best score, 0 to 1, None before the first submission."""

    slug: str
    title: str
    setting: str
    specialty: str
    sections: tuple[str, ...]
    topics: tuple[str, ...]
    priority: str
    difficulty: int
    minutes: int
    best: float | None = None
    submissions: int = 0
    last_submitted: datetime | None = None
    open_attempt: int | None = None

    @property
    def status(self) -> Status:
        if self.open_attempt is not None:
            return Status.OPEN
        return Status.DONE if self.submissions else Status.NEW

    @property
    def is_urgent(self) -> bool:
        return self.priority == "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the trainee asked to see; an empty value doesn't filter."""

    specialty: str = ""
    setting: str = ""
    section: str = ""
    difficulty: int | None = None
    status: str = ""
    #: Show only charts whose best score is below this, 0 to 1; a chart without a score is.
    best_below: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The chart to take next, and why, in a sentence."""

    row: Row
    why: str


def filter_rows(rows: Iterable[Row], filters: Filters) -> list[Row]:
    """Return the rows that fit all filters, in the order of the queue."""
    words = filters.words.casefold().split()
    fitting = [row for row in rows if _fits(row, filters) and all(word in _searchable(row) for word in words)]
    return sorted(fitting, key=_queue_order)


def recommend(rows: Sequence[Row]) -> Recommendation | None:
    """Choose the next chart: finish what is open, then urgent, then new by difficulty, then the weakest."""
    ordered = sorted(rows, key=_queue_order)
    for row in ordered:
        if row.status is Status.OPEN:
            return Recommendation(row, "You have this chart open.")
    new = sorted(
        (row for row in ordered if row.status is Status.NEW), key=lambda r: (r.difficulty, not r.is_urgent, r.title)
    )
    if new:
        return Recommendation(new[0], _why_new(new[0], started=any(row.submissions for row in rows)))
    weakest = min(ordered, key=lambda r: (r.best or 0.0, r.title), default=None)
    if weakest is None or (weakest.best or 0.0) >= 1.0:
        return None
    return Recommendation(
        weakest, f"Your best score here is {round(100 * (weakest.best or 0.0))} %, the lowest of all charts."
    )


def _why_new(row: Row, *, started: bool) -> str:
    if not started:
        return "A good first chart: short, with one question to settle."
    if row.is_urgent:
        return f"Urgent, and the easiest of the charts you haven't coded (difficulty {row.difficulty} of 5)."
    return f"The easiest of the charts you haven't coded (difficulty {row.difficulty} of 5)."


def _fits(row: Row, filters: Filters) -> bool:
    wanted = (
        (filters.specialty, row.specialty),
        (filters.setting, row.setting),
        (filters.difficulty, row.difficulty),
        (filters.status, row.status.value),
    )
    if filters.best_below is not None and (row.best or 0.0) >= filters.best_below:
        return False
    if filters.section and filters.section not in row.sections:
        return False
    return all(not want or want == have for want, have in wanted)


def _searchable(row: Row) -> str:
    # what a chart is about can give its answer away, so topics count only once it was coded
    topics = row.topics if row.submissions else ()
    return " ".join((row.title, row.setting, row.specialty, *topics)).casefold()


def _queue_order(row: Row) -> tuple[bool, int, int, str]:
    rank = {Status.OPEN: 0, Status.NEW: 1, Status.DONE: 2}[row.status]
    return (not row.is_urgent or row.status is Status.DONE, rank, row.difficulty, row.title)
