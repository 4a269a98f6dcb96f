"""Owns how words are levelled: the same for titles when a book is indexed and for what somebody types.

A word under "without" or "not" is marked with ``~``: "without perforation" and "perforation" are two
different words, so neither finds the other.
"""

import re
import unicodedata
from functools import lru_cache

NEGATED = "~"
STOPWORDS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"),
        *("w", "nec", "be", "its", "it", "this", "that", "was", "are", "my"),
    }
)
_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?|[,;:()\[\]]")
_POSSESSIVE = re.compile(r"['’]s\b")
_APOSTROPHE = re.compile(r"(?<=[a-z])['’](?=[a-z])")
#: What is written before the words are cut: a text that must occur, the pattern, what it becomes.
_REWRITTEN = (
    ("not ", re.compile(r"not elsewhere classified|not otherwise specified"), " "),
    ("not ", re.compile(r"\bnot specified as\b"), " without "),
    ("not ", re.compile(r"\b(?:site )?not specified\b"), " unspecified "),
    ("/", re.compile(r"\bw/o(?:ut)?\b"), " without "),
    ("w/", re.compile(r"\bw/"), " with "),
    (
        "-",
        re.compile(r"\b(non|post|pre|anti|multi|intra|inter|extra|sub|semi|gastro|cardio|neuro|un|x)-(?=[a-z])"),
        r"\1",
    ),
    ("non ", re.compile(r"\bnon (?=[a-z])"), "non"),
)
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "one": "1", "two": "2", "three": "3", "four": "4"}
_BEFORE_NUMERAL = frozenset({"type", "stage", "grade", "class", "level"})
_ORDINALS = {
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
    "11th": "eleventh",
    "12th": "twelfth",
}
_THE_LETTER_A = "lettera"
_CHANGING = frozenset("a") | _BEFORE_NUMERAL | frozenset(_ORDINALS)
_NUMBER = re.compile(r"[0-9]{1,2}[a-d]?")
_NEGATORS = {"without": 4, "no": 3, "not": 1}
_ENDS_NEGATION = frozenset([",", ";", ":", "(", ")", "[", "]", "with", "due", "in", "but", "following"])
#: A denial doesn't reach over these: a side, and "of" but in "loss of consciousness" and the like.
_SIDES = frozenset({"left", "right", "bilateral", "unspecified", "od", "os", "ou"})
_BEFORE_OF = frozenset({"mention", "evidence", "loss", "history", "use", "sign", "signs", "presence"})
#: After these "a" is a name, not an article.
_BEFORE_A = frozenset({"hepatitis", "influenza", "flu", "vitamin", "group", "type", "factor", "class", "hemophilia"})
#: Words after "without" that say nothing themselves.
_MENTION = frozenset({"mention", "current", "any", "evidence"})
_BRITISH = (
    (re.compile(r"aem"), "em"),
    (re.compile(r"^oe(?=[dst])"), "e"),
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"paed"), "ped"),
    (re.compile(r"gynaec"), "gynec"),
    (re.compile(r"orthopaed"), "orthoped"),
    (re.compile(r"caes"), "ces"),
    (re.compile(r"coel"), "cel"),
    (re.compile(r"foet"), "fet"),
    (re.compile(r"leuc(?=o|a|e)"), "leuk"),
    (re.compile(r"^(tum|col|behavi|lab)our"), r"\1or"),
    (re.compile(r"^fibre"), "fiber"),
    (re.compile(r"anaes"), "anes"),
    (re.compile(r"oesoph"), "esoph"),
    (re.compile(r"is(?=(?:ed|ation|ing)$)"), "iz"),
)
_KEEP_S = frozenset({"raised", "exercised", "advised", "bruised", "revised", "bruising", "arising", "promised"})
_IRREGULAR = {
    "feet": "foot",
    "teeth": "tooth",
    "children": "child",
    "vertebrae": "vertebra",
    "diagnoses": "diagnosis",
    "nevi": "nevus",
    "naevi": "nevus",
    "naevus": "nevus",
    "calculi": "calculus",
    "emboli": "embolus",
    "thrombi": "thrombus",
    "bacilli": "bacillus",
    "fungi": "fungus",
    "ova": "ovum",
    "neoplasia": "neoplasm",
    "metastases": "metastasis",
    "fistulae": "fistula",
    "bursae": "bursa",
    "sequelae": "sequela",
    "testes": "testis",
    "calves": "calf",
    "knives": "knife",
    "lice": "louse",
    "people": "person",
    **{word: word for word in ("diabetes", "herpes", "rabies", "scabies", "ascites", "caries", "mumps", "measles")},
    **{
        word: word for word in ("rickets", "shingles", "hives", "series", "species", "pus", "lens", "biceps", "triceps")
    },
}


def level(text: str) -> list[str]:
    """Return the words of a text as they are indexed: no accents, case, plurals, British spelling, roman stages."""
    return _negate(_numbered(_tokens(text)))


def bare(word: str) -> str:
    """Return a levelled word without its mark of negation."""
    return word[1:] if word.startswith(NEGATED) else word


def _tokens(text: str) -> list[str]:
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.lower()
    if "'" in text or "’" in text:
        text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    for needle, pattern, plain in _REWRITTEN:
        if needle in text:
            text = pattern.sub(plain, text)
    return _TOKEN.findall(text)


def _numbered(words: list[str]) -> list[str]:
    """Join a type, stage or grade with its number, written in digits; write ordinals as words; tell the letter A."""
    if not _CHANGING.intersection(words):
        return words
    found: list[str] = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if before in _BEFORE_NUMERAL and (word in _NUMERALS or _NUMBER.fullmatch(word)):
            found[-1] = before + _NUMERALS.get(word, word)
        elif before in _BEFORE_A and word == "a":
            found.append(_THE_LETTER_A)
        else:
            found.append(_ORDINALS.get(word, word))
    return found


def _negate(words: list[str]) -> list[str]:
    """Drop what says nothing and mark the few words that a negation governs, over "…, …, and …" too."""
    found: list[str] = []
    left = most = 0
    for place, word in enumerate(words):
        if word in _NEGATORS:
            left = most = _NEGATORS[word]
        elif word == ",":
            left = most if left != most and _lists_on(words, place) else 0
        elif word in STOPWORDS or not word[0].isalnum():
            ends = word in _ENDS_NEGATION or (word == "of" and words[place - 1] not in _BEFORE_OF)
            left = 0 if ends else left
        elif left and word not in _SIDES:
            if word not in _MENTION:
                left -= 1
                found.append(NEGATED + level_word(word))
        else:
            left = 0
            found.append(level_word(word))
    return found


def _lists_on(words: list[str], comma: int) -> bool:
    """Tell whether a comma goes on with a list that ends in "and" or "or"."""
    for place in range(comma + 1, len(words)):
        if words[place] in _ENDS_NEGATION and words[place] != ",":
            return False
        if words[place - 1] == "," and words[place] in ("and", "or"):
            return True
    return False


@lru_cache(maxsize=50_000)
def level_word(word: str) -> str:
    """Return one lower-case word in its American singular."""
    if word in _KEEP_S:
        return word
    for pattern, plain in _BRITISH:
        word = pattern.sub(plain, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


#: Tried in order: a longer ending stands before the shorter one it ends in.
_SUFFIXES = (
    *("iness", "ness", "ization", "ational", "atory", "ation", "ative", "ating", "ated", "ator", "ate", "ition"),
    *("ically", "ical", "ment", "ancy", "ency", "ance", "ence", "ant", "ent", "ing", "ion", "ied", "ary", "ory"),
    *("ous", "ive", "ism", "ist", "ity", "eal", "ial", "al", "ic", "ed", "er", "es", "ly", "ia", "ar", "ae", "um"),
    *("us", "is", "e", "a", "y"),
)


@lru_cache(maxsize=5_000)
def stem(word: str) -> str:
    """Return what a word has in common with others of its kind: slip, slipped, slipping; vertebra, vertebral."""
    mark, root = (NEGATED, word[1:]) if word.startswith(NEGATED) else ("", word)
    if root[:1].isdigit():
        return word
    for suffix in _SUFFIXES:
        if root.endswith(suffix) and len(root) - len(suffix) >= 4:
            root = root[: -len(suffix)]
            break
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "sl":
        root = root[:-1]
    return mark + root.rstrip("ei")
