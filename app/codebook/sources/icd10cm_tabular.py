"""Parses the ICD-10-CM tabular list (XML) of any year. Owns 7th-character expansion; computes no relations."""

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from app.codebook.sources.tree import NodeKind, SeventhCharacter, SourceNode, SourceNote, SourceRefused, SourceTree

_NOTE_KINDS = {
    "includes": "includes",
    "inclusionTerm": "inclusion",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "notes": "note",
    "sevenChrNote": "seventh",
}
#: "7th characters D and S do not apply to codes in category S06 with 6th character 7 - death …, or 8 - …"
_NOT_APPLICABLE = re.compile(
    r"7th characters? (?P<chars>\w(?:(?:, | and )\w)*) do(?:es)? not apply to codes in category "
    r"(?P<category>\w{3}) with 6th character (?P<sixth>.*)"
)


def embedded_file() -> Path:
    """Return the tabular list that the dependency carries; its slow module is never imported."""
    spec = importlib.util.find_spec("simple_icd_10_cm")
    if spec is None or not spec.submodule_search_locations:
        raise SourceRefused("The package simple-icd-10-cm is missing: install Chartroom's dependencies again.")
    return Path(spec.submodule_search_locations[0]) / "data" / "icd10c-tabular-April-1-2026.xml"


def parse_tabular(path: Path) -> SourceTree:
    """Parse a tabular XML file into chapters, sections and codes, 7th-character codes included.

    Raises SourceRefused, naming the place, when the file isn't a complete tabular list.
    """
    try:
        root: Any = defusedxml.ElementTree.parse(path).getroot()
    except (defusedxml.ElementTree.ParseError, DefusedXmlException, OSError) as error:
        raise SourceRefused(f"{path.name} can't be read as XML ({error}): get the file again.") from error
    chapters = root.findall("chapter") if root.tag == "ICD10CM.tabular" else []
    if not chapters:
        raise SourceRefused(f"{path.name} isn't an ICD-10-CM tabular list: it has no ICD10CM.tabular with chapters.")
    tree = SourceTree()
    for chapter in chapters:
        _add_chapter(tree, chapter)
    return tree


def text_of(element: Any) -> str:
    """Return the whole text of an element, text after child elements included, blanks folded."""
    return " ".join("".join(element.itertext()).split())


def _add_chapter(tree: SourceTree, chapter: Any) -> None:
    place = tree.add(_node(NodeKind.CHAPTER, _required(chapter, "name"), chapter, None))
    for section in chapter.findall("section"):
        at = tree.add(_node(NodeKind.SECTION, str(section.get("id", "")), section, place))
        for diag in section.findall("diag"):
            _add_code(tree, diag, at, (), frozenset())


def _add_code(
    tree: SourceTree,
    diag: Any,
    parent: int,
    inherited: tuple[SeventhCharacter, ...],
    barred: frozenset[tuple[str, str]],
) -> None:
    """Add a code and what is below it; ``barred`` pairs a 6th character with a 7th that doesn't go with it."""
    node = _node(NodeKind.CODE, _required(diag, "name"), diag, parent)
    place = tree.add(node)
    seventh = node.seventh or inherited
    barred = barred | _barred(node)
    below = diag.findall("diag")
    for child in below:
        _add_code(tree, child, place, seventh, barred)
    if below:
        return
    if seventh:
        _expand(tree, place, seventh, barred)
    else:
        node.billable = True


def _expand(
    tree: SourceTree, place: int, seventh: Iterable[SeventhCharacter], barred: frozenset[tuple[str, str]]
) -> None:
    """Add the codes with a 7th character below a leaf, padded with X; the leaf isn't billable."""
    leaf = tree.nodes[place]
    bare = leaf.code.replace(".", "").ljust(6, "X")
    for choice in seventh:
        if (bare[5], choice.char) in barred:
            continue
        code = f"{bare[:3]}.{bare[3:]}{choice.char}"
        title = f"{leaf.title}, {choice.label}"
        tree.add(SourceNode(NodeKind.CODE, code, title, place, billable=True, extension=choice))


def _node(kind: NodeKind, code: str, element: Any, parent: int | None) -> SourceNode:
    notes = [
        SourceNote(_NOTE_KINDS[child.tag], text)
        for child in element
        if child.tag in _NOTE_KINDS
        for note in child.findall("note")
        if (text := text_of(note))
    ]
    return SourceNode(kind, code, _required(element, "desc"), parent, notes=notes, seventh=_seventh(element))


def _seventh(element: Any) -> tuple[SeventhCharacter, ...]:
    """Read a 7th-character definition.

    A ``note`` after an ``extension`` is another name for it (some lists join them with "/");
    only the extension's own text goes into titles, cut at a "/" where one is written in it.
    """
    found: list[SeventhCharacter] = []
    for part in element.findall("sevenChrDef/*"):
        text = text_of(part)
        if part.tag == "extension":
            label, _, other = text.partition("/")
            found.append(SeventhCharacter(part.get("char", ""), label.strip(), other.strip()))
        elif part.tag == "note" and found:
            last = found[-1]
            found[-1] = SeventhCharacter(last.char, last.label, "; ".join(filter(None, (last.note, text))))
    return tuple(found)


def _barred(node: SourceNode) -> frozenset[tuple[str, str]]:
    """Read the notes that take 7th characters away from some 6th characters (S06)."""
    pairs: set[tuple[str, str]] = set()
    for note in node.notes:
        match = _NOT_APPLICABLE.match(note.text)
        if match and match["category"] == node.code:
            sixths = re.findall(r"(?:^|or )(\w) - ", match["sixth"])
            pairs |= {(sixth, char) for sixth in sixths for char in re.findall(r"\b\w\b", match["chars"])}
    return frozenset(pairs)


def _required(element: Any, tag: str) -> str:
    child = element.find(tag)
    text = text_of(child) if child is not None else ""
    if not text:
        where = element.get("id") or (element.findtext("name") or "an entry without a name").strip()
        raise SourceRefused(f"The tabular list is broken at {element.tag} {where}: its <{tag}> is missing or empty.")
    return text
