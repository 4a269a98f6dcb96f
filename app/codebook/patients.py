"""Owns which ICD-10-CM codes fit only some patients, by a small written table with its sources."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.codes.code import strip_dots
from app.domain.codes.fragments import CodeRange, any_contains


@dataclass(frozen=True, slots=True)
class PatientRule:
    """Codes that need a sex or an age in years, ends included; ``text`` says so, ``source`` says who says so."""

    ranges: tuple[CodeRange, ...]
    text: str
    source: str
    sex: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    unless: tuple[CodeRange, ...] = ()


def read_rules(rows: Iterable[str]) -> tuple[PatientRule, ...]:
    """Read stored rules."""
    return tuple(_rule(json.loads(row)) for row in rows if row)


def misfit(rules: Sequence[PatientRule], code: str, *, age: int | None, sex: str | None) -> str | None:
    """Say why a code doesn't fit a patient; an unknown age or sex never counts against it."""
    for rule in rules:
        if any_contains(rule.ranges, code) and not any_contains(rule.unless, code) and _is_broken(rule, age, sex):
            return f"{code} doesn't fit this patient: {rule.text}"
    return None


def _is_broken(rule: PatientRule, age: int | None, sex: str | None) -> bool:
    if rule.sex and sex and rule.sex != sex.upper():
        return True
    if age is None:
        return False
    return (rule.min_age is not None and age < rule.min_age) or (rule.max_age is not None and age > rule.max_age)


def _rule(data: dict[str, object]) -> PatientRule:
    def number(name: str) -> int | None:
        value = data.get(name)
        return int(str(value)) if value is not None else None

    return PatientRule(
        ranges=_ranges(data.get("codes")),
        text=str(data.get("text", "")),
        source=str(data.get("source", "")),
        sex=str(data["sex"]) if data.get("sex") else None,
        min_age=number("min_age"),
        max_age=number("max_age"),
        unless=_ranges(data.get("unless")),
    )


def _ranges(value: object) -> tuple[CodeRange, ...]:
    texts = value if isinstance(value, list) else []
    pairs = (strip_dots(str(text)).partition("-") for text in texts)
    return tuple(CodeRange(first, last or first) for first, _, last in pairs)
