"""Leads from words to the tables of ICD-10-PCS: "appendectomy laparoscopic" to 0DTJ4 and 0DBJ4, by the code finder."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

from app.codebook.finder.levelling import level
from app.codebook.in_force import BooksInForce
from app.codebook.pcs.walk import PcsBook
from app.codebook.records import Hit
from app.codebook.sources.tree import SourceRefused
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.codes.pcs import TABLE
from app.domain.errors import UnknownCode

MOST = 8
_HITS = 40
_MOST_READINGS = 6
_LONGEST = 200
#: How the finder marks a row that has only some of the words.
_LOOSE = "some of the words"

Phrase = tuple[str, ...]
#: What a phrase may mean, the likeliest first.
Meanings = Mapping[Phrase, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A beginning to walk on from; ``words`` says what it means, ``example`` is one of the codes found below it."""

    beginning: str
    table: str
    words: str
    example: str
    example_title: str
    is_loose: bool


def suggest(books: BooksInForce, tables: PcsBook, text: str, limit: int = MOST) -> tuple[Suggestion, ...]:
    """Return the tables that words lead to, best first, each opened as far as all codes found in it agree.

    Tables with some of the words are listed only where none has them all. Never raises on odd input.
    """
    found: dict[tuple[bool, str], list[Hit]] = {}
    for reading in readings(text, read_words(bundled("codesets"))):
        for hit in books.search(reading, system=CodeSystem.ICD10PCS, limit=_HITS):
            found.setdefault((_LOOSE in hit.why, hit.code[:TABLE]), []).append(hit)
    loose = all(is_loose for is_loose, _ in found)
    suggestions = (
        _suggestion(tables, table, hits, loose) for (is_loose, table), hits in found.items() if is_loose is loose
    )
    return tuple(islice(filter(None, suggestions), limit))


def readings(text: str, meanings: Meanings) -> list[str]:
    """Return what a text may say in the words of titles, the likeliest first; as it is when no phrase is known."""
    words = tuple(level(text[:_LONGEST]))
    parts = list(_parts(words, meanings))
    return (
        [" ".join(chosen) for _, chosen in zip(range(_MOST_READINGS), product(*parts), strict=False)] if parts else []
    )


@lru_cache(maxsize=4)
def read_words(folder: Path) -> Meanings:
    """Read the written names of procedures from a folder of code sets. Raises SourceRefused, naming the file."""
    path = folder / "icd10pcs" / "words.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SourceRefused(f"{path} can't be read ({error}): get the file that came with Chartroom.") from error
    return {
        tuple(level(term)): (said,) if isinstance(said, str) else tuple(said)
        for table in data.values()
        for term, said in table.items()
    }


def _parts(words: Phrase, meanings: Meanings) -> Iterator[Sequence[str]]:
    """Cut a text into the longest known phrases, each with its meanings, and the words between them."""
    longest = max(map(len, meanings), default=1)
    at = 0
    while at < len(words):
        for size in range(min(longest, len(words) - at), 0, -1):
            said = meanings.get(words[at : at + size])
            if said:
                yield said
                at += size
                break
        else:
            yield (words[at],)
            at += 1


def _suggestion(tables: PcsBook, table: str, hits: Sequence[Hit], is_loose: bool) -> Suggestion | None:
    codes = [hit.code for hit in hits]
    beginning = table if is_loose else _shared(codes)
    try:
        step = tables.step(beginning)
    except UnknownCode:  # tables of another release than the book
        return None
    return Suggestion(beginning, table, step.words, codes[0], hits[0].title, is_loose)


def _shared(codes: Sequence[str]) -> str:
    first, last = min(codes), max(codes)
    size = next((at for at in range(len(first)) if first[at] != last[at]), len(first))
    return first[:size]
