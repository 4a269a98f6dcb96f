"""Owns what a multiple-choice question is: stem, four options with feedback, and the case it may belong to."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.domain.codes.code import CodeSystem

OPTION_IDS = ("a", "b", "c", "d")
"""Ids of the options in the order of the file; answers are stored and matched by them, however they are shown."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``feedback`` says why it is right, or which misconception it stands for."""

    id: str
    text: str
    feedback: str
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A note that several questions are about; ``note`` is Markdown as written, not yet sanitised."""

    id: str
    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with exactly one right option. ``difficulty`` runs from 1 to 5.

    ``systems`` are the code systems whose codes stand in the options, judged on ``day``.
    """

    id: str
    section: str
    stem: str
    options: tuple[Option, ...]
    difficulty: int
    topics: tuple[str, ...]
    systems: tuple[CodeSystem, ...]
    rationale: str
    source: str
    day: date
    case: Case | None = None

    @property
    def right(self) -> Option:
        """Return the right option; every question that was checked has one."""
        return next(option for option in self.options if option.is_right)

    def find_option(self, option_id: str) -> Option | None:
        """Return an option by its id."""
        return next((option for option in self.options if option.id == option_id), None)


def question_to_json(question: Question) -> dict[str, Any]:
    """Return the question, its right answer included, as plain data."""
    data = asdict(question)
    data["day"] = question.day.isoformat()
    data["options"] = list(data["options"])
    data["topics"] = list(question.topics)
    data["systems"] = [system.value for system in question.systems]
    return data


def question_from_json(data: dict[str, Any]) -> Question:
    """Return the question that ``question_to_json`` wrote."""
    return Question(
        **{
            **data,
            "day": date.fromisoformat(data["day"]),
            "options": tuple(Option(**option) for option in data["options"]),
            "topics": tuple(data["topics"]),
            "systems": tuple(CodeSystem(name) for name in data["systems"]),
            "case": Case(**data["case"]) if data["case"] else None,
        }
    )
