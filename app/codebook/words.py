"""Owns the words of one index: completing the last one typed and mending a misspelled one."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: How many completions of a prefix are searched; the most frequent words come first.
_COMPLETIONS = 24


class Words:
    """The words of an index with the number of rows they are in."""

    def __init__(self, counted: Sequence[tuple[str, int]]) -> None:
        self._words = [word for word, _ in counted]
        self._count = dict(counted)
        self._letters = np.array([_letters(word) for word in self._words], dtype=np.uint64)
        self._first = np.array([word[:1] for word in self._words])
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int16)

    def __contains__(self, word: str) -> bool:
        return word in self._count

    def complete(self, prefix: str) -> list[str]:
        """Return the most frequent words that begin with a prefix."""
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\U0010ffff", start)
        return sorted(self._words[start:end], key=self._count.__getitem__, reverse=True)[:_COMPLETIONS]

    def mend(self, word: str) -> list[str]:
        """Return the known words nearest to a misspelled one, at most two letters off; short words aren't mended."""
        if len(word) < 4 or any(c.isdigit() for c in word):
            return []
        allowed = 1 if len(word) < 6 else 2
        scored = [
            (distance, -self._count[known], known)
            for known in (self._words[at] for at in self._like(word, allowed))
            if (distance := _distance(word, known, allowed)) <= allowed
        ]
        scored.sort()
        return [known for distance, _, known in scored if distance == scored[0][0]][:3]

    def _like(self, word: str, allowed: int) -> NDArray[np.intp]:
        """Return the places of words that begin alike or have the same letters, and differ little enough."""
        close = np.abs(self._lengths - len(word)) <= allowed
        differing = np.bitwise_count(self._letters ^ np.uint64(_letters(word)))
        alike = (differing == 0) | ((differing <= 2 * allowed) & (self._first == word[0]))
        found: NDArray[np.intp] = np.flatnonzero(close & alike)
        return found


def _letters(word: str) -> int:
    mask = 0
    for char in word:
        mask |= 1 << (ord(char) - 48 if char <= "9" else ord(char) - 87) % 64
    return mask


def _distance(one: str, other: str, most: int) -> int:
    """Return the number of edits (swaps of neighbours count as one), or ``most`` + 1 when it is more."""
    far = most + 1
    older: list[int] = []
    old = [min(j, far) for j in range(len(other) + 1)]
    for i, a in enumerate(one, start=1):
        row = [min(i, far)] + [far] * len(other)
        best = row[0]
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            cost = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a != other[j - 1]))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, older[j - 2] + 1)
            row[j] = cost
            best = min(best, cost)
        if best > most:
            return far
        older, old = old, row
    return old[-1]
