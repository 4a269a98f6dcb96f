"""Owns how a worklist is filtered, ordered and which chart it recommends next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.exercises.sections import SECTIONS

GOOD = 0.85
"""A best score from which a chart counts as mastered when the next one is chosen."""

PROVEN_BY = 3
"""So many charts of a difficulty, coded well on average, lead to the next difficulty."""


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


def recommend(rows: Sequence[Row], *, but_not: str = "") -> Recommendation | None:
    """Choose the next chart: finish what is open, then a new one for where the person is, then the weakest.

    ``but_not`` is the slug of a chart that isn't offered, though its score counts: the one just coded.
    A new chart is of the difficulty that isn't mastered yet, or the nearest there is; there an urgent one
    leads, then one that trains the weakest exam section, then the shortest.
    """
    offered = [row for row in rows if row.slug != but_not]
    opened = next((row for row in sorted(offered, key=_queue_order) if row.status is Status.OPEN), None)
    if opened:
        return Recommendation(opened, "You have this chart open.")
    coded = [row for row in rows if row.best is not None]
    new = [row for row in offered if row.status is Status.NEW]
    if new:
        return _recommend_new(new, coded)
    weakest = min(offered, key=lambda row: (row.best or 0.0, row.title), default=None)
    if weakest is None or (weakest.best or 0.0) >= 1.0:
        return None
    return Recommendation(weakest, f"Your best score here is {_percent(weakest.best)}, the lowest of all charts.")


def _recommend_new(new: Sequence[Row], coded: Sequence[Row]) -> Recommendation:
    level, weak = _level(coded), _weakest_section(coded)
    nearest = min({row.difficulty for row in new}, key=lambda difficulty: (abs(difficulty - level), difficulty))
    fitting = [row for row in new if row.difficulty == nearest]
    best = min(fitting, key=lambda r: (not r.is_urgent, weak not in r.sections, r.minutes, r.title))
    return Recommendation(best, _why_new(best, coded, weak))


def _level(coded: Sequence[Row]) -> int:
    """Return the lowest difficulty of which a person hasn't yet coded enough charts well; harder ones count, too."""
    for difficulty in range(1, 5):
        scores = [row.best or 0.0 for row in coded if row.difficulty >= difficulty]
        if len(scores) < PROVEN_BY or sum(scores) / len(scores) < GOOD:
            return difficulty
    return 5


def _weakest_section(coded: Sequence[Row]) -> str:
    """Return the exam section with the lowest average of best scores, empty when each is good or nothing is known."""
    by_section: dict[str, list[float]] = {}
    for row in coded:
        for section in row.sections:
            by_section.setdefault(section, []).append(row.best or 0.0)
    averages = {section: sum(scores) / len(scores) for section, scores in by_section.items()}
    weakest = min(averages, key=lambda section: (averages[section], section), default="")
    return weakest if weakest and averages[weakest] < GOOD else ""


def _why_new(row: Row, coded: Sequence[Row], weak: str) -> str:
    if not coded:
        return f"A good first chart: easy (difficulty {row.difficulty} of 5) and short."
    level = f"difficulty {row.difficulty} of 5"
    if weak and weak in row.sections:
        return f"It trains {SECTIONS.get(weak, weak)}, where your scores are lowest so far ({level})."
    if row.is_urgent:
        return f"Urgent, and nearest to your level ({level})."
    return f"New to you, and nearest to your level ({level})."


def _percent(score: float | None) -> str:
    return f"{round(100 * (score or 0.0))} %"


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
    urgent = ("urgent",) if row.is_urgent else ()
    return " ".join((row.title, row.setting, row.specialty, *urgent, *topics)).casefold()


def _queue_order(row: Row) -> tuple[bool, int, int, int, str]:
    rank = {Status.OPEN: 0, Status.NEW: 1, Status.DONE: 2}[row.status]
    return (not row.is_urgent or row.status is Status.DONE, rank, row.difficulty, row.minutes, row.title)
