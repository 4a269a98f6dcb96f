"""Quotes, look-alikes of identifiers, and lines of problems."""

import time

import pytest

from app.domain.exercises.identifiers import find_lookalikes
from app.domain.exercises.locate import field_lines, with_lines
from app.domain.exercises.problems import Problem
from app.domain.exercises.quotes import is_verbatim

TOML = """schema = 1
title = "x" # [not] a header
text = \"\"\"
accept = ["in a text"]
[[variant]]
\"\"\"
list = [
  "a = 1",
  "b",
]

[patient]
age = 5

[[variant]]
[[variant.line]]
slot = "dx1"
[[variant.line]] # second
slot = "px1"
near = [
  { code = "17000" },
  { code = "17003" },
]
[[variant.line.evidence]]
quote = "q"
[[variant]]
[[variant.line]]
slot = 'x # "'
accept = ["A"]
[[forbidden]]
codes = ["D48.5"]
"""


def test_fields_are_found_by_their_place():
    places = field_lines(TOML)
    assert places["title"] == 2
    assert "accept" not in places
    assert places["patient.age"] == 13
    assert places["variant[1].line[2].slot"] == 19
    assert places["variant[1].line[2].evidence[1].quote"] == 25
    assert places["variant[2].line[1].accept"] == 29
    assert places["forbidden[1].codes"] == 31


@pytest.mark.parametrize(
    ("where", "hint", "line"),
    [
        ("variant[1].line[2].near[2]", "17003", 22),
        ("variant[1].line[2].near[2].credit", "", 20),
        ("variant[1].line[2].rationale", "", 18),
        ("variant[9].line[1]", "", None),
        ("documents", "", None),
        ("list[2]", "b", 9),
        ("", "D48.5", 31),
    ],
)
def test_a_problem_gets_the_nearest_line(where, hint, line):
    problem = Problem("exercise.toml", None, "m", where=where, hint=hint)
    assert with_lines([problem], {"exercise.toml": TOML})[0].line == line


def test_a_problem_of_a_document_is_found_by_its_hint():
    problem = Problem("a.md", None, "m", hint="two")
    assert with_lines([problem], {"a.md": "one\ntwo\n", "exercise.toml": TOML})[0].line == 2


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("pigmented mole", True),
        ("mole on the lower back", True),
        ("**lower** back", True),
        ("lower back", True),
        ("Diagnosis: 1. Mole", False),
        ("1. Benign mole", True),
        ("Benign mole Freezing", True),
        ("Pigmented mole", False),
        ("pigmented  mole\non", True),
        ("the lower front", False),
        ("5 mm x 3 mm", True),
    ],
)
def test_a_quote_is_verbatim_whatever_the_white_space_and_emphasis(quote, expected):
    document = "A pigmented mole on\nthe **lower** back, 5 mm x 3 mm.\n\n1. Benign mole\n2. Freezing\n"
    assert is_verbatim(quote, document) is expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Tel. (555) 010-0199", ["a phone number"]),
        ("call 555.010.0199 today", ["a phone number"]),
        ("+1 555-010-0199", ["a phone number"]),
        ("Phone: 555-0199", ["a phone number"]),
        ("SSN 123-45-6789", ["a social security number"]),
        ("SSN: 6789", ["a social security number"]),
        ("MRN: 00123456", ["a medical record number"]),
        ("Medical record number: A-123456", ["a medical record number"]),
        ("Acct 778812", ["a medical record number"]),
        ("dale.h@example.org", ["an e-mail address"]),
        ("BP 120/80, seen 06/05/2026 at 14:30", []),
        ("code 99213-25, lot 123-45", []),
        ("Metformin 500-1000 mg; INR 2.0-3.0; WBC 10.200-11.000", []),
        ("10 mg @ bedtime", []),
        ("from 100-2000 ms", []),
    ],
)
def test_lookalikes_of_identifiers(text, kinds):
    assert [found.kind for found in find_lookalikes(text)] == kinds


def test_looking_for_identifiers_is_quick_on_odd_text():
    odd = ["a@" + "b." * 30_000, "1-" * 30_000, "MRN" * 20_000, "a" * 60_000, "(555) " * 10_000, "phone" + " " * 60_000]
    start = time.perf_counter()
    for text in odd:
        find_lookalikes(text)
    assert time.perf_counter() - start < 2
