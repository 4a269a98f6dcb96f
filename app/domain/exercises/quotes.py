"""Owns when a quote is verbatim: word for word in its document, whatever the line breaks and emphasis marks."""

import re
from collections.abc import Iterator

_EMPHASIS = re.compile(r"\*\*|__|[*`|\\]")
_LINE_START = re.compile(r"^[ \t]*(?:[-+*]|\d{1,3}[.)]|#{1,6}|>)[ \t]+", re.MULTILINE)


def squeeze(text: str) -> str:
    """Return the text with every run of white space as one blank."""
    return " ".join(text.split())


def spellings(quote: str) -> Iterator[str]:
    """Yield the quote as written, then as it is shown: without emphasis marks, then without a list mark."""
    yield squeeze(quote)
    bare = squeeze(_EMPHASIS.sub("", quote))
    yield bare
    yield squeeze(_LINE_START.sub("", bare))


def is_verbatim(quote: str, document: str) -> bool:
    """Tell whether the quote's words stand in the Markdown document; white space and emphasis don't count."""
    wanted = [text for text in spellings(quote) if text]
    shown = _EMPHASIS.sub("", document)
    forms = (document, shown, _LINE_START.sub("", shown))
    return any(text in squeeze(form) for form in forms for text in wanted)
