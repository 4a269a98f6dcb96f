"""Owns how near two spellings are: what a word sounds like, and the number of edits to many words at once."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

#: Longer words are compared by their beginning.
LONGEST = 24
_SOUNDS = tuple(
    (re.compile(pattern), plain)
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
        (r"gh|(?<=[aeiouy])h(?![aeiouy])|(?<=[^aeiouy])h", ""),
        (r"[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=5_000)
def sound(word: str) -> str:
    """Return roughly what a word sounds like, all vowels alike: pneumonia and numonia, seizure and siezure."""
    for pattern, plain in _SOUNDS:
        word = pattern.sub(plain, word)
    return word.rstrip("a") or word


def letters_of(word: str) -> int:
    """Return the letters and digits of a word as bits."""
    mask = 0
    for char in word:
        mask |= 1 << (ord(char) - 48 if char <= "9" else ord(char) - 87) % 64
    return mask


def spread(words: Sequence[str]) -> NDArray[np.uint8]:
    """Return words as rows of character numbers, padded with zeros."""
    packed = np.array([word[:LONGEST].encode("ascii", "replace") for word in words], dtype=f"S{LONGEST}")
    return packed.view(np.uint8).reshape(len(words), LONGEST)


def edits(word: str, others: NDArray[np.uint8], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of edits from a word to each of others; a swap of neighbours counts as one."""
    typed = np.frombuffer(word[:LONGEST].encode("ascii", "replace"), dtype=np.uint8)
    width = int(lengths.max(initial=0))
    columns = np.arange(width + 1, dtype=np.int64)
    older = old = np.broadcast_to(columns, (len(others), width + 1))
    for i, char in enumerate(typed, start=1):
        row = np.empty((len(others), width + 1), dtype=np.int64)
        row[:, 0] = i
        differs = (others[:, :width] != char).astype(np.int64)
        row[:, 1:] = np.minimum(old[:, :-1] + differs, old[:, 1:] + 1)
        if i > 1 and width > 1:
            swapped = (others[:, : width - 1] == char) & (others[:, 1:width] == typed[i - 2])
            row[:, 2:] = np.where(swapped, np.minimum(row[:, 2:], older[:, :-2] + 1), row[:, 2:])
        # an insertion costs one a column: the running minimum of (row - column) gives all of them at once
        row = np.minimum.accumulate(row - columns, axis=1) + columns
        older, old = old, row
    found: NDArray[np.int64] = old[np.arange(len(others)), np.minimum(lengths, width)]
    return found
