"""Owns comparing titles word by word, as far as finding the labels of ICD-10-PCS needs it."""

from collections.abc import Collection, Sequence
from sys import intern

Words = tuple[str, ...]
#: Small words that join labels; no label begins or ends with one.
GLUE = frozenset([",", "of", "with", "to", "into", "from", "in", "using", "on", "at", "for", "With"])


def split_words(text: str) -> Words:
    """Return the words of a title, a comma between two parts as a word of its own."""
    return tuple(map(intern, text.replace(", ", " , ").split(" ")))


def join_words(words: Words) -> str:
    """Return the text of words that ``split_words`` made."""
    return " ".join(words).replace(" , ", ", ")


def find_words(title: Words, words: Words) -> int:
    """Return where words stand in a title without a gap, -1 if they don't; no words stand at its beginning."""
    if not words:
        return 0
    size = len(words)
    for at in range(len(title) - size + 1):
        if title[at] == words[0] and title[at : at + size] == words:
            return at
    return -1


def strip_glue(words: Words) -> Words:
    """Take the small words off both ends."""
    start, end = 0, len(words)
    while start < end and words[start] in GLUE:
        start += 1
    while end > start and words[end - 1] in GLUE:
        end -= 1
    return words[start:end]


def shared_ends(titles: Sequence[Words]) -> tuple[int, int]:
    """Return how many words all titles have in common at their beginning, and of the rest at their end."""
    most = min(map(len, titles))
    start = _shared(min(titles), max(titles), most)
    turned = [title[::-1] for title in titles]
    return start, _shared(min(turned), max(turned), most - start)


def _shared(first: Words, last: Words, most: int) -> int:
    """Count the words that the first and the last of a sorted list begin with, and so all between."""
    for at in range(most):
        if first[at] != last[at]:
            return at
    return most


def grown(title: Words, owners: Sequence[int | None], owner: int) -> Words:
    """Return the words of an owner with the unowned ones beside them, up to a small word or the title's end.

    Where the stretch reaches words of another owner it is nobody's: then that side doesn't grow.
    """
    low = owners.index(owner)
    high = len(owners) - list(owners)[::-1].index(owner)
    start, end = low, high
    while start and owners[start - 1] is None and title[start - 1] not in GLUE:
        start -= 1
    while end < len(title) and owners[end] is None and title[end] not in GLUE:
        end += 1
    if start and owners[start - 1] is not None:
        start = low
    if end < len(title) and owners[end] is not None:
        end = high
    return title[start:end]


def unowned(title: Words, owners: Sequence[int | None]) -> list[Words]:
    """Return the stretches of a title that nobody owns, without the small words around them."""
    found: list[Words] = []
    start = 0
    for at in range(len(title) + 1):
        if at == len(title) or owners[at] is not None:
            stretch = strip_glue(title[start:at])
            if stretch:
                found.append(stretch)
            start = at + 1
    return found


def stretch_of(title: Words, owners: Sequence[int | None], own: Collection[str], owner: int | None = None) -> Words:
    """Return the words from an owner's first own word to the last; none when another's lie between."""
    places = [at for at, word in enumerate(title) if owners[at] == owner and word in own]
    if not places:
        return ()
    low, high = places[0], places[-1] + 1
    return title[low:high] if all(one == owner for one in owners[low:high]) else ()


def longest_within_all(forms: Collection[Words]) -> Words:
    """Return the longest form that stands in every other one, or nothing."""
    shared = [words for words in forms if all(find_words(other, words) >= 0 for other in forms)]
    return max(shared, key=len, default=())
