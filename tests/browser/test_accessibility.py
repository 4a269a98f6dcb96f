"""axe finds no serious violation on any page, light and dark, wide and phone."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from app.codebook.library import Library
from app.domain.roles import Role
from app.services import questions
from app.services.question_files import read_questions
from tests.browser.test_journey import open_chart
from tests.factories import NOW
from tests.services.test_questions import write

BEFORE_LOG_IN = ["/auth/login", "/auth/register", "/about"]
PAGES = [
    "/practice/",
    "/practice/?q=zzzz",
    "/practice/charts/mole-cryoablation",
    "/practice/history",
    "/progress/",
    "/codebook/",
    "/codebook/?q=nevus+of+trunk",
    "/codebook/ICD-10-CM/D22.5",
    "/auth/password",
    "/bank/",
    "/bank/back-from-the-hospital-visit?sibling=day-six-worse",
    "/bank/questions/?section=anatomy",
    "/bank/questions/anatomy-tibia",
    "/admin/users",
    "/no-such-page",
]
LOOKS = [pytest.param("light", 1440, id="light-wide"), pytest.param("dark", 390, id="dark-phone")]
"""Both schemes and both widths; axe is most of the browser tests' time, so not each with each."""


@pytest.fixture
def asked(served_app: Flask, tmp_path: Path, library: Library) -> None:
    """Questions for the bank's pages to show."""
    with served_app.app_context():
        questions.store_questions(read_questions(write(tmp_path / "bank", "femur", "tibia", "ulna"), library), NOW)


def is_sampled(scheme: str, number: int) -> bool:
    """Tell whether axe reads the page of a list of alike ones: each in light, every third in dark."""
    return scheme == "light" or number % 3 == 0


def serious(page: Page) -> list[str]:
    """Return the serious and critical violations of the page as it stands."""
    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{page.url}: {found['id']}: {node['html'][:160]}"
        for found in violations
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


def dress(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_serious_violations(page: Page, log_in_page: Callable[..., Page], scheme: str, width: int) -> None:
    dress(page, scheme, width)
    found = []
    for address in BEFORE_LOG_IN + PAGES:
        if address == PAGES[0]:
            log_in_page(Role.ADMIN)
        page.goto(address)
        assert urlsplit(page.url).path == urlsplit(address).path
        found += serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"
    assert not found


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_workspace_and_result_have_no_serious_violations(
    log_in_page: Callable[..., Page], scheme: str, width: int
) -> None:
    page = log_in_page()
    dress(page, scheme, width)
    open_chart(page)
    found = serious(page)
    if width < 500:
        page.get_by_role("tab", name="Answer").or_(page.get_by_role("button", name="Answer")).first.click()
    page.locator("[name='diagnoses-0-code']").fill("D22.9")
    page.locator("[name='procedures-0-code']").fill("17110")
    page.locator("[name='procedures-0-code']").blur()
    page.keyboard.press("/")
    page.keyboard.type("nevus")
    page.locator("#hits [role=option]").first.wait_for()
    found += serious(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()
    found += serious(page)
    page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    page.wait_for_url("**/result")
    found += serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the result scrolls sideways"
    assert not found
