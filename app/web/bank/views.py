"""The bank as instructors see it: every chart and question with its key, rationale and review record."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.services.bank_pages import bank_rows, chart_with_key
from app.web.bank import pages as page_data
from app.web.requests import library, page_argument

blueprint = Blueprint("bank", __name__, url_prefix="/bank")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the published charts with what is known of their use and review."""
    return render_template("bank/index.html", rows=bank_rows())


@blueprint.get("/<slug>")
def chart(slug: str) -> ResponseReturnValue:
    """Show a chart, or the sister that the address names, with its key beside it."""
    return render_template(
        "bank/chart.html", **chart_with_key(slug, library(), sibling=request.args.get("sibling", ""))
    )


@blueprint.get("/questions/")
def questions() -> ResponseReturnValue:
    """List the published questions by exam section; the address holds section, words and page."""
    return render_template("bank/questions.html", **page_data.questions_page(request.args, page_argument()))


@blueprint.get("/questions/<slug>")
def question(slug: str) -> ResponseReturnValue:
    """Show a question with its key."""
    return render_template("bank/question.html", **page_data.question_page(slug, library()))
