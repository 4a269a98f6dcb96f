"""Owns what a page shows of one code: its path, notes, children, 7th characters and what is missing from it."""

import json
from typing import Protocol

from app.codebook.notes import notes_along
from app.codebook.records import Book, Entry, Seventh, Titled
from app.codebook.store import Node, Store
from app.domain.codes.code import CodeSystem, normalise, strip_dots
from app.domain.errors import UnknownCode


class OpenBook(Protocol):
    """A shelf, as far as pages need it."""

    @property
    def book(self) -> Book: ...
    @property
    def store(self) -> Store: ...


def entry(shelf: OpenBook, system: CodeSystem, text: str) -> Entry:
    """Return the entry of a code as typed; raises CodeShapeError or UnknownCode."""
    node = _known(shelf, system, text)
    code = shelf.store.find(node.code)
    assert code is not None  # noqa: S101 - the node was just found
    chain = shelf.store.chain(node)
    below = shelf.store.below(node)
    return Entry(
        code=code,
        book=shelf.book,
        chapter=next((_titled(one) for one in chain if one.kind == "chapter"), None),
        section=next((_titled(one) for one in chain if one.kind == "section"), None),
        path=tuple(_titled(one) for one in chain if one.kind == "code"),
        notes=notes_along(shelf.store, [*chain, node]),
        children=tuple(_titled(one) for one in below),
        seventh=_seventh(shelf.store, [*chain, node], below),
        message=_message(shelf, node, below),
    )


def choices_message(shelf: OpenBook, system: CodeSystem, text: str) -> str | None:
    """Say what a code lacks to be billable; None when it lacks nothing."""
    node = _known(shelf, system, text)
    return _message(shelf, node, shelf.store.below(node))


def _known(shelf: OpenBook, system: CodeSystem, text: str) -> Node:
    code = normalise(system, text)
    node = shelf.store.node(code)
    if node is None:
        raise UnknownCode(_unknown_message(shelf, system, code))
    return node


def _unknown_message(shelf: OpenBook, system: CodeSystem, code: str) -> str:
    where = f"{system} {shelf.book.release}"
    if shelf.book.partial:
        return f"{code} isn't in the {shelf.book.title} that comes with Chartroom: import the official file to see it."
    above = _longest_known(shelf.store, code)
    if above is None:
        return f"{code} isn't in {where}: check the letters and digits, or search by words."
    if above.billable:
        return f"{code} isn't in {where}: {above.code} ({above.title}) is complete as it is."
    return f"{code} isn't in {where}: {above.code} ({above.title}) is; {_choices(shelf.store.below(above))} below it."


def _longest_known(store: Store, code: str) -> Node | None:
    """Return the longest known beginning of an unknown code."""
    for length in range(len(code) - 1, 2, -1):
        above = store.node(code[:length])
        if above is not None:
            return above
    return None


def _message(shelf: OpenBook, node: Node, below: list[Node]) -> str | None:
    if node.billable or node.kind != "code":
        return None
    where = f"{shelf.book.system} {shelf.book.release.partition(',')[0]}"
    if not below:
        return _ended(node, where)
    choices = _choices(below)
    if below[0].seventh:
        padding = " (fill the gap with X)" if len(strip_dots(node.code)) < 6 else ""
        return f"{node.code} isn't billable in {where}: it needs a 7th character{padding}; {choices}."
    return f"{node.code} isn't billable in {where}: it needs another character; {choices}."


def _ended(node: Node, where: str) -> str:
    """Say of a code without anything below it why it isn't billable: its last day is over."""
    last = json.loads(node.extra or "{}").get("effective_to")
    until = f"it could be billed until {last}" if last else "the official list says so"
    return f"{node.code} isn't billable in {where}: {until}. Look for the code that took its place."


def _choices(below: list[Node]) -> str:
    if len(below) == 1:
        return f"{below[0].code} is the choice"
    if len(below) == 2:
        return f"{below[0].code} and {below[1].code} are the choices"
    return f"{below[0].code} to {below[-1].code} are the choices"


def _seventh(store: Store, chain: list[Node], below: list[Node]) -> tuple[Seventh, ...]:
    """Return the 7th characters defined nearest to a code; with the code each makes, where it is a leaf."""
    made = {node.seventh: node.code for node in below if node.seventh}
    for node in reversed(chain):
        defined = store.seventh_of(node)
        if defined:
            if made:
                return tuple(Seventh(c, label, made[c], note) for c, label, note in defined if c in made)
            return tuple(Seventh(c, label, None, note) for c, label, note in defined)
    return ()


def _titled(node: Node) -> Titled:
    return Titled(node.code, node.title, node.billable)
