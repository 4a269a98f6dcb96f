"""Owns the words of one index: completing the last one typed, its other forms, mending a misspelled one."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.arrays import read_arrays
from app.codebook.finder.keys import Keys
from app.codebook.finder.levelling import stem
from app.codebook.finder.spelling import letters_of, letters_of_all, sound, sounds, speller_of

#: How many completions of a prefix are searched; the most frequent words come first.
_COMPLETIONS = 24
_SHORTEST_MENDED = 4
_MENDED = 4
#: How much worse than the nearest another mended word may be, in edits.
_TOLERANCE = 0.8
_REMEMBERED = 2_000
#: So many letters may two words not share that are one edit apart.
_BY_ONE_EDIT = 2


@dataclass(frozen=True, slots=True)
class Mended:
    """A known word near a misspelled one; ``cost`` is in edits, sound and frequency counted in."""

    word: str
    cost: float


class Words:
    """The words of an index, numbered in alphabetic order, with the number of rows they are in."""

    def __init__(self, counted: Mapping[str, int], rows: int, keys: tuple[Keys, Keys] | None = None) -> None:
        """``keys`` are those of the words' stems and sounds, where they were stored."""
        self._words = sorted(counted)
        self._count = [counted[word] for word in self._words]
        self._number = {word: number for number, word in enumerate(self._words)}
        #: Returns the number of a word, None for one that isn't known.
        self.number_of = self._number.get
        self._rows = max(rows, 1)
        self._log_of_rows = log(1 + self._rows)
        self._keys = keys
        self.kin = lru_cache(maxsize=_REMEMBERED)(self._kin)
        self.complete = lru_cache(maxsize=_REMEMBERED)(self._complete)
        self._mended = lru_cache(maxsize=_REMEMBERED)(self._mend)

    @classmethod
    def of(cls, stored: Mapping[str, NDArray[Any]]) -> "Words":
        """Make again what ``to_store`` gave."""
        words = stored["words"].tobytes().decode().split("\n") if len(stored["counts"]) else []
        counted = dict(zip(words, stored["counts"].tolist(), strict=True))
        return cls(counted, int(stored["rows"]), (Keys(stored["stems"]), Keys(stored["sounds"])))

    def to_store(self) -> dict[str, NDArray[Any]]:
        """Return the words, their counts, and what finds them by stem and sound."""
        return {
            "words": np.frombuffer("\n".join(self._words).encode(), dtype=np.uint8),
            "counts": np.array(self._count, dtype=np.uint32),
            "rows": np.array(self._rows),
            "stems": self._stems.stored,
            "sounds": self._sounds.stored,
        }

    @classmethod
    def read(cls, path: Path) -> "Words":
        """Read what ``write`` wrote."""
        return cls.of(read_arrays(path))

    def write(self, path: Path) -> None:
        """Write the words with what finds them."""
        np.savez(path, **self.to_store())  # type: ignore[arg-type]

    def __contains__(self, word: object) -> bool:
        return word in self._number

    def __len__(self) -> int:
        return len(self._words)

    def number(self, word: str) -> int:
        """Return the number of a known word."""
        return self._number[word]

    def word(self, number: int) -> str:
        """Return the word of a number."""
        return self._words[number]

    def between(self, first: str, last: str) -> tuple[int, int]:
        """Return the number of the first word from ``first`` on, and that of the first from ``last`` on."""
        return bisect_left(self._words, first), bisect_left(self._words, last)

    def rarity(self, word: str) -> float:
        """Return how telling a word is: 1 for one in a single row or unknown, near 0 for one in every row."""
        number = self.number_of(word)
        return self.least_rarity(() if number is None else (number,))

    def least_rarity(self, numbers: Iterable[int]) -> float:
        """Return how telling the most usual of some words is, by their numbers."""
        most = max(map(self._count.__getitem__, numbers), default=1)
        return min(1.0, log(1 + self._rows / max(most, 1)) / self._log_of_rows)

    @cached_property
    def rarities(self) -> NDArray[np.float32]:
        """Return the rarity of every word, by its number."""
        counts = np.maximum(np.array(self._count, dtype=np.float64), 1)
        found: NDArray[np.float32] = (np.log1p(self._rows / counts) / log(1 + self._rows)).astype(np.float32)
        return found

    def _complete(self, prefix: str) -> list[str]:
        """Return the most frequent words that begin with a prefix."""
        start, end = self.between(prefix, prefix + "\U0010ffff")
        best = sorted(range(start, end), key=lambda number: (-self._count[number], number))
        return [self._words[number] for number in best[:_COMPLETIONS]]

    def _kin(self, word: str) -> list[str]:
        """Return the other forms of a word: slipping for slip."""
        root = stem(word)
        alike = (self._words[place] for place in self._stems.places(root))
        return [known for known in alike if known != word and stem(known) == root]

    def mend(self, word: str) -> tuple[Mended, ...]:
        """Return the known words nearest to a misspelled one, best first; short words and numbers aren't mended."""
        if len(word) < _SHORTEST_MENDED or not word.isalpha() or not word.isascii():
            return ()
        return self._mended(word)

    def _mend(self, word: str) -> tuple[Mended, ...]:
        heard, allowed = sound(word), _allowed(word)
        same = {place for place in self._sounds.places(heard) if sound(self._words[place]) == heard}
        speller = speller_of(word)
        scored = []
        for place in sorted(same.union(self._like(word, allowed))):
            alike = place in same
            known = self._words[place]
            edited = speller.edits(known)
            near_enough = edited <= 1 or (edited <= allowed and known[0] == word[0])
            if near_enough or (alike and edited <= allowed + 2):
                scored.append(Mended(known, self._cost(word, place, edited, alike=alike)))
        scored.sort(key=lambda one: (one.cost, one.word))
        return tuple(one for one in scored[:_MENDED] if one.cost <= scored[0].cost + _TOLERANCE)

    def _cost(self, word: str, place: int, edited: int, *, alike: bool) -> float:
        first = 0.0 if self._words[place][0] == word[0] or alike else 0.6
        frequent = 0.12 * log(1 + self._count[place])
        return edited * (0.6 if alike else 1.0) + first - min(frequent, 0.6)

    def _like(self, word: str, allowed: int) -> list[int]:
        """Return the places of words of about the same length and letters; those that begin otherwise one edit away."""
        first, near, far, last = np.searchsorted(self._sizes, [len(word) + by for by in (-allowed, -1, 2, allowed + 1)])
        differing = np.bitwise_count(self._letters[first:last] ^ np.uint64(letters_of(word)))
        kept = (differing <= allowed + 1) & (self._initials[first:last] == ord(word[0]))
        kept[near - first : far - first] |= differing[near - first : far - first] <= _BY_ONE_EDIT
        found: list[int] = self._by_size[first:last][kept].tolist()
        return found

    @property
    def _stems(self) -> Keys:
        return self._made_keys[0]

    @property
    def _sounds(self) -> Keys:
        return self._made_keys[1]

    @cached_property
    def _made_keys(self) -> tuple[Keys, Keys]:
        return self._keys or (Keys.of(map(stem.__wrapped__, self._words)), Keys.of(sounds(self._words)))

    @cached_property
    def _by_size(self) -> NDArray[np.intp]:
        """Return the places of the words, short words first."""
        return np.argsort([len(word) for word in self._words], kind="stable")

    @cached_property
    def _sizes(self) -> NDArray[np.uint8]:
        return np.array([min(len(self._words[place]), 255) for place in self._by_size.tolist()], dtype=np.uint8)

    @cached_property
    def _initials(self) -> NDArray[np.uint8]:
        return np.array([min(ord(self._words[place][0]), 255) for place in self._by_size.tolist()], dtype=np.uint8)

    @cached_property
    def _letters(self) -> NDArray[np.uint64]:
        return letters_of_all([self._words[place] for place in self._by_size.tolist()])


def _allowed(word: str) -> int:
    """Return how many edits a misspelling of this length may take."""
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3
