"""Parses the ICD-10-CM tabular list (XML) of any year. Owns 7th-character expansion; computes no relations."""

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

from app.codebook.sources.incoming import Incoming, Progress, incoming_of
from app.codebook.sources.parsed import Cycle, FileKind, Imprint, ParsedBook
from app.codebook.sources.recognise import has_root
from app.codebook.sources.releases import fiscal_start, year_of
from app.codebook.sources.tree import NodeKind, SeventhCharacter, SourceNode, SourceNote, SourceRefused, SourceTree
from app.codebook.sources.xml_stream import Lined, elements, text_of
from app.domain.codes.code import CodeSystem

ICD10CM_PUBLISHER = "National Center for Health Statistics (CDC) and Centers for Medicare & Medicaid Services"
US_GOVERNMENT = "US Government work, public domain"
_ROOT = "ICD10CM.tabular"
_IMPRINT = Imprint(
    stem="ICD-10-CM",
    title="ICD-10-CM",
    publisher=ICD10CM_PUBLISHER,
    licence=US_GOVERNMENT,
    cycle=Cycle.FISCAL_YEAR,
    system=CodeSystem.ICD10CM,
    note="Titles of codes with a 7th character are built from the tabular list and can differ in wording from the "
    "official order file.",
)
_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")
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


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell whether a file is a tabular list."""
    return FileKind.CM_TABULAR if has_root(head, _ROOT) else None


def parse(file: Incoming, progress: Progress) -> ParsedBook:
    """Parse a tabular list; its year is in it, the month of an update only in the file's name."""
    tree, year = _parse(file, progress)
    starts = fiscal_start(file.name, year)
    return ParsedBook(kind=FileKind.CM_TABULAR, imprint=_IMPRINT, starts=starts, tree=tree)


def parse_tabular(path: Path) -> SourceTree:
    """Parse a tabular XML file into chapters, sections and codes, 7th-character codes included.

    Raises SourceRefused, naming the place, when the file isn't a complete tabular list.
    """
    return _parse(incoming_of(path)[0], None)[0]


def _parse(file: Incoming, progress: Progress | None) -> tuple[SourceTree, int | None]:
    reader = _Reader(file)
    year = None
    for path, element in elements(file, {(_ROOT, "version"), (_ROOT, "chapter")}, progress):
        if path[-1] == "version":
            year = year_of(text_of(element))
        else:
            reader.add_chapter(element)
    if not reader.tree.nodes:
        file.refuse(f"it isn't an ICD-10-CM tabular list: there is no {_ROOT} with chapters. Get the file again.")
    return reader.tree, year


class _Reader:
    """Turns the elements of one file into its tree."""

    def __init__(self, file: Incoming) -> None:
        self._file = file
        self._lines: dict[str, int] = {}
        self.tree = SourceTree()

    def add_chapter(self, chapter: Lined) -> None:
        place = self.tree.add(self._node(NodeKind.CHAPTER, self._required(chapter, "name"), chapter, None))
        for section in _children(chapter, "section"):
            at = self.tree.add(self._node(NodeKind.SECTION, str(section.get("id", "")), section, place))
            for diag in _children(section, "diag"):
                self._add_code(diag, at, (), frozenset())

    def _add_code(
        self,
        diag: Lined,
        parent: int,
        inherited: tuple[SeventhCharacter, ...],
        barred: frozenset[tuple[str, str]],
    ) -> None:
        """Add a code and what is below it; ``barred`` pairs a 6th character with a 7th that doesn't go with it."""
        node = self._node(NodeKind.CODE, self._code(diag), diag, parent)
        place = self.tree.add(node)
        seventh = node.seventh or inherited
        barred = barred | _barred(node)
        below = _children(diag, "diag")
        for child in below:
            self._add_code(child, place, seventh, barred)
        if below:
            return
        if seventh:
            _expand(self.tree, place, seventh, barred)
        else:
            node.billable = True

    def _code(self, diag: Lined) -> str:
        """Return the code of an entry; its shape is that of a code and it is there once."""
        code = self._required(diag, "name")
        if not _CODE.fullmatch(code):
            self._file.refuse(f"“{code[:20]}” can't be an ICD-10-CM code: get the file again.", line=diag.line)
        if code in self._lines:
            said = f"{code} is there twice, first in line {self._lines[code]:,}: get the file again."
            self._file.refuse(said, line=diag.line)
        self._lines[code] = diag.line
        return code

    def _node(self, kind: NodeKind, code: str, element: Lined, parent: int | None) -> SourceNode:
        notes = [
            SourceNote(_NOTE_KINDS[child.tag], text)
            for child in element
            if child.tag in _NOTE_KINDS
            for note in child.findall("note")
            if (text := text_of(note))
        ]
        return SourceNode(kind, code, self._required(element, "desc"), parent, notes=notes, seventh=_seventh(element))

    def _required(self, element: Lined, tag: str) -> str:
        text = text_of(element.find(tag))
        if not text:
            where = element.get("id") or text_of(element.find("name")) or "an entry without a name"
            said = f"{element.tag} {where} has no <{tag}> or an empty one: get the file again."
            self._file.refuse(said, line=element.line, column=element.column)
        return text


def _children(element: Lined, tag: str) -> list[Lined]:
    """Return the child elements of a tag; the stream makes them all of this class."""
    return [child for child in element if child.tag == tag and isinstance(child, Lined)]


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


def _seventh(element: Lined) -> tuple[SeventhCharacter, ...]:
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
