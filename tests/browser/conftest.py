"""A served application and a real Chromium, for tests that use the site as people do."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.domain.roles import Role
from tests import factories
from tests.conftest import require_or_skip, running_app

PATIENCE = 10_000  #: milliseconds; two workers share a small machine with their browsers
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        require_or_skip("No Chromium here: install Debian's “chromium” to run the browser tests.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def served_app(sqlite_url: str, books_folder: Path, tmp_path: Path, bank_template: bytes) -> Iterator[Flask]:
    """The application as it is served, with the bundled charts and one person of each role."""
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(bank_template)
    for app in running_app(sqlite_url, books_folder, tmp_path, csrf=True):
        with app.app_context():
            for role in Role:
                factories.make_user(username=role.value, role=role)
        yield app


@pytest.fixture
def site(served_app: Flask) -> Iterator[str]:
    """The address of the served application."""
    server = make_server("127.0.0.1", 0, served_app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


class _QuietHandler(WSGIRequestHandler):
    """Leaves the test's output to the test."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A fresh browser profile at 1440 × 900; fails the test on any error of a script or refused by the policy."""
    context = chromium.new_context(base_url=site, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda message: complaints.append(message.text) if _is_complaint(message.text) else None)
    yield context
    context.close()
    assert not complaints


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def log_in_page(page: Page) -> Callable[..., Page]:
    """Log in through the page and return it at the worklist."""

    def as_role(role: Role = Role.STUDENT) -> Page:
        page.goto("/auth/login")
        page.get_by_label("Log-in name").fill(role.value)
        page.get_by_label("Password").fill(factories.PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/practice/")
        return page

    return as_role
