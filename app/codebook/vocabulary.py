"""Owns the written vocabulary: abbreviations, lay terms and index-style terms, and where each leads."""

import hashlib
import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.codebook.levelling import level
from app.codebook.phrases import Lists
from app.codebook.shorthand import expand
from app.codebook.sources.tree import SourceRefused
from app.codebook.weighing import name_weights
from app.codebook.words import Keys, Words

#: Raise it when terms are levelled in another way: a stored vocabulary of another kind is read anew.
LAYOUT = 5
_Entry = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Lead:
    """What a term leads to: the readings to search beside it, and codes to put first; ``term`` as written."""

    readings: tuple[tuple[str, ...], ...] = ()
    codes: tuple[str, ...] = ()
    term: str = ""


class Vocabulary:
    """Terms as levelled words → where they lead; those with codes can be searched like an index."""

    #: A term has no context: what it leads to is found by its own names.
    contexts: Lists | None = None
    context_kinds: NDArray[np.uint8] = np.empty(0, dtype=np.uint8)

    def __init__(self, leads: Mapping[tuple[str, ...], Lead] | None = None) -> None:
        self._leads = dict(leads or {})
        self._longest = max(map(len, self._leads), default=1)
        self._coded = [(term, lead) for term, lead in self._leads.items() if lead.codes]

    def __len__(self) -> int:
        return len(self._leads)

    def whole(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of a whole query; the order of its words doesn't matter if nothing else fits."""
        return self._leads.get(words) or self._in_any_order(words)

    def _in_any_order(self, words: tuple[str, ...]) -> Lead | None:
        terms = (self._terms[place] for place in self._by_words.places(_key(words)))
        return next((self._leads[term] for term in terms if set(term) == set(words)), None)

    def longest_at(self, words: tuple[str, ...], at: int) -> tuple[int, Lead] | None:
        """Return the longest term with readings that begins at a place, by its number of words."""
        for size in range(min(self._longest, len(words) - at), 0, -1):
            lead = self._leads.get(words[at : at + size])
            if lead and lead.readings:
                return size, lead
        return None

    def codes(self, number: int) -> tuple[str, ...]:
        """Return the codes of a term that was found by its words."""
        return self._coded[number][1].codes

    def term(self, number: int) -> str:
        """Return a term that was found by its words, as it is written."""
        words, lead = self._coded[number]
        return lead.term or " ".join(words)

    def holding(self, words: Iterable[str], most: int) -> NDArray[np.intp]:
        """Return the terms that hold most of these words, rare ones counting more, in ascending order."""
        lists = [(self._postings[word], self.words.rarity(word)) for word in set(words) if word in self._postings]
        if not lists:
            return np.empty(0, dtype=np.intp)
        weights = np.repeat([rarity for _, rarity in lists], [len(numbers) for numbers, _ in lists])
        held = np.bincount(np.concatenate([numbers for numbers, _ in lists]), weights)
        if len(held) <= most:
            return np.flatnonzero(held)
        best = np.argpartition(-held, most)[:most]
        return np.sort(best[held[best] > 0])

    @cached_property
    def words(self) -> Words:
        counted = Counter(word for term in self._leads for word in set(term))
        return Words(counted, len(self._leads))

    @cached_property
    def names(self) -> Lists:
        numbers = [[self.words.number(word) for word in term] for term, _ in self._coded]
        at = np.concatenate(([0], np.cumsum([len(one) for one in numbers], dtype=np.int64)))
        flat = [number for one in numbers for number in one]
        return Lists(at.astype(np.uint32), np.array(flat, dtype=np.uint32))

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        return name_weights(self.words)

    @cached_property
    def masses(self) -> NDArray[np.float32]:
        return self.names.sums(self.weights)

    @cached_property
    def owners(self) -> NDArray[np.uint32]:
        return np.arange(len(self._coded), dtype=np.uint32)

    @cached_property
    def _terms(self) -> list[tuple[str, ...]]:
        return list(self._leads)

    @cached_property
    def _by_words(self) -> Keys:
        return Keys(map(_key, self._leads))

    @cached_property
    def _postings(self) -> dict[str, NDArray[np.int32]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, (term, _) in enumerate(self._coded):
            for word in set(term):
                found[word].append(number)
        return {word: np.array(numbers, dtype=np.int32) for word, numbers in found.items()}


def _key(words: tuple[str, ...]) -> str:
    return " ".join(sorted(set(words)))


def level_typed(text: str) -> tuple[str, ...]:
    """Return the levelled words of what somebody typed or wrote as a term, shorthand written out."""
    return tuple(level(expand(text)))


def read_vocabulary(folder: Path) -> dict[str, object]:
    """Read the written vocabulary files into plain data, to be stored with the compiled books.

    A line is ``"term" = "words to search"``, ``"term" = ["words", "other words"]`` where it has several
    meanings, or ``"term" = {words = …, codes = ["I21.9"]}``. What several files say of a term is joined.
    """
    entries: dict[str, _Entry] = {}
    for path in vocabulary_files(folder):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SourceRefused(f"{path} can't be read: {error}.") from error
        for name, table in tables.items():
            if not isinstance(table, dict):
                raise SourceRefused(f"{path}: “{name}” stands outside a table: put a [heading] above it.")
            for term, value in table.items():
                _add(entries, term, value, path)
    return {"sha256": digest_of(folder), "entries": entries}


def vocabulary_files(folder: Path) -> list[Path]:
    """Return the written vocabulary files, in order."""
    return sorted(folder.glob("vocabulary*.toml"))


def digest_of(folder: Path) -> str:
    """Return one sha256 over the vocabulary files and the way they are read."""
    found = hashlib.sha256(f"layout {LAYOUT}".encode())
    for path in vocabulary_files(folder):
        found.update(path.read_bytes())
    return found.hexdigest()


def load_vocabulary(path: Path) -> Vocabulary:
    """Load the stored vocabulary; an absent one is empty."""
    if not path.is_file():
        return Vocabulary()
    entries: dict[str, _Entry] = json.loads(path.read_text(encoding="utf-8"))["entries"]
    return Vocabulary(
        {
            _interned(term): Lead(
                tuple(map(_interned, entry["readings"])), _interned(" ".join(entry["codes"])), *entry["term"]
            )
            for term, entry in entries.items()
        }
    )


def _interned(text: str) -> tuple[str, ...]:
    """Split a text so that each word is kept in memory once."""
    return tuple(map(sys.intern, text.split()))


def _add(entries: dict[str, _Entry], term: str, value: object, path: Path) -> None:
    """Add one line under its levelled term."""
    lead = value if isinstance(value, Mapping) else {"words": value}
    written, codes = lead.get("words", ""), lead.get("codes", [])
    texts = [written] if isinstance(written, str) else written
    if not (isinstance(texts, list) and isinstance(codes, list) and all(isinstance(one, str) for one in texts + codes)):
        raise SourceRefused(f"{path}: “{term}” leads nowhere: write words in quotes, and codes as a list.")
    words = level_typed(term)
    if not words:
        return
    entry = entries.setdefault(" ".join(words), {"readings": [], "codes": [], "term": [term]})
    readings = [" ".join(level(text)) for text in texts]
    entry["readings"] += [r for r in readings if r and r != " ".join(words) and r not in entry["readings"]]
    entry["codes"] += [code for code in codes if code not in entry["codes"]]
