"""Owns the written vocabulary: abbreviations, lay terms and index-style terms, and where each leads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.arrays import read_arrays
from app.codebook.finder.keys import Keys, Lists, Texts
from app.codebook.finder.levelling import level
from app.codebook.finder.shorthand import expand
from app.codebook.finder.weighing import name_weights
from app.codebook.finder.words import Words

#: How little the words beside those asked for count: they only decide between equals.
_LITTLE = 0.001
Arrays = Mapping[str, NDArray[Any]]


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

    def __init__(self, leads: Mapping[tuple[str, ...], Lead] | None = None, *, stored: Arrays | None = None) -> None:
        """``stored`` is what ``to_store`` made of terms."""
        self._stored = stored if stored is not None else to_store(leads or {})

    def __len__(self) -> int:
        return len(self._terms)

    def whole(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of a whole query; the order of its words doesn't matter if nothing else fits."""
        return self._find(words) or self._find_in_any_order(words)

    def longest_at(self, words: tuple[str, ...], at: int) -> tuple[int, Lead] | None:
        """Return the longest term with readings that begins at a place, by its number of words."""
        for size in range(min(self._longest, len(words) - at), 0, -1):
            lead = self._find(words[at : at + size])
            if lead and lead.readings:
                return size, lead
        return None

    def coded(self, number: int) -> Lead:
        """Return the lead of a term with codes that was found by its words; it has the term as written."""
        term, lead = self._at(int(self._coded[number]))
        return lead if lead.term else replace(lead, term=" ".join(term))

    def holding(self, words: Iterable[str], most: int) -> NDArray[np.intp]:
        """Return the terms that hold most of these words, rare ones counting more, in ascending order.

        Of terms that hold as much those that say less beside it are taken.
        """
        known = [n for word in dict.fromkeys(words) if (n := self.words.number_of(word)) is not None]
        places, lengths = self._postings.gather(np.array(known, dtype=np.intp))
        if not len(places):
            return np.empty(0, dtype=np.intp)
        held = np.bincount(self._postings.values[places], self.words.rarities[known].repeat(lengths))
        found = np.flatnonzero(held)
        if len(found) <= most:
            return found
        return np.sort(found[np.argpartition(_LITTLE * self.masses[found] - held[found], most)[:most]])

    @cached_property
    def words(self) -> Words:
        return Words.of(self._stored)

    @cached_property
    def names(self) -> Lists:
        return Lists(self._stored["names_at"], self._stored["names"])

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        return name_weights(self.words)

    @cached_property
    def masses(self) -> NDArray[np.float32]:
        return self.names.sums(self.weights)

    @cached_property
    def owners(self) -> NDArray[np.uint32]:
        return np.arange(len(self.names), dtype=np.uint32)

    def _find(self, words: tuple[str, ...]) -> Lead | None:
        found = map(self._at, self._exact.places(" ".join(words)))
        return next((lead for term, lead in found if term == words), None)

    def _find_in_any_order(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of the first term of these words."""
        found = map(self._at, self._any_order.places(_sorted(words)))
        return next((lead for term, lead in found if set(term) == set(words)), None)

    def _at(self, place: int) -> tuple[tuple[str, ...], Lead]:
        """Return the levelled words of a term and where it leads."""
        return _from_line(self._terms[place])

    @cached_property
    def _terms(self) -> Texts:
        return Texts(self._stored["starts"], self._stored["lines"])

    @cached_property
    def _longest(self) -> int:
        return int(self._stored["longest"])

    @cached_property
    def _coded(self) -> NDArray[np.uint32]:
        return self._stored["coded"]

    @cached_property
    def _exact(self) -> Keys:
        return Keys(self._stored["exact"])

    @cached_property
    def _any_order(self) -> Keys:
        return Keys(self._stored["any_order"])

    @cached_property
    def _postings(self) -> Lists:
        return Lists(self._stored["postings_at"], self._stored["postings"])


def to_store(leads: Mapping[tuple[str, ...], Lead]) -> dict[str, NDArray[Any]]:
    """Return terms as arrays: a line each, what finds them whole and by their words, and their words."""
    terms = list(leads)
    lines = Texts.of(_to_line(term, lead) for term, lead in leads.items())
    words = Words(Counter(word for term in terms for word in set(term)), len(terms))
    coded = [place for place, term in enumerate(terms) if leads[term].codes]
    names = [[words.number(word) for word in terms[place]] for place in coded]
    postings: dict[int, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for word in set(name):
            postings[word].append(number)
    return {
        "lines": lines.packed,
        "starts": lines.starts,
        "longest": np.array(max(map(len, terms), default=1)),
        "exact": Keys.of(map(" ".join, terms)).stored,
        "any_order": Keys.of(map(_sorted, terms)).stored,
        "coded": np.array(coded, dtype=np.uint32),
        **_lists("names", names),
        **_lists("postings", [postings.get(number, []) for number in range(len(words))]),
        **words.to_store(),
    }


def load_vocabulary(path: Path) -> Vocabulary:
    """Load the stored vocabulary; an absent one is empty."""
    return Vocabulary(stored=read_arrays(path)) if path.is_file() else Vocabulary()


def level_typed(text: str) -> tuple[str, ...]:
    """Return the levelled words of what somebody typed or wrote as a term, shorthand written out."""
    return tuple(level(expand(text)))


def _lists(name: str, lists: Iterable[list[int]]) -> dict[str, NDArray[Any]]:
    made = Lists.of(lists)
    return {f"{name}_at": made.at, name: made.values}


def _to_line(term: tuple[str, ...], lead: Lead) -> str:
    """Write a term and its lead as one line; only the written term could hold tabs, and is folded."""
    readings = "|".join(" ".join(words) for words in lead.readings)
    return "\t".join((" ".join(term), " ".join(lead.term.split()), readings, " ".join(lead.codes)))


def _from_line(line: str) -> tuple[tuple[str, ...], Lead]:
    term, written, readings, codes = line.split("\t")
    lead = Lead(tuple(tuple(one.split()) for one in readings.split("|") if one), tuple(codes.split()), written)
    return tuple(term.split()), lead


def _sorted(words: tuple[str, ...]) -> str:
    return " ".join(sorted(set(words)))
