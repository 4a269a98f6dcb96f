"""What each page of question practice is given to render, and what its address says of the round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.codebook.library import Library
from app.domain.questions.question import Question
from app.domain.questions.selection import Round, Which
from app.models import QuestionAnswer
from app.services import questions
from app.services.documents import render_document
from app.services.question_options import option_codes, reads_as_code
from app.services.questions import ALL_SECTIONS, SectionStanding


@dataclass(frozen=True, slots=True)
class Way:
    """The round that somebody is on; ``is_mixed`` if it goes through all sections."""

    round: Round
    is_mixed: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the round as the address spells it; None leaves one out."""
        is_new = self.round.which is Which.NEW
        return {
            "which": None if is_new else self.round.which.value,
            "since": None if is_new else self.round.since,
            "of": ALL_SECTIONS if self.is_mixed else None,
        }

    def through(self, section: str) -> str:
        """Return what the round goes through, at a question of a section."""
        return ALL_SECTIONS if self.is_mixed else section


def read_way(args: Mapping[str, str]) -> Way:
    """Read the round from the address; what isn't understood means the new questions of one section."""
    name, since = args.get("which", ""), args.get("since", "")
    which = Which(name) if name in list(Which) else Which.NEW
    number = int(since) if since.isascii() and since.isdigit() and len(since) < 12 else 0
    return Way(Round(which, number), is_mixed=args.get("of", "") == ALL_SECTIONS)


def index_page(user_id: int) -> dict[str, Any]:
    """Return the sections with where the person stands, and the one to go on with."""
    sections = questions.section_standings(user_id)
    begun = [one for one in sections if one.answered and not one.is_through]
    return {
        "sections": sections,
        "total": sum(one.total for one in sections),
        "answered": sum(one.answered for one in sections),
        "right": sum(one.right for one in sections),
        "go_on": max(begun, key=lambda one: one.last_answer, default=None),
    }


def end_page(section: str, way: Way, user_id: int) -> dict[str, Any]:
    """Return how a round came out, and what could be next: the wrong ones, those passed over, another section."""
    sections = questions.section_standings(user_id)
    own = [one for one in sections if section in (ALL_SECTIONS, one.section)]
    return {
        "section": section,
        "way": way,
        "place": questions.place_in_round(section, way.round, user_id=user_id),
        "total": sum(one.total for one in own),
        "wrong": sum(one.wrong for one in own),
        "is_through": all(one.is_through for one in own),
        "following": _following(sections, section),
    }


def ask_page(slug: str, way: Way, user_id: int) -> dict[str, Any]:
    """Return a question without its answer: of the options nothing but their texts."""
    version = questions.published_question(slug)
    shown = questions.question_of(version)
    options = [{"id": one.id, "text": one.text, "is_code": reads_as_code(one.text)} for one in shown.options]
    return _common(shown, slug, way, user_id) | {"version": version, "options": options, "day": shown.day}


def feedback_page(given: QuestionAnswer, way: Way, user_id: int, library: Library) -> dict[str, Any]:
    """Return an answer with the feedback of every option and the titles of the codes in them."""
    shown = questions.question_of(given.version)
    options = [
        {"id": o.id, "text": o.text, "is_code": reads_as_code(o.text), "feedback": o.feedback, "is_right": o.is_right}
        for o in shown.options
    ]
    return _common(shown, given.version.question.slug, way, user_id) | {
        "given": given,
        "options": options,
        "chosen": next(one for one in options if one["id"] == given.chosen),
        "right": next(one for one in options if one["is_right"]),
        "rationale": shown.rationale,
        "source": shown.source,
        "codes": option_codes(shown, library),
        "day": shown.day,
    }


def _common(shown: Question, slug: str, way: Way, user_id: int) -> dict[str, Any]:
    case = shown.case
    place = questions.place_in_round(way.through(shown.section), way.round, user_id=user_id, slug=slug)
    return {
        "slug": slug,
        "section": shown.section,
        "difficulty_level": shown.difficulty,
        "document": {"html": render_document(shown.stem)},
        "note": {"title": case.title, "html": render_document(case.note)} if case else None,
        "way": way,
        "through": way.through(shown.section),
        "place": place,
    }


def _following(sections: Sequence[SectionStanding], section: str) -> SectionStanding | None:
    """Return the section after this one that has new questions; after the last one it begins anew."""
    here = next((number for number, one in enumerate(sections) if one.section == section), -1)
    others = [*sections[here + 1 :], *sections[: max(here, 0)]]
    return next((one for one in others if not one.is_through), None)
