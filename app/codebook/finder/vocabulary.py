"""Owns the written vocabulary: abbreviations, lay terms and index-style terms, and where each leads."""

import hashlib
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.levelling import level
from app.codebook.finder.phrases import Lists
from app.codebook.finder.shorthand import expand
from app.codebook.finder.weighing import name_weights
from app.codebook.finder.words import Keys, Words
from app.codebook.sources.tree import SourceRefused

#: Raise it when terms are levelled in another way: a stored vocabulary of another kind is read anew.
LAYOUT = 6
_Entry = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Lead:
    """What a term leads to: the readings to search beside it, and codes to put first; ``term`` as written."""

    readings: tuple[tuple[str, ...], ...] = ()
    codes: tuple[str, ...] = ()
    term: str = ""


class _Leads:
    """Terms with their leads as one text, a line a term: a third of the memory that objects would take."""

    def __init__(self, lines: Iterable[str]) -> None:
        packed = [line.encode() for line in lines]
        self._text = b"".join(packed)
        self._starts = np.concatenate(([0], np.cumsum([len(one) for one in packed], dtype=np.int64))).astype(np.uint32)
        self._exact = Keys(" ".join(self.term(place)) for place in range(len(self)))
        self._any_order = Keys(_sorted(self.term(place)) for place in range(len(self)))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def term(self, place: int) -> tuple[str, ...]:
        """Return the levelled words of a term."""
        return tuple(self._line(place)[0].split())

    def lead(self, place: int) -> Lead:
        """Return where a term leads."""
        _, written, readings, codes = self._line(place)
        return Lead(tuple(tuple(one.split()) for one in readings.split("|") if one), tuple(codes.split()), written)

    def find(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of a term."""
        places = self._exact.places(" ".join(words))
        return next((self.lead(place) for place in places if self.term(place) == words), None)

    def find_in_any_order(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of the first term of these words."""
        places = self._any_order.places(_sorted(words))
        return next((self.lead(place) for place in places if set(self.term(place)) == set(words)), None)

    def _line(self, place: int) -> list[str]:
        return self._text[int(self._starts[place]) : int(self._starts[place + 1])].decode().split("\t")


class Vocabulary:
    """Terms as levelled words → where they lead; those with codes can be searched like an index."""

    #: A term has no context: what it leads to is found by its own names.
    contexts: Lists | None = None
    context_kinds: NDArray[np.uint8] = np.empty(0, dtype=np.uint8)

    def __init__(self, leads: Mapping[tuple[str, ...], Lead] | None = None, *, lines: Iterable[str] = ()) -> None:
        self._leads = _Leads([*lines, *(_to_line(term, lead) for term, lead in (leads or {}).items())])
        sizes = [(place, len(self._leads.term(place))) for place in range(len(self._leads))]
        self._longest = max((size for _, size in sizes), default=1)
        self._coded = np.array([place for place, _ in sizes if self._leads.lead(place).codes], dtype=np.uint32)

    def __len__(self) -> int:
        return len(self._leads)

    def whole(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of a whole query; the order of its words doesn't matter if nothing else fits."""
        return self._leads.find(words) or self._leads.find_in_any_order(words)

    def longest_at(self, words: tuple[str, ...], at: int) -> tuple[int, Lead] | None:
        """Return the longest term with readings that begins at a place, by its number of words."""
        for size in range(min(self._longest, len(words) - at), 0, -1):
            lead = self._leads.find(words[at : at + size])
            if lead and lead.readings:
                return size, lead
        return None

    def codes(self, number: int) -> tuple[str, ...]:
        """Return the codes of a term that was found by its words."""
        return self._leads.lead(int(self._coded[number])).codes

    def term(self, number: int) -> str:
        """Return a term that was found by its words, as it is written."""
        place = int(self._coded[number])
        return self._leads.lead(place).term or " ".join(self._leads.term(place))

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
        counted = Counter(word for place in range(len(self._leads)) for word in set(self._leads.term(place)))
        return Words(counted, len(self._leads))

    @cached_property
    def names(self) -> Lists:
        numbers = [[self.words.number(word) for word in self._leads.term(int(place))] for place in self._coded]
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
    def _postings(self) -> dict[str, NDArray[np.int32]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(self._coded.tolist()):
            for word in set(self._leads.term(place)):
                found[word].append(number)
        return {word: np.array(numbers, dtype=np.int32) for word, numbers in found.items()}


def _to_line(term: tuple[str, ...], lead: Lead) -> str:
    """Write a term and its lead as one line; only the written term could hold tabs, and is folded."""
    readings = "|".join(" ".join(words) for words in lead.readings)
    return "\t".join((" ".join(term), " ".join(lead.term.split()), readings, " ".join(lead.codes)))


def _sorted(words: tuple[str, ...]) -> str:
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
    lines = [_to_line(tuple(words.split()), _lead(entry)) for words, entry in entries.items()]
    return {"sha256": digest_of(folder), "lines": lines}


def vocabulary_files(folder: Path) -> list[Path]:
    """Return the written vocabulary files, in order."""
    return sorted((folder / "vocabulary").glob("*.toml"))


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
    return Vocabulary(lines=json.loads(path.read_text(encoding="utf-8"))["lines"])


def _lead(entry: _Entry) -> Lead:
    return Lead(tuple(tuple(words.split()) for words in entry["readings"]), tuple(entry["codes"]), entry["term"][0])


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
