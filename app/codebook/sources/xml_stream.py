"""Reads official XML piece by piece: finished elements with their line, entities refused, memory bounded."""

from collections.abc import Collection, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.codebook.sources.incoming import Incoming, Progress

#: The largest official file has about 18 million bytes.
_LARGEST = 256 * 1024**2
#: The deepest official file nests about 15 levels.
_DEEPEST = 60


class Lined(Element):
    """An element that knows where its tag stands."""

    line: int = 0
    column: int = 0


def elements(
    file: Incoming, paths: Collection[tuple[str, ...]], progress: Progress | None = None
) -> Iterator[tuple[tuple[str, ...], Lined]]:
    """Yield (path, element) for each finished element whose path of tags is one of ``paths``, then forget it.

    Raises SourceRefused with line and column for what isn't well-formed, is cut off, declares entities or
    nests too deep; only after the elements before that place were yielded.
    """
    if file.size > _LARGEST:
        file.refuse(f"it has {file.size:,} bytes, more than any official XML file: don't trust it.")
    target = _Target(frozenset(paths))
    parser = DefusedXMLParser(target=target, forbid_dtd=False)
    target.parser = parser.parser
    try:
        for chunk in file.chunks(progress):
            parser.feed(chunk)
            yield from target.drain()
        parser.close()
    except ParseError as error:
        line, column = error.position
        why = str(error).partition(":")[0]
        is_cut = why == "no element found" or why.startswith("unclosed")
        cut = "the file is cut off" if is_cut else f"broken XML ({why})"
        file.refuse(f"{cut}; get the file again.", line=line, column=column + 1)
    except DefusedXmlException as error:
        line = parser.parser.CurrentLineNumber
        file.refuse(f"it declares {_declared(error)}, which no official file does; don't trust it.", line=line)
    except _TooDeep:
        line = parser.parser.CurrentLineNumber
        file.refuse("elements nest deeper than in any official file: don't trust it.", line=line)
    yield from target.drain()


def text_of(element: Element | None) -> str:
    """Return the whole text of an element, text after child elements included, blanks folded; "" for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


class _TooDeep(Exception):
    """Elements nest deeper than any official file's."""


class _Target:
    """Builds the elements of the wanted paths and keeps nothing else."""

    def __init__(self, paths: frozenset[tuple[str, ...]]) -> None:
        self._paths = paths
        self._path: list[str] = []
        self._open: list[Lined] = []
        self._last: Lined | None = None
        self._ready: list[tuple[tuple[str, ...], Lined]] = []
        self.parser: Any = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        if len(self._path) > _DEEPEST:
            raise _TooDeep
        if self._open or tuple(self._path) in self._paths:
            element = Lined(tag, attributes)
            element.line = self.parser.CurrentLineNumber
            element.column = self.parser.CurrentColumnNumber + 1
            if self._open:
                self._open[-1].append(element)
            self._open.append(element)
            self._last = None

    def data(self, text: str) -> None:
        if not self._open:
            return
        if self._last is not None:
            self._last.tail = (self._last.tail or "") + text
        else:
            self._open[-1].text = (self._open[-1].text or "") + text

    def end(self, tag: str) -> None:
        if self._open:
            self._last = self._open.pop()
            if not self._open:
                self._ready.append((tuple(self._path), self._last))
                self._last = None
        self._path.pop()

    def close(self) -> None:
        """Nothing is left to build."""

    def drain(self) -> Iterator[tuple[tuple[str, ...], Lined]]:
        """Yield what is finished, once."""
        ready, self._ready = self._ready, []
        yield from ready


def _declared(error: DefusedXmlException) -> str:
    name = type(error).__name__
    return "an XML entity" if "Entit" in name else "a document type of its own" if "DTD" in name else "outside content"
