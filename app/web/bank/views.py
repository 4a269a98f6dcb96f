"""The bank as instructors see it: every chart with its key, rationale and review record."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.services.bank_pages import bank_rows, chart_with_key
from app.web.requests import library

blueprint = Blueprint("bank", __name__, url_prefix="/bank")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the published charts with what is known of their use and review."""
    return render_template("bank/index.html", rows=bank_rows())


@blueprint.get("/<slug>")
def chart(slug: str) -> ResponseReturnValue:
    """Show a chart with its key beside it."""
    return render_template("bank/chart.html", **chart_with_key(slug, library()))
