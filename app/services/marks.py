"""Owns marking quotes in sanitised HTML; works on its text only, so it can't add anything but ``<mark>``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import pairwise

from app.domain.exercises.quotes import spellings

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_INLINE = frozenset({"strong", "em", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "a", "code", "mark"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A quote to be marked; ``id`` is the element's id on the page, ``label`` the row of the answer it supports."""

    id: str
    quote: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a mark lies in the text of the page: from ``start`` up to ``end``, counted over all text nodes."""

    mark: Mark
    start: int
    end: int


def place_marks(html: str, marks: Sequence[Mark]) -> str:
    """Return the HTML with the marks that can be placed; raise ValueError for an id that isn't plain."""
    for mark in marks:
        if not _ID.fullmatch(mark.id):
            raise ValueError(f"“{mark.id}” can't be the id of a mark: use letters, digits and hyphens.")
    if not marks:
        return html
    page = _read(html)
    return _Writer(page, page.find(marks)).write()


def unplaced(html: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks that can't be placed in the HTML."""
    placed = {span.mark for span in _read(html).find(marks)}
    return tuple(mark for mark in marks if mark not in placed)


class _Page(HTMLParser):
    """The HTML as a list of tags (kept as they are) and texts, with a searchable copy of the text.

    ``squeezed`` holds the text with each run of white space, and each border of a block, as one blank;
    ``offsets[i]`` is where its i-th character stands in the text nodes.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[tuple[bool, str]] = []
        self.offsets: list[int] = []
        self._characters: list[str] = []
        self._length = 0

    @property
    def squeezed(self) -> str:
        return "".join(self._characters)

    def find(self, marks: Sequence[Mark]) -> list[_Span]:
        """Return where each mark's quote stands first; those not found are left out."""
        text = self.squeezed
        return [span for mark in marks if (span := self._span(mark, text))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(tag, self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._tag(tag, f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.tokens.append((True, data))
        for character in data:
            if not character.isspace():
                self._put(character)
            elif character:
                self._put(" ")
            self._length += 1

    def _tag(self, tag: str, text: str) -> None:
        self.tokens.append((False, text))
        if tag not in _INLINE:
            self._put(" ")

    def _put(self, character: str) -> None:
        if character == " " and self._characters and self._characters[-1] == " ":
            return
        self._characters.append(character)
        self.offsets.append(self._length)

    def _span(self, mark: Mark, text: str) -> _Span | None:
        for wanted in spellings(mark.quote):
            at = text.find(wanted) if wanted else -1
            if at >= 0:
                return _Span(mark, self.offsets[at], self.offsets[at + len(wanted) - 1] + 1)
        return None


class _Writer:
    """Writes a page again with its spans marked."""

    def __init__(self, page: _Page, spans: Sequence[_Span]) -> None:
        self._page, self._spans = page, spans
        self._opened: set[str] = set()

    def write(self) -> str:
        written, at = [], 0
        for is_text, content in self._page.tokens:
            written.append(self._text(content, at) if is_text else content)
            at += len(content) if is_text else 0
        return "".join(written)

    def _text(self, content: str, start: int) -> str:
        """Cut one text node wherever a span begins or ends, and wrap each piece in the marks over it."""
        end = start + len(content)
        cuts = {start, end, *(c for s in self._spans for c in (s.start, s.end) if start < c < end)}
        borders = sorted(cuts)
        pieces = pairwise(borders)
        return "".join(self._piece(content[a - start : b - start], a, b) for a, b in pieces)

    def _piece(self, content: str, start: int, end: int) -> str:
        shown = escape(content, quote=False)
        over = [span.mark for span in self._spans if span.start <= start and end <= span.end]
        if not content.strip():
            return shown
        return "".join(self._open(mark) for mark in over) + shown + "</mark>" * len(over)

    def _open(self, mark: Mark) -> str:
        first = "" if mark.id in self._opened else f' id="{mark.id}"'
        self._opened.add(mark.id)
        return f'<mark{first} data-mark="{mark.id}" data-row="{escape(mark.label)}">'


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page
