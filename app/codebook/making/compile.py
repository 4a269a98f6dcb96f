"""Turns a parsed source into the rows that are stored: relations and note ranges are computed here, once."""

import json
from collections.abc import Iterator
from typing import Any

from app.codebook.sources.facts import SourceFacts
from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.domain.codes.code import CodeSystem
from app.domain.codes.fragments import read_ranges
from app.domain.codes.not_sides import NOT_SIDES
from app.domain.codes.relations import SideMark, Titled, mark_sides, unspecified_below, unspecified_count

Rows = list[tuple[Any, ...]]
#: Kinds of notes whose code ranges are needed by the checks.
_RANGED = ("excludes1", "excludes2", "code_first", "use_additional", "code_also")


def rows_of(tree: SourceTree, facts: SourceFacts) -> tuple[Rows, Rows, Rows]:
    """Return the node, note and 7th-character rows of a tree; a node's id is its place plus one."""
    has_relations = facts.system is CodeSystem.ICD10CM
    marks = _side_marks(tree) if has_relations else {}
    paths: list[tuple[tuple[str, str], ...]] = []
    nodes = [_node_row(tree, place, paths, marks, has_relations) for place in range(len(tree.nodes))]
    return nodes, list(_note_rows(tree)), list(_seventh_rows(tree))


def _side_marks(tree: SourceTree) -> dict[str, SideMark]:
    billable = (
        Titled(node.code, node.title, node.extension.label if node.extension else "")
        for node in tree.nodes
        if node.billable and node.kind is NodeKind.CODE
    )
    return mark_sides(billable, NOT_SIDES)


def _node_row(
    tree: SourceTree,
    place: int,
    paths: list[tuple[tuple[str, str], ...]],
    marks: dict[str, SideMark],
    has_relations: bool,
) -> tuple[Any, ...]:
    node = tree.nodes[place]
    path = _path_to(tree, node, paths)
    paths.append(path)
    mark = marks.get(node.code) if node.kind is NodeKind.CODE else None
    related = has_relations and node.kind is NodeKind.CODE
    return (
        place + 1,
        node.kind,
        node.code,
        node.code.replace(".", ""),
        node.shown,
        None if node.parent is None else node.parent + 1,
        node.billable,
        " ".join(code for code, _ in path),
        mark.side if mark else None,
        mark.group if mark else None,
        unspecified_below(node.title, path) if related else None,
        unspecified_count(node.title) if related else 0,
        node.extension.char if node.extension else None,
        _extra(node),
    )


def _path_to(
    tree: SourceTree, node: SourceNode, paths: list[tuple[tuple[str, str], ...]]
) -> tuple[tuple[str, str], ...]:
    """Return (code, title) from the category to the direct parent; sections and chapters don't count."""
    if node.parent is None or tree.nodes[node.parent].kind is not NodeKind.CODE:
        return ()
    above = tree.nodes[node.parent]
    return (*paths[node.parent], (above.code, above.title))


def _extra(node: SourceNode) -> str:
    return json.dumps(node.extra, default=str) if node.extra else ""


def _note_rows(tree: SourceTree) -> Iterator[tuple[Any, ...]]:
    for place, node in enumerate(tree.nodes):
        for number, note in enumerate(node.notes):
            ranges = read_ranges(note.text) if note.kind in _RANGED else ()
            yield place + 1, number, note.kind, note.text, " ".join(map(str, ranges))


def _seventh_rows(tree: SourceTree) -> Iterator[tuple[Any, ...]]:
    for place, node in enumerate(tree.nodes):
        for number, choice in enumerate(node.seventh):
            yield place + 1, number, choice.char, choice.label, choice.note
