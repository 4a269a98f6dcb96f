"""The recipe of the code finder: code shapes first, then the vocabulary, all words, any words.

Never raises on what somebody typed; at worst it returns nothing.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from app.codebook.finder import Finder, Match, Word
from app.codebook.records import Book, Hit
from app.codebook.store import Node, Store
from app.codebook.vocabulary import Vocabulary, level
from app.domain.codes.code import CodeSystem

_LONGEST_QUERY = 200
_MOST_WORDS = 12
_CODE_SHAPE = re.compile(r"[A-Za-z0-9]{1,3}\.?[A-Za-z0-9]{0,4}")


class Searchable(Protocol):
    """A shelf, as far as searching needs it."""

    @property
    def book(self) -> Book: ...
    @property
    def store(self) -> Store: ...
    @property
    def finder(self) -> Finder: ...


def find(text: str, shelves: Sequence[Searchable], vocabulary: Vocabulary, *, limit: int) -> tuple[Hit, ...]:
    """Return the best hits over several books, best first, each code once."""
    text = text[:_LONGEST_QUERY].strip()
    words = tuple(level(text)[:_MOST_WORDS])
    if limit < 1 or not text:
        return ()
    found: dict[tuple[CodeSystem, str], Hit] = {}
    for hit in _in_turn(text, words, shelves, vocabulary, limit):
        found.setdefault((hit.system, hit.code), hit)
        if len(found) >= limit:
            break
    return tuple(found.values())


def _in_turn(
    text: str, words: tuple[str, ...], shelves: Sequence[Searchable], vocabulary: Vocabulary, limit: int
) -> Iterator[Hit]:
    for shelf in shelves:
        yield from _by_shape(shelf, text, limit)
    if not words:
        return
    lead = vocabulary.whole(words)
    for shelf in shelves:
        yield from _by_lead(shelf, lead.codes if lead else ())
    rewritten = vocabulary.rewrite(words)
    for every in (True, False):
        yield from _by_words(shelves, rewritten, every=every, limit=limit)
        if every and rewritten != words:
            yield from _by_words(shelves, words, every=True, limit=limit)


def _by_shape(shelf: Searchable, text: str, limit: int) -> Iterator[Hit]:
    """List the code typed, or those that begin so; only texts with a digit look like codes."""
    if not _CODE_SHAPE.fullmatch(text) or not any(c.isdigit() for c in text):
        return
    bare = text.replace(".", "").upper()
    for node in shelf.store.starting_with(bare, limit):
        exact = node.code.replace(".", "") == bare
        yield _hit(shelf, node, "the code typed" if exact else f"begins with {text.upper()}")


def _by_lead(shelf: Searchable, codes: Sequence[str]) -> Iterator[Hit]:
    for code in codes:
        node = shelf.store.node(code)
        if node is not None:
            yield _hit(shelf, node, "known by this name")


def _by_words(
    shelves: Sequence[Searchable], words: tuple[str, ...], *, every: bool, limit: int
) -> Iterator[Hit]:
    ranked: list[tuple[float, int, Match, list[Word]]] = []
    for number, shelf in enumerate(shelves):
        read = shelf.finder.read(words)
        ranked += [(-m.score, number, m, read) for m in shelf.finder.search(read, every=every, limit=limit)]
    ranked.sort(key=lambda item: item[:2])
    for _, number, match, read in islice(ranked, limit):
        yield _opened(shelves[number], match, read, every=every)


def _opened(shelf: Searchable, match: Match, words: Sequence[Word], *, every: bool) -> Hit:
    """Turn a row into a hit; one that needs a 7th character becomes its likeliest final code."""
    node = shelf.store.by_id(match.node)
    why = _why(words, every=every)
    if not match.expands:
        return _hit(shelf, node, why)
    wanted = {text for word in words for text in word.stands_for}
    final = max(shelf.store.below(node), key=lambda child: len(wanted & set(level(child.title.removeprefix(node.title)))))
    return _hit(shelf, final, f"{why}; one of the 7th characters of {node.code}")


def _why(words: Sequence[Word], *, every: bool) -> str:
    mended = [f"{word.typed} read as {word.stands_for[0]}" for word in words if word.stands_for and _is_mended(word)]
    matched = "all words" if every else "some of the words"
    return "; ".join([matched, *mended])


def _is_mended(word: Word) -> bool:
    return not any(text.startswith(word.typed) for text in word.stands_for)


def _hit(shelf: Searchable, node: Node, why: str) -> Hit:
    return Hit(node.code, node.title, node.billable, shelf.book.system, why)
