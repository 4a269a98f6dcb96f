"""Owns the words of one index: completing the last one typed and mending a misspelled one."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: How many completions of a prefix are searched; the most frequent words come first.
_COMPLETIONS = 40


class Words:
    """The words of an index with the number of rows they are in."""

    def __init__(self, counted: Sequence[tuple[str, int]]) -> None:
        self._words = [word for word, _ in counted]
        self._count = dict(counted)
        self._letters = np.array([_letters(word) for word in self._words], dtype=np.uint64)
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
            (distance, self._words[at][0] != word[0], -self._count[self._words[at]], self._words[at])
            for at in self._like(word, allowed)
            if (distance := _distance(word, self._words[at], allowed)) <= allowed
        ]
        scored.sort()
        return [item[3] for item in scored if item[0] == scored[0][0]][:3]

    def _like(self, word: str, allowed: int) -> NDArray[np.intp]:
        """Return the places of words whose length and letters differ little enough."""
        close = np.abs(self._lengths - len(word)) <= allowed
        differing = np.bitwise_count(self._letters ^ np.uint64(_letters(word))) <= 2 * allowed
        found: NDArray[np.intp] = np.flatnonzero(close & differing)
        return found


def _letters(word: str) -> int:
    mask = 0
    for char in word:
        mask |= 1 << (ord(char) - 48 if char <= "9" else ord(char) - 87) % 64
    return mask


def _distance(one: str, other: str, most: int) -> int:
    """Return the number of edits (swaps of neighbours count as one), or ``most`` + 1 when it is more."""
    older: list[int] = []
    old = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        older, old = old, row
    return old[-1]
