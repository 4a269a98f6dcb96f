"""Question practice in Chromium: by keyboard alone, without scripts, on a phone, and for everybody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.codebook.library import Library
from app.services import questions
from app.services.question_files import read_questions
from tests import factories
from tests.browser.test_accessibility import LOOKS, dress, serious
from tests.services.test_questions import CODING, write

CASE = """
[[case]]
id = "case-mole"
title = "A mole on the back"
note = "**Dermatology office.** A mole of the back was frozen."
"""


@pytest.fixture(autouse=True)
def asked(served_app: Flask, tmp_path: Path, library: Library) -> None:
    """Three questions on bones and two on a note, so that a section has an end that a test can reach."""
    folder = write(tmp_path / "bank", "femur", "tibia", "ulna")
    below = folder / "questions"
    bones = (below / "anatomy.toml").read_text("utf-8")
    cases = bones.replace('section = "anatomy"', 'section = "cases"' + CASE).replace("anatomy-", "case-")
    cases = cases[: cases.rindex("[[question]]")].replace("systems = []", 'systems = []\ncase = "case-mole"')
    (below / "cases.toml").write_text(cases, encoding="utf-8")
    codings = "".join(CODING.format(name=name).replace("anatomy-", "case-") for name in ("femur", "tibia"))
    (below / "cases.review.toml").write_text("schema = 1\n" + codings, encoding="utf-8")
    with served_app.app_context():
        questions.store_questions(read_questions(folder, library), factories.NOW)


def test_a_section_by_keyboard_alone(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    page.goto("/questions/sections/anatomy")
    for number, letter, verdict in ((1, "b", "Right"), (2, "a", "Not right"), (3, "b", "Right")):
        expect(page.get_by_text(f"Question {number} of 3", exact=True)).to_be_visible()
        page.wait_for_load_state("load")
        page.keyboard.press("c")
        page.keyboard.press(letter)
        expect(page.locator(f"#choice-{letter}")).to_be_checked()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(verdict)
        expect(page.locator(".verdict .btn-primary")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Section done")
    expect(page.get_by_role("main")).to_contain_text("2 of 3 right")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Question 1 of 1", exact=True)).to_be_visible()

    page.wait_for_load_state("load")
    page.keyboard.press("/")
    page.keyboard.type("nevus of trunk")
    expect(page.locator("#found .found-link").first).to_contain_text("D22.5")
    with page.expect_popup() as book:
        page.locator("#found .found-link").first.click()
    expect(book.value.get_by_role("heading", level=1)).to_contain_text("D22.5")
    expect(page).to_have_url("/questions/anatomy-tibia?which=wrong&since=3")


def test_without_scripts_a_question_can_be_answered(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/auth/login?next=/questions/sections/cases")
    page.get_by_label("Log-in name").fill("student")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("A mole of the back was frozen.")).to_be_visible()
    page.locator("#choice-a").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not right")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Question 2 of 2", exact=True)).to_be_visible()
    context.close()


def test_on_a_phone_the_note_folds_away_once_read(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/questions/sections/cases")
    note = page.get_by_text("A mole of the back was frozen.")
    expect(note).to_be_visible()
    page.get_by_text("Two femur").click()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.get_by_role("link", name="Next question").first.click()
    expect(page.get_by_text("Question 2 of 2", exact=True)).to_be_visible()
    expect(note).to_be_hidden()
    page.get_by_text("The note: A mole on the back").click()
    expect(note).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_of_a_question_has_serious_violations(
    log_in_page: Callable[..., Page], scheme: str, width: int
) -> None:
    page = log_in_page()
    dress(page, scheme, width)
    found = []

    def look() -> None:
        found.extend(serious(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"

    for address in ("/questions/anatomy-femur", "/questions/case-femur"):
        page.goto(address)
        look()
        page.locator("#choice-a").check()
        page.get_by_role("button", name="Check my answer").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Not right")
        look()
    for address in ("/questions/", "/questions/sections/anatomy?which=wrong&since=9"):
        page.goto(address)
        look()
    assert not found
