"""Owns searching one book's index: candidates from tantivy, ranked by the features of their rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from app.codebook.index import FEATURES, schema
from app.codebook.words import Words

_WEIGHTS = {"title": 3.0, "terms": 2.0, "above": 0.6, "seventh": 0.2}
_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query with what may stand for it: itself, completions, mended spellings."""

    typed: str
    stands_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A row found: its node id, its score, whether it opens into 7th-character codes."""

    node: int
    score: float
    expands: bool


class Finder:
    """The open index of one book; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mended = lru_cache(maxsize=2_000)(lambda word: tuple(self._words.mend(word)))

    def options(self, word: str, *, unfinished: bool) -> tuple[str, ...]:
        """Return the known words that a levelled word may stand for: itself and, unfinished, its completions."""
        known = [word] if word in self._words else []
        completions = self._words.complete(word) if unfinished and len(word) > 1 else []
        return tuple(dict.fromkeys([*known, *completions]))

    def mend(self, word: str) -> tuple[str, ...]:
        """Return the known words nearest to one that no book knows."""
        return self._mended(word)

    def search(self, words: Sequence[Word], *, every: bool, limit: int) -> list[Match]:
        """Return rows that hold every word (or any), best first."""
        usable = [word for word in words if word.stands_for]
        if not usable or (every and len(usable) < len(words)):
            return []
        occur = tantivy.Occur.Must if every else tantivy.Occur.Should
        query = tantivy.Query.boolean_query([(occur, self._word_query(word)) for word in usable])
        hits = self._searcher.search(query, _CANDIDATES, count=False).hits
        if not hits:
            return []
        rows = np.fromiter((address.doc for _, address in hits), dtype=np.intp, count=len(hits))
        scores = np.fromiter((score for score, _ in hits), dtype=np.float64, count=len(hits))
        return self._ranked(rows, scores, len(usable), limit)

    def _ranked(self, rows: NDArray[np.intp], scores: NDArray[np.float64], words: int, limit: int) -> list[Match]:
        """Rank by the text score, lifted where the title says little beside the query and the code is final."""
        row = self._features[rows]
        covered = np.minimum(1.0, words / np.maximum(row["words"], 1))
        lift = (
            1.0
            + 0.5 * covered
            + 0.35 * (row["final"] | row["expands"])
            + 0.12 * row["unspecified"]
            - 0.2 * row["special"]
        )
        final = scores * lift - 0.05 * row["depth"]
        order = np.lexsort((row["node"], -final))[:limit]
        return [Match(int(row["node"][at]), float(final[at]), bool(row["expands"][at])) for at in order]

    def _word_query(self, word: Word) -> tantivy.Query:
        """Search one word in every field; completions count less than the word itself."""
        options = []
        for place, text in enumerate(word.stands_for):
            factor = 1.0 if text == word.typed or place == 0 else 0.6
            for name, weight in _WEIGHTS.items():
                term = tantivy.Query.term_query(self._schema, name, text, index_option="freq")
                options.append(tantivy.Query.boost_query(term, weight * factor))
        return tantivy.Query.disjunction_max_query(options, 0.1)

    @cached_property
    def _schema(self) -> tantivy.Schema:
        return schema()

    @cached_property
    def _searcher(self) -> tantivy.Searcher:
        return tantivy.Index.open(str(self._folder)).searcher()

    @cached_property
    def _features(self) -> NDArray[Any]:
        found: NDArray[Any] = np.load(self._folder / "features.npy", mmap_mode="r")
        assert found.dtype == FEATURES  # noqa: S101 - another layout is compiled anew
        return np.asarray(found)

    @cached_property
    def _words(self) -> Words:
        pairs = json.loads((self._folder / "words.json").read_text(encoding="utf-8"))
        return Words([(word, count) for word, count in pairs])
