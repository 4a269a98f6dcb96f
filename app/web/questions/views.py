"""Question practice: choose a section, answer one question at a time, read why. No key leaves before the answer."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import InvalidInput
from app.domain.questions.selection import Which
from app.services import questions
from app.services.moment import utc_now
from app.web.questions import pages as page_data
from app.web.questions.pages import read_way
from app.web.requests import library, user_id

blueprint = Blueprint("questions", __name__, url_prefix="/questions")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the sections that have questions, with where the person stands."""
    return render_template("questions/index.html", **page_data.index_page(user_id()))


@blueprint.get("/sections/<section>")
def section(section: str) -> ResponseReturnValue:
    """Go to the question of a round that comes next; when it is through, show how it came out."""
    way = read_way(request.args)
    if way.round.which is not Which.NEW and "since" not in request.args:
        begun = questions.begin_round(way.round.which, user_id=user_id())
        return redirect(url_for("questions.section", section=section, which=begun.which.value, since=begun.since))
    is_mixed = section == questions.ALL_SECTIONS
    way = page_data.Way(way.round, is_mixed=is_mixed)
    slug = questions.next_question(section, way.round, user_id=user_id(), after=request.args.get("after", "")[:80])
    if slug is None:
        return render_template("questions/end.html", **page_data.end_page(section, way, user_id()))
    return redirect(url_for("questions.question", slug=slug, **way.arguments))


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
    return redirect(url_for("questions.feedback", answer_id=given, **read_way(request.args).arguments), 303)


@blueprint.get("/answers/<int(max=2147483647):answer_id>")
def feedback(answer_id: int) -> ResponseReturnValue:
    """Show an answer the person gave, with the feedback of every option."""
    given = questions.get_answer(answer_id, user_id=user_id())
    page = page_data.feedback_page(given, read_way(request.args), user_id(), library())
    return render_template("questions/feedback.html", **page)


def _ask(slug: str, problem: str = "") -> str:
    page = page_data.ask_page(slug, read_way(request.args), user_id())
    return render_template("questions/question.html", problem=problem, **page)
