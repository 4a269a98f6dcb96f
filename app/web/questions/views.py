"""Question practice: choose a section, answer one question at a time, read why. No key leaves before the answer."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import InvalidInput
from app.domain.questions.question import Question
from app.services import questions
from app.services.documents import render_document
from app.services.moment import utc_now
from app.web.requests import user_id

blueprint = Blueprint("questions", __name__, url_prefix="/questions")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the sections that have questions, with where the person stands."""
    return render_template("questions/index.html", sections=questions.section_standings(user_id()))


@blueprint.get("/sections/<section>")
def section(section: str) -> ResponseReturnValue:
    """Go to the question of a section that comes next."""
    after = request.args.get("after", "")[:80]
    slug = questions.next_question(section, user_id=user_id(), after=after)
    return redirect(url_for("questions.question", slug=slug))


@blueprint.get("/<slug>")
def question(slug: str) -> ResponseReturnValue:
    """Show a question without its answer."""
    return _ask(slug)


@blueprint.post("/<slug>")
def answer(slug: str) -> ResponseReturnValue:
    """Store the choice, then show why it is right or wrong."""
    chosen, version = request.form.get("choice", ""), request.form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise InvalidInput("This page is incomplete. Open the question again from the list of sections.")
    try:
        given = questions.answer(slug, version_id=int(version), chosen=chosen, user_id=user_id(), now=utc_now())
    except InvalidInput as error:
        return _ask(slug, problem=str(error)), 400
    return redirect(url_for("questions.feedback", answer_id=given), 303)


@blueprint.get("/answers/<int(max=2147483647):answer_id>")
def feedback(answer_id: int) -> ResponseReturnValue:
    """Show an answer the person gave, with the feedback of every option."""
    given = questions.get_answer(answer_id, user_id=user_id())
    shown = questions.question_of(given.version)
    return render_template(
        "questions/feedback.html",
        given=given,
        **_page(shown),
        rationale=shown.rationale,
        source=shown.source,
        slug=given.version.question.slug,
    )


def _ask(slug: str, problem: str = "") -> str:
    version = questions.published_question(slug)
    page = _page(questions.question_of(version))
    # the template gets the texts of the options only: nothing that tells which one is right
    page["options"] = [{"id": option.id, "text": option.text} for option in page["options"]]
    return render_template("questions/question.html", version=version, problem=problem, slug=slug, **page)


def _page(shown: Question) -> dict[str, Any]:
    case = shown.case
    return {
        "section": shown.section,
        "difficulty_level": shown.difficulty,
        "document": {"html": render_document(shown.stem)},
        "note": {"title": case.title, "html": render_document(case.note)} if case else None,
        "options": shown.options,
    }
