"""Owns the shorthand of notes and charts that isn't a word: s/p, h/o, 2/2, b/l, RLE, 38w, DM2.

Applied to what somebody types and to the terms of the vocabulary, never to titles.
"""

import re
from collections.abc import Callable

_SIDES = {"r": "right", "l": "left", "b": "bilateral"}
_NTH = {"1": "first", "2": "second", "3": "third"}
_LIMBS = {"u": "upper extremity", "l": "lower extremity"}
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\bw/o\b|\bwo\b|\bw-o\b", "without"),
        (r"\bs/p\b|\bsp(?= [a-z]{3})|\bstatus[- ]post\b", "statuspost"),
        (r"\bf/?h(?:x|o)?(?: of|/o)?\b(?= ?[a-z])|\bfam(?:ily)? h(?:x|istory)(?: of)?\b", "family history"),
        (r"\bp?m?hx?/?o\b|\bhx(?: of)?\b|\bpmhx?\b|\bph of\b", "history"),
        (r"\b[rc]/o\b|\bp/w\b|\bpt\.?(?= (?:with|has|c/o|w/))|\bh&p\b", " "),
        (r"\b[2₂][/°][2₂]\b|\bd/t\b|\bsec(?:ondary|\.)? to\b|\ba/w\b|\b2(?:ry|/2) to\b|\b2/2 to\b", "due to"),
        (r"\bb/l\b|\bbilat(?:eral(?:ly)?)?\b|\bbil\b|\bboth\b", "bilateral"),
        (r"\b(?:n&v|n/v)\b", "nausea vomiting"),
        (r"\bf/u\b|\bfollow[ -]up\b", "followup"),
        (r"\b[0-9]{1,3} ?(?:y/?o|yr old|year old|yo[mf]?)\b", " "),
        (r"\b([0-9]{1,2}) ?(?:w|wk|wks)(?:\+?[0-6]d?)?\b", r"\1 week"),
        (r"\b([0-9]{1,2}) ?weeks?(?: pregnant| gestation| ga)\b", r"\1 week gestation pregnancy"),
        (r"\bgest\b", "gestation"),
        (r"\b(rt|lt)\b\.?", lambda found: {"rt": "right", "lt": "left"}[found[1]]),
        (r"\b([rlb])([ul])e\b", lambda found: f"{_SIDES[found[1]]} {_LIMBS[found[2]]}"),
        (r"\(([rlb])\)|(?<![\w.'’/-])([rl])(?![\w.'’/-])", lambda found: f" {_SIDES[found[1] or found[2]]} "),
        (r"\bt([12])dm\b|\bdm ?([12])\b|\btype([12])\b", lambda found: _diabetes(found)),
        (r"\bdm ?(ii?)\b", lambda found: f"type {len(found[1])} diabetes mellitus"),
        (r"\b(stage|grade|type|class|level|stg|gr)[- ]?([0-9]|i{1,3}v?|iv)([ab]?)\b", r"\1 \2\3"),
        (r"\bstg\b", "stage"),
        (r"\bnos\b", "unspecified"),
        (r"\b(ckd|gfr)(?: ?(?:stage|stg))? ?([1-5][ab]?)\b", r"\1 stage \2"),
        (r"\btrimester ([123])\b", lambda found: f"{_NTH[found[1]]} trimester"),
        (r"\b([123])(?:st|nd|rd)? tri(?:m|mester)?\b", lambda found: f"{_NTH[found[1]]} trimester"),
        (r"\b(?:1st|first|initial) (?:enc|encounter|visit)\b", "initial encounter"),
        (r"\bsubs(?:eq)?(?: (?:enc|visit|encounter))?\b", "subsequent encounter"),
    )
)
#: A query that begins "E/M" and the like keeps the letters together.
_LETTERS = re.compile(r"\b([a-z])[/&]([a-z])\b")


def expand(text: str) -> str:
    """Return a text with its shorthand written out, in lower case."""
    text = text.lower()
    for pattern, plain in _PATTERNS:
        text = pattern.sub(plain, text)
    return _LETTERS.sub(r"\1\2", text)


def _diabetes(found: re.Match[str]) -> str:
    number = found[1] or found[2]
    return f"type {number} diabetes mellitus" if number else f"type {found[3]}"
