"""Owns searching one book's index: candidates from tantivy, ranked by what they cover and what they are."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.arrays import open_array
from app.codebook.finder.asked import Asked
from app.codebook.finder.index import BILLABLE, NAME, ROW, chapter_mark
from app.codebook.finder.names import NameKind
from app.codebook.finder.phrases import Phrases
from app.codebook.finder.places import CodeRows
from app.codebook.finder.ranking import Floats, Places, Scores, score
from app.codebook.finder.rows import Row, open_row
from app.codebook.finder.words import Words
from app.codebook.store import Store

_CANDIDATES = 300
_Number = TypeVar("_Number", float, Floats)
#: With fewer rows than this that hold every word, those that hold some are ranked beside them.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What rows are wanted: one chapter by its code, only what can be billed."""

    chapter: str | None = None
    billable_only: bool = False

    def marks(self) -> list[str]:
        """Return the marks that rows must have."""
        chapter = [] if self.chapter is None else [chapter_mark(self.chapter)]
        return chapter + ([BILLABLE] if self.billable_only else [])


@dataclass(frozen=True, slots=True)
class Found:
    """A row found: the number of the name that matched, its score, and the share of the query it covers."""

    name: int
    row: int
    score: float
    recall: float


@dataclass(frozen=True, slots=True)
class Named:
    """Where a name is printed: its kind, its node, its note there (-1: the title)."""

    kind: NameKind
    node: int
    note: int


class Finder:
    """The open index of one book; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._phrases = Phrases(folder)
        self.open_row = lru_cache(maxsize=100)(self._open_row)

    @property
    def words(self) -> Words:
        """Return the words of the book's names and contexts."""
        return self._phrases.words

    def search(self, asked: Asked, filters: Filters, limit: int) -> list[Found]:
        """Return the best rows for what a query asks of ``words``, each once, best first."""
        names = self._candidates(asked.terms, filters)
        if not len(names):
            return []
        scores = score(self._phrases, names, asked)
        final = self._lifted(names, scores)
        return self._best(names, final, scores, limit)

    def row_at(self, code: str) -> tuple[int, int] | None:
        """Return the row that a code or modifier belongs to, or that it leads to as a heading, and its node's id."""
        return self._code_rows.find(code)

    def _open_row(self, store: Store, row: int) -> Row:
        """Return a row with its members."""
        fact = self._rows[row]
        numbers = self._members[fact["first"] : fact["first"] + fact["members"]].tolist()
        return open_row(store, numbers, expands=bool(fact["expands"]))

    def named(self, name: int) -> Named:
        """Return where the name is printed that a row was found by."""
        fact = self._name_facts[name]
        return Named(NameKind(int(fact["kind"])), int(fact["node"]), int(fact["note"]))

    def fits(self, row: int, filters: Filters) -> bool:
        """Tell whether a row passes the filters."""
        fact = self._rows[row]
        if filters.billable_only and (fact["modifier"] or not fact["final"]):
            return False
        return filters.chapter is None or bool(fact["chapter"] == self._chapter_numbers.get(filters.chapter, -1))

    def _candidates(self, terms: list[list[str]], filters: Filters) -> Places:
        """Return names that hold every word of the query; with few of them, those that hold some, too."""
        marks = filters.marks()
        every = self._phrases.candidates(terms, _CANDIDATES, all_of=True, marks=marks) if all(terms) else _NONE
        if len(every) >= _FEW:
            return np.sort(every)
        return np.union1d(every, self._phrases.candidates(terms, _CANDIDATES, all_of=False, marks=marks))

    def _lifted(self, names: Places, scores: Scores) -> Floats:
        """Return the final scores: what a name covers, how exact it is, where it comes from, what its row is."""
        rows = self._phrases.owners[names]
        facts = self._rows[rows]
        left = 1 - scores.recall
        exact = 1 - WEIGHTS.beyond * (1 - scores.precision)
        said = 1 + WEIGHTS.other * left * facts["other"] - WEIGHTS.vague * left * facts["vague"]
        final = scores.recall**WEIGHTS.recall * exact * said * self._by_kind[names]
        return np.asarray(final * self._priors[rows], dtype=np.float32)

    def _best(self, names: Places, final: Floats, scores: Scores, limit: int) -> list[Found]:
        best: dict[int, Found] = {}
        rows = self._phrases.owners[names]
        for at in np.lexsort((names, -final)).tolist():
            row = int(rows[at])
            if row not in best:
                best[row] = Found(int(names[at]), row, float(final[at]), float(scores.recall[at]))
                if len(best) == limit:
                    break
        return list(best.values())

    @cached_property
    def _priors(self) -> Floats:
        """Return for each row how likely it is meant: final codes first, special chapters later."""
        rows = self._rows
        found = np.ones(len(rows), dtype=np.float32)
        found *= np.where(rows["final"], 1.0, 0.6)
        found *= 1.0 - 0.01 * np.minimum(rows["depth"], 5)
        for letters, weight in _LETTER_WEIGHTS.items():
            special = np.isin(rows["letter"], [ord(letter) for letter in letters])
            found[special] *= weight if len(self._chapters) > 5 else 1.0
        return found

    @cached_property
    def _by_kind(self) -> Floats:
        """Return what each name's kind makes of its score."""
        return np.asarray(_KIND_WEIGHTS[self._name_facts["kind"]])

    @cached_property
    def _rows(self) -> NDArray[Any]:
        return self._array("rows", ROW)

    @cached_property
    def _name_facts(self) -> NDArray[Any]:
        return self._array("name_facts", NAME)

    @cached_property
    def _members(self) -> NDArray[Any]:
        return self._array("members", np.dtype(np.uint32))

    @cached_property
    def _code_rows(self) -> CodeRows:
        return CodeRows(self._folder)

    @cached_property
    def _chapters(self) -> list[str]:
        found: list[str] = json.loads((self._folder / "chapters.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def _chapter_numbers(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self._chapters)}

    def _array(self, name: str, layout: np.dtype[Any]) -> NDArray[Any]:
        found = open_array(self._folder / f"{name}.npy")
        assert found.dtype == layout  # noqa: S101 - another layout is compiled anew
        return found


@dataclass(frozen=True, slots=True)
class Weights:
    """How the parts of a score weigh, learned on the development queries and a sample of inclusion terms.

    ``recall`` is a power; ``beyond`` what a name loses that says much more than the query; ``other`` what
    "other …" gains and ``vague`` what "…, unspecified" loses by what the query says beyond the name.
    """

    recall: float = 1.4
    beyond: float = 0.6
    other: float = 0.3
    vague: float = 0.2


WEIGHTS = Weights()


def best_possible(recall: float) -> float:
    """Return a score that no name covering at most this share of a query exceeds."""
    return float(recall**WEIGHTS.recall) * (1 + WEIGHTS.other * (1 - recall))


def quality(recall: _Number, precision: _Number) -> _Number:
    """Return the score of a term of an index or of the vocabulary, on the scale of names."""
    found: _Number = recall**WEIGHTS.recall * (1 - WEIGHTS.beyond * (1 - precision))
    return found


_NONE = np.empty(0, dtype=np.intp)
#: By ``NameKind``: titles, inclusion terms, headings' titles and terms that lead to the row.
_KIND_WEIGHTS = np.array([1.0, 0.98, 1.0, 0.97], dtype=np.float32)
#: Pregnancy, newborns, malformations, external causes and encounters stand behind the plain disease.
_LETTER_WEIGHTS = {"O": 0.9, "P": 0.88, "Q": 0.94, "VWXY": 0.91, "Z": 0.93, "T": 0.97}
