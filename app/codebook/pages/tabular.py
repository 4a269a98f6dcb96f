"""Owns the page of a category as in the printed book: every row and note in its place, one code highlighted.

Codes made by adding a 7th character aren't printed one by one: the table of 7th characters stands where it is
defined, and only the highlighted code spells out the codes it leads to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.codebook.pages.entry import OpenBook, entry
from app.codebook.pages.neighbours import beside, window
from app.codebook.pages.note_links import Part, link
from app.codebook.records import NOTE_LABELS, Entry, Note, Seventh, Titled
from app.codebook.store import Node, NoteRow, Store
from app.domain.codes.code import CodeSystem
from app.domain.codes.fragments import is_heading

#: What a coder must see first of the notes that apply to a code.
_URGENCY = ("code_first", "excludes1", "use_additional", "code_also", "note", "excludes2", "includes", "inclusion")


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One line of a note; ``under`` says that it belongs to the heading line above it."""

    parts: tuple[Part, ...]
    under: bool = False


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Lines of one kind that stand together, as the entry ``source`` (a chapter, section or code) prints them."""

    kind: str
    label: str
    lines: tuple[NoteLine, ...]
    source: Titled
    source_kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line with its notes; ``depth`` 0 is the category.

    ``seventh`` are the 7th characters defined here; ``final`` the codes that this row's 7th characters make,
    spelled out around the highlighted code only; ``needs_seventh`` says that the row is finished by one.
    """

    code: str
    title: str
    billable: bool
    depth: int
    is_here: bool
    notes: tuple[NoteGroup, ...]
    seventh: tuple[Seventh, ...]
    needs_seventh: bool
    final: tuple[Titled, ...]


@dataclass(frozen=True, slots=True)
class Above:
    """A chapter or section over the page, with its notes."""

    kind: str
    code: str
    title: str
    notes: tuple[NoteGroup, ...]


@dataclass(frozen=True, slots=True)
class Tabular:
    """The page of one code. ``before`` and ``after`` are the pages beside it, ``previous`` and ``next`` the codes.

    ``is_category`` is False in a book without categories: then the rows are the codes of the section around it,
    and ``cut_before`` and ``cut_after`` count those left out.
    """

    entry: Entry
    root: Titled
    above: tuple[Above, ...]
    rows: tuple[Row, ...]
    applies: tuple[NoteGroup, ...]
    before: Titled | None
    after: Titled | None
    previous: Titled | None
    next: Titled | None
    is_category: bool = True
    cut_before: int = 0
    cut_after: int = 0


def tabular(shelf: OpenBook, system: CodeSystem, text: str) -> Tabular:
    """Return the printed page of a code as typed; raises CodeShapeError or UnknownCode."""
    found = entry(shelf, system, text)
    store = shelf.store
    here = store.node(found.code.code)
    assert here is not None  # noqa: S101 - the entry was just found
    chain = store.chain(here)
    codes = [node for node in (*chain, here) if node.kind == "code"]
    root = codes[0]
    if len(codes) == 1 and not store.below(here) and system is not CodeSystem.ICD10CM:
        shown = window(store, here)
        rows = tuple(_row(store, node, 0, here, ()) for node in shown.nodes)
    else:
        shown = None
        rows = tuple(_printed(store, root, 0, here))
    before, after = beside(store, root, -1), beside(store, root, 1)
    previous, following = _neighbours(rows, here.code, before, after)
    return Tabular(
        entry=found,
        root=_titled(root),
        above=tuple(_above(store, node) for node in chain if node.kind != "code"),
        rows=rows,
        applies=_applying(store, found.notes, chain),
        before=before,
        after=after,
        previous=previous,
        next=following,
        is_category=shown is None,
        cut_before=shown.before if shown else 0,
        cut_after=shown.after if shown else 0,
    )


def groups_of(store: Store, node: Node) -> tuple[NoteGroup, ...]:
    """Return a node's own notes as printed."""
    return tuple(
        _group(store, kind, [row.text for row in rows], _titled(node), node.kind)
        for kind, rows in groupby(store.notes_of(node.id), key=_kind)
    )


def _printed(store: Store, node: Node, depth: int, here: Node) -> Iterator[Row]:
    """Walk down a category in book order; codes made from 7th characters stay with their row."""
    below = store.below(node)
    made = [child for child in below if child.seventh]
    yield _row(store, node, depth, here, made)
    for child in below:
        if not child.seventh:
            yield from _printed(store, child, depth + 1, here)


def _row(store: Store, node: Node, depth: int, here: Node, made: Sequence[Node]) -> Row:
    is_near = node.id in (here.id, here.parent)
    return Row(
        code=node.code,
        title=node.title,
        billable=node.billable,
        depth=depth,
        is_here=node.id == here.id,
        notes=groups_of(store, node),
        seventh=tuple(Seventh(char, label, None, other) for char, label, other in store.seventh_of(node)),
        needs_seventh=bool(made),
        final=tuple(_titled(one) for one in made) if is_near else (),
    )


def _neighbours(
    rows: Sequence[Row], code: str, before: Titled | None, after: Titled | None
) -> tuple[Titled | None, Titled | None]:
    """Return the codes printed before and after one, across the edge of the page."""
    printed: list[Titled] = []
    for row in rows:
        printed += [Titled(row.code, row.title, row.billable), *row.final]
    at = next(place for place, one in enumerate(printed) if one.code == code)
    ahead = printed[at - 1] if at else before
    return ahead, printed[at + 1] if at + 1 < len(printed) else after


def _above(store: Store, node: Node) -> Above:
    return Above(node.kind, node.code, node.title, groups_of(store, node))


def _applying(store: Store, notes: Sequence[Note], chain: Sequence[Node]) -> tuple[NoteGroup, ...]:
    """Group the notes that apply to a code by kind and origin: "code first" first, then the nearest origin first.

    What an entry above includes describes that entry; the page prints it there.
    """
    kinds = {node.code: node.kind for node in chain}
    distance = {node.code: place for place, node in enumerate(reversed(chain), start=1)}
    groups = [
        _group(store, kind, [note.text for note in lines], Titled(source, title), kinds.get(source, "code"))
        for (kind, source, title), lines in groupby(notes, key=lambda note: (note.kind, note.source, note.source_title))
        if kind != "seventh" and not (kind == "includes" and source in distance)
    ]
    return tuple(sorted(groups, key=lambda group: _rank(group, distance.get(group.source.code, 0))))


def _rank(group: NoteGroup, distance: int) -> tuple[bool, int, int]:
    return group.kind != "code_first", distance, _URGENCY.index(group.kind)


def _group(store: Store, kind: str, texts: Sequence[str], source: Titled, source_kind: str) -> NoteGroup:
    label = NOTE_LABELS[kind]
    if kind == "use_additional" and texts[0].startswith("code"):
        label = label.removesuffix(" code")
    return NoteGroup(kind, label, tuple(_lines(store, kind, texts)), source, source_kind)


def _lines(store: Store, kind: str, texts: Sequence[str]) -> Iterator[NoteLine]:
    """Set lines under the heading line before them ("code to identify control using:")."""
    under = False
    for text in texts:
        shown = text.removeprefix(", ")
        if is_heading(shown) or (kind == "use_additional" and shown.startswith("code")):
            under = False
        yield NoteLine(link(shown, store), under)
        under = under or is_heading(shown)


def _kind(row: NoteRow) -> str:
    return row.kind


def _titled(node: Node) -> Titled:
    return Titled(node.code, node.title, node.billable)
