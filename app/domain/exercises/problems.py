"""Owns what is wrong with an exercise: problems with their place, collected all before any is raised."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import ChartroomError

EXERCISE_FILE = "exercise.toml"
"""The file that holds an exercise's metadata and key; problems of parsed data name it."""


class Level(StrEnum):
    """An error keeps an exercise out of the bank, a warning doesn't."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``message`` names the thing and the remedy.

    ``path`` is the file, ``line`` its 1-based line or None. ``where`` is the place in the TOML, indexes
    counted from 1 (``variant[1].line[2].accept``); ``hint`` is a text to look for near that place.
    """

    path: str
    line: int | None
    message: str
    where: str = ""
    hint: str = ""
    level: Level = Level.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class ExerciseInvalid(ChartroomError):
    """An exercise can't be read; ``problems`` holds every reason, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class Report:
    """Collects problems of one file, ``path``, while it is read."""

    def __init__(self, path: str = EXERCISE_FILE) -> None:
        self._path = path
        self._problems: list[Problem] = []

    def add(self, where: str, message: str, *, hint: str = "", path: str | None = None) -> None:
        """Record an error at a place of the TOML, or of another file when ``path`` says so."""
        self._problems.append(Problem(path or self._path, None, message, where=where, hint=hint))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems)
