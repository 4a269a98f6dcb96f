"""The front door, the about page and the health check."""

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.domain.grading.policy import policy_table
from app.services.health import is_healthy
from app.web.requests import library

blueprint = Blueprint("main", __name__)


@blueprint.get("/")
def root() -> ResponseReturnValue:
    """Send people to their work, or to the log-in page."""
    return redirect(url_for("practice.worklist" if current_user.is_authenticated else "auth.login"))


@blueprint.get("/about")
def about() -> ResponseReturnValue:
    """Say what this is, how answers are graded, and whose the codes are."""
    return render_template("main/about.html", books=library().books(), policy=policy_table())


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Tell a load balancer whether the database and the code books answer."""
    healthy = is_healthy() and bool(library().books())
    return jsonify(status="ok" if healthy else "unavailable"), 200 if healthy else 503


@blueprint.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Point browsers that ask for the old address to the icon."""
    return redirect(url_for("static", filename="img/favicon.svg"))
