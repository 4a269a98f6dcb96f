"""Owns the search index of an imported index file: each term with its whole path leads to its codes.

Neoplasm and drug tables give one term for each column, with the words that people use for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from app.codebook.finder.arrays import open_array
from app.codebook.finder.asked import Asked
from app.codebook.finder.keys import Texts
from app.codebook.finder.levelling import level
from app.codebook.finder.phrases import Context, Phrase, Phrases, write_phrases
from app.codebook.finder.query import Query
from app.codebook.finder.ranking import score
from app.codebook.finder.words import Words

FOLDER = "terms"
_CANDIDATES = 150
#: What each column of a table adds to a term: words of its name, and others that people use for it.
_NEOPLASM = (
    ("malignant neoplasm", "primary cancer carcinoma tumor"),
    ("secondary malignant neoplasm", "metastasis metastatic cancer carcinoma tumor spread"),
    ("carcinoma in situ", "neoplasm noninvasive cancer"),
    ("benign neoplasm", "tumor adenoma"),
    ("neoplasm of uncertain behavior", "tumor"),
    ("neoplasm of unspecified behavior", "tumor growth mass"),
)
_DRUGS = (
    ("poisoning", "accidental unintentional overdose ingestion toxic effect"),
    ("poisoning intentional self-harm", "overdose suicide attempt toxic"),
    ("poisoning assault", "overdose toxic"),
    ("poisoning undetermined", "overdose toxic intent"),
    ("adverse effect", "reaction side drug"),
    ("underdosing", "noncompliance missed"),
)


class IndexedTerm(Protocol):
    """A term of an index file, as far as searching needs it."""

    @property
    def path(self) -> tuple[str, ...]: ...
    @property
    def modifiers(self) -> tuple[str, ...]: ...
    @property
    def codes(self) -> tuple[str, ...]: ...
    @property
    def cells(self) -> tuple[str | None, ...]: ...


@dataclass(frozen=True, slots=True)
class TermFound:
    """A term that answers a query: how much of the query it covers and of it was asked for, where it leads."""

    recall: float
    precision: float
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A term as it is searched: its text for people, levelled words, other words, codes without dashes."""

    text: str
    words: tuple[str, ...]
    context: Context
    codes: tuple[str, ...]


def write_term_index(folder: Path, terms: Iterable[IndexedTerm]) -> int:
    """Index the terms of one file below its folder; returns how many lead somewhere."""
    place = folder / FOLDER
    place.mkdir(parents=True)
    lines = [line for term in terms for line in _lines(term)]
    if not lines:
        return 0
    phrases = [Phrase(line.words, number) for number, line in enumerate(lines)]
    write_phrases(place, phrases, [line.context for line in lines])
    _write_texts(place, (f"{line.text}\t{' '.join(line.codes)}" for line in lines))
    return len(lines)


class TermIndex:
    """The open search index of one file, of a kind of ``FileKind``; safe to use from several threads."""

    def __init__(self, folder: Path, kind: str = "") -> None:
        self.kind = kind
        self._folder = folder / FOLDER
        self._phrases = Phrases(self._folder)

    @property
    def words(self) -> Words:
        """Return the words of the terms."""
        return self._phrases.words

    def search(self, query: Query, limit: int) -> list[TermFound]:
        """Return the terms that cover the query best."""
        asked = Asked(self.words, query)
        terms = asked.terms
        found = self._phrases.candidates(terms, _CANDIDATES, all_of=True) if all(terms) else np.empty(0, dtype=np.intp)
        more = self._phrases.candidates(terms, _CANDIDATES, all_of=False) if len(found) < limit else found
        found = np.union1d(found, more)
        if not len(found):
            return []
        scores = score(self._phrases, found, asked)
        order = np.lexsort((found, -(scores.recall + 0.3 * scores.precision)))[:limit]
        return [
            TermFound(float(scores.recall[at]), float(scores.precision[at]), *self._text(int(found[at])))
            for at in order.tolist()
        ]

    def _text(self, number: int) -> tuple[str, tuple[str, ...]]:
        text, _, codes = self._texts[number].partition("\t")
        return text, tuple(codes.split())

    @cached_property
    def _texts(self) -> Texts:
        starts = open_array(self._folder / "text_starts.npy")
        return Texts(starts, np.memmap(self._folder / "texts.bin", dtype=np.uint8, mode="r"))


def _lines(term: IndexedTerm) -> Iterator[_Line]:
    """Yield what is searched for a term: one line, or one for each column that has a code."""
    if not term.cells:
        codes = tuple(dict.fromkeys(_leading(code) for code in term.codes))
        if codes:
            yield _line(term.path, term.modifiers, codes)
        return
    is_neoplasm = term.path[0].lower().startswith("neoplasm")
    path = term.path[1:] if is_neoplasm else term.path
    for (name, others), code in zip(_NEOPLASM if is_neoplasm else _DRUGS, term.cells, strict=False):
        if code:
            yield _line((*path, name), (*term.modifiers, others), (_leading(code),))


def _line(path: Sequence[str], modifiers: Sequence[str], codes: tuple[str, ...]) -> _Line:
    """Join a path: of "fall, falling" the first name counts, the others may stand for it."""
    names, others = [], [*modifiers]
    for title in path:
        first, *more = title.split(", ")
        names.append(first)
        others += more
    words = tuple(dict.fromkeys(word for name in names for word in level(name)))
    choices = frozenset(word for other in others for word in level(other)) - frozenset(words)
    return _Line(", ".join(path), words or tuple(sorted(choices)) or ("unspecified",), Context(choices), codes)


def _leading(code: str) -> str:
    """Return the code without the sign that a choice is below it; of a range its first."""
    return code.partition("-")[0].rstrip(".")


def _write_texts(folder: Path, texts: Iterable[str]) -> None:
    packed = Texts.of(texts)
    np.save(folder / "text_starts.npy", packed.starts)
    (folder / "texts.bin").write_bytes(packed.packed.tobytes())
