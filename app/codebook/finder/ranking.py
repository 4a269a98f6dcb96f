"""Owns how well phrases answer a query: how much of the query they cover, and how much they say beyond it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.asked import Asked
from app.codebook.finder.keys import Lists
from app.codebook.finder.phrases import CONTEXT_WEIGHTS
from app.codebook.finder.words import Words

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

_CONTRADICTED = 0.56
#: What the vocabulary makes of a word counts a little less than the word itself.
_REREAD = 0.95
#: … and less than its share where only some of its words are there.
_WHOLE = 1.25
_LEAST_MASS = 1e-6


class Source(Protocol):
    """Phrases with what ranking needs of them; ``weights`` by word, ``masses`` by phrase."""

    @property
    def words(self) -> Words: ...
    @property
    def names(self) -> Lists: ...
    @property
    def contexts(self) -> Lists | None: ...
    @property
    def context_kinds(self) -> NDArray[np.uint8]: ...
    @property
    def owners(self) -> NDArray[np.uint32]: ...
    @property
    def weights(self) -> Floats: ...
    @property
    def masses(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Scores:
    """For each candidate: the share of the query it covers, the share of its name that was asked for."""

    recall: Floats
    precision: Floats


def score(source: Source, candidates: Places, asked: Asked) -> Scores:
    """Compare each candidate with a query; candidates come in ascending order. Only words it names are looked at."""
    names = _Held(source.names, candidates, asked)
    in_name, around = names.best(asked.factors[names.numbers]), _best_around(source, candidates, asked)
    held = np.maximum(in_name, around)
    gained = _gained(held, asked) * _agreement(in_name, held, asked)
    covered = asked.covering[names.numbers] * source.weights[names.words]
    found = np.bincount(names.candidates, weights=covered, minlength=len(candidates))
    precision = found / np.maximum(source.masses[candidates], _LEAST_MASS)
    return Scores(gained, precision.astype(np.float32))


class _Held:
    """The words of some lists that a query names: their numbers, whose they are, where they stand."""

    def __init__(self, lists: Lists, chosen: NDArray[Any], asked: Asked) -> None:
        at, lengths = lists.gather(chosen)
        words = lists.values[at]
        numbers = asked.numbers[words]
        kept = numbers.nonzero()[0]
        self._size = len(chosen)
        self.places = at[kept]
        self.numbers = numbers[kept]
        self.words = words[kept]
        self.candidates = np.arange(len(chosen), dtype=np.intp).repeat(lengths)[kept]

    def best(self, values: Floats) -> Floats:
        """Return the largest value of each column for each list, 0 where it has none."""
        found = np.zeros((self._size, values.shape[1]), dtype=np.float32)
        if len(values):
            starts = _changes(self.candidates).nonzero()[0]
            found[self.candidates[starts]] = np.maximum.reduceat(values, starts, axis=0)
        return found


def _best_around(source: Source, candidates: Places, asked: Asked) -> Floats:
    """Return the best of what the owners of the candidates hold around their names, by how much it counts there."""
    if source.contexts is None:
        return np.zeros((1, 1), dtype=np.float32)
    of_each = source.owners[candidates]
    is_first = _changes(of_each)
    around = _Held(source.contexts, of_each[is_first], asked)
    near = CONTEXT_WEIGHTS[source.context_kinds[around.places]]
    found: Floats = around.best(asked.factors[around.numbers] * near[:, np.newaxis])[is_first.cumsum() - 1]
    return found


def _gained(held: Floats, asked: Asked) -> Floats:
    """Return how much of the query each candidate holds, slot by slot."""
    gained = np.zeros(len(held), dtype=np.float32)
    for weight, columns in zip(asked.slot_weights, asked.slots, strict=True):
        readings = [_reading(held, some, asked.weights) for some in columns]
        best = readings[0]
        if len(readings) > 1:
            best = np.maximum(best, _REREAD * np.maximum.reduce(readings[1:]) ** _WHOLE)
        gained += np.float32(weight) * best
    return gained / np.float32(max(sum(asked.slot_weights), _LEAST_MASS))


def _reading(held: Floats, columns: Sequence[int], weights: Sequence[float]) -> Floats:
    """Return how much of a reading each candidate holds."""
    if len(columns) == 1:
        return held[:, columns[0]]
    share = np.array([weights[at] for at in columns], dtype=np.float32)
    found: Floats = np.einsum("nc,c->n", held[:, columns], share / max(share.sum(), _LEAST_MASS))
    return found


def _agreement(in_name: Floats, held: Floats, asked: Asked) -> Floats:
    """Return 1 for each candidate, less where its name says another type, stage or intent than the query."""
    agreement = np.ones(len(held), dtype=np.float32)
    for same in asked.groups:
        agreement[(in_name[:, same + 1] > 0) & (held[:, same] == 0)] *= _CONTRADICTED
    return agreement


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each value whether it differs from the one before; the first does."""
    found = np.empty(len(values), dtype=bool)
    found[:1] = True
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found
