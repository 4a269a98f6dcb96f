"""Parses the starter tables written for this project (TOML files of a folder below ``codesets``).

A file is ``title`` (a heading), then ``[codes]``, ``[modifiers]`` or ``[rows]`` with one line a code:
``"17110" = "label"`` or ``"17110" = {title = "label", terms = ["lay word"]}``. ``[[rule]]`` tables are
kept as they are.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.codebook.sources.facts import SourceFacts
from app.codebook.sources.tree import NodeKind, SourceNode, SourceNote, SourceRefused, SourceTree
from app.domain.codes.code import CodeSystem, normalise
from app.domain.errors import CodeShapeError

_KINDS = {"codes": NodeKind.CODE, "modifiers": NodeKind.MODIFIER, "rows": NodeKind.ROW}


def files_of(folder: Path) -> list[Path]:
    """Return the tables of a set, in order."""
    return sorted(path for path in folder.glob("*.toml") if path.name != "SOURCE.toml")


def digest_of(folder: Path) -> str:
    """Return one sha256 over the set's tables."""
    found = hashlib.sha256()
    for path in [folder / "SOURCE.toml", *files_of(folder)]:
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def parse_starter(folder: Path, facts: SourceFacts) -> SourceTree:
    """Parse every table of a set; raises SourceRefused for a code twice, a wrong shape or an empty title."""
    tree = SourceTree()
    seen: dict[tuple[str, str], str] = {}
    for path in files_of(folder):
        data = _read(path)
        heading = str(data.get("title", path.stem))
        parent = tree.add(SourceNode(NodeKind.SECTION, path.stem, heading))
        for table, kind in _KINDS.items():
            for code, value in data.get(table, {}).items():
                node = _node(kind, code, value, parent, path, facts.system)
                if (kind, node.code) in seen:
                    raise SourceRefused(f"{path}: {code} is already in {seen[kind, node.code]}: keep one of them.")
                seen[kind, node.code] = path.name
                tree.add(node)
        for number, rule in enumerate(data.get("rule", []), start=1):
            tree.add(SourceNode(NodeKind.ROW, f"{path.stem}-{number}", _text(rule, path), parent, extra=dict(rule)))
    return tree


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SourceRefused(f"{path} can't be read: {error}.") from error


def _node(kind: NodeKind, code: str, value: object, parent: int, path: Path, system: CodeSystem | None) -> SourceNode:
    extra: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {"title": value}
    title = _text(extra, path, code)
    if kind is NodeKind.CODE and system is not None:
        try:
            code = normalise(system, code)
        except CodeShapeError as error:
            raise SourceRefused(f"{path}: {error}") from error
    notes = [SourceNote("inclusion", str(term)) for term in extra.get("terms", [])]
    return SourceNode(kind, code, title, parent, billable=kind is NodeKind.CODE, notes=notes)


def _text(value: Mapping[str, object], path: Path, code: str = "a rule") -> str:
    text = value.get("title") or value.get("text")
    if not isinstance(text, str) or not text.strip():
        raise SourceRefused(f"{path}: {code} has no title: write one in quotes.")
    return " ".join(text.split())
