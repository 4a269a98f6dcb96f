"""Owns the words of one index: completing the last one typed, its other forms, mending a misspelled one."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.levelling import stem
from app.codebook.finder.spelling import edits, letters_of, sound, spread

#: How many completions of a prefix are searched; the most frequent words come first.
_COMPLETIONS = 24
_SHORTEST_MENDED = 4
_MENDED = 4
#: How much worse than the nearest another mended word may be, in edits.
_TOLERANCE = 0.8


@dataclass(frozen=True, slots=True)
class Mended:
    """A known word near a misspelled one; ``cost`` is in edits, sound and frequency counted in."""

    word: str
    cost: float


class Keys:
    """Finds the places of a key in a list of keys, in eight bytes a place. Rarely another key's place comes along."""

    def __init__(self, keys: Iterable[str]) -> None:
        hashed = np.array([crc32(key.encode()) for key in keys], dtype=np.uint32)
        self._places = np.argsort(hashed, kind="stable").astype(np.uint32)
        self._hashed = hashed[self._places]

    def places(self, key: str) -> list[int]:
        """Return the places where the key is, in order."""
        wanted = np.uint32(crc32(key.encode()))
        first, last = np.searchsorted(self._hashed, wanted, "left"), np.searchsorted(self._hashed, wanted, "right")
        found: list[int] = self._places[first:last].tolist()
        return found


class Words:
    """The words of an index, numbered in alphabetic order, with the number of rows they are in."""

    def __init__(self, counted: Mapping[str, int], rows: int) -> None:
        self._words = sorted(counted)
        self._count = [counted[word] for word in self._words]
        self._number = {word: number for number, word in enumerate(self._words)}
        self._rows = max(rows, 1)
        self._mended = lru_cache(maxsize=2_000)(self._mend)

    @classmethod
    def read(cls, path: Path) -> "Words":
        """Read what ``write`` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["words"], data["rows"])

    def write(self, path: Path) -> None:
        """Write the words with their counts."""
        data = {"rows": self._rows, "words": dict(zip(self._words, self._count, strict=True))}
        path.write_text(json.dumps(data), encoding="utf-8")

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

    def rarity(self, word: str) -> float:
        """Return how telling a word is: 1 for one in a single row or unknown, near 0 for one in every row."""
        number = self._number.get(word)
        count = 1 if number is None else max(self._count[number], 1)
        return min(1.0, log(1 + self._rows / count) / log(1 + self._rows))

    @cached_property
    def rarities(self) -> NDArray[np.float32]:
        """Return the rarity of every word, by its number."""
        counts = np.maximum(np.array(self._count, dtype=np.float64), 1)
        found: NDArray[np.float32] = (np.log1p(self._rows / counts) / log(1 + self._rows)).astype(np.float32)
        return found

    def complete(self, prefix: str) -> list[str]:
        """Return the most frequent words that begin with a prefix."""
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\U0010ffff", start)
        best = sorted(range(start, end), key=lambda number: (-self._count[number], number))
        return [self._words[number] for number in best[:_COMPLETIONS]]

    def kin(self, word: str) -> list[str]:
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
        near = self._like(word)
        if not len(near):
            return ()
        distance = edits(word, self._spread[near], self._lengths[near])
        allowed = _allowed(word)
        scored = []
        same = {place for place in self._sounds.places(sound(word)) if sound(self._words[place]) == sound(word)}
        for place, edited in zip(near.tolist(), distance.tolist(), strict=True):
            alike = place in same
            known = self._words[place]
            near_enough = edited <= 1 or (edited <= allowed and known[0] == word[0])
            if near_enough or (alike and edited <= allowed + 2):
                scored.append(Mended(known, self._cost(word, place, edited, alike=alike)))
        scored.sort(key=lambda one: (one.cost, one.word))
        return tuple(one for one in scored[:_MENDED] if one.cost <= scored[0].cost + _TOLERANCE)

    def _cost(self, word: str, place: int, edited: int, *, alike: bool) -> float:
        first = 0.0 if self._words[place][0] == word[0] or alike else 0.6
        frequent = 0.12 * log(1 + self._count[place])
        return edited * (0.6 if alike else 1.0) + first - min(frequent, 0.6)

    def _like(self, word: str) -> NDArray[np.intp]:
        """Return the places of words of about the same length and letters, or of the same sound."""
        allowed = _allowed(word)
        close = np.abs(self._lengths - len(word)) <= allowed
        differing = np.bitwise_count(self._letters ^ np.uint64(letters_of(word)))
        found = np.flatnonzero(close & (differing <= allowed + 1))
        same = self._sounds.places(sound(word))
        return np.union1d(found, np.array(same, dtype=np.intp)) if same else found

    @cached_property
    def _stems(self) -> Keys:
        return Keys(map(stem.__wrapped__, self._words))

    @cached_property
    def _sounds(self) -> Keys:
        return Keys(map(sound.__wrapped__, self._words))

    @cached_property
    def _letters(self) -> NDArray[np.uint64]:
        return np.array([letters_of(word) for word in self._words], dtype=np.uint64)

    @cached_property
    def _lengths(self) -> NDArray[np.int64]:
        return np.array([min(len(word), 24) for word in self._words], dtype=np.int64)

    @cached_property
    def _spread(self) -> NDArray[np.uint8]:
        return spread(self._words)


def _allowed(word: str) -> int:
    """Return how many edits a misspelling of this length may take."""
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3
