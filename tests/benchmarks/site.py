"""How fast the site starts and answers: ``python -m tests.benchmarks.site``.

Starts ``chartroom serve`` twice on an empty data folder, stores 1,000 graded attempts of one student, then
measures GET of the worklist, a workspace and the finder over HTTP, one request at a time, and the memory of the server.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.cli.application import prepared_application
from app.codebook.library import Library
from app.config import bundled
from app.domain.roles import Role
from app.domain.sheet import Sheet
from app.services import accounts, practice
from app.services.exercises import load_bank, published_versions

PORT = 8765
ATTEMPTS = 1_000
REQUESTS = 200
PASSWORD = "violet-harbour-42"
QUERIES = (
    "chf",
    "nevus trunk",
    "fracture distal radius left",
    "dm2 ckd 3b",
    "pnemonia",
    "17110",
    "E11.2",
    "sore throat",
)


def start(folder: Path) -> tuple[subprocess.Popen[str], float]:
    """Start the server and return it with the seconds until it answered its health check."""
    command = [sys.executable, "-m", "app.cli", "serve", "--data-dir", str(folder), "--port", str(PORT)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True)
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return process, time.perf_counter() - began
        except OSError:
            if process.poll() is not None:
                raise SystemExit("The server ended before it answered.") from None
            time.sleep(0.02)


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(20)


def store_attempts(folder: Path) -> str:
    """Store graded attempts of one student over the whole bank; return the address of an open workspace."""
    app = prepared_application(folder, say=lambda _: None)
    library = Library.open(folder / "codebooks")
    with app.app_context():
        load_bank(bundled("exercises"), library, datetime.now(UTC), drafts=True)
        user = accounts.register(
            username="bench", display_name="Bench", password=PASSWORD, now=datetime.now(UTC), role=Role.STUDENT
        ).id
        slugs = [version.exercise.slug for version in published_versions()]
        typed = Sheet(
            ({"code": "D22.9", "poa": ""},), ({"code": "17110", "modifiers": "", "units": "1", "points_to": "A"},)
        )
        at = datetime(2026, 6, 10, 9, tzinfo=UTC)
        for number in range(ATTEMPTS):
            at += timedelta(minutes=7)
            attempt = practice.open_attempt(slugs[number % len(slugs)], user_id=user, now=at)
            later = at + timedelta(minutes=5)
            practice.submit(attempt, typed, active_seconds=200, user_id=user, now=later, library=library)
        return f"/practice/attempts/{practice.open_attempt('mole-cryoablation', user_id=user, now=at)}"


class Client:
    """One logged-in connection that is kept open."""

    def __init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        self.cookie = ""
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/auth/login"))
        assert token
        body = urllib.parse.urlencode({"username": "bench", "password": PASSWORD, "csrf_token": token.group(1)})
        self._send("POST", "/auth/login", body)

    def get(self, address: str) -> str:
        return self._send("GET", address)

    def _send(self, method: str, address: str, body: str | None = None) -> str:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, address, body=body, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status in (200, 302), f"{address}: {answer.status}"
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return text


def measure(name: str, call: Callable[[int], object]) -> None:
    """Print the median and the 95th percentile of a call in milliseconds."""
    for number in range(10):
        call(number)
    times = []
    for number in range(REQUESTS):
        began = time.perf_counter()
        call(number)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    print(f"{name:<34} p50 {statistics.median(times):6.1f} ms   p95 {times[int(0.95 * len(times))]:6.1f} ms")


def resident_megabytes(process: subprocess.Popen[str]) -> float:
    """Return the resident memory of the server (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else float("nan")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chartroom-bench-") as name:
        os.environ.pop("DATABASE_URL", None)
        folder = Path(name)
        process, first = start(folder)
        print(f"first start, until /healthz answers  {first:6.1f} s")
        stop(process)
        workspace = store_attempts(folder)
        process, second = start(folder)
        print(f"second start                         {second:6.1f} s")
        print(f"memory after the start               {resident_megabytes(process):6.0f} MB")
        try:
            client = Client()
            print(f"{ATTEMPTS} stored attempts, {REQUESTS} requests each")
            measure("GET worklist", lambda _: client.get("/practice/"))
            measure("GET workspace", lambda _: client.get(workspace))
            measure("GET history", lambda _: client.get("/practice/history"))
            measure("GET progress", lambda _: client.get("/progress/"))
            measure("GET result", lambda n: client.get(f"/practice/attempts/{n % ATTEMPTS + 1}/result"))
            query = [f"/codebook/search?q={urllib.parse.quote(words)}" for words in QUERIES]
            measure("GET finder", lambda n: client.get(query[n % len(query)]))
            print(f"memory after the requests            {resident_megabytes(process):6.0f} MB")
        finally:
            stop(process)


if __name__ == "__main__":
    main()
