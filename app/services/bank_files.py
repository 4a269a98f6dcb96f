"""Owns reading the files of one chart folder: only plain files of sane size, decoded, and their hash.

Nothing outside the folder is ever opened: names come from listing it, links and special files are refused.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from app.domain.exercises.problems import EXERCISE_FILE, Problem
from app.domain.exercises.review import REVIEW_FILE

MOST_FILES, LARGEST_FILE = 40, 256_000
MOST_DOTS = 200
"""A name of many dotted parts takes the TOML reader minutes; no honest line has as many dots."""

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class ChartFiles:
    """The texts of a chart folder by file name; ``problems`` name files relative to the folder."""

    folder: Path
    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    content_hash: str

    @property
    def documents(self) -> dict[str, str]:
        return {name: text for name, text in self.texts.items() if name.endswith(".md")}


@dataclass(slots=True)
class _Reading:
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, name: str, message: str, line: int | None = None) -> None:
        self.problems.append(Problem(name, line, message))


def read_chart_files(folder: Path) -> ChartFiles:
    """Read every file of a chart folder; what can't be read is a problem, never an exception."""
    reading = _Reading()
    for path in _listed(folder, reading):
        if (text := _text(path, reading)) is not None:
            reading.texts[path.name] = text
    seen = {problem.path for problem in reading.problems}
    if EXERCISE_FILE not in reading.texts and EXERCISE_FILE not in seen:
        reading.problem(EXERCISE_FILE, f"There is no {EXERCISE_FILE} in this folder: add it, or remove the folder.")
    return ChartFiles(folder, reading.texts, tuple(reading.problems), _hash(reading.texts))


def read_toml(name: str, text: str) -> tuple[dict[str, object] | None, tuple[Problem, ...]]:
    """Return a TOML text as plain data, None if it isn't TOML, with the line of the fault."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MOST_DOTS:
            return None, (Problem(name, number, f"This line has more than {MOST_DOTS} dots: break it up."),)
    try:
        return tomllib.loads(text), ()
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        said = _AT_LINE.sub("", str(error))
        return None, (Problem(name, int(at.group(1)) if at else None, f"This isn't valid TOML: {said}. Correct it."),)
    except RecursionError:
        return None, (Problem(name, None, "Its lists or tables are nested too deeply: flatten them."),)
    except ValueError:
        return None, (Problem(name, None, "It holds a number too long to read: shorten it, or put it in quotes."),)


def read_text_file(path: Path) -> tuple[str | None, tuple[Problem, ...]]:
    """Return one file's text, None if it can't be used, and what is wrong with it."""
    reading = _Reading()
    if path.is_symlink():
        reading.problem(path.name, "This is a link to another place: put the file itself here.")
        return None, tuple(reading.problems)
    return _text(path, reading), tuple(reading.problems)


def is_chart_folder(folder: Path) -> bool:
    """Tell whether the folder looks like one chart, whatever its quality."""
    try:
        return (folder / EXERCISE_FILE).is_file()
    except (OSError, ValueError):
        return False  # a name that no folder can have


def _listed(folder: Path, reading: _Reading) -> Iterator[Path]:
    """Yield the files that belong to a chart; report what doesn't. Names starting with a dot are ignored."""
    try:
        found = sorted(islice(folder.iterdir(), MOST_FILES + 1))
    except OSError as error:
        reading.problem("", f"The folder can't be read ({error.strerror}): check that it is there and readable.")
        return
    if len(found) > MOST_FILES:
        reading.problem(
            "", f"The folder holds more than {MOST_FILES} files: a chart has its documents and two TOML files."
        )
        return
    for path in found:
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            reading.problem(path.name, "This is a link to another place: put the file itself here.")
        elif not path.is_file():
            reading.problem(path.name, "This is no plain file: a chart folder holds only text files.")
        elif path.name in (EXERCISE_FILE, REVIEW_FILE) or path.suffix == ".md":
            yield path
        else:
            reading.problem(
                path.name, "This file is no part of the format: remove it, or name it with .md if it is a document."
            )


def _text(path: Path, reading: _Reading) -> str | None:
    """Return the file's text with plain line ends, None if it can't be used."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        reading.problem(path.name, f"The file can't be read ({error.strerror}): check its permissions.")
        return None
    if len(data) > LARGEST_FILE:
        reading.problem(path.name, f"The file is larger than {LARGEST_FILE // 1000} kB: a record is much shorter.")
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        reading.problem(path.name, "The file starts with a byte order mark: save it as UTF-8 without one.", 1)
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reading.problem(path.name, "The file isn't UTF-8 text: save it as UTF-8.", line)
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _hash(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 of all names and texts; line ends and the order of listing don't change it."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name.encode(), texts[name].encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
