"""Owns how near two spellings are: what words sound like, their letters, the edits from one to another."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SOUNDS = tuple(
    (re.compile(pattern, re.MULTILINE), plain)
    for pattern, plain in (
        (r"(.)\1+", r"\1"),
        (r"^(?:pn|kn|gn|mn)", "n"),
        (r"^ps", "s"),
        (r"^pt", "t"),
        (r"^wr", "r"),
        (r"^x", "z"),
        (r"ph", "f"),
        (r"rh", "r"),
        (r"sch|sh|ch(?=[ei])|[tcs]i(?=o|a)", "x"),
        (r"sc(?=[eiy])", "s"),
        (r"ck|qu|q|ch", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"dg(?=[eiy])|g(?=[eiy])", "j"),
        (r"(?<=[aeiou])w", "u"),
        (r"z", "s"),
        (r"gh|(?<=[aeiouy])h(?![aeiouy])|(?<=[^aeiouy\n])h", ""),
        (r"[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=5_000)
def sound(word: str) -> str:
    """Return roughly what a word sounds like, all vowels alike: pneumonia and numonia, seizure and siezure."""
    return sounds([word])[0]


def sounds(words: Sequence[str]) -> list[str]:
    """Return what each of many words sounds like, in a fraction of the time that one after the other takes."""
    if not words:
        return []
    text = "\n".join(words)
    for pattern, plain in _SOUNDS:
        text = pattern.sub(plain, text)
    return [heard.rstrip("a") or heard for heard in text.split("\n")]


def letters_of(word: str) -> int:
    """Return the letters and digits of a word as bits."""
    mask = 0
    for char in word:
        mask |= 1 << (ord(char) - 48 if char <= "9" else ord(char) - 87) % 64
    return mask


def letters_of_all(words: Sequence[str]) -> NDArray[np.uint64]:
    """Return the letters and digits of many words as bits."""
    return np.array([letters_of(word) for word in words], dtype=np.uint64)


class Speller:
    """Counts the edits from one word to others; a swap of neighbours counts as one.

    Bit by bit, all cells of a column at once: Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau
    edit distances, 2003.
    """

    def __init__(self, word: str) -> None:
        self._size = len(word)
        self._places: dict[str, int] = {}
        for place, char in enumerate(word):
            self._places[char] = self._places.get(char, 0) | 1 << place
        self.edits = lru_cache(maxsize=500)(self._edits)

    def _edits(self, other: str) -> int:
        """Return the number of edits to another word."""
        every, last = (1 << self._size) - 1, 1 << self._size >> 1
        up, down, same, before, count = every, 0, 0, 0, self._size
        for char in other:
            here = self._places.get(char, 0)
            swapped = (~same & here) << 1 & before
            same = (((here & up) + up) ^ up) | here | down | swapped
            more, less = down | (every & ~(same | up)), same & up
            count += bool(more & last) - bool(less & last)
            more, less = more << 1 | 1, less << 1
            up, down, before = (less | ~(same | more)) & every, more & same & every, here
        return count


@lru_cache(maxsize=20)
def speller_of(word: str) -> Speller:
    """Return the speller of a word, the same for every index that is asked in turn."""
    return Speller(word)
