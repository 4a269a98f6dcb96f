"""How a person is getting on, in pictures and words."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.services.progress import progress_of
from app.web.progress.pictures import bars, score_line
from app.web.requests import user_id

blueprint = Blueprint("progress", __name__, url_prefix="/progress")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Show scores over time, accuracy by section and the most frequent reasons for lost points."""
    progress = progress_of(user_id())
    return render_template(
        "progress/index.html",
        progress=progress,
        line=score_line(progress.scores),
        section_bars=bars([(s.section, s.mean) for s in progress.sections], longest=1.0),
        reason_bars=bars([(r.reason, r.lost) for r in progress.reasons]),
    )
