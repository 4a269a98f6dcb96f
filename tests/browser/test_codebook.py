"""The code book in Chromium: by keyboard alone, while typing, with interruptions, on a phone, without scripts."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import factories
from tests.browser.test_accessibility import LOOKS, dress, is_sampled, serious
from tests.browser.test_journey import open_chart, tab_to

PAGE = "/codebook/ICD-10-CM/E11.621"
PAGES = [
    "/codebook/",
    "/codebook/?q=fracture+of+neck+of+femur",
    "/codebook/?q=zzzzqqqq",
    PAGE,
    "/codebook/ICD-10-CM/S72.001A",
    "/codebook/CPT/17110",
    "/codebook/HCPCS/J1885",
    "/codebook/ICD-10-CM/",
    "/codebook/ICD-10-CM/chapter/19",
    "/codebook/ICD-10-CM/section/I30-I5A",
    "/codebook/CPT/section/medicine",
    "/codebook/index/",
    "/codebook/mine",
]


def type_words(page: Page, words: str) -> None:
    """Come to the search by its key, type, and wait for the hits of these very words."""
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    with page.expect_response("**/codebook/search?*"):
        page.keyboard.type(words)
    expect(page.locator("#found:not(.is-stale) .found-link").first).to_be_visible()


def write_note(page: Page, text: str) -> None:
    box = page.locator(".note-box")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    page.get_by_label("Your note at").fill(text)


def said(page: Page) -> str:
    return page.locator(".note-said").inner_text()


@pytest.fixture
def desk(log_in_page: Callable[..., Page]) -> Page:
    """A student at the code book."""
    page = log_in_page()
    page.goto("/codebook/")
    return page


def test_a_code_is_found_and_opened_by_keyboard_alone(desk: Page) -> None:
    type_words(desk, "fracture neck femur")
    assert "q=fracture+neck+femur" in desk.url
    desk.keyboard.press("ArrowDown")
    first = desk.locator("#found .found-link").first
    expect(first).to_be_focused()
    desk.keyboard.press("ArrowRight")
    group = desk.locator(".found-group").first
    expect(group).to_have_attribute("open", "")
    expect(group.locator(".found-link:focus")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    code = desk.locator(".found-link:focus .code").inner_text()
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/codebook/ICD-10-CM/{code}")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(code)
    expect(desk.locator("#here")).to_be_in_viewport()


def test_left_closes_a_group_and_escape_clears(desk: Page) -> None:
    type_words(desk, "fracture neck femur")
    for key in ("ArrowDown", "ArrowRight", "ArrowLeft"):
        desk.keyboard.press(key)
    expect(desk.locator(".found-group").first).not_to_have_attribute("open", "")
    expect(desk.locator("#found .found-link").first).to_be_focused()
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("#q")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator("#q")).to_have_value("")
    expect(desk.get_by_role("heading", name="Books on this server")).to_be_visible()


def test_a_typed_code_opens_with_enter(desk: Page) -> None:
    type_words(desk, "e11621")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/codebook/ICD-10-CM/E11.621")


def test_words_typed_faster_than_the_answer_never_show_an_older_one(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url) if "/codebook/search" in request.url else None)
    desk.keyboard.press("/")
    desk.keyboard.type("diabetes with foot ulcer", delay=15)
    expect(desk.locator("#found .found-link").first).to_contain_text("E11.621")
    assert len(asked) < 10
    for _ in "ulcer":
        desk.keyboard.press("Backspace")
    desk.keyboard.type("ulcer")
    expect(desk.locator("#found .found-link").first).to_contain_text("E11.621")


def test_filters_keep_the_words_that_stand_in_the_field(desk: Page) -> None:
    type_words(desk, "diabetes")
    desk.get_by_role("link", name="Billable only").click()
    desk.wait_for_url("**billable=1**")
    assert "q=diabetes" in desk.url
    expect(desk.locator("#q")).to_have_value("diabetes")
    desk.locator(".chapter-filter summary").click()
    desk.get_by_role("link", name="15 Pregnancy").click()
    expect(desk.locator("#found .found-link").first).to_contain_text("O")
    desk.reload()
    expect(desk.locator("#q")).to_have_value("diabetes")


def test_on_the_page_of_a_code_the_hits_lie_over_it_until_escape(desk: Page) -> None:
    desk.goto("/codebook/ICD-10-CM/S72.001A?on=2026-06-05")
    expect(desk.locator("#here")).to_be_in_viewport()
    type_words(desk, "hypertension")
    expect(desk.locator("#found")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#found")).to_be_hidden()
    desk.keyboard.type("I10")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/codebook/ICD-10-CM/I10?on=2026-06-05")


def test_a_note_is_saved_where_it_is_written(desk: Page) -> None:
    desk.goto(PAGE)
    write_note(desk, "code the ulcer, too")
    expect(desk.locator(".note-said")).to_have_text("Not saved yet.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note-said")).to_have_text("Saved.")
    desk.reload()
    expect(desk.get_by_label("Your note at")).to_have_value("code the ulcer, too")
    desk.goto("/codebook/ICD-10-CM/E11.9")
    expect(desk.locator(".own-note")).to_contain_text("code the ulcer, too")


def test_two_windows_never_overwrite_each_other_silently(desk: Page, context: BrowserContext) -> None:
    desk.goto(PAGE)
    other = context.new_page()
    other.goto(PAGE)
    write_note(desk, "from the first window")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".note-said")).to_have_text("Saved.")
    write_note(other, "from the second window")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator(".note-said")).to_contain_text("from the first window")
    expect(other.get_by_label("Your note at")).to_have_value("from the second window")
    other.get_by_role("button", name="Save mine instead").click()
    expect(other.locator(".note-said")).to_have_text("Saved.")
    desk.reload()
    expect(desk.get_by_label("Your note at")).to_have_value("from the second window")


def test_an_ended_log_in_and_a_closed_window_lose_no_note(desk: Page, context: BrowserContext) -> None:
    desk.goto(PAGE)
    write_note(desk, "thought for an hour")
    cookies = context.cookies()
    context.clear_cookies()
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".note-said")).to_contain_text("You are logged out")
    expect(desk.get_by_label("Your note at")).to_have_value("thought for an hour")
    desk.close()
    context.add_cookies(cookies)  # type: ignore[arg-type]
    again = context.new_page()
    again.goto(PAGE)
    expect(again.get_by_label("Your note at")).to_have_value("thought for an hour")
    assert "didn’t save" in said(again)
    again.get_by_role("button", name="Save", exact=True).click()
    expect(again.locator(".note-said")).to_have_text("Saved.")


def test_a_draft_can_be_thrown_away(desk: Page) -> None:
    desk.goto(PAGE)
    write_note(desk, "never mind")
    desk.reload()
    desk.get_by_role("button", name="Discard it").click()
    expect(desk.get_by_label("Your note at")).to_have_value("")
    desk.reload()
    expect(desk.get_by_label("Your note at")).to_have_value("")


def test_a_bookmark_by_keyboard_is_listed_at_the_first_page(desk: Page) -> None:
    desk.goto(PAGE)
    tab_to(desk, "form[data-bookmark] button")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Bookmark")).to_have_attribute("aria-pressed", "true")
    desk.goto("/codebook/")
    expect(desk.get_by_role("complementary").get_by_role("link", name="E11.621")).to_have_count(2)


def test_without_scripts_everything_is_still_there(site: str, chromium: Browser, served_app: Flask) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/auth/login")
    page.get_by_label("Log-in name").fill("student")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto("/codebook/")
    page.get_by_label("Words or a code").fill("diabetes foot ulcer")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("link", name="E11.621").first.click()
    page.wait_for_url(f"**{PAGE}")
    write_note(page, "written without scripts")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your note is saved.")).to_be_visible()
    page.get_by_role("button", name="Bookmark").click()
    expect(page.get_by_role("button", name="Bookmark")).to_have_attribute("aria-pressed", "true")
    context.clear_cookies()
    write_note(page, "written after the log-in ended")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Your text at")).to_have_value("written after the log-in ended")
    other = context.new_page()
    other.goto("/auth/login")
    other.get_by_label("Log-in name").fill("student")
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Log in").click()
    other.wait_for_url("**/practice/")
    page.get_by_role("button", name="Save").click()
    if page.get_by_label("Your text at").count():  # the token was the one of the time before the log-in
        expect(page.get_by_label("Your text at")).to_have_value("written after the log-in ended")
        page.get_by_role("button", name="Save").click()
    page.goto("/codebook/mine")
    expect(page.get_by_role("main")).to_contain_text("written after the log-in ended")
    context.close()


def test_on_a_phone_the_slip_comes_first_and_leads_to_the_row(desk: Page) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(PAGE)
    expect(desk.get_by_role("heading", level=1)).to_be_in_viewport()
    desk.get_by_role("link", name="Show it on its page").click()
    expect(desk.locator("#here")).to_be_in_viewport()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_of_the_book_has_serious_violations(desk: Page, scheme: str, width: int) -> None:
    desk.goto(PAGE)
    write_note(desk, "a note of mine")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".note-said")).to_have_text("Saved.")
    dress(desk, scheme, width)
    found = []
    for number, address in enumerate(PAGES):
        desk.goto(address)
        found += serious(desk) if is_sampled(scheme, number) else []
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"
    if width > 500:
        desk.goto("/codebook/")
        type_words(desk, "fracture neck femur")
        desk.keyboard.press("ArrowDown")
        desk.keyboard.press("ArrowRight")
        found += serious(desk)
    assert not found


# Beside a chart


def find(page: Page, words: str) -> None:
    page.locator("#finder-words").fill(words)
    expect(page.locator("#hits:not(.is-stale) [role=option]").first).to_be_visible()


def test_beside_a_chart_a_group_opens_and_a_member_is_added(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find(page, "fracture neck femur")
    page.keyboard.press("ArrowRight")
    chosen = page.locator("#hits [aria-selected=true]")
    expect(chosen).to_have_class("hit hit-member")
    page.keyboard.press("ArrowDown")
    code = chosen.locator(".hit-code").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value(code)


def test_beside_a_chart_left_closes_a_group_and_moves_the_cursor_otherwise(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find(page, "fracture neck femur")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".hit-member").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".hit-member")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    assert page.locator("#finder-words").evaluate("field => field.selectionStart") == len("fracture neck femur") - 1


def test_beside_a_chart_the_notes_of_the_highlighted_code_stand_below_the_hits(
    log_in_page: Callable[..., Page], context: BrowserContext
) -> None:
    page = log_in_page()
    open_chart(page)
    find(page, "diabetes foot ulcer")
    notes = page.locator("#hits-entry")
    expect(notes).to_contain_text("E11.621")
    expect(notes).to_contain_text("code to identify site of ulcer")
    page.keyboard.press("ArrowDown")
    expect(notes).not_to_contain_text("E11.621")
    page.keyboard.press("ArrowUp")
    expect(notes).to_contain_text("E11.621")
    notes.get_by_role("button", name="Bookmark").click()
    expect(notes.get_by_role("button", name="Bookmarked")).to_have_attribute("aria-pressed", "true")
    with context.expect_page() as opened:
        notes.get_by_role("link", name="Page in the book").click()
    opened.value.wait_for_load_state()
    assert "/codebook/ICD-10-CM/E11.621?on=2026-06-05" in opened.value.url
    expect(opened.value.get_by_role("button", name="Bookmark")).to_have_attribute("aria-pressed", "true")


def test_beside_a_chart_filters_narrow_the_hits(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find(page, "E11")
    expect(page.locator("#hits")).to_contain_text("more characters")
    page.get_by_label("Billable only").check()
    expect(page.locator("#hits:not(.is-stale)")).not_to_contain_text("more characters")
    page.get_by_label("Billable only").uncheck()
    find(page, "diabetes")
    page.get_by_label("Chapter of ICD-10-CM").select_option("15")
    expect(page.locator("#hits:not(.is-stale) [role=option]").first).to_contain_text("O")
    page.keyboard.press("Escape")
    expect(page.locator("#finder-words")).to_be_focused()


def test_codes_added_beside_a_chart_are_among_the_recent_look_ups(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find(page, "diabetes foot ulcer")
    with page.expect_response("**/codebook/visited"):
        page.keyboard.press("Enter")
    page.goto("/codebook/")
    expect(page.get_by_role("complementary")).to_contain_text("E11.621")
