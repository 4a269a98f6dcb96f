"""Owns finding places by a key in little memory, and lists of numbers of different lengths."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class Keys:
    """Finds the places of a key in a list of keys, in eight bytes a place. Rarely another key's place comes along."""

    def __init__(self, stored: NDArray[np.uint32]) -> None:
        self.stored = stored
        self._hashed, self._places = (memoryview(np.ascontiguousarray(row).data) for row in stored)

    @classmethod
    def of(cls, keys: Iterable[str]) -> "Keys":
        """Number the keys in the order they come."""
        hashed = np.array([crc32(key.encode()) for key in keys], dtype=np.uint32)
        order = np.argsort(hashed, kind="stable").astype(np.uint32)
        return cls(np.stack((hashed[order], order)))

    def places(self, key: str) -> list[int]:
        """Return the places where the key is, in order."""
        wanted = crc32(key.encode())
        first = bisect_left(self._hashed, wanted)
        return self._places[first : bisect_right(self._hashed, wanted, first)].tolist()


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of numbers of different lengths, one after the other."""

    at: NDArray[np.uint32]
    values: NDArray[np.uint16 | np.uint32]

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> "Lists":
        """Put lists one after the other, in two bytes a number where that is enough."""
        listed = list(lists)
        at = np.concatenate(([0], np.cumsum([len(one) for one in listed], dtype=np.int64)))
        values = np.fromiter((number for one in listed for number in one), dtype=np.uint32, count=int(at[-1]))
        small = values.max(initial=0) <= np.iinfo(np.uint16).max
        return cls(at.astype(np.uint32), values.astype(np.uint16) if small else values)

    def __len__(self) -> int:
        return len(self.at) - 1

    def gather(self, chosen: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places in ``values`` of some lists, one after the other, and the length of each list."""
        first = self.at[chosen].astype(np.intp)
        lengths = self.at[chosen + 1].astype(np.intp) - first
        ends = lengths.cumsum()
        size = int(ends[-1]) if len(ends) else 0
        return np.arange(size, dtype=np.intp) + (first - ends + lengths).repeat(lengths), lengths

    def sums(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the sum of the weights of each list's numbers."""
        running = np.concatenate(([0.0], np.cumsum(weights[self.values], dtype=np.float64)))
        return (running[self.at[1:]] - running[self.at[:-1]]).astype(np.float32)


class Texts:
    """Texts one after the other in UTF-8: a third of the memory that objects would take."""

    def __init__(self, starts: NDArray[np.uint32], packed: NDArray[np.uint8]) -> None:
        self.starts = starts
        self.packed = packed

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Pack texts."""
        packed = [text.encode() for text in texts]
        starts = np.concatenate(([0], np.cumsum([len(one) for one in packed], dtype=np.int64)))
        return cls(starts.astype(np.uint32), np.frombuffer(b"".join(packed), dtype=np.uint8))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        return self.packed[int(self.starts[number]) : int(self.starts[number + 1])].tobytes().decode()
