"""The questions of the bank as instructors see them: keys, use by students, second codings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any

import sqlalchemy as sa

from app.domain.exercises.sections import SECTIONS
from app.domain.questions.question import Question as Content
from app.domain.roles import Role
from app.extensions import db
from app.models import Question, QuestionAnswer, QuestionVersion, User
from app.services.questions import published_question, question_of

STEM_LENGTH = 130
"""So many characters of a stem tell questions apart in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """One published question in the list; ``right`` is the letter of its right option."""

    slug: str
    section: str
    stem: str
    case: str
    difficulty: int
    topics: tuple[str, ...]
    right: str
    #: How often students answered it, whatever its version, and how many of these answers were right.
    answers: int
    right_answers: int
    #: Whether the second coder's first answer was the key's; None before anybody gave one.
    agreed: bool | None
    #: All its words, folded, to be searched.
    text: str

    @property
    def share(self) -> float | None:
        """Return the share of right answers, 0 to 1; None without any answer."""
        return self.right_answers / self.answers if self.answers else None


@dataclass(frozen=True, slots=True)
class Uses:
    """How often students answered this version of a question, by option, and its earlier versions."""

    chosen: Mapping[str, int]
    right: str
    earlier: int = 0

    @property
    def total(self) -> int:
        return sum(self.chosen.values())

    @property
    def share(self) -> float | None:
        """Return the share of right answers, 0 to 1; None without any answer."""
        return self.chosen.get(self.right, 0) / self.total if self.chosen else None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a question stands in its section: its number from 1, how many there are, and those beside it."""

    number: int
    total: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A published question with everything an instructor may know of it."""

    version: QuestionVersion
    content: Content
    codings: tuple[Mapping[str, Any], ...]
    uses: Uses
    neighbours: Neighbours


def question_rows() -> list[QuestionRow]:
    """Return the published questions by exam section and place; two queries, whatever the size."""
    answers = _answers_by_question()
    rows = (
        sa.select(Question.id, Question.slug, QuestionVersion.place, QuestionVersion.content, QuestionVersion.review)
        .join(QuestionVersion)
        .where(QuestionVersion.is_published)
    )
    order = {section: number for number, section in enumerate(SECTIONS)}
    found = [
        (order.get(content["section"], len(order)), place, slug, _row(slug, content, review, answers.get(number)))
        for number, slug, place, content, review in db.session.execute(rows)
    ]
    return [row for *_, row in sorted(found, key=lambda entry: entry[:3])]


def matching(rows: Iterable[QuestionRow], *, section: str = "", words: str = "") -> list[QuestionRow]:
    """Return the rows of a section that hold every word; an empty value doesn't filter."""
    wanted = words.casefold().split()
    return [row for row in rows if section in ("", row.section) and all(word in row.text for word in wanted)]


def question_record(slug: str) -> QuestionRecord:
    """Return a published question with its key. Raises NotFound."""
    version = published_question(slug)
    content = question_of(version)
    return QuestionRecord(
        version=version,
        content=content,
        codings=tuple({**data, "date": date.fromisoformat(data["date"])} for data in version.review),
        uses=_uses(version, content.right.id),
        neighbours=_neighbours(version.section, slug),
    )


def _row(slug: str, content: dict[str, Any], review: Sequence[Any], answers: tuple[int, int] | None) -> QuestionRow:
    case = content["case"] or {"title": ""}
    options = content["options"]
    texts = [slug, content["stem"], content["rationale"], content["source"], case["title"], *content["topics"]]
    given, right = answers or (0, 0)
    return QuestionRow(
        slug=slug,
        section=content["section"],
        stem=shorten(content["stem"], STEM_LENGTH, placeholder=" …"),
        case=case["title"],
        difficulty=content["difficulty"],
        topics=tuple(content["topics"]),
        right=next(option["id"] for option in options if option["is_right"]).upper(),
        answers=given,
        right_answers=right,
        agreed=review[0]["agreed"] if review else None,
        text="\n".join([*texts, *(option["text"] for option in options)]).casefold(),
    )


def _answers_by_question() -> dict[int, tuple[int, int]]:
    """Return how many answers students gave to each question, and how many of them were right."""
    right = sa.func.sum(sa.case((QuestionAnswer.is_right, 1), else_=0))
    rows = (
        sa.select(QuestionVersion.question_id, sa.func.count(QuestionAnswer.id), right)
        .join(QuestionVersion, QuestionVersion.id == QuestionAnswer.version_id)
        .join(User, User.id == QuestionAnswer.user_id)
        .where(User.role == Role.STUDENT)
        .group_by(QuestionVersion.question_id)
    )
    return {question: (given, right) for question, given, right in db.session.execute(rows)}


def _uses(version: QuestionVersion, right: str) -> Uses:
    rows = (
        sa.select(QuestionVersion.id, QuestionAnswer.chosen, sa.func.count(QuestionAnswer.id))
        .join(QuestionVersion, QuestionVersion.id == QuestionAnswer.version_id)
        .join(User, User.id == QuestionAnswer.user_id)
        .where(User.role == Role.STUDENT, QuestionVersion.question_id == version.question_id)
        .group_by(QuestionVersion.id, QuestionAnswer.chosen)
    )
    counts = [(number, chosen, count) for number, chosen, count in db.session.execute(rows)]
    return Uses(
        chosen={chosen: count for number, chosen, count in counts if number == version.id},
        right=right,
        earlier=sum(count for number, _, count in counts if number != version.id),
    )


def _neighbours(section: str, slug: str) -> Neighbours:
    rows = (
        sa.select(QuestionVersion.place, Question.slug)
        .join(QuestionVersion)
        .where(QuestionVersion.section == section, QuestionVersion.is_published)
    )
    slugs = [name for _, name in sorted((place, name) for place, name in db.session.execute(rows))]
    here = slugs.index(slug)
    return Neighbours(
        number=here + 1,
        total=len(slugs),
        previous=slugs[here - 1] if here else None,
        next=slugs[here + 1] if here + 1 < len(slugs) else None,
    )
