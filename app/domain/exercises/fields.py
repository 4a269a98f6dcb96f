"""Owns reading plain data field by field: types, sizes, choices and unknown names, all reported, none raised."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from app.domain.exercises.problems import Report

_Choice = TypeVar("_Choice", bound=StrEnum)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INDEX = re.compile(r"\[\d+\]")
LINE_LENGTH, TEXT_LENGTH = 200, 4000


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return " Did you mean “x”?", or nothing when no known word is close."""
    folded = {name.lower(): name for name in known}
    close = get_close_matches(text[:80].lower(), folded, n=1, cutoff=0.6)
    return f" Did you mean “{folded[close[0]]}”?" if close else ""


def kind_name(value: object) -> str:
    """Name a TOML value's type as a person would."""
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list"}
    if isinstance(value, Mapping):
        return "a table"
    return names.get(type(value), "a date or time" if isinstance(value, date | datetime) else "something else")


class Table:
    """One table of the data. A getter reports what is wrong and returns a harmless value, so reading goes on."""

    def __init__(self, data: Mapping[str, object], where: str, report: Report) -> None:
        self._data, self.where, self._report = data, where, report
        self._asked: list[str] = []

    def at(self, name: str) -> str:
        """Return the place of a field, as problems name it."""
        return f"{self.where}.{name}" if self.where else name

    def problem(self, name: str, message: str, *, hint: str = "") -> None:
        """Report a problem with one field."""
        self._report.add(self.at(name) if name else self.where, message, hint=hint)

    @property
    def is_empty(self) -> bool:
        return not self._data

    def has(self, name: str) -> bool:
        """Tell whether the field is there, and count it as known."""
        if name not in self._asked:
            self._asked.append(name)
        return name in self._data

    def raw(self, name: str, *, required: bool = False, example: str = "") -> object | None:
        """Return the value as it is, None if missing; a missing required one is reported."""
        if not self.has(name):
            if required:
                self.problem(name, f"“{name}” is missing: add it{', such as ' + example if example else ''}.")
            return None
        return self._data[name]

    def text(self, name: str, *, required: bool = True, longest: int = LINE_LENGTH, example: str = "") -> str:
        """Return a text without surrounding blanks; "" when it is missing or unusable."""
        value = self.raw(name, required=required, example=example)
        return "" if value is None else self._checked_text(name, value, longest=longest, required=required)

    def texts(
        self, name: str, *, required: bool = False, most: int = 50, longest: int = LINE_LENGTH
    ) -> tuple[str, ...]:
        """Return a list of texts; a required one must hold at least one."""
        value = self.raw(name, required=required, example=f'{name} = ["…"]')
        if value is None:
            return ()
        if not isinstance(value, list):
            quoted = value if isinstance(value, str) else "…"
            self.problem(name, f'“{name}” is {kind_name(value)}: write a list of texts, ["{quoted}"].')
            return ()
        if len(value) > most or (required and not value):
            self.problem(name, f"“{name}” has {len(value)} entries: write 1 to {most}.")
        found = (self._checked_text(name, item, longest=longest, required=True) for item in value[:most])
        return tuple(item for item in found if item)

    def whole(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        """Return a whole number between ``low`` and ``high``; without a default it must be there."""
        value = self.raw(name, required=default is None, example=f"{name} = {low}")
        fallback = low if default is None else default
        if value is None:
            return fallback
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            shown = str(value)[:20] if isinstance(value, int) else kind_name(value)
            self.problem(name, f"“{name}” is {shown}: write a whole number from {low} to {high}, without quotes.")
            return fallback
        return value

    def thousandths(self, name: str, low: int, high: int, *, default: int) -> int:
        """Return a number between two whole numbers in thousandths (1.5 → 1500)."""
        value = self.raw(name)
        if value is None:
            return default * 1000
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.problem(name, f"“{name}” must be a number from {low} to {high}, without quotes.")
            return default * 1000
        return round(value * 1000)

    def choice(self, name: str, choices: type[_Choice], *, default: _Choice | None = None) -> _Choice | None:
        """Return one of an enumeration's values, None when it is missing or not one."""
        text = self.text(name, required=default is None, example=f'{name} = "{next(iter(choices))}"')
        if not text:
            return default
        if text not in set(choices):
            known = [str(item) for item in choices]
            listed = ", ".join(known)
            self.problem(name, f"“{text}” is no {name}: write one of {listed}.{did_you_mean(text, known)}")
            return default
        return choices(text)

    def day(self, name: str) -> date | None:
        """Return a TOML date; a date in quotes, or with a time, is reported."""
        value = self.raw(name, required=True, example=f"{name} = 2026-06-05")
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.problem(name, f"“{name}” is {kind_name(value)}: write a date without quotes, such as 2026-06-05.")
            return None
        return value

    def table(self, name: str, *, required: bool = False, example: str = "") -> "Table | None":
        """Return a table inside this one."""
        value = self.raw(name, required=required, example=example)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(name, f"“{name}” is {kind_name(value)}: write a table{', ' + example if example else ''}.")
            return None
        return Table(value, self.at(name), self._report)

    def tables(self, name: str, *, required: bool = False, most: int = 64) -> Sequence["Table"]:
        """Return a list of tables (``[[name]]``, or ``[{…}, {…}]``)."""
        header = _INDEX.sub("", self.at(name))
        value = self.raw(name, required=required, example=f"[[{header}]]")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.problem(name, f"“{name}” must be a list of tables: [[{name}]] or [{{ … }}].")
            return ()
        if len(value) > most or (required and not value):
            self.problem(name, f"“{name}” has {len(value)} entries: write 1 to {most}.")
        return [Table(item, f"{self.at(name)}[{i}]", self._report) for i, item in enumerate(value[:most], start=1)]

    def close(self) -> None:
        """Report every field that nothing asked for; call it when all fields were read."""
        for name in self._data:
            if name not in self._asked:
                known = ", ".join(self._asked)
                hint = did_you_mean(name, self._asked) or f" Known here: {known}."
                self.problem(name, f"“{name[:40]}” isn't part of the format.{hint}")

    def _checked_text(self, name: str, value: object, *, longest: int, required: bool) -> str:
        if not isinstance(value, str):
            self.problem(name, f"“{name}” holds {kind_name(value)}, {str(value)[:20]}: write it in quotes.")
            return ""
        if _CONTROL.search(value):
            self.problem(name, f"“{name}” holds a control character: remove it.")
        if len(value) > longest:
            self.problem(name, f"“{name}” is {len(value)} characters long: {longest} is the most.")
        if required and not value.strip():
            self.problem(name, f"“{name}” is empty: fill it in.")
        return value.strip()
