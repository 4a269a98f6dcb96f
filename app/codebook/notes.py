"""Owns what printed notes mean for a set of codes: inheritance, Excludes1 pairs, manifestations."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Protocol

from app.codebook.records import Conflict, Note
from app.codebook.store import Node, Store
from app.domain.codes.code import Code
from app.domain.codes.fragments import CodeRange, any_contains, is_heading

__all__ = ["excludes1_conflicts", "inherited_notes", "is_heading", "is_manifestation", "notes_along"]

_UNDERLYING = re.compile(r"(?:the )?underlying\b")
_CONDITIONAL = re.compile(r"if applicable|if known|known and applicable|when associated")
_ELSEWHERE = ("in diseases classified elsewhere", "in conditions classified elsewhere")


class HasStore(Protocol):
    """A shelf, as far as notes need it."""

    @property
    def store(self) -> Store: ...


def notes_along(store: Store, chain: Sequence[Node], kind: str | None = None) -> tuple[Note, ...]:
    """Return the notes of a chain from chapter to code; inclusion terms only of its last node.

    Includes and inclusion terms describe the place they stand at; the other kinds are inherited.
    """
    found: list[Note] = []
    for node in chain:
        own = node is chain[-1]
        for row in store.notes_of(node.id):
            if (kind and row.kind != kind) or (row.kind == "inclusion" and not own):
                continue
            found.append(Note(row.kind, row.text, node.code, node.title, row.codes, inherited=not own))
    return tuple(found)


def inherited_notes(shelf: HasStore, code: str, kind: str) -> tuple[Note, ...]:
    """Return the notes of one kind that apply to a code, from the chapter down; nothing for an unknown code."""
    node = shelf.store.node(code)
    if node is None:
        return ()
    return notes_along(shelf.store, [*shelf.store.chain(node), node], kind)


def excludes1_conflicts(shelf: HasStore, codes: Sequence[str]) -> tuple[Conflict, ...]:
    """Return each pair of codes that an Excludes1 note of one of them, own or inherited, keeps apart."""
    distinct = list(dict.fromkeys(codes))
    notes = {code: inherited_notes(shelf, code, "excludes1") for code in distinct}
    found: list[Conflict] = []
    for one, other in combinations(distinct, 2):
        note = _separating(notes[one], one, other) or _separating(notes[other], other, one)
        if note:
            found.append(Conflict((one, other), note.text, note.source, note.source_title))
    return tuple(found)


def is_manifestation(code: Code, code_first: Sequence[Note]) -> bool:
    """Tell whether a code may never be listed first.

    By convention such titles say "in diseases classified elsewhere" (guideline I.A.13); others carry a
    "code first" note that asks for the underlying disease without a condition ("if applicable").
    """
    title = code.title.lower()
    return any(phrase in title for phrase in _ELSEWHERE) or any(_asks_for_etiology(note.text) for note in code_first)


def _asks_for_etiology(text: str) -> bool:
    return bool(_UNDERLYING.match(text)) and not _CONDITIONAL.search(text)


def _separating(notes: Sequence[Note], owner: str, other: str) -> Note | None:
    """Return the note of ``owner`` that names ``other`` but not ``owner`` itself."""
    for note in notes:
        ranges = [_range(text) for text in note.codes]
        if any_contains(ranges, other) and not any_contains(ranges, owner):
            return note
    return None


def _range(text: str) -> CodeRange:
    first, _, last = text.partition("-")
    return CodeRange(first, last or first)
