"""Writes the search index of one book: its names as phrases, and which codes are the rows that they lead to.

7th-character codes and the other sides of a code aren't rows of their own: they are members of one.
"""

import json
from pathlib import Path

import numpy as np

from app.codebook.finder.names import NamedRow, named_rows
from app.codebook.finder.phrases import Phrase, write_phrases
from app.codebook.finder.places import write_places
from app.codebook.sources.tree import NodeKind, SourceTree
from app.domain.codes.code import CodeSystem

#: One row: place of its first member, how many members, chapter by its place in chapters.json, the first
#: character of its codes, depth below the category, and flags: opens into
#: 7th characters, can be billed, is a modifier, its title says "other" or "unspecified".
ROW = np.dtype(
    [
        ("first", "u4"),
        ("members", "u2"),
        ("chapter", "u2"),
        ("letter", "u1"),
        ("depth", "u1"),
        ("expands", "?"),
        ("final", "?"),
        ("modifier", "?"),
        ("other", "?"),
        ("vague", "?"),
    ]
)
#: One name: where it comes from (``NameKind``), the node it is printed at, and its note there (-1: the title).
NAME = np.dtype([("kind", "u1"), ("node", "u4"), ("note", "i2")])
BILLABLE = "billable"


def write_index(folder: Path, tree: SourceTree, system: CodeSystem | None = CodeSystem.ICD10CM) -> None:
    """Index every code and modifier of a tree into a new folder; node ids are places plus one."""
    folder.mkdir(parents=True)
    rows, leads = named_rows(tree, system)
    phrases = [Phrase(name.words, number) for number, row in enumerate(rows) for name in row.names if name.words]
    names = [name for row in rows for name in row.names if name.words]
    marks = [_marks(tree, row) for row in rows]
    write_phrases(folder, phrases, [row.context for row in rows], marks)
    listed = [(name.kind, name.node + 1, -1 if name.note is None else name.note) for name in names]
    np.save(folder / "name_facts.npy", np.array(listed, dtype=NAME))
    chapters = _chapters(tree)
    (folder / "chapters.json").write_text(json.dumps(chapters), encoding="utf-8")
    _write_rows(folder, tree, rows, chapters)
    write_places(folder, tree, _rows_of_nodes(tree, rows, leads), [row.final for row in rows])


def _marks(tree: SourceTree, row: NamedRow) -> str:
    """Return what a search can be limited to: a row's chapter, and that it can be billed."""
    billable = row.final and not row.modifier
    return chapter_mark(_top(tree, row.leaves[0])) + (f" {BILLABLE}" if billable else "")


def chapter_mark(code: str) -> str:
    """Return the mark of a chapter; its code may hold blanks."""
    return "chapter-" + code.replace(" ", "_")


def _chapters(tree: SourceTree) -> list[str]:
    """Return the codes of the chapters; where there is none a book's sections stand for them."""
    for kind in (NodeKind.CHAPTER, NodeKind.SECTION):
        found = [node.code for node in tree.nodes if node.kind is kind]
        if found:
            return found
    return []


def _write_rows(folder: Path, tree: SourceTree, rows: list[NamedRow], chapters: list[str]) -> None:
    number_of = {code: number for number, code in enumerate(chapters)}
    members: list[int] = []
    listed = []
    for row in rows:
        node = tree.nodes[row.leaves[0]]
        chapter = number_of.get(_top(tree, row.leaves[0]), len(chapters))
        letter = ord(node.code[0]) if node.code else 0
        title = row.names[0].words
        flags = (row.expands, row.final, row.modifier, "other" in title, "unspecified" in title)
        listed.append((len(members), len(row.leaves), chapter, letter, row.depth, *flags))
        members += [leaf + 1 for leaf in row.leaves]
    np.save(folder / "rows.npy", np.array(listed, dtype=ROW))
    np.save(folder / "members.npy", np.array(members, dtype=np.uint32))


def _rows_of_nodes(tree: SourceTree, rows: list[NamedRow], leads: dict[int, int]) -> list[int | None]:
    """Return for every place the row it belongs to, and for headings the row they lead to."""
    row_of: list[int | None] = [None] * len(tree.nodes)
    for number, row in enumerate(rows):
        for leaf in row.leaves:
            row_of[leaf] = number
    for place, node in enumerate(tree.nodes):
        if node.extension is not None and node.parent is not None:
            row_of[place] = row_of[node.parent]
    for heading, number in leads.items():
        row_of[heading] = number
    return row_of


def _top(tree: SourceTree, place: int) -> str:
    at = place
    while (parent := tree.nodes[at].parent) is not None:
        at = parent
    return tree.nodes[at].code
