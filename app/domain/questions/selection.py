"""Owns which question of a section comes next in practice, and where a person stands on the way through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person stands with one question; ``place`` is its place in the section, ``case`` may be empty."""

    slug: str
    difficulty: int
    place: int
    case: str = ""
    #: The number of the person's last answer to it, 0 without one; later answers have higher numbers.
    last_answer: int = 0
    was_right: bool | None = None


class Which(StrEnum):
    """The questions that a round is about."""

    NEW = "new"
    WRONG = "wrong"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Round:
    """One way through a section: what is new, what was wrong at the last try, or everything again.

    ``since`` is the number of the last answer that the person had given when the round began.
    """

    which: Which = Which.NEW
    since: int = 0

    def is_done(self, standing: Standing) -> bool:
        """Tell whether a question was answered in this round; a round of new ones began with the first answer."""
        return standing.last_answer > (0 if self.which is Which.NEW else self.since)

    def is_waiting(self, standing: Standing) -> bool:
        """Tell whether a question is still to be answered in this round."""
        match self.which:
            case Which.NEW | Which.AGAIN:
                return not self.is_done(standing)
            case Which.WRONG:
                return standing.was_right is False and not self.is_done(standing)
            case _:
                assert_never(self.which)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is in a round. ``number`` counts from 1; it is None for a question outside the round."""

    number: int | None
    total: int
    answered: int
    right: int
    #: Nothing else on its case was answered yet: the note is still to be read.
    opens_case: bool


def choose_next(standings: Sequence[Standing], round_: Round, *, after: str = "") -> Standing | None:
    """Return the question to take next: the one that follows ``after``, at the end those that were passed over.

    None when the round is through, or when only the question just left is still waiting.
    """
    ordered = _in_order(standings)
    left = next((number for number, standing in enumerate(ordered) if standing.slug == after), -1)
    turned = ordered[left + 1 :] + ordered[: max(left, 0)]
    return next((standing for standing in turned if round_.is_waiting(standing)), None)


def find_place(standings: Sequence[Standing], round_: Round, *, slug: str = "") -> Place:
    """Return how far a round has come, and which of its questions ``slug`` is."""
    own = [s for s in _in_order(standings) if round_.is_done(s) or round_.is_waiting(s)]
    done = [standing for standing in own if round_.is_done(standing)]
    case = next((standing.case for standing in standings if standing.slug == slug), "")
    return Place(
        number=next((number for number, standing in enumerate(own, start=1) if standing.slug == slug), None),
        total=len(own),
        answered=len(done),
        right=sum(bool(standing.was_right) for standing in done),
        opens_case=not any(standing.case == case and standing.slug != slug for standing in done),
    )


def _in_order(standings: Sequence[Standing]) -> list[Standing]:
    """Return questions from easy to hard; those on one case stay together, where its easiest would be."""
    easiest: dict[str, int] = {}
    for s in standings:
        easiest[s.case] = min(s.difficulty, easiest.get(s.case, s.difficulty))
    return sorted(standings, key=lambda s: (easiest[s.case] if s.case else s.difficulty, s.case, s.place, s.slug))
