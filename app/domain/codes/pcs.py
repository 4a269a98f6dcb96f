"""Owns what the beginning of an ICD-10-PCS code can look like; which values are valid is the book's affair."""

import re

from app.domain.errors import CodeShapeError

LENGTH = 7
#: How many characters name a table of the printed book: section, body system, root operation.
TABLE = 3
_SEPARATORS = re.compile(r"[\s.\-]+")
_LOOKALIKES = {"I": "1", "O": "0"}


def read_beginning(text: str) -> str:
    """Return the characters typed so far, up to seven, in upper case; blanks, dots and dashes don't matter.

    Raises CodeShapeError, naming the character, for what no ICD-10-PCS code holds.
    """
    bare = _SEPARATORS.sub("", text).upper()
    shown = " ".join(text.split())[:20]
    for place, char in enumerate(bare[:LENGTH], start=1):
        if char in _LOOKALIKES:
            meant = bare[: place - 1] + _LOOKALIKES[char]
            raise CodeShapeError(
                f"“{shown}” can't be ICD-10-PCS: character {place} is the letter {char}. There are no I and O in it, "
                f"they look like 1 and 0. Did you mean {meant}?"
            )
        if not (char.isascii() and char.isalnum()):
            raise CodeShapeError(
                f"“{shown}” can't be ICD-10-PCS: character {place} is “{char}”. Use digits and letters, as in 0DTJ4ZZ."
            )
    if len(bare) > LENGTH:
        raise CodeShapeError(
            f"“{shown}” can't be ICD-10-PCS: it has {len(bare)} characters, a code has seven, such as 0DTJ4ZZ."
        )
    return bare
