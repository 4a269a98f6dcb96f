"""Owns turning authors' Markdown into HTML that is safe to show: the one place where that happens.

What is allowed: headings, paragraphs, lists, tables, emphasis, quotations, code, sub- and superscript, and
links that are relative or go to http or https. No images (a record has none, and a remote one would tell
its server who reads), no styles, classes, ids, scripts, frames or forms.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import ClassVar
from xml.etree.ElementTree import Element  # only the type; nothing is parsed with it

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor

from app.services.marks import Mark, place_marks, unplaced

__all__ = ["Mark", "place_evidence", "render_document", "stripped_html", "unplaced_marks"]

TOP_HEADING = 3
"""A document's first heading level on a page, whose own headings are levels 1 and 2."""

MOST_BRACKETS = 500
"""More opening brackets of a kind than this, and converting may take minutes; no record has as many."""

_ITEM = re.compile(r"(?:[-*]|[0-9]{1,3}\.) +\S")
_LABEL = re.compile(r"\*\*[^*\n]+:\*\*")
_BLOCK = re.compile(r"[#|>]")

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "ul", "ol", "li"),
    *("dl", "dt", "dd", "strong", "em", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "a"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
_ALIGN = {"align": {"left", "right", "center"}}
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    tag_attribute_values={"th": _ALIGN, "td": _ALIGN},
    url_schemes={"http", "https"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def render_document(text: str, marks: Sequence[Mark] = ()) -> str:
    """Return a Markdown document as sanitised HTML, with a ``<mark>`` around each quote that can be found."""
    return place_evidence(_CLEANER.clean(_to_html(text)), marks)


def place_evidence(html: str, marks: Sequence[Mark]) -> str:
    """Put ``<mark id="…" data-row="…">`` around the quotes in sanitised HTML.

    A quote that crosses tags is marked in pieces; the first carries the id, all carry ``data-mark``.
    """
    return place_marks(html, marks)


def unplaced_marks(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks whose quotes aren't found in the document as it is shown."""
    return unplaced(_CLEANER.clean(_to_html(text)), marks)


def stripped_html(text: str) -> tuple[str, ...]:
    """Return each piece of HTML in a Markdown document that sanitising would remove or change, once."""
    before = _to_html(text)
    return tuple((_pieces(before) - _pieces(_CLEANER.clean(before))).keys())


class _HeadingShift(Treeprocessor):
    """Moves the headings of a document below those of the page around it."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                element.tag = f"h{min(6, int(element.tag[1]) + TOP_HEADING - 1)}"


class _Headings(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.treeprocessors.register(_HeadingShift(md), "heading_shift", 5)


@lru_cache(maxsize=64)  # checking a chart asks twice for each document, and sister charts share most of theirs
def _to_html(text: str) -> str:
    """Return the Markdown as HTML, raw HTML passed through: never show this without cleaning it."""
    printable = text.replace("\x00", "")
    if printable.count("[") > MOST_BRACKETS or printable.count("<") > MOST_BRACKETS:
        return _as_typed(printable)
    extensions: list[Extension] = [TableExtension(use_align_attribute=True), SaneListExtension(), _Headings()]
    try:
        return Markdown(extensions=extensions).convert(_as_meant(printable))
    except RecursionError:
        return _as_typed(printable)


def _as_meant(text: str) -> str:
    """Set off a list that follows a line of text, and keep a line that begins with a bold label on its own line."""
    lines: list[str] = []
    in_list = False
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        is_text = bool(before.strip()) and not _BLOCK.match(before)
        if _ITEM.match(line):
            if is_text and not in_list and (line[0] in "-*" or line.startswith("1.")):
                lines.append("")
            in_list = True
        elif not line.strip():
            in_list = False
        elif _LABEL.match(line) and is_text and not in_list:
            lines[-1] = before.rstrip() + "  "
        lines.append(line)
    return "\n".join(lines)


def _as_typed(text: str) -> str:
    """Return a text that the library can't convert, or not in reasonable time, as it was typed."""
    return f"<pre>{escape(text)}</pre>"


def _pieces(html: str) -> Counter[str]:
    reader = _PieceReader()
    reader.feed(html)
    reader.close()
    return reader.pieces


class _PieceReader(HTMLParser):
    """Counts what sanitising could remove: opening tags with their attributes, comments, declarations, and text."""

    _ADDED: ClassVar[frozenset[str]] = frozenset({"rel"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = sorted((name, value or "") for name, value in attrs if name not in self._ADDED)
        self.pieces["".join([f"<{tag}", *(f' {name}="{value}"' for name, value in kept), ">"])] += 1

    def handle_comment(self, data: str) -> None:
        self.pieces[f"<!--{data}-->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.pieces[f"<!{decl}>"] += 1

    def handle_pi(self, data: str) -> None:
        self.pieces[f"<?{data}>"] += 1

    def unknown_decl(self, data: str) -> None:
        self.pieces[f"<![{data}]]>"] += 1
