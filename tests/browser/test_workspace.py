"""What the workspace does when somebody types fast, in another order, or comes back: found in a review of its use."""

import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.test_journey import find_and_add, open_chart, saved


def submit(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    page.wait_for_url("**/result")


def slow_search(page: Page, seconds: float = 0.4) -> None:
    """Let every search take a while, as on a slow line."""

    def answer(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    page.route("**/codebook/search*", answer)


def test_every_separator_of_modifiers_is_read_by_browser_and_server(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    for index, (code, typed) in enumerate(
        [("17110", "-25"), ("17111", "25-59"), ("17000", "25/59"), ("17003", "25;59")]
    ):
        page.locator(f"[name='procedures-{index}-code']").fill(code)
        page.locator(f"[name='procedures-{index}-modifiers']").fill(typed)
        page.locator(f"[name='procedures-{index}-modifiers']").blur()
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    submit(page)
    expect(page.get_by_text("couldn’t be read")).to_have_count(0)
    expect(page.locator(".ledger-you").filter(has_text="modifier 25 59")).to_have_count(3)


def test_enter_pressed_twice_adds_one_code(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "nevus of trunk", "D22.5")
    slow_search(page)
    page.locator("#finder-words").focus()
    page.keyboard.type("hypertension")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[name='diagnoses-1-code']")).to_have_value("I10")
    page.wait_for_timeout(1200)
    assert [field.input_value() for field in page.locator("#diagnoses [name$='-code']").all()] == ["D22.5", "I10", ""]


def test_typing_on_after_enter_adds_nothing_of_the_words_before(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    slow_search(page)
    page.locator("#finder-words").focus()
    page.keyboard.type("nevus")
    page.keyboard.press("Enter")
    page.keyboard.type(" of trunk")
    expect(page.locator("#hits:not(.is-stale) [role=option]").first).to_contain_text("D22.5")
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("")


def test_a_pointer_typed_before_its_diagnosis_follows_it(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    page.locator("[name='diagnoses-0-code']").fill("I10")
    page.locator("[name='procedures-0-code']").fill("17110")
    pointers = page.locator("[name='procedures-0-points_to']")
    pointers.fill("B")
    pointers.blur()
    expect(pointers).to_have_attribute("aria-invalid", "true")
    page.locator("[name='diagnoses-1-code']").fill("D22.5")
    expect(pointers).not_to_have_attribute("aria-invalid", "true")
    page.locator("[name='diagnoses-1-code']").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(pointers).to_have_value("A")


def test_a_pointer_that_still_waits_outlives_a_reload(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    page.locator("[name='diagnoses-0-code']").fill("I10")
    page.locator("[name='procedures-0-code']").fill("17110")
    page.locator("[name='procedures-0-points_to']").fill("B")
    saved(page)
    page.reload()
    expect(page.locator("[name='procedures-0-points_to']")).to_have_value("B")


def test_fast_typing_is_no_conflict_with_oneself(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 409 else None)
    for index in range(12):
        page.locator(f"[name='diagnoses-{index}-code']").fill("D22.5")
        page.locator("[name='procedures-0-code']").fill(f"1711{index % 2}")
    saved(page)
    assert refused == []


def test_long_lists_scroll_inside_their_pane(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    for kind, code in (("diagnoses", "D22.5"), ("procedures", "17110")):
        for index in range(18):
            page.locator(f"[name='{kind}-{index}-code']").fill(code)
    page.locator("[name='procedures-17-code']").focus()
    page.evaluate("document.body.scrollTo(0, 9999)")
    assert page.evaluate("document.body.scrollTop + document.documentElement.scrollTop") == 0
    assert page.evaluate("document.body.scrollHeight <= innerHeight")
    expect(page.locator(".desk-bar")).to_be_in_viewport(ratio=1)


def test_marks_and_notes_are_on_the_result(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "D22.5", "D22.5")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Mark words").click()
    page.get_by_label("Words, as they stand in the open document").fill("Indications")
    page.get_by_label("Mark as").select_option("diagnoses-0")
    page.locator("#mark-note").fill("<b>why</b> here?")
    page.get_by_role("dialog").get_by_role("button", name="Mark").click()
    saved(page)
    submit(page)
    mine = page.locator("#your-marks")
    expect(mine).to_contain_text("For Diagnosis A")
    expect(mine).to_contain_text("<b>why</b> here?")
    mine.get_by_role("link", name="Show").click()
    expect(page.locator("mark.mark-mine.is-lit")).to_have_text("Indications")


def test_titles_come_back_after_logging_in_again(log_in_page: Callable[..., Page], context: BrowserContext) -> None:
    page = log_in_page()
    open_chart(page)
    cookies = context.cookies()
    context.clear_cookies()
    page.locator("[name='diagnoses-0-code']").fill("D22.5")
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    expect(page.locator("#diagnoses-0-title")).to_contain_text("trunk")


def test_escape_from_the_book_page_leaves_the_hits_closed(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    page.keyboard.press("/")
    page.keyboard.type("nevus of trunk")
    expect(page.locator("#hits [role=option]").first).to_contain_text("D22.5")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#book")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#book")).to_be_hidden()
    expect(page.locator("#finder-words")).to_be_focused()
    expect(page.locator("#hits-panel")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hits-panel")).to_be_visible()


def test_a_search_without_its_book_says_so(log_in_page: Callable[..., Page]) -> None:
    """What a server without ICD-10-PCS answers is tested in tests/web/test_pcs.py; here that it is shown."""
    page = log_in_page()
    answer = {"hits": [], "book": "", "note": "No ICD-10-PCS book is installed here"}
    page.route("**/codebook/search?*", lambda route: route.fulfill(json=answer))
    open_chart(page, "acute-abdomen-inpatient")
    page.locator("#finder-words").fill("0DTJ4ZZ")
    expect(page.locator("#hits-note")).to_contain_text("No ICD-10-PCS book is installed here")


def test_a_removal_says_what_it_loosens_and_ctrl_z_takes_it_back(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    find_and_add(page, "D22.5", "D22.5")
    find_and_add(page, "17110", "17110")
    page.keyboard.press("Escape")
    page.locator("[name='procedures-0-points_to']").fill("A")
    page.locator("[name='diagnoses-0-code']").focus()
    page.keyboard.press("Alt+Delete")
    expect(page.locator("#undo-words")).to_contain_text("Procedure 1 no longer points to it.")
    page.keyboard.press("Control+z")
    expect(page.locator("[name='diagnoses-0-code']")).to_have_value("D22.5")
    expect(page.locator("[name='procedures-0-points_to']")).to_have_value("A")


def test_a_code_is_written_the_usual_way_and_two_codes_are_told_apart(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    field = page.locator("[name='diagnoses-0-code']")
    field.fill("d225")
    field.blur()
    expect(field).to_have_value("D22.5")
    field.fill("D22,5")
    field.blur()
    expect(page.locator("#diagnoses-0-problem")).to_contain_text("Use a dot")
    field.fill("I10, R51.9")
    field.blur()
    expect(page.locator("#diagnoses-0-problem")).to_contain_text("One code per line.")


def test_the_keyboard_goes_through_a_procedure_in_order(log_in_page: Callable[..., Page]) -> None:
    page = log_in_page()
    open_chart(page)
    page.locator("[name='diagnoses-0-code']").fill("E11.2")
    expect(page.locator("#book .book-choice").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#book .book-choice").first).to_be_focused()
    page.locator("[name='procedures-0-code']").fill("17110")
    for name in ("modifiers", "units", "points_to"):
        page.keyboard.press("Tab")
        expect(page.locator(f"[name='procedures-0-{name}']")).to_be_focused()
