"""Owns a query once it is read: its parts, their readings, and what may stand for each word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

#: From here on what stands for a word may choose a side or a 7th character.
_GOOD = 0.6


@dataclass(frozen=True, slots=True)
class Typed:
    """A word of a query with what may stand for it, and how well each does (1: the word itself)."""

    word: str
    options: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a query with its readings: the words as typed, and those the vocabulary has for them."""

    readings: tuple[tuple[Typed, ...], ...]


@dataclass(frozen=True)
class Query:
    """What somebody typed, read: its slots, and which misspelled words were read as what."""

    slots: tuple[Slot, ...]
    mended: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def typed(self) -> tuple[Typed, ...]:
        """Return the words of all readings, each once."""
        return tuple(dict.fromkeys(typed for slot in self.slots for reading in slot.readings for typed in reading))

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Return the words that choose a side or a 7th character: none that stands for another badly."""
        return frozenset(
            word
            for slot in self.slots
            for reading in slot.readings
            for typed in reading
            for word, factor in typed.options
            if factor >= _GOOD
        )

    @cached_property
    def said(self) -> frozenset[str]:
        """Return the words as typed."""
        return frozenset(typed.word for slot in self.slots for typed in slot.readings[0])
