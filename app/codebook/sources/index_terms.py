"""Owns what one term of an index file says, as printed and in parts."""

import re
from dataclasses import dataclass

_GROUP = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.(?:[0-9A-Z]{1,4})?)?-?")
_RANGE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?-[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")
_NONE = ("", "-", "--", "---")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """One term of an index, in book order; a main term has level 0 and a path of one.

    ``path`` holds titles without nonessential modifiers, from the main term down to this one; ``title`` is this one
    as printed, modifiers in place. ``codes`` are what it leads to: "D16.9-" and ranges mean choose below.
    ``cells`` are the codes of a table by column, first the column 2 of the file, None where it gives none; ``codes``
    is empty then. ``manifestation`` is what is printed in brackets after the code. ``categories`` are the
    categories and subcategories a term refers to. ``unread`` is a code that can't be one, as printed.
    """

    letter: str
    level: int
    title: str
    path: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cells: tuple[str | None, ...] = ()
    manifestation: str | None = None
    see: str | None = None
    see_also: str | None = None
    categories: tuple[str, ...] = ()
    unread: str = ""


def split_modifiers(text: str) -> tuple[str, ...]:
    """Return the nonessential modifiers in "(adult) (child)", one each; text without brackets is one."""
    found = tuple(" ".join(group.split()) for group in _GROUP.findall(text))
    return tuple(group for group in found if group) or ((text.strip(" ()"),) if text.strip(" ()") else ())


def read_code(text: str) -> str | None:
    """Return a code of an index in canonical form, with its "-" where a choice is below it; None for none.

    Raises ValueError for what can't be a code.
    """
    bare = "".join(text.split()).replace("–", "-")
    if bare in _NONE:
        return None
    bare = bare.upper()
    if _RANGE.fullmatch(bare):
        return bare
    if not _CODE.fullmatch(bare) or not any(char.isdigit() for char in bare):
        raise ValueError(text)
    return bare.replace(".-", "-") if bare.endswith(".-") else bare.rstrip(".")


def is_open(code: str) -> bool:
    """Tell whether a code of an index says itself that a choice is below it."""
    return "-" in code


def leading(code: str) -> str:
    """Return the bare characters a code of an index begins with: "D16.9-" → "D169"; of a range its first."""
    return code.partition("-")[0].replace(".", "")
