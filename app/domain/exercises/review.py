"""Owns the record of double coding beside a chart: who coded it again, with what result, and what was settled."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.domain.errors import AnswerRefused
from app.domain.exercises.fields import TEXT_LENGTH, Table
from app.domain.exercises.problems import Problem, Report
from app.domain.grading.answer import answer_to_json, parse_answer

REVIEW_FILE = "review.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the second coder did otherwise, and how it was settled: chart, key, or kept with a reason."""

    what: str
    settlement: str


@dataclass(frozen=True, slots=True)
class Coding:
    """One second coding from the documents alone. ``score`` is 0 to 1 by the key of that day.

    ``sibling`` names the sister chart that was coded; empty for a chart without siblings.
    """

    date: date
    coder: str
    answer: dict[str, Any]
    score: float
    agreed: bool
    differences: tuple[Difference, ...] = ()
    sibling: str = ""


@dataclass(frozen=True, slots=True)
class Certified:
    """A review by a certified coder."""

    date: date
    coder: str
    credential: str


@dataclass(frozen=True, slots=True)
class Review:
    """All second codings of a chart, oldest first; ``certified`` is None until a certified coder has reviewed it."""

    codings: tuple[Coding, ...]
    certified: Certified | None = None

    @property
    def agreed_at_first(self) -> bool:
        """Tell whether the first second coding matched the key before anything was settled."""
        return self.codings[0].agreed

    def to_json(self) -> dict[str, Any]:
        """Return plain data with dates as ISO texts."""
        data = asdict(self)
        for coding in data["codings"]:
            coding["date"] = coding["date"].isoformat()
            coding["differences"] = list(coding["differences"])
        if data["certified"]:
            data["certified"]["date"] = data["certified"]["date"].isoformat()
        return {"codings": list(data["codings"]), "certified": data["certified"]}


def read_review(data: Mapping[str, object]) -> tuple[Review | None, tuple[Problem, ...]]:
    """Return the review of ``review.toml``'s content, None if it can't be read, and all its problems."""
    report = Report(REVIEW_FILE)
    table = Table(data, "", report)
    if table.whole("schema", 1, 99) != SCHEMA:
        table.problem("schema", f"This program reads schema {SCHEMA} of a review: write {SCHEMA}.")
    codings = tuple(_coding(entry) for entry in table.tables("coding", required=True))
    certified = _certified(table)
    table.close()
    if report.problems or not codings:
        return None, report.problems
    return Review(codings, certified), ()


def _coding(table: Table) -> Coding:
    agreed = table.raw("agreed", required=True, example="agreed = true")
    differences = tuple(_difference(entry) for entry in table.tables("difference"))
    if not isinstance(agreed, bool | None):
        table.problem("agreed", "“agreed” must be true or false, without quotes.")
    if agreed is False and not differences:
        table.problem("agreed", "The coding didn't agree: record each difference in [[coding.difference]].")
    coding = Coding(
        date=table.day("date") or date.min,
        coder=table.text("coder", example='coder = "second coder, within the project"'),
        answer=_answer(table),
        score=_score(table),
        agreed=agreed is True,
        differences=differences,
        sibling=table.text("sibling", required=False, longest=60),
    )
    table.close()
    return coding


def _difference(table: Table) -> Difference:
    difference = Difference(
        what=table.text("what", longest=TEXT_LENGTH),
        settlement=table.text("settlement", longest=TEXT_LENGTH),
    )
    table.close()
    return difference


def _answer(table: Table) -> dict[str, Any]:
    lines = table.raw("answer", required=True, example='answer = [{ system = "ICD-10-CM", code = "D22.5" }]')
    if lines is None:
        return {}
    try:
        answer = parse_answer({"lines": lines})
    except AnswerRefused as error:
        table.problem("answer", str(error))
        return {}
    for found in answer.format_errors:
        table.problem("answer", f"Line {found.line} of the answer: {found.text}")
    return answer_to_json(answer)


def _score(table: Table) -> float:
    value = table.raw("score", required=True, example="score = 0.925")
    if isinstance(value, bool) or not isinstance(value, int | float | None) or not 0 <= (value or 0) <= 1:
        table.problem("score", "“score” must be a number from 0 to 1, without quotes.")
        return 0.0
    return float(value or 0)


def _certified(table: Table) -> Certified | None:
    """Read ``[certified]``; the empty table means that no certified coder has reviewed the chart."""
    inner = table.table("certified")
    if inner is None or inner.is_empty:
        return None
    certified = Certified(
        date=inner.day("date") or date.min, coder=inner.text("coder"), credential=inner.text("credential", longest=60)
    )
    inner.close()
    return certified
