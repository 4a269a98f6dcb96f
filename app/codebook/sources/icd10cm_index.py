"""Parses the four index files of ICD-10-CM (XML): alphabetic, external cause, neoplasm table, table of drugs.

A main term has subterms to any depth. In the two tables each row has cells in columns 2 to 7 in place of one code.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from app.codebook.finder import term_index
from app.codebook.pages import index_book
from app.codebook.sources.incoming import Incoming, Progress
from app.codebook.sources.index_terms import IndexTerm, read_code, split_modifiers
from app.codebook.sources.parsed import Cycle, FileKind, Imprint, ParsedTable
from app.codebook.sources.recognise import has_root, text_of_head
from app.codebook.sources.releases import fiscal_start
from app.codebook.sources.xml_stream import Lined, elements, text_of

__all__ = ["LAYOUT", "IndexTerm", "parse", "recognises", "terms_of"]

LAYOUT = index_book.LAYOUT
_ROOT = "ICD10CM.index"
_LETTER = (_ROOT, "letter")
_COLUMNS = range(2, 8)
#: More codes than this share that can't be read mean another layout.
_MOST_UNREAD = 0.01
_STEMS = {
    FileKind.CM_INDEX: ("ICD-10-CM-index", "ICD-10-CM Index to Diseases and Injuries"),
    FileKind.CM_EXTERNAL: ("ICD-10-CM-external-cause", "ICD-10-CM External Cause of Injuries Index"),
    FileKind.CM_NEOPLASM: ("ICD-10-CM-neoplasm", "ICD-10-CM Table of Neoplasms"),
    FileKind.CM_DRUGS: ("ICD-10-CM-drugs", "ICD-10-CM Table of Drugs and Chemicals"),
}
_VERSION = re.compile(r"<version>\s*(20\d\d)\b")
_HEADS = re.compile(r'<head col="(\d)">([^<]*)</head>')


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell which index a file is by its title, or by the headings of its columns."""
    if not has_root(head, _ROOT):
        return None
    text = text_of_head(head)
    heads = {column: title.strip().lower() for column, title in _HEADS.findall(text)}
    if heads:
        return {"neoplasm": FileKind.CM_NEOPLASM, "substance": FileKind.CM_DRUGS}.get(heads.get("1", ""))
    title = text.partition("<title>")[2].partition("</title>")[0].lower()
    return FileKind.CM_EXTERNAL if "external cause" in title else FileKind.CM_INDEX


def parse(file: Incoming, progress: Progress) -> ParsedTable:
    """Return the index with its release; the terms are read when they are written."""
    kind = recognises(file.head, file.name)
    if kind is None:
        file.refuse("the headings of its columns aren't those of the neoplasm table or the table of drugs.")
    text = text_of_head(file.head)
    version = _VERSION.search(text)
    stem, title = _STEMS[kind]
    imprint = Imprint(
        stem=stem,
        title=title,
        publisher="National Center for Health Statistics (CDC) and Centers for Medicare & Medicaid Services",
        licence="US Government work, public domain",
        cycle=Cycle.FISCAL_YEAR,
    )

    def write(folder: Path) -> dict[str, int]:
        heads = tuple(title.strip() for _, title in _HEADS.findall(text))
        counts = index_book.write_index_book(folder, heads, terms_of(file, progress))
        if counts["unread"] > max(20, _MOST_UNREAD * counts["codes"]):
            file.refuse(f"{counts['unread']:,} of its codes can't be read: it is another layout, or damaged.")
        if counts["codes"]:
            term_index.write_term_index(folder, terms_of(file))
        return counts

    starts = fiscal_start(file.name, int(version[1]) if version else None)
    return ParsedTable(kind=kind, imprint=imprint, starts=starts, layout=LAYOUT, write=write)


def terms_of(file: Incoming, progress: Progress | None = None) -> Iterator[IndexTerm]:
    """Yield the terms of an index file in book order. Raises SourceRefused with the line of what is wrong."""
    has_cells = bool(_HEADS.search(text_of_head(file.head)))
    letter = ""
    wanted = {(*_LETTER, "title"), (*_LETTER, "mainTerm"), (*_LETTER, "term"), (_ROOT, "mainTerm"), (_ROOT, "term")}
    for path, element in elements(file, wanted, progress):
        if path[-1] == "title":
            letter = text_of(element)
        elif path == (*_LETTER, "mainTerm"):
            yield from _terms(file, element, (), letter, has_cells)
        else:
            said = f"a <{path[-1]}> stands outside a letter or a main term: get the file again."
            file.refuse(said, line=element.line, column=element.column)


def _terms(file: Incoming, element: Lined, above: tuple[str, ...], letter: str, has_cells: bool) -> Iterator[IndexTerm]:
    """Yield a term and what is below it."""
    title, plain, modifiers = _title(file, element)
    level = element.get("level")
    if level is not None and level != str(len(above)):
        said = f"“{plain}” says it is of level {level} but stands at level {len(above)}: get the file again."
        file.refuse(said, line=element.line, column=element.column)
    path = (*above, plain)
    codes, unread = _codes(element)
    yield IndexTerm(
        letter=letter,
        level=len(above),
        title=title,
        path=path,
        modifiers=modifiers,
        codes=codes,
        cells=_cells(file, element) if has_cells else (),
        manifestation=_text(element, "manif"),
        see=_text(element, "see"),
        see_also=_text(element, "seeAlso"),
        categories=tuple(text_of(child) for child in element if child.tag in ("seecat", "subcat")),
        unread=unread,
    )
    for child in element:
        if child.tag == "term" and isinstance(child, Lined):
            yield from _terms(file, child, path, letter, has_cells)


def _title(file: Incoming, element: Lined) -> tuple[str, str, tuple[str, ...]]:
    """Return a title as printed, without its nonessential modifiers, and these.

    They are child elements, and the title may go on after them: "vein<nemod>(peripheral)</nemod> NEC".
    """
    title = element.find("title")
    printed, plain = [], []
    modifiers: tuple[str, ...] = ()
    if title is not None:
        printed, plain = [title.text or ""], [title.text or ""]
        for child in title:
            text = text_of(child)
            if child.tag == "nemod":
                modifiers += split_modifiers(text)
            else:
                plain.append(text)
            printed += [text, child.tail or ""]
            plain.append(child.tail or "")
    shown = " ".join(" ".join(plain).split())
    if not shown:
        said = f"a <{element.tag}> has no title: get the file again."
        file.refuse(said, line=element.line, column=element.column)
    return " ".join(" ".join(printed).split()), shown, modifiers


def _codes(element: Lined) -> tuple[tuple[str, ...], str]:
    """Return the codes of a term and what is printed as one but can't be one."""
    found, unread = [], []
    for child in element:
        if child.tag != "code":
            continue
        try:
            code = read_code(text_of(child))
        except ValueError:
            unread.append(text_of(child))
        else:
            found += [code] if code else []
    return tuple(found), "; ".join(unread)


def _cells(file: Incoming, element: Lined) -> tuple[str | None, ...]:
    """Return the codes of a row of a table by column; () for a row that gives none."""
    found: dict[int, str | None] = {}
    for child in element:
        if child.tag != "cell" or not isinstance(child, Lined):
            continue
        column = child.get("col", "")
        if not (column.isascii() and column.isdigit() and int(column) in _COLUMNS) or int(column) in found:
            said = f"a cell is in column “{column}”, which there isn't or is there twice: get the file again."
            file.refuse(said, line=child.line, column=child.column)
        try:
            found[int(column)] = read_code(text_of(child))
        except ValueError:
            said = f"“{text_of(child)[:20]}” in column {column} can't be an ICD-10-CM code: get the file again."
            file.refuse(said, line=child.line, column=child.column)
    return tuple(found.get(column) for column in _COLUMNS) if any(found.values()) else ()


def _text(element: Lined, tag: str) -> str | None:
    return "; ".join(text for child in element if child.tag == tag and (text := text_of(child))) or None
