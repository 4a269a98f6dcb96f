"""The administrator's page of official files: sending, watching, refusing, one at a time, surviving a restart."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import ConfigError, read_config
from app.domain.roles import Role
from app.services import import_jobs, import_work
from app.services.import_jobs import ImportJob, JobFile, Jobs, JobStatus
from tests.codebook.edit_files import mue_text, ptp_row, ptp_text, whole_anweb
from tests.conftest import SECRET, running_app
from tests.factories import NOW, PASSWORD, make_user

MUE_NAME = "MCR_MUE_PractitionerServices_Eff_04-01-2031.csv"
GOOD = mue_text(("Z0001", "2", "1"))


@pytest.fixture
def data_dir(tmp_path: Path, books_folder: Path) -> Path:
    """A data folder whose code books may be changed: those that came with Chartroom, linked."""
    books = tmp_path / "codebooks"
    books.mkdir()
    for path in books_folder.iterdir():
        if not path.name.startswith("."):
            (books / path.name).symlink_to(path)
    return tmp_path


@pytest.fixture
def app(sqlite_url: str, books_folder: Path, data_dir: Path) -> Iterator[Flask]:
    yield from running_app(sqlite_url, books_folder, data_dir)


@pytest.fixture
def admin(log_in: Callable[..., FlaskClient]) -> FlaskClient:
    return log_in(Role.ADMIN)


def send(client: FlaskClient, *files: tuple[str, str | bytes], **fields: str) -> str:
    """Send files and return the address of the job."""
    answer = client.post("/admin/imports", **form(*files, **fields))
    assert answer.status_code == 303, answer.text
    return answer.location


def form(*files: tuple[str, str | bytes], **fields: str) -> dict[str, Any]:
    """Return a form as a browser sends it; the test client would leave temporary files of its own open."""
    parts = [(f'name="{name}"', text.encode()) for name, text in fields.items()]
    for name, content in files:
        sent = content.encode("latin-1") if isinstance(content, str) else content
        parts.append((f'name="files"; filename="{name}"', sent))
    body = b"".join(
        f"--limit\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return {"data": body + b"--limit--\r\n", "content_type": "multipart/form-data; boundary=limit"}


def finished(client: FlaskClient, address: str, seconds: float = 60.0) -> str:
    """Wait for the end of a job and return its page."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not client.get(f"{address}/state").json["running"]:
            return client.get(address).text
        time.sleep(0.1)
    pytest.fail("the import didn't end")


def test_a_file_is_imported_and_in_force_without_a_restart(admin: FlaskClient, data_dir: Path) -> None:
    assert "Medically unlikely edits, practitioner" not in admin.get("/admin/imports").text
    page = finished(admin, send(admin, (MUE_NAME, GOOD)))
    assert "Medically unlikely edits (csv)" in page
    assert "MUE-practitioner-2031-04" in page
    assert "1 codes" in page
    listed = admin.get("/admin/imports").text
    assert "Medically unlikely edits, practitioner" in listed
    assert "1 Apr 2031" in listed
    assert "30 Jun 2031" in listed
    assert MUE_NAME in listed
    assert not list((data_dir / "imports").glob("*/files")), "the sent files are dropped"


def test_several_files_are_imported_together(admin: FlaskClient) -> None:
    edits = ptp_text(ptp_row("Z0001", "Z0002"))
    page = finished(admin, send(admin, (MUE_NAME, GOOD), ("ccipra-v371r0-f1.txt", edits), ("list.txt", whole_anweb())))
    for book in ("MUE-practitioner-2031-04", "NCCI-PTP-practitioner-f1-2031-04", "HCPCS-2002-01"):
        assert book in page


def test_one_bad_file_refuses_all_with_its_place_and_remedy(admin: FlaskClient, data_dir: Path) -> None:
    bad = mue_text(("Z0001", "two", "1"))
    before = {path.name for path in (data_dir / "codebooks").iterdir() if not path.name.startswith(".")}
    page = finished(admin, send(admin, (MUE_NAME, GOOD), ("x_Eff_07-01-2031.csv", bad)))
    assert "Import refused" in page
    assert "x_Eff_07-01-2031.csv, line 6, column 2: “two” isn&#39;t a number of units." in page
    assert {path.name for path in (data_dir / "codebooks").iterdir() if not path.name.startswith(".")} == before


def test_an_unknown_file_is_refused(admin: FlaskClient) -> None:
    page = finished(admin, send(admin, ("letter.txt", "Dear reader")))
    assert "letter.txt is a text file that begins “Dear reader”" in page


def test_the_release_may_be_said_by_hand(admin: FlaskClient) -> None:
    page = finished(admin, send(admin, ("x.csv", GOOD)))
    assert "doesn&#39;t say from which day it is in force" in page
    page = finished(admin, send(admin, ("x.csv", GOOD), starts="2032-07-01"))
    assert "MUE-practitioner-2032-07" in page


def test_a_wrong_date_is_one_sentence(admin: FlaskClient) -> None:
    answer = admin.post("/admin/imports", **form((MUE_NAME, GOOD), starts="soon"))
    assert (answer.status_code, "“In force from”: “soon” isn&#39;t a date" in answer.text) == (400, True)


def test_no_file_is_one_sentence(admin: FlaskClient, data_dir: Path) -> None:
    answer = admin.post("/admin/imports", **form(("", b"")))
    assert (answer.status_code, "Choose at least one file" in answer.text) == (400, True)
    assert list((data_dir / "imports").glob(".upload-*")) == []


def test_a_form_that_is_none_is_one_sentence(admin: FlaskClient) -> None:
    answer = admin.post("/admin/imports", json={"files": []})
    assert answer.status_code == 400
    answer = admin.post("/admin/imports", data=b"--", content_type="multipart/form-data")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "name", ["../../secret.key", "..\\..\\x.csv", "/etc/x.csv", "a\x00\x1b[31m.csv", ".", "é 中.csv"]
)
def test_a_name_leads_nowhere(admin: FlaskClient, data_dir: Path, name: str) -> None:
    upload = Jobs(data_dir).new_upload()
    place = import_jobs.place_for(upload, 1, name)
    assert place.parent == upload / "files" / "001"
    assert place.name.isprintable()
    place.write_text("x")
    assert place.resolve().is_relative_to(upload.resolve())


def test_more_than_the_limit_is_refused_clearly(sqlite_url: str, books_folder: Path, data_dir: Path) -> None:
    for app in running_app(sqlite_url, books_folder, data_dir, largest_upload=5 * 1024 * 1024):
        with app.app_context():
            make_user(username="admin-two", role=Role.ADMIN)
        client = app.test_client()
        client.post("/auth/login", data={"username": "admin-two", "password": PASSWORD})
        answer = client.post("/admin/imports", **form(("x.csv", b"x" * (5 * 1024 * 1024 + 1))))
        assert answer.status_code == 413
        assert "This server takes 5 MB of files at once" in answer.text
        assert list((data_dir / "imports").glob("*")) == []
        large = mue_text(*((f"Z{number:04}", "2", "1") for number in range(9_999))).encode() + b"\r\n" * 1_500_000
        answer = client.post("/admin/imports", **form((MUE_NAME, large)))
        assert "9,999 codes" in finished(client, answer.location)


def test_the_limit_is_a_setting() -> None:
    assert read_config({"CHARTROOM_SECRET_KEY": SECRET}).largest_upload == 300 * 1024 * 1024
    limited = read_config({"CHARTROOM_SECRET_KEY": SECRET, "CHARTROOM_LARGEST_UPLOAD_MB": "5"})
    assert limited.largest_upload == 5 * 1024 * 1024
    with pytest.raises(ConfigError, match="CHARTROOM_LARGEST_UPLOAD_MB is “much”"):
        read_config({"CHARTROOM_SECRET_KEY": SECRET, "CHARTROOM_LARGEST_UPLOAD_MB": "much"})


def test_the_token_is_asked_for(sqlite_url: str, books_folder: Path, data_dir: Path) -> None:
    for app in running_app(sqlite_url, books_folder, data_dir, csrf=True):
        with app.app_context():
            make_user(username="admin-two", role=Role.ADMIN)
        client = app.test_client()
        token = _token(client.get("/auth/login").text)
        client.post("/auth/login", data={"username": "admin-two", "password": PASSWORD, "csrf_token": token})
        answer = client.post("/admin/imports", **form((MUE_NAME, GOOD)))
        assert (answer.status_code, "security token" in answer.text) == (400, True)
        assert list((data_dir / "imports").glob("*")) == []
        token = _token(client.get("/admin/imports").text)
        finished(client, send(client, (MUE_NAME, GOOD), csrf_token=token))


def _token(page: str) -> str:
    return page.split('<meta name="csrf-token" content="')[1].split('"')[0]


def write_job(data_dir: Path, **changes: object) -> Path:
    """Write a job that looks as if somebody were working on it."""
    place = data_dir / "imports" / "20310401-101500-0123abcd"
    (place / "files" / "001").mkdir(parents=True)
    (place / "files" / "001" / "x.csv").write_text(GOOD)
    values = {"by": "Ada Admin", "started_at": NOW, "text": "Reading x.csv", "share": 0.25}
    values["files"] = (JobFile("x.csv", len(GOOD)),)
    job = ImportJob(id=place.name, status=JobStatus.RUNNING, **(values | changes))  # type: ignore[arg-type]
    import_jobs.write_job(place, job)
    (place / "alive").touch()
    (place / "process").write_text(f"elsewhere {os.getpid()}")
    return place


def test_a_running_import_is_shown_without_scripts_too(admin: FlaskClient, data_dir: Path) -> None:
    name = write_job(data_dir).name
    page = admin.get(f"/admin/imports/{name}").text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert 'max="100" value="25"' in page
    assert "Reading x.csv" in page
    assert admin.get(f"/admin/imports/{name}/state").json == {
        "running": True,
        "text": "Reading x.csv",
        "share": 0.25,
        "files": [{"name": "x.csv", "kind": ""}],
    }


def test_there_is_one_import_at_a_time(admin: FlaskClient, data_dir: Path) -> None:
    write_job(data_dir)
    page = admin.get("/admin/imports").text
    assert "Ada Admin started an import that is still running" in page
    assert 'name="files"' not in page
    answer = admin.post("/admin/imports", **form((MUE_NAME, GOOD)))
    assert (answer.status_code, "is still running: wait for its end" in answer.text) == (409, True)


@pytest.mark.parametrize("how", ["silent for long", "no such process"])
def test_a_dead_import_is_called_interrupted_and_another_may_begin(
    admin: FlaskClient, data_dir: Path, how: str
) -> None:
    place = write_job(data_dir)
    if how == "silent for long":
        old = time.time() - import_jobs.STALE_SECONDS - 1
        os.utime(place / "alive", (old, old))
    else:
        import socket

        (place / "process").write_text(f"{socket.gethostname()} {_dead_process()}")
    page = admin.get(f"/admin/imports/{place.name}").text
    assert "Import interrupted" in page
    assert "every installed book is as it was" in page
    assert "http-equiv" not in page
    finished(admin, send(admin, (MUE_NAME, GOOD)))
    assert not (place / "files").exists(), "its files are dropped"
    assert "Interrupted" in admin.get("/admin/imports").text


def _dead_process() -> int:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def test_a_killed_import_leaves_the_old_books_as_they_were(admin: FlaskClient, data_dir: Path) -> None:
    """The working process is killed in the middle of a file, as by a machine that goes down."""
    rows = [ptp_row(f"Z{number // 1000:04}", f"Y{number % 1000:04}") for number in range(200_000)]
    address = send(admin, ("ccipra-v371r0-f1.txt", ptp_text(*rows)))
    place = data_dir / "imports" / address.rsplit("/", 1)[1]
    _wait_for(lambda: any((data_dir / "codebooks").glob(".batch-*/*/book.sqlite3")))
    os.kill(int((place / "process").read_text().split()[1]), signal.SIGKILL)
    _wait_for(lambda: "Import interrupted" in admin.get(address).text)
    assert "NCCI-PTP" not in admin.get("/admin/imports").text
    assert admin.get("/codebook/").status_code == 200
    lock = data_dir / "codebooks" / ".lock"
    os.utime(lock, (0, 0))  # as after the minute and a half that a dead process's lock is respected
    assert "MUE-practitioner-2031-04" in finished(admin, send(admin, (MUE_NAME, GOOD)))
    assert not list((data_dir / "codebooks").glob(".batch-*"))


def _wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it didn't happen"
        time.sleep(0.02)


def test_only_the_last_jobs_are_kept(data_dir: Path) -> None:
    jobs = Jobs(data_dir)
    for number in range(25):
        place = data_dir / "imports" / f"20310401-1015{number:02}-0123abcd"
        place.mkdir(parents=True)
        job = ImportJob(id=place.name, status=JobStatus.DONE, by="Ada", started_at=NOW, files=())
        import_jobs.write_job(place, job)
    assert len(jobs.all()) == 20
    jobs._prune()
    assert len(list((data_dir / "imports").glob("2*"))) == 20


def test_broken_off_uploads_go_after_a_day(data_dir: Path) -> None:
    jobs = Jobs(data_dir)
    old, fresh = jobs.new_upload(), jobs.new_upload()
    before = time.time() - timedelta(days=2).total_seconds()
    os.utime(old, (before, before))
    jobs.new_upload()
    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize("name", ["20310401-101500-0123abcd", "..", "x", "20310401-101500-0123abcd%2f.."])
def test_an_unknown_job_is_not_found(admin: FlaskClient, name: str) -> None:
    assert admin.get(f"/admin/imports/{name}").status_code == 404


def test_a_state_that_cant_be_read_is_no_job(admin: FlaskClient, data_dir: Path) -> None:
    place = write_job(data_dir)
    (place / "state.json").write_text("{")
    assert admin.get(f"/admin/imports/{place.name}").status_code == 404
    assert admin.get("/admin/imports").status_code == 200


def test_trouble_with_the_disk_is_a_failure_with_its_sentence(data_dir: Path, tmp_path: Path) -> None:
    place = write_job(data_dir)
    books = tmp_path / "no-folder"
    books.write_text("a file where the books should be")
    import_work.main(str(place), str(books))
    job = import_jobs.read_job(place)
    assert (job.status, "can't be written" in job.error) == (JobStatus.FAILED, True)


def test_what_nobody_foresaw_is_a_failure_too(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write_job(data_dir)

    def broken(*_args: object, **_names: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(import_work, "import_files", broken)
    with pytest.raises(ZeroDivisionError):
        import_work.main(str(place), str(data_dir / "codebooks"))
    job = import_jobs.read_job(place)
    assert job.status is JobStatus.FAILED
    assert "Something broke on our side, so nothing was changed" in job.error


def test_the_working_process_tells_kinds_and_rows(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write_job(data_dir)
    shutil.rmtree(place / "files")
    file = import_jobs.place_for(place, 1, "ccipra-v371r0-f1.txt")
    file.write_text(ptp_text(*(ptp_row(f"Z{number // 1000:04}", f"Y{number % 1000:04}") for number in range(30_000))))
    state = json.loads((place / "state.json").read_text())
    state["files"] = [{"name": file.name, "size": file.stat().st_size, "kind": ""}]
    (place / "state.json").write_text(json.dumps(state))
    seen: list[ImportJob] = []
    write = import_work.write_job
    monkeypatch.setattr(import_work, "write_job", lambda at, job: (seen.append(job), write(at, job)))
    import_work.main(str(place), str(data_dir / "codebooks"))
    assert seen[-1].status is JobStatus.DONE
    assert seen[-1].files[0].kind == "NCCI procedure-to-procedure edits (text)"
    assert any("rows" in job.text and 0 < job.share < 1 for job in seen)
