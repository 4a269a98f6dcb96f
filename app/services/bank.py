"""Owns the bank as files: reading folders of charts, checking them, finding one by name. No database here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from app.codebook.library import Library
from app.domain.errors import NotFound
from app.domain.exercises.check import check_exercise, check_parts
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.locate import line_of, with_lines
from app.domain.exercises.parse import read_exercise
from app.domain.exercises.problems import EXERCISE_FILE, ExerciseInvalid, Level, Problem
from app.domain.exercises.quotes import is_verbatim
from app.domain.exercises.review import REVIEW_FILE, Certified, Coding, Difference, Review, read_review
from app.domain.exercises.walk import places
from app.domain.grading.grade import key_problems
from app.services.bank_files import ChartFiles, is_chart_folder, read_chart_files, read_toml
from app.services.bank_siblings import coding_problems, likeness_problems, of_siblings, siblings_of
from app.services.documents import Mark, stripped_html, unplaced_marks

__all__ = [
    "Bank",
    "BankEntry",
    "Certified",
    "Coding",
    "Difference",
    "Review",
    "chart_folders",
    "check_path",
    "content_hashes",
    "find_chart",
    "load_chart",
    "read_bank",
]

CHARTS = "charts"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class BankEntry:
    """A chart without errors. ``content_hash`` is over all its files; without a review it is a draft.

    ``siblings`` are its sister charts by id, the base (which is ``exercise``) first; empty for an ordinary chart.
    """

    exercise: Exercise
    review: Review | None
    content_hash: str
    folder: Path
    siblings: Mapping[str, Exercise] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        """Tell whether the chart, or one of its siblings, was never coded by a second coder."""
        if self.review is None:
            return True
        return bool(set(self.siblings) - {coding.sibling for coding in self.review.codings})


@dataclass(frozen=True, slots=True)
class Bank:
    """What a folder holds: usable charts by folder name, and every problem found.

    ``drafts`` are the ids of drafts that were left out, ``broken`` the folders left out because of errors.
    """

    exercises: tuple[BankEntry, ...]
    problems: tuple[Problem, ...]
    drafts: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One folder as read: ``entry`` is None when the chart has errors."""

    folder: Path
    id: str
    entry: BankEntry | None
    problems: tuple[Problem, ...]


def read_bank(folder: Path, library: Library, *, drafts: bool = False) -> Bank:
    """Read the charts of a bank folder, a folder of charts, or one chart; charts with errors are left out.

    A chart without a review is a draft: named, and only returned when ``drafts`` is asked for.
    """
    readings = [_read(chart, library) for chart in chart_folders(folder)]
    duplicates = _duplicates(readings)
    twice = {problem.path for problem in duplicates}
    usable = [r.entry for r in readings if r.entry and str(r.folder / EXERCISE_FILE) not in twice]
    kept = {entry.folder for entry in usable}
    return Bank(
        exercises=tuple(entry for entry in usable if drafts or not entry.is_draft),
        problems=(*(problem for reading in readings for problem in reading.problems), *duplicates),
        drafts=() if drafts else tuple(entry.exercise.id for entry in usable if entry.is_draft),
        broken=tuple(reading.folder.name for reading in readings if reading.folder not in kept),
    )


def check_path(path: Path, library: Library) -> tuple[Problem, ...]:
    """Return every problem of the charts at a path, errors and warnings, in the order of their places.

    Raises NotFound when there is nothing to check.
    """
    return read_bank(path, library, drafts=True).problems


def content_hashes(folder: Path) -> dict[str, str]:
    """Return the content hash of every chart folder by its name, without checking anything: cheap."""
    return {chart.name: read_chart_files(chart).content_hash for chart in chart_folders(folder)}


def chart_folders(folder: Path) -> list[Path]:
    """Return the chart folders at a path: itself, or those below it or its ``charts``. Raises NotFound."""
    if is_chart_folder(folder) or (folder / EXERCISE_FILE).is_symlink():
        return [folder]
    below = folder / CHARTS if (folder / CHARTS).is_dir() else folder
    if not below.is_dir():
        raise NotFound(f"There is no folder “{folder}”: give a chart folder, or a bank folder with “{CHARTS}” in it.")
    found = sorted(path for path in below.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not found:
        raise NotFound(f"There is no chart in “{folder}”: a chart is a folder with {EXERCISE_FILE} and its documents.")
    return found


def find_chart(name: str, bank: Path) -> Path:
    """Return the folder of a chart named by its id in the bank, or by a path. Raises NotFound with close names."""
    if _SLUG.fullmatch(name) and is_chart_folder(bank / CHARTS / name):
        return bank / CHARTS / name
    path = Path(name)
    if path.name == EXERCISE_FILE:
        path = path.parent
    if is_chart_folder(path):
        return path
    known = sorted(p.name for p in (bank / CHARTS).glob("*") if is_chart_folder(p))
    close = get_close_matches(name.lower()[:80], known, n=3, cutoff=0.5)
    remedy = f"Did you mean {' or '.join(close)}?" if close else "“chartroom exercises list” shows all."
    raise NotFound(f"There is no exercise “{name[:80]}” in the bank, nor a folder of that name with a chart. {remedy}")


def load_chart(folder: Path, library: Library, sibling: str = "") -> Exercise:
    """Return the chart of a folder, draft or not: the named sibling, or the first.

    Raises ExerciseInvalid when it can't be graded against, NotFound for an unknown sibling.
    """
    files = read_chart_files(folder)
    family = siblings_of(files)
    if sibling and sibling not in family.files:
        known = ", ".join(family.files) if family.has_siblings else "it has none"
        raise NotFound(f"“{folder.name}” has no sibling “{sibling[:40]}”: {known}.")
    chosen = family.files[sibling] if sibling else next(iter(family.files.values()), files)
    exercise, problems = _parsed(chosen, library)
    problems = (*family.problems, *problems)
    if exercise is not None and not problems:
        found = key_problems(exercise.key, library.on(exercise.date_of_service))
        problems = tuple(Problem(EXERCISE_FILE, None, text) for text in found)
    if exercise is None or problems:
        raise ExerciseInvalid(_placed(problems, chosen))
    return exercise


def _read(folder: Path, library: Library) -> _Reading:
    files = read_chart_files(folder)
    family = siblings_of(files)
    review, review_problems = _review(files)
    judged = {name: _judged(filled, library) for name, filled in family.files.items()}
    found = [*files.problems, *family.problems, *review_problems]
    found += of_siblings({name: problems for name, (_, problems) in judged.items()})
    exercises = {name: exercise for name, (exercise, _) in judged.items() if exercise is not None}
    base = next(iter(exercises.values()), None)
    if family.has_siblings:
        found += likeness_problems(exercises) + coding_problems(review, tuple(family.files))
    if base is not None and base.id and base.id != folder.resolve().name:
        message = f"The id “{base.id}” isn't the folder's name, “{folder.resolve().name}”: make them the same."
        found.append(Problem(EXERCISE_FILE, None, message, where="id"))
    placed = _placed(tuple(found), files)
    has_errors = any(problem.level is Level.ERROR for problem in placed)
    entry = None
    if base is not None and not has_errors:
        entry = BankEntry(base, review, files.content_hash, folder, exercises if family.has_siblings else {})
    return _Reading(folder, base.id if base else "", entry, placed)


def _judged(files: ChartFiles, library: Library) -> tuple[Exercise | None, tuple[Problem, ...]]:
    """Return one chart as far as it can be read, and everything wrong with it."""
    exercise, problems = _parsed(files, library)
    found = [*problems, *_html_problems(files)]
    if exercise is not None:
        books = library.on(exercise.date_of_service)
        found += check_parts(exercise, books) if problems else check_exercise(exercise, books)
        found += _unplaced(exercise)
    # lines are found in the text as filled in; filling keeps the lines
    return exercise, with_lines(found, files.texts)


def _parsed(files: ChartFiles, library: Library) -> tuple[Exercise | None, tuple[Problem, ...]]:
    """Return the exercise as far as it can be read, and what stood in the way."""
    if EXERCISE_FILE not in files.texts:
        return None, ()
    data, problems = read_toml(EXERCISE_FILE, files.texts[EXERCISE_FILE])
    if data is None:
        return None, problems
    return read_exercise(data, files.documents, library.on)


def _review(files: ChartFiles) -> tuple[Review | None, tuple[Problem, ...]]:
    if REVIEW_FILE not in files.texts:
        return None, ()
    data, problems = read_toml(REVIEW_FILE, files.texts[REVIEW_FILE])
    if data is None:
        return None, problems
    return read_review(data)


def _html_problems(files: ChartFiles) -> Iterator[Problem]:
    for name, text in files.documents.items():
        for piece in stripped_html(text):
            shown = piece if len(piece) <= 60 else piece[:59] + "…"
            message = f"“{shown}” would be removed when the document is shown: write it in Markdown, or leave it out."
            yield Problem(name, _line_of_html(text, piece), message)


def _line_of_html(text: str, piece: str) -> int | None:
    """Find a tag by the address it holds, else by how it opens, else where a link could have made it."""
    address = re.search(r'(?:href|src)="([^"\n]+)', piece)
    opening = re.match(r"<[!?/]?[\w-]*", piece)
    for words in (address.group(1) if address else "", opening.group() if opening else ""):
        if words and (line := line_of(text.lower(), words.lower())):
            return line
    return None


def _unplaced(exercise: Exercise) -> Iterator[Problem]:
    """Yield quotes that stand in the source of a document but not, in one piece, in what people see."""
    for document in exercise.documents:
        marks: dict[str, Mark] = {}
        for where, slot in places(exercise.key):
            for number, evidence in enumerate(slot.evidence, start=1):
                if evidence.document == document.name and is_verbatim(evidence.quote, document.text):
                    marks[f"{where}.evidence[{number}]"] = Mark(f"ev-{len(marks)}", evidence.quote)
        missing = set(unplaced_marks(document.text, tuple(marks.values())))
        for where, mark in marks.items():
            if mark in missing:
                message = "This quote can't be highlighted in the shown document: quote a piece without Markdown signs."
                yield Problem(EXERCISE_FILE, None, message, where=where, hint=mark.quote)


def _placed(problems: tuple[Problem, ...], files: ChartFiles) -> tuple[Problem, ...]:
    """Give problems their lines and full paths, in the order of the files and lines."""
    found = with_lines(problems, files.texts)
    unique = dict.fromkeys(replace(p, path=str(files.folder / p.path) if p.path else str(files.folder)) for p in found)
    return tuple(sorted(unique, key=lambda p: (p.path, p.line or 0)))


def _duplicates(readings: list[_Reading]) -> list[Problem]:
    first: dict[str, Path] = {}
    found = []
    for reading in readings:
        other = first.setdefault(reading.id, reading.folder) if reading.id else reading.folder
        if other != reading.folder:
            message = f"The id “{reading.id}” is already taken by {other.name}: give each chart its own."
            found.append(Problem(str(reading.folder / EXERCISE_FILE), None, message, where="id"))
    return found
