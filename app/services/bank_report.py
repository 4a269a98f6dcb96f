"""The bank's page of figures: read from the files, counted, written as Markdown. Nothing in it is typed by hand."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from app.codebook.library import Library
from app.domain.codes.code import CodeSystem
from app.domain.errors import ChartroomError, UnknownCode
from app.domain.exercises.figures import (
    ALIKE,
    Agreement,
    ChartItem,
    Figures,
    QuestionItem,
    cpt_uses,
    diagnoses_of,
    figures,
)
from app.domain.exercises.sections import SECTIONS
from app.domain.grading.answer import parse_answer
from app.domain.grading.grade import grade
from app.services.bank import BankEntry, read_bank
from app.services.question_files import read_questions

REPORT_FILE = "REPORT.md"
CONFIRMED_FILE = "cpt-numbers.toml"
EXAM = Path("exams") / "cpc-style.toml"
MOCKS = 3
"""So many different full mocks a bank should hold."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures with what they are judged by: questions a mock takes, and how each CPT number was confirmed.

    ``settled_charts`` and ``settled_questions`` hold the newest blind answers against the keys as they are now.
    """

    figures: Figures
    settled_charts: Agreement
    settled_questions: Agreement
    per_mock: Mapping[str, int]
    cpt: Mapping[str, Sequence[str]]
    confirmed: Mapping[str, str]

    @property
    def short_sections(self) -> dict[str, int]:
        """Return how many questions each section lacks for ``MOCKS`` mocks that share none."""
        have = self.figures.question_sections
        lacking = {name: MOCKS * count - have.get(name, 0) for name, count in self.per_mock.items()}
        return {name: count for name, count in lacking.items() if count > 0}

    @property
    def unconfirmed(self) -> list[str]:
        return [number for number in self.cpt if number not in self.confirmed]


def bank_report(folder: Path, library: Library) -> Report:
    """Count the reviewed charts and questions of a bank folder."""
    bank, questions = read_bank(folder, library), read_questions(folder, library)
    charts = [ChartItem(entry.exercise, entry.review, tuple(entry.siblings.values())) for entry in bank.exercises]
    items = [QuestionItem(entry.question, entry.codings) for entry in questions.questions]
    chapters = _chapters(sorted(diagnoses_of(charts)), library)
    return Report(
        figures=figures(charts, items, chapters),
        settled_charts=_settled_charts(bank.exercises, library),
        settled_questions=_settled_questions(items),
        per_mock=_per_mock(folder / EXAM),
        cpt=cpt_uses(charts, items),
        confirmed=confirmed_numbers(folder / CONFIRMED_FILE),
    )


def confirmed_numbers(path: Path) -> dict[str, str]:
    """Return how each CPT number was confirmed: ``"17110" = "list"`` or ``"coders"``; nothing without a file."""
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ChartroomError(f"{path} can't be read: {error}.") from error
    return {number: way for way, numbers in data.items() if isinstance(numbers, list) for number in numbers}


def as_markdown(report: Report) -> str:
    """Return the page of figures."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    found = report.figures
    yield from ("# The bank in figures", "", "Written by `chartroom exercises report`; don't edit it by hand.", "")
    yield from _chart_lines(found, report.settled_charts)
    yield from _question_lines(report)
    yield from ("## Look-alikes", "", f"Pairs with {ALIKE:.0%} or more of their three-word runs in common:", "")
    yield from [f"- {pair.names[0]}, {pair.names[1]}: {pair.share:.0%}" for pair in found.alike] or ["None."]
    yield from (
        "",
        "## CPT numbers",
        "",
        f"{len(report.cpt)} numbers are named; unconfirmed: {len(report.unconfirmed)}.",
    )
    yield from ("", "| number | confirmed by | used in |", "|---|---|---|")
    for number, uses in report.cpt.items():
        yield f"| {number} | {report.confirmed.get(number, 'nothing yet')} | {', '.join(uses)} |"


def _chart_lines(found: Figures, settled: Agreement) -> Iterator[str]:
    low, middle, high = found.words
    yield from ("## Charts", "", f"{found.charts} charts, {found.siblings} with their siblings.")
    yield f"{found.charts_with_siblings} have three or more siblings, {found.several_documents} several documents,"
    yield f"{found.several_keys} several acceptable keys, {found.optional_lines} optional lines."
    yield f"Length in words: {low} to {high}, median {middle}."
    yield from ("", _agreement("first pass", "charts and siblings", found.chart_agreement))
    yield from (_agreement("after settlement, by the keys as they are now", "charts and siblings", settled), "")
    yield from _table("setting", found.settings)
    yield from _table("specialty", found.specialties)
    yield from _table("difficulty", {str(level): count for level, count in found.chart_difficulty.items()})
    yield from _table("section", {SECTIONS[name]: count for name, count in found.chart_sections.items() if count})
    yield from _table("codes in keys", found.codes)
    yield from _table("chapter of the diagnoses", found.diagnosis_chapters)


def _question_lines(report: Report) -> Iterator[str]:
    found = report.figures
    yield from ("## Questions", "", f"{found.questions} questions.", "")
    yield _agreement("first pass", "questions", found.question_agreement)
    settled = report.settled_questions
    yield from (_agreement("after settlement, by the keys as they are now", "questions", settled), "")
    yield from ("| section | questions | per mock | mocks |", "|---|---|---|---|")
    for name, count in report.per_mock.items():
        have = found.question_sections.get(name, 0)
        yield f"| {SECTIONS.get(name, name)} | {have} | {count} | {have // count} |"
    yield ""
    yield from _table("difficulty", {str(level): count for level, count in found.question_difficulty.items()})
    yield from _table("position of the right answer", {n.upper(): count for n, count in found.positions.items()})
    lacking = ", ".join(f"{SECTIONS.get(name, name)} ({count})" for name, count in report.short_sections.items())
    yield from (f"Short of {MOCKS} mocks without a shared question: {lacking or 'no section'}.", "")


def _agreement(when: str, of: str, found: Agreement) -> str:
    if not found.coded:
        return f"- Second coding, {when}: no {of} yet."
    score = "" if found.mean_score is None else f", mean score of the blind answers {found.mean_score:.4f}"
    share = f"{found.agreed} of {found.coded} {of} alike ({found.agreed / found.coded:.1%})"
    return f"- Second coding, {when}: {share}{score}."


def _settled_charts(entries: Sequence[BankEntry], library: Library) -> Agreement:
    """Grade the newest blind answer of each chart and sister chart by the key as it is now."""
    scores = []
    for entry in entries:
        newest = {coding.sibling: coding for coding in entry.review.codings} if entry.review else {}
        for name, exercise in (entry.siblings or {"": entry.exercise}).items():
            if name in newest:
                answer = parse_answer(newest[name].answer)
                scores.append(grade(answer, exercise.key, library.on(exercise.date_of_service)).score)
    return Agreement(len(scores), sum(score == 1 for score in scores), mean(scores) if scores else None)


def _settled_questions(items: Sequence[QuestionItem]) -> Agreement:
    coded = [item for item in items if item.codings]
    return Agreement(len(coded), sum(item.codings[-1].answer == item.question.right.id for item in coded))


def _table(head: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield from (f"| {head} | count |", "|---|---|", *(f"| {name} | {count} |" for name, count in counts.items()), "")


def _chapters(codes: Sequence[str], library: Library) -> dict[str, str]:
    found = {}
    books = library.on(None)
    for code in codes:
        try:
            chapter = books.entry(CodeSystem.ICD10CM, code).chapter
        except UnknownCode:
            continue  # a code of another year's book; it is counted among the codes
        if chapter:
            found[code] = chapter.title
    return found


def _per_mock(path: Path) -> dict[str, int]:
    if not path.is_file():
        return {}
    return dict(tomllib.loads(path.read_text(encoding="utf-8")).get("questions", {}))
