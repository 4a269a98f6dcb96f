"""The page of official files in a real browser: sending, a progress that moves by itself, a refusal, the limit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.domain.roles import Role
from tests.browser.test_accessibility import LOOKS, dress, serious
from tests.codebook.edit_files import mue_text, ptp_row, ptp_text

NAME = "MCR_MUE_PractitionerServices_Eff_04-01-2031.csv"


@pytest.fixture(autouse=True)
def own_books(tmp_path: Path, books_folder: Path) -> None:
    """The served application gets a folder of books that an import may change."""
    books = tmp_path / "codebooks"
    books.mkdir()
    for path in books_folder.iterdir():
        if not path.name.startswith("."):
            (books / path.name).symlink_to(path)


@pytest.fixture
def imports(log_in_page: Callable[..., Page]) -> Page:
    page = log_in_page(Role.ADMIN)
    page.get_by_role("link", name="Official files").first.click()
    return page


def send(page: Page, name: str, content: str) -> None:
    page.get_by_label("Official files").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Import").click()


def test_an_import_is_watched_to_its_end(imports: Page) -> None:
    rows = [ptp_row(f"Z{number // 1000:04}", f"Y{number % 1000:04}") for number in range(60_000)]
    send(imports, "ccipra-v371r0-f1.txt", ptp_text(*rows))
    expect(imports.get_by_role("heading", name="Importing")).to_be_visible()
    expect(imports.get_by_text("NCCI procedure-to-procedure edits (text)")).to_be_visible(timeout=60_000)
    expect(imports.get_by_role("heading", name="Imported")).to_be_visible(timeout=60_000)
    expect(imports.get_by_text("60,000 edits")).to_be_visible()
    assert serious(imports) == []


def test_a_refusal_says_where_and_what_to_do(imports: Page) -> None:
    send(imports, NAME, mue_text(("Z0001", "two", "1")))
    expect(imports.get_by_role("heading", name="Import refused")).to_be_visible(timeout=60_000)
    expect(imports.get_by_text("line 6, column 2: “two” isn't a number of units.")).to_be_visible()
    imports.get_by_role("link", name="All code books and edits").click()
    expect(imports.get_by_role("link", name="Official files").first).to_have_attribute("aria-current", "page")


def test_too_large_files_are_not_sent_at_all(imports: Page) -> None:
    imports.locator("[data-import-form]").evaluate("form => { form.dataset.limit = 10 }")
    send(imports, NAME, mue_text(("Z0001", "2", "1")))
    expect(imports.get_by_text("this server takes 1 MB at once")).to_be_visible()
    expect(imports.get_by_role("button", name="Import")).to_be_enabled()
    assert imports.url.endswith("/admin/imports")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_page_has_no_serious_violations(imports: Page, scheme: str, width: int) -> None:
    dress(imports, scheme, width)
    assert serious(imports) == []
    assert imports.evaluate("document.documentElement.scrollWidth") <= width
