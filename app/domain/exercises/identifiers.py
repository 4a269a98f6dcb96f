"""Owns recognising text that looks like a real person's identifier; a chart has none, not even an invented one."""

import re
from dataclasses import dataclass

_SHAPES = {
    "a social security number": re.compile(
        r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])|\bSSN?\b[^\w\n]{0,6}(?:no\.?)?[^\w\n]{0,3}\d{4,9}"
    ),
    "a phone number": re.compile(
        r"(?<![\w.-])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}(?![\w-])"
        r"|\b(?:tel|phone|fax|cell|mobile|call|pager)\b[^\d\n]{0,12}\d{3}[ .-]\d{4}(?![\w-])",
        re.IGNORECASE,
    ),
    "a medical record number": re.compile(
        r"\b(?:MRN|med(?:ical)?\.? rec(?:ord)?(?: (?:no|number|num))?|chart (?:no|number)|account (?:no|number)|acct)\b"
        r"[^\w\n]{0,6}[A-Z]{0,3}[- ]?\d{4,12}",
        re.IGNORECASE,
    ),
    "an e-mail address": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
}


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A stretch of text that looks like an identifier. ``line`` is 1-based."""

    kind: str
    text: str
    line: int


def find_lookalikes(text: str) -> tuple[Lookalike, ...]:
    """Return every stretch of the text that looks like a phone, social security or record number or an e-mail."""
    return tuple(
        Lookalike(kind=kind, text=found.group(), line=number)
        for number, line in enumerate(text.splitlines(), start=1)
        for kind, shape in _SHAPES.items()
        for found in shape.finditer(line)
    )
