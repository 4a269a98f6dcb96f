"""The student's way through the site in Chromium: by keyboard alone, with interruptions, on a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.domain.roles import Role
from tests import factories

MOLE = "mole-cryoablation"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element that fits the selector has the focus, as somebody without a mouse does."""
    for _ in range(90):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")


def find_and_add(page: Page, words: str, code: str) -> None:
    """Type into the finder and add the highlighted hit."""
    if not page.evaluate("document.activeElement?.id === 'finder-words'"):
        page.keyboard.press("/")
    page.keyboard.type(words)
    expect(page.locator("#hits [role=option]").first).to_contain_text(code)
    page.keyboard.press("Enter")


def open_chart(page: Page, slug: str = MOLE) -> None:
    page.goto(f"/practice/charts/{slug}")
    page.get_by_role("button", name="Open the chart").click()
    await_workspace(page)


def await_workspace(page: Page) -> None:
    """Wait until the scripts have taken over the form: what is typed earlier may meet rows that they replace."""
    page.wait_for_url("**/practice/attempts/*")
    expect(page.locator("#finder-words[role=combobox]")).to_be_attached()
    page.wait_for_load_state("load")


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Saved")


def test_the_whole_journey_by_keyboard_alone(page: Page) -> None:
    page.goto("/auth/login")
    expect(page.locator("[name='username']")).to_be_focused()  # by autofocus, a moment after the page has loaded
    page.keyboard.type("student")
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice/")

    tab_to(page, f"section.next form[action='/practice/charts/{MOLE}'] button")
    page.keyboard.press("Enter")
    await_workspace(page)

    find_and_add(page, "nevi unspecified", "D22.9")
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("D22.9")
    find_and_add(page, "17110", "17110")
    expect(page.locator("[name='procedures-0-code']")).to_have_value("17110")
    page.keyboard.press("Escape")
    tab_to(page, "[name='procedures-0-points_to']")
    page.keyboard.type("A")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")

    expect(page.get_by_role("main")).to_contain_text("85 %")
    expect(page.get_by_role("main")).to_contain_text("3.4 of 4 points")
    expect(page.locator(".ledger-row").first).to_contain_text("D22.5")
    tab_to(page, "[data-show]")
    page.keyboard.press("Enter")
    expect(page.locator("mark.is-lit").first).to_be_visible()


def test_a_closed_browser_loses_nothing(log_in_page: Callable[..., Page], context: BrowserContext) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "nevus of trunk", "D22.5")
    saved(page)
    address = page.url
    page.close()
    again = context.new_page()
    again.goto("/practice/")
    again.get_by_role("button", name="Go on").first.click()
    again.wait_for_url(address)
    expect(again.locator("[name='diagnoses-0-code']")).to_have_value("D22.5")


def test_rows_move_and_their_pointers_follow(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "D22.5", "D22.5")
    find_and_add(page, "I10", "I10")
    find_and_add(page, "17110", "17110")
    page.keyboard.press("Escape")
    pointers = page.locator("[name='procedures-0-points_to']")
    pointers.fill("A")
    page.locator("[name='diagnoses-1-code']").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("I10")
    expect(page.locator("[name='diagnoses-1-code']")).to_have_value("D22.5")
    expect(pointers).to_have_value("B")


def test_a_removed_line_can_be_brought_back(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "D22.5", "D22.5")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("D22.5")


def test_an_incomplete_code_shows_its_next_characters(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    page.locator("[name='diagnoses-0-code']").fill("E11.2")
    page.keyboard.press("Tab")
    expect(page.get_by_text("E11.21", exact=True).first).to_be_visible()


def test_a_wrong_shape_is_said_beside_the_field(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    field = page.locator("[name='diagnoses-0-code']")
    field.fill("1?2")
    page.keyboard.press("Tab")
    expect(page.get_by_text("can't be a").first).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")


def test_a_lost_network_keeps_the_answer(log_in_page: Callable[..., Page], context: BrowserContext) -> None:
    page = log_in_page()
    open_chart(page)
    context.set_offline(True)
    page.locator("[name='diagnoses-0-code']").fill("D22.5")
    expect(page.locator("#save-state")).to_contain_text("kept here")
    context.set_offline(False)
    saved(page)
    page.reload()
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("D22.5")


def test_an_expired_log_in_keeps_the_answer(log_in_page: Callable[..., Page], context: BrowserContext) -> None:
    page = log_in_page()
    open_chart(page)
    context.clear_cookies()
    page.locator("[name='diagnoses-0-code']").fill("D22.5")
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    other = context.new_page()
    other.goto("/auth/login")
    other.get_by_label("Log-in name").fill("student")
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Log in").click()
    other.wait_for_url("**/practice/")
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    page.reload()
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("D22.5")


def test_two_tabs_never_overwrite_each_other_silently(
    log_in_page: Callable[..., Page], context: BrowserContext
) -> None:
    first = log_in_page()
    open_chart(first)
    second = context.new_page()
    second.goto(first.url)
    first.locator("[name='diagnoses-0-code']").fill("D22.5")
    saved(first)
    second.locator("[name='diagnoses-0-code']").fill("D22.9")
    dialog = second.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("D22.5")
    expect(dialog).to_contain_text("D22.9")


def test_the_scrubber_jumps_to_what_it_found(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "D22.5", "D22.5")
    find_and_add(page, "17110", "17110")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Check claim").click()
    expect(page.get_by_text("points to no diagnosis").first).to_be_visible()


def test_without_scripts_a_chart_can_be_coded(site: str, chromium: object, served_app: Flask) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)  # type: ignore[attr-defined]
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/auth/login")
    page.get_by_label("Log-in name").fill("student")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"/practice/charts/{MOLE}")
    page.get_by_role("button", name="Open the chart").click()
    page.locator("[name='diagnoses-0-code']").fill("D22.5")
    page.locator("[name='procedures-0-code']").fill("17110")
    page.locator("[name='procedures-0-points_to']").fill("A")
    page.get_by_role("button", name="Submit").first.click()
    expect(page.get_by_role("main")).to_contain_text("100 %")
    context.close()


def test_on_a_phone_chart_and_answer_are_one_tap_apart(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    page.set_viewport_size({"width": 390, "height": 844})
    open_chart(page)
    expect(page.get_by_text("Indications").first).to_be_visible()
    expect(page.locator("[name='diagnoses-0-code']")).not_to_be_visible()
    page.get_by_role("tab", name="Answer").or_(page.get_by_role("button", name="Answer")).first.click()
    expect(page.locator("[name='diagnoses-0-code']")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_an_instructor_and_an_admin_find_their_pages(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page(Role.ADMIN)
    page.get_by_role("link", name="Bank").first.click()
    page.get_by_role("link", name="Cryoablation of a pigmented mole").click()
    expect(page.get_by_role("main")).to_contain_text("D22.5")
    page.get_by_role("link", name="Users").first.click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="student"))
    row.get_by_role("combobox").select_option("instructor")
    row.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is now instructor")).to_be_visible()
