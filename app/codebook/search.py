"""The recipe of the code finder: code shapes first, then the vocabulary, all words, any words.

Never raises on what somebody typed; at worst it returns nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    spelled = _spelled(words, shelves, vocabulary)
    lead = vocabulary.whole(spelled)
    for shelf in shelves:
        yield from _by_lead(shelf, lead.codes if lead else (), _mended_text(words, spelled))
    rewritten = vocabulary.rewrite(spelled)
    for every in (True, False):
        for hit in _by_words(shelves, rewritten, every=every, limit=limit):
            yield replace(hit, why=hit.why + _mended_text(words, spelled))
        if every and rewritten != spelled:
            yield from _by_words(shelves, spelled, every=True, limit=limit)


def _spelled(words: tuple[str, ...], shelves: Sequence[Searchable], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Replace each word that neither a book nor the vocabulary knows by the nearest that a book knows."""
    found = []
    for place, word in enumerate(words):
        unfinished = place == len(words) - 1
        known = word in vocabulary or any(shelf.finder.options(word, unfinished=unfinished) for shelf in shelves)
        nearest = [] if known else [text for shelf in shelves for text in shelf.finder.mend(word)]
        found.append(nearest[0] if nearest else word)
    return tuple(found)


def _mended_text(words: tuple[str, ...], spelled: tuple[str, ...]) -> str:
    return "".join(f"; {typed} read as {read}" for typed, read in zip(words, spelled, strict=True) if typed != read)


def _by_shape(shelf: Searchable, text: str, limit: int) -> Iterator[Hit]:
    """List the code typed, or those that begin so; only texts with a digit look like codes."""
    if not _CODE_SHAPE.fullmatch(text) or not any(c.isdigit() for c in text):
        return
    bare = text.replace(".", "").upper()
    for node in shelf.store.starting_with(bare, limit):
        exact = node.code.replace(".", "") == bare
        yield _hit(shelf, node, "the code typed" if exact else f"begins with {text.upper()}")


def _by_lead(shelf: Searchable, codes: Sequence[str], mended: str) -> Iterator[Hit]:
    for code in codes:
        node = shelf.store.node(code)
        if node is not None:
            yield _hit(shelf, node, f"known by this name{mended}")


def _by_words(shelves: Sequence[Searchable], words: tuple[str, ...], *, every: bool, limit: int) -> Iterator[Hit]:
    ranked: list[tuple[float, int, Match, list[Word]]] = []
    for number, shelf in enumerate(shelves):
        read = _read(shelf, words)
        ranked += [(-m.score, number, m, read) for m in shelf.finder.search(read, every=every, limit=limit)]
    ranked.sort(key=lambda item: item[:2])
    why = "all words" if every else "some of the words"
    for _, number, match, read in islice(ranked, limit):
        yield _opened(shelves[number], match, read, why)


def _read(shelf: Searchable, words: tuple[str, ...]) -> list[Word]:
    """Turn levelled words into what to search in a book; the last may be unfinished."""
    last = len(words) - 1
    return [Word(word, shelf.finder.options(word, unfinished=place == last)) for place, word in enumerate(words)]


def _opened(shelf: Searchable, match: Match, words: Sequence[Word], why: str) -> Hit:
    """Turn a row into a hit; one that needs a 7th character becomes its likeliest final code."""
    node = shelf.store.by_id(match.node)
    if not match.expands:
        return _hit(shelf, node, why)
    wanted = {text for word in words for text in word.stands_for}
    final = max(shelf.store.below(node), key=lambda child: len(wanted & set(level(child.title[len(node.title) :]))))
    return _hit(shelf, final, f"{why}; one of the 7th characters of {node.code}")


def _hit(shelf: Searchable, node: Node, why: str) -> Hit:
    return Hit(node.code, node.title, node.billable, shelf.book.system, why)
