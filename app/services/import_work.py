"""The process that works on one import: ``python -m app.services.import_work JOB BOOKS``.

It writes how far it is into the job's folder and touches ``alive`` there until it ends.
"""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.codebook.sources.incoming import Incoming, incoming_of
from app.codebook.sources.recognise import find_source
from app.domain.errors import ChartroomError
from app.services.import_jobs import ImportJob, JobFile, JobStatus, paths_of, read_job, write_job
from app.services.imports import SourceRefused, import_files
from app.services.moment import utc_now

_TOUCH_SECONDS = 2.0
_LEAST_SECONDS = 0.3
"""Between two writes of the state."""


class _Work:
    """One job at work: keeps its state and writes it down, not too often."""

    def __init__(self, place: Path, books: Path) -> None:
        self.place = place
        self.books = books
        self.job = read_job(place)
        self._written = 0.0

    def run(self) -> None:
        """Import the files; whatever happens, the job ends with a state that says so."""
        self._change(text="Looking at the files")
        try:
            self._change(files=_kinds(self.job, self.place))
            done = import_files(
                paths_of(self.place), folder=self.books, now=utc_now(), options=self.job.options, progress=self._say
            )
            self._end(JobStatus.DONE, results=done, text="", share=1.0)
        except SourceRefused as error:
            self._end(JobStatus.REFUSED, error=str(error))
        except ChartroomError as error:
            self._end(JobStatus.FAILED, error=str(error))
        except BaseException:
            said = "Something broke on our side, so nothing was changed. The log of the import has more"
            self._end(JobStatus.FAILED, error=f"{said}: {self.place / 'log.txt'}.")
            raise

    def _say(self, text: str, share: float) -> None:
        if time.monotonic() - self._written >= _LEAST_SECONDS or text != self.job.text:
            self._change(text=text, share=min(max(share, 0.0), 1.0))

    def _end(self, status: JobStatus, **changes: object) -> None:
        self._change(status=status, finished_at=utc_now(), **changes)
        shutil.rmtree(self.place / "files", ignore_errors=True)  # books keep copies of their own

    def _change(self, **changes: object) -> None:
        self.job = replace(self.job, **changes)  # type: ignore[arg-type]
        self._written = time.monotonic()
        write_job(self.place, self.job)


def _kinds(job: ImportJob, place: Path) -> tuple[JobFile, ...]:
    """Return the files with what each is; of a zip, what its members are."""
    found = []
    for file, path in zip(job.files, paths_of(place), strict=True):
        kinds = dict.fromkeys(filter(None, (_kind(one) for one in incoming_of(path))))
        found.append(replace(file, kind=", ".join(kinds)))
    return tuple(found)


def _kind(file: Incoming) -> str:
    source = find_source(file)
    return str(source[0]) if source else ""


@contextmanager
def _touching(path: Path) -> Iterator[None]:
    done = threading.Event()

    def touch() -> None:
        path.touch()
        while not done.wait(_TOUCH_SECONDS):
            path.touch()

    thread = threading.Thread(target=touch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def main(place: str, books: str) -> None:
    """Work on the job of a folder."""
    if hasattr(os, "nice"):
        os.nice(5)  # a server beside it goes before
    with _touching(Path(place) / "alive"):
        _Work(Path(place), Path(books)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
