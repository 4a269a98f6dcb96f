"""Owns which question of a section comes next in practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person stands with one question; ``place`` is its place in the section, ``case`` may be empty."""

    slug: str
    difficulty: int
    place: int
    case: str = ""
    answers: int = 0
    was_right: bool | None = None
    last_answered: datetime | None = None


def choose_next(standings: Sequence[Standing], *, after: str = "") -> Standing | None:
    """Return the question to take next: new ones by difficulty, then those last answered wrong, then the oldest.

    Questions on one case stay together in their order. ``after`` is the slug just answered; it comes again
    only when nothing else is left.
    """
    others = [standing for standing in standings if standing.slug != after] or list(standings)
    case = next((s.case for s in standings if s.slug == after), "")
    same_case = sorted((s for s in others if case and s.case == case and not s.answers), key=lambda s: s.place)
    if same_case:
        return same_case[0]
    new = [standing for standing in others if not standing.answers]
    if new:
        easiest = {case: min(s.difficulty for s in new if s.case == case) for case in {s.case for s in new if s.case}}
        return min(new, key=lambda s: (easiest.get(s.case, s.difficulty), s.case, s.place))
    wrong = [standing for standing in others if not standing.was_right]
    return min(wrong or others, key=_oldest, default=None)


def _oldest(standing: Standing) -> tuple[float, int]:
    return (standing.last_answered.timestamp() if standing.last_answered else 0.0, standing.place)
