"""Finds the codes, ranges and sections that a printed note names, so that a page can link them.

Only what the book holds becomes a link; everything else stays the text it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.codebook.store import Node, Store

_CODE = r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.[0-9A-Z]{1,4})?"
#: One code or a range, each end with the dash that stands for "and what follows": "E11", "S59.2-", "K85-K86.-".
_MENTION = re.compile(rf"(?<![0-9A-Za-z])({_CODE})(\.?-)?(?:(\s?-\s?)({_CODE})(\.?-)?)?(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a note. With a ``kind`` (code, section or chapter) it leads to ``code``, whose ``title`` it has."""

    text: str
    kind: str = ""
    code: str = ""
    title: str = ""


def link(text: str, store: Store) -> tuple[Part, ...]:
    """Split a note into plain text and mentions of what the book holds."""
    return tuple(_folded(_parts(text, store)))


def _parts(text: str, store: Store) -> Iterator[Part]:
    at = 0
    for found in _MENTION.finditer(text):
        yield Part(text[at : found.start()])
        yield from _range(found, store) if found[4] else _single(found[0], found[1], store)
        at = found.end()
    yield Part(text[at:])


def _single(shown: str, code: str, store: Store) -> Iterator[Part]:
    known = store.find(code)
    yield Part(shown, "code", code, known.title) if known else Part(shown)


def _range(found: re.Match[str], store: Store) -> Iterator[Part]:
    """Link a range as a whole where the book has it as a section or chapter, else its two ends."""
    name = f"{found[1]}-{found[4]}"
    whole = store.node(name, "section") or _chapter(name, found[1], store)
    if whole is not None:
        yield Part(found[0], whole.kind, whole.code, whole.title)
        return
    yield from _single(found[1] + (found[2] or ""), found[1], store)
    yield Part(found[3])
    yield from _single(found[4] + (found[5] or ""), found[4], store)


def _chapter(name: str, first: str, store: Store) -> Node | None:
    """Return the chapter whose title ends in this range, as "(A00-B99)" does, or None."""
    node = store.node(first)
    chain = store.chain(node) if node else []
    return next((one for one in chain if one.kind == "chapter" and one.title.endswith(f"({name})")), None)


def _folded(parts: Iterator[Part]) -> Iterator[Part]:
    """Join neighbouring plain stretches and leave empty ones out."""
    plain = ""
    for part in parts:
        if not part.kind:
            plain += part.text
            continue
        if plain:
            yield Part(plain)
        plain = ""
        yield part
    if plain:
        yield Part(plain)
