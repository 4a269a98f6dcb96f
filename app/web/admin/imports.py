"""The administrator's page of official files: import them, watch it, see what is installed."""

import shutil
from datetime import date
from pathlib import Path

from flask import current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.config import Config
from app.domain.errors import InvalidInput
from app.extensions import csrf
from app.services.import_jobs import ImportJob, Jobs
from app.services.imports import FileKind, ReleaseOptions
from app.services.moment import utc_now
from app.web.admin.uploads import TooLarge, receive
from app.web.admin.views import blueprint
from app.web.errors import error_page
from app.web.requests import library

_SHOWN_JOBS = 8


@blueprint.get("/imports")
def imports() -> ResponseReturnValue:
    """Show the form, the last imports, and everything installed."""
    jobs = _jobs().all()
    return render_template(
        "admin/imports.html",
        running=next((job for job in jobs if job.is_running), None),
        jobs=jobs[:_SHOWN_JOBS],
        volumes=library().volumes(),
        kinds=tuple(FileKind),
        limit=_config().largest_upload,
    )


@blueprint.post("/imports")
@csrf.exempt  # receive() checks the token: before that the whole form would have to be read
def start_import() -> ResponseReturnValue:
    """Receive files and begin to import them, apart from this server."""
    jobs = _jobs()
    jobs.refuse_second()
    upload = jobs.new_upload()
    try:
        form = receive(upload, limit=_config().largest_upload)
        options = _options(form.get("release", ""), form.get("starts", ""), form.get("ends", ""))
        job = jobs.start(upload, options=options, by=current_user.display_name, now=utc_now())
    except TooLarge as error:
        return error_page(413, str(error))
    finally:
        shutil.rmtree(upload, ignore_errors=True)
    return redirect(url_for("admin.import_job", job_id=job.id), 303)


@blueprint.get("/imports/<job_id>")
def import_job(job_id: str) -> ResponseReturnValue:
    """Show how far an import is, and what came of it."""
    return render_template("admin/imports_job.html", job=_jobs().get(job_id))


@blueprint.get("/imports/<job_id>/state")
def import_state(job_id: str) -> ResponseReturnValue:
    """Return how far an import is, for the page's script."""
    return jsonify(_state(_jobs().get(job_id)))


def _state(job: ImportJob) -> dict[str, object]:
    return {
        "running": job.is_running,
        "text": job.text,
        "share": job.share,
        "files": [{"name": file.name, "kind": file.kind} for file in job.files],
    }


def _options(release: str, starts: str, ends: str) -> ReleaseOptions:
    return ReleaseOptions(
        release=release.strip() or None,
        starts=_day(starts, "In force from"),
        ends=_day(ends, "In force until"),
    )


def _day(text: str, label: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InvalidInput(f"“{label}”: “{text[:20]}” isn't a date. Write it as 2026-06-05.") from None


def _config() -> Config:
    config: Config = current_app.extensions["chartroom.config"]
    return config


def _jobs() -> Jobs:
    folder: Path = _config().data_dir
    return Jobs(folder)
