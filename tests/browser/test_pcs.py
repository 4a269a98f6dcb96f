"""The ICD-10-PCS picker in Chromium by keyboard alone, as a page and beside a chart; axe finds nothing serious."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import LOOKS, dress, is_sampled, serious
from tests.browser.test_journey import open_chart, tab_to
from tests.codebook.pcs_files import pcs_list

PAGES = ("", "0", "0DT", "0DTJ4", "0DTJ4ZZ", "0DTJ1", "3E03", "?q=appendectomy+laparoscopic")


@pytest.fixture(autouse=True)
def _the_list_is_here() -> None:
    pcs_list()


def test_a_code_is_built_by_typing_its_characters_and_taken_back(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    page.goto("/codebook/pcs/")
    tab_to(page, "#pcs-choices a")
    page.keyboard.type("0dtj4")
    page.wait_for_url("**/codebook/pcs/0DTJ4")
    expect(page.locator("#pcs-choices a").first).to_be_focused()
    page.keyboard.press("Backspace")
    page.wait_for_url("**/codebook/pcs/0DTJ")
    expect(page.locator("#pcs-choices a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator('#pcs-choices [data-char="4"]')).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator('#pcs-choices [data-char="8"]')).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/codebook/pcs/0DTJ4")
    page.keyboard.type("zz")
    page.wait_for_url("**/codebook/pcs/0DTJ4ZZ")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "0DTJ4ZZ Resection of Appendix, Percutaneous Endoscopic Approach"
    )
    page.go_back()
    expect(page.locator("#walk-title")).to_contain_text("Qualifier")
    page.go_forward()
    expect(page.get_by_role("link", name="Open its page")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/codebook/ICD-10-PCS/0DTJ4ZZ")


def test_no_key_of_a_fast_typist_is_lost(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    page.goto("/codebook/pcs/")
    page.locator("#pcs-choices a").first.focus()
    page.keyboard.type("0srb01a")
    page.wait_for_url("**/codebook/pcs/0SRB01A")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Replacement of Left Hip Joint with Metal Synthetic")


def test_a_character_that_is_not_offered_is_said_and_does_nothing(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    page.goto("/codebook/pcs/0DTJ")
    expect(page.locator("#pcs-choices a").first).to_be_focused()
    page.keyboard.press("q")
    expect(page.get_by_text("Q isn't a value here.")).to_be_attached()
    assert page.url.endswith("/codebook/pcs/0DTJ")
    page.locator("#pcs-words").focus()
    page.keyboard.type("4")  # elsewhere on the page a key is no choice
    expect(page.locator("#pcs-words")).to_have_value("4")
    assert page.url.endswith("/codebook/pcs/0DTJ")


def test_beside_a_chart_the_code_goes_into_the_line(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page, "acute-abdomen-inpatient")
    tab_to(page, ".pcs-open")
    page.keyboard.press("Enter")
    expect(page.locator("#pcs-ask")).to_be_focused()
    page.keyboard.type("appendectomy laparoscopic / ?")  # the workspace's single keys mean nothing here
    expect(page.locator("#pcs-picker .pcs-suggestions button").first).to_contain_text("0DTJ4Z")
    page.keyboard.press("Enter")
    expect(page.locator("#pcs-picker .pcs-suggestions button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pcs-picker .pcs-choices button").first).to_be_focused()
    page.keyboard.press("Backspace")
    expect(page.locator("#pcs-picker-head")).to_contain_text("Device")
    page.keyboard.press("z")
    expect(page.locator("#pcs-picker-head")).to_contain_text("Qualifier")
    page.keyboard.press("z")
    expect(page.locator("[name='procedures-0-code']")).to_have_value("0DTJ4ZZ")
    expect(page.locator("#pcs-picker")).to_be_hidden()
    expect(page.locator("#save-words")).to_contain_text("aved", timeout=15_000)
    page.reload()
    expect(page.locator("[name='procedures-0-code']")).to_have_value("0DTJ4ZZ")


def test_beside_a_chart_a_wrong_character_is_said_and_escape_closes(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page, "acute-abdomen-inpatient")
    page.get_by_role("button", name="Build an ICD-10-PCS code").click()
    page.locator("#pcs-ask").fill("0DTJ")
    expect(page.locator("#pcs-picker-head")).to_contain_text("Approach")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pcs-picker .pcs-choices button").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#pcs-picker .pcs-problem")).to_contain_text("can't be 1 after 0DTJ. Valid there: 0, 4, 7, 8.")
    page.keyboard.press("4")
    expect(page.locator("#pcs-picker .pcs-problem")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#pcs-picker")).to_be_hidden()
    expect(page.locator(".pcs-open")).to_be_focused()


def test_an_outpatient_chart_has_no_picker(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    expect(page.locator(".pcs-open")).to_have_count(0)


def test_without_scripts_it_is_links(chromium, site: str) -> None:  # type: ignore[no-untyped-def]
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/auth/login")
    page.get_by_label("Log-in name").fill("student")
    page.get_by_label("Password").fill("violet-harbour-42")
    page.get_by_role("button", name="Log in").click()
    page.goto("/codebook/pcs/")
    for char in "0DTJ4ZZ":
        page.locator(f'#pcs-choices [data-char="{char}"]').click()
    expect(page.locator(".pcs-done")).to_contain_text("Resection of Appendix, Percutaneous Endoscopic Approach")
    context.close()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_picker_has_no_serious_violations(log_in_page: Callable[..., Page], scheme: str, width: int) -> None:
    page = log_in_page()
    dress(page, scheme, width)
    found = []
    for number, address in enumerate(PAGES):
        page.goto(f"/codebook/pcs/{address}")
        found += serious(page) if is_sampled(scheme, number) else []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"
    open_chart(page, "acute-abdomen-inpatient")
    if width < 500:
        page.locator("#pane-tab-answer").click()
    page.get_by_role("button", name="Build an ICD-10-PCS code").click()
    expect(page.locator("#pcs-picker .pcs-choices button").first).to_be_visible()
    found += serious(page)
    page.locator("#pcs-ask").fill("cabg")
    expect(page.locator("#pcs-picker .pcs-suggestions button").first).to_be_visible()
    found += serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not found
