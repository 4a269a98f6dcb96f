"""Imports started from a page: one at a time, in a process of its own, with a state that outlives every server.

A job is a folder below ``<data>/imports``: the files as they were sent, ``state.json`` written anew at every step, and
``alive``, touched by the working process. A job whose process died is interrupted: nothing of it was installed.
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.codebook.making.locks import folder_lock
from app.domain.errors import Conflict, InvalidInput, NotFound, SetupError
from app.services.imports import Imported, Outcome, ReleaseOptions

STALE_SECONDS = 20.0
"""A working process touches its file every other second."""

_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_KEPT_JOBS = 20
_UPLOAD = ".upload-"
_OLD_UPLOAD_SECONDS = 86_400


class JobStatus(StrEnum):
    """What became of an import so far."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class JobFile:
    """One file as it was sent; ``kind`` says what it was recognised as, once that is known."""

    name: str
    size: int
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One import; ``text`` and ``share`` (0 to 1) say how far it is, ``error`` what was wrong and what to do."""

    id: str
    status: JobStatus
    by: str
    started_at: datetime
    files: tuple[JobFile, ...]
    options: ReleaseOptions = field(default_factory=ReleaseOptions)
    finished_at: datetime | None = None
    text: str = "Waiting to begin"
    share: float = 0.0
    results: tuple[Imported, ...] = ()
    error: str = ""

    @property
    def is_running(self) -> bool:
        return self.status is JobStatus.RUNNING


class Jobs:
    """The imports of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "imports"
        self._books = data_dir / "codebooks"

    def new_upload(self) -> Path:
        """Make a folder that files are received into; uploads that were broken off a day ago go."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob(f"{_UPLOAD}*"):
            if time.time() - old.stat().st_mtime > _OLD_UPLOAD_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        folder = self.folder / f"{_UPLOAD}{secrets.token_hex(8)}"
        folder.mkdir()
        return folder

    def start(self, upload: Path, *, options: ReleaseOptions, by: str, now: datetime) -> ImportJob:
        """Begin to import the files of an upload, apart from this process; the upload becomes the job's.

        Raises InvalidInput when there is no file in it and Conflict while another import is running.
        """
        files = tuple(JobFile(path.name, path.stat().st_size) for path in _files_of(upload))
        if not files:
            raise InvalidInput("Choose at least one file to import.", {"files": "Choose at least one file."})
        name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        job = ImportJob(id=name, status=JobStatus.RUNNING, by=by, started_at=now, files=files, options=options)
        with folder_lock(self.folder, "starting an import"):
            self.refuse_second()
            _write_state(upload, job)
            (upload / "alive").touch()
            place = upload.rename(self.folder / name)
        self._prune()
        try:
            _spawn(place, self._books)
        except OSError as error:
            _write_state(place, replace(job, status=JobStatus.FAILED, finished_at=now, error=_cant_start(error)))
            raise SetupError(_cant_start(error)) from None
        return job

    def refuse_second(self) -> None:
        """Raise Conflict while an import is running."""
        running = self.running()
        if running:
            raise Conflict(
                f"{running.by} started an import at {running.started_at:%H:%M} UTC that is still running: wait for "
                "its end, then start yours."
            )

    def running(self) -> ImportJob | None:
        """Return the import that is running, if one is."""
        return next((job for job in self.all() if job.is_running), None)

    def all(self) -> list[ImportJob]:
        """Return the newest imports, the last one first."""
        names = sorted((path.name for path in self.folder.glob("[0-9]*") if _ID.fullmatch(path.name)), reverse=True)
        found = (_read_state(self.folder / name) for name in names[:_KEPT_JOBS])
        return [job for job in found if job]

    def get(self, name: str) -> ImportJob:
        """Return one import; raises NotFound."""
        job = _read_state(self.folder / name) if _ID.fullmatch(name) else None
        if job is None:
            raise NotFound("There is no such import any more. The page of imports lists the last ones.")
        return job

    def _prune(self) -> None:
        """Drop old jobs, and the files of all that are over: books keep copies of their own."""
        places = sorted((path for path in self.folder.glob("[0-9]*") if _ID.fullmatch(path.name)), reverse=True)
        for place in places[_KEPT_JOBS:]:
            shutil.rmtree(place, ignore_errors=True)
        for place in places[:_KEPT_JOBS]:
            job = _read_state(place)
            if job and not job.is_running:
                shutil.rmtree(place / "files", ignore_errors=True)


def place_for(upload: Path, number: int, name: str) -> Path:
    """Return where a file of an upload goes: under its own name, made harmless; that name may tell the release."""
    base = re.split(r"[/\\]", name)[-1]
    clean = "".join(char for char in base if char.isprintable()).strip(". ")[-150:] or "file"
    place = upload / "files" / f"{number:03}"
    place.mkdir(parents=True)
    return place / clean


def paths_of(job: Path) -> list[Path]:
    """Return the files of a job, in the order they were sent."""
    return _files_of(job)


def read_job(place: Path) -> ImportJob:
    """Return the job of a folder, for the process that works on it."""
    job = _read_state(place)
    if job is None:
        raise NotFound(f"{place} holds no import.")
    return job


def write_job(place: Path, job: ImportJob) -> None:
    """Store how far a job is: whole or not at all."""
    _write_state(place, job)


def _files_of(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "files").glob("*/*") if path.is_file())


def _write_state(place: Path, job: ImportJob) -> None:
    aside = place / f".state-{os.getpid()}-{threading.get_ident()}"
    aside.write_text(json.dumps(asdict(job), default=_plain), encoding="utf-8")
    aside.replace(place / "state.json")


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read_state(place: Path) -> ImportJob | None:
    try:
        data: dict[str, Any] = json.loads((place / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    job = ImportJob(
        id=place.name,
        status=JobStatus(data["status"]),
        by=data["by"],
        started_at=datetime.fromisoformat(data["started_at"]),
        finished_at=datetime.fromisoformat(data["finished_at"]) if data["finished_at"] else None,
        files=tuple(JobFile(**file) for file in data["files"]),
        options=_options(data["options"]),
        text=data["text"],
        share=data["share"],
        results=tuple(Imported(**{**one, "outcome": Outcome(one["outcome"])}) for one in data["results"]),
        error=data["error"],
    )
    return replace(job, status=JobStatus.INTERRUPTED) if job.is_running and not _is_alive(place) else job


def _options(data: dict[str, Any]) -> ReleaseOptions:
    starts, ends = (date.fromisoformat(data[name]) if data[name] else None for name in ("starts", "ends"))
    return ReleaseOptions(release=data["release"], starts=starts, ends=ends)


def _is_alive(place: Path) -> bool:
    """Tell whether the working process still is: it touches its file, and on this machine it must exist."""
    try:
        if time.time() - (place / "alive").stat().st_mtime > STALE_SECONDS:
            return False
        host, _, number = (place / "process").read_text(encoding="utf-8").rpartition(" ")
    except FileNotFoundError:
        return (place / "alive").exists()  # about to begin
    if host != socket.gethostname() or os.name == "nt":
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody's, so it exists
    return True


def _spawn(place: Path, books: Path) -> None:
    """Start the working process in a session of its own, so that it outlives a server that is stopped."""
    root = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "app.services.import_work", str(place), str(books)]
    with (place / "log.txt").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (place / "process").write_text(f"{socket.gethostname()} {process.pid}", encoding="utf-8")
    threading.Thread(target=process.wait, daemon=True).start()


def _cant_start(error: OSError) -> str:
    return f"The import can't be started ({error.strerror or error}): try again, or use “chartroom codes import”."
