"""The book of ICD-10-PCS that comes as an extra: its codes, its tables rebuilt, and walking them."""

import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.codebook.library import BooksInForce, Library
from app.codebook.making import shelving
from app.codebook.making.apart import compile_apart
from app.codebook.making.build import compile_embedded, is_compiled
from app.codebook.making.embedded import embedded_books
from app.codebook.pcs.walk import NoSuchValue, PcsBook, open_tables
from app.codebook.sources.pcs_drg import read_titles, tree_of
from app.codebook.sources.pcs_names import read_names
from app.codebook.sources.tree import NodeKind, SourceRefused
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.errors import BookMissing, UnknownCode
from app.services.bank import check_path
from tests.codebook.pcs_files import pcs_list

PCS = CodeSystem.ICD10PCS
DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    return read_titles(pcs_list())


@pytest.fixture(scope="module")
def books(library: Library, titles: dict[str, str]) -> BooksInForce:
    return library.on(DAY)


@pytest.fixture(scope="module")
def tables(library: Library, titles: dict[str, str]) -> PcsBook:
    return open_tables(library, DAY)


def _walked(tables: PcsBook, beginning: str = "") -> Iterator[str]:
    """Yield every code that can be reached by choosing what is offered."""
    step = tables.step(beginning)
    if step.is_complete:
        yield beginning
    for choice in step.choices:
        yield from _walked(tables, beginning + choice.char)


def test_the_book_says_which_release_it_is(books: BooksInForce) -> None:
    book = books.book(PCS)
    assert book is not None
    assert (book.effective_from, book.effective_to) == (date(2024, 4, 1), date(2024, 9, 30))
    assert book.counts["billable"] == 78_638
    assert book.partial
    assert not book.covers(DAY)
    assert "Apache-2.0" in book.licence
    assert "US Government work" in book.licence


def test_the_release_is_the_one_described(titles: dict[str, str]) -> None:
    """What SOURCE.toml gives as the reasons: April 2024 brought "Hand-Assisted", October 2024 group 10."""
    assert sum(title.endswith(", Hand-Assisted") for title in titles.values()) == 25
    groups = {int(title.rpartition(" ")[2]) for title in titles.values() if "New Technology Group" in title}
    assert max(groups) == 9


def test_every_code_is_in_the_book_with_its_title(books: BooksInForce, titles: dict[str, str]) -> None:
    rng = random.Random(1)
    for code in rng.sample(sorted(titles), 500):
        found = books.find(PCS, code)
        assert found is not None
        assert (found.title, found.billable) == (titles[code], True)
    with pytest.raises(UnknownCode, match="import the official file"):
        books.entry(PCS, "0DTJ4ZQ")


def test_codes_stand_below_tables_systems_and_sections(titles: dict[str, str]) -> None:
    tree = tree_of({code: titles[code] for code in ("0DTJ0ZZ", "0DTJ4ZZ", "B020ZZZ")}, read_names(bundled("codesets")))
    assert [(node.kind, node.code, node.title) for node in tree.nodes if node.kind is not NodeKind.CODE] == [
        (NodeKind.CHAPTER, "0", "Medical and Surgical"),
        (NodeKind.SECTION, "0D", "Gastrointestinal System"),
        (NodeKind.SECTION, "0DT", "Gastrointestinal System, Resection"),
        (NodeKind.CHAPTER, "B", "Imaging"),
        (NodeKind.SECTION, "B0", "Central Nervous System"),
        (NodeKind.SECTION, "B02", "Central Nervous System, Computerized Tomography (CT Scan)"),
    ]


@pytest.mark.property
def test_the_combinations_of_all_tables_are_exactly_the_codes(tables: PcsBook, titles: dict[str, str]) -> None:
    listed = [code for table in tables.tables() for code in table.codes()]
    assert len(listed) == len(titles) == 78_638
    assert set(listed) == titles.keys()


@pytest.mark.property
def test_walking_every_choice_reaches_exactly_the_codes(tables: PcsBook, titles: dict[str, str]) -> None:
    """All of five sections and of ten tables by chance; the whole is the test above, which shares no step with it."""
    rng = random.Random(2)
    begins = ["1", "2", "5", "8", "X", *rng.sample(sorted({code[:3] for code in titles}), 10)]
    for begin in begins:
        assert set(_walked(tables, begin)) == {code for code in titles if code.startswith(begin)}
    assert {choice.char for choice in tables.step("").choices} == {code[0] for code in titles}
    for section in tables.step("").choices:
        offered = {section.char + choice.char for choice in tables.step(section.char).choices}
        assert offered == {code[:2] for code in titles if code[0] == section.char}


@pytest.mark.parametrize(
    ("beginning", "axis", "choices"),
    [
        ("0D", "Root Operation", {"T": "Resection", "B": "Excision"}),
        ("0DT", "Body Part", {"J": "Appendix", "6": "Stomach", "F": "Right Large Intestine"}),
        ("0DTJ", "Approach", {"0": "Open", "4": "Percutaneous Endoscopic"}),
        ("0DTJ4", "Device", {"Z": "No Device"}),
        ("0DTJ4Z", "Qualifier", {"Z": "No Qualifier", "G": "Hand-Assisted"}),
        ("0SR9019", "", {}),
        ("0SR901", "Qualifier", {"9": "Cemented", "A": "Uncemented", "Z": "No Qualifier"}),
        ("0SR9", "Approach", {"0": "Open"}),
        ("0SR90", "Device", {"J": "Synthetic Substitute", "1": "Metal Synthetic Substitute"}),
        ("0RG10A", "Qualifier", {"0": "Anterior Approach, Anterior Column"}),
        ("027", "Body Part", {"0": "Coronary Artery, One Artery"}),
        ("0270", "Approach", {"3": "Percutaneous"}),
        ("02703", "Device", {"4": "Drug-eluting Intraluminal Device", "D": "Intraluminal Device"}),
        ("30233", "Substance", {"N": "Red Blood Cells", "R": "Platelets"}),
        ("5A19", "Duration", {"3": "Less than 24 Consecutive Hours", "5": "Greater than 96 Consecutive Hours"}),
        ("B02", "Body Part", {"0": "Brain", "B": "Spinal Cord"}),
        ("B020", "Contrast", {"0": "High Osmolar Contrast", "Z": "None"}),
        ("F07", "Body System & Region", {"3": "Neurological System - Whole Body"}),
        ("F00Z", "Type Qualifier", {"B": "Motor Speech", "F": "Voice"}),
        ("GZ5", "Type Qualifier", {"8": "Cognitive-Behavioral"}),
        ("10D", "Body Part", {"0": "Products of Conception", "2": "Products of Conception, Ectopic"}),
        ("10D07Z", "Qualifier", {"3": "Low Forceps", "8": "Other"}),
        ("10D17Z", "Qualifier", {"9": "Manual"}),
    ],
)
def test_values_mean_what_the_printed_tables_say(
    beginning: str, axis: str, choices: dict[str, str], tables: PcsBook
) -> None:
    step = tables.step(beginning)
    assert step.axis == axis
    offered = {choice.char: choice.label for choice in step.choices}
    assert {char: offered.get(char) for char in choices} == choices
    assert not any(choice.is_fragment for choice in step.choices if choice.char in choices)


def test_a_complete_code_is_said_in_words(tables: PcsBook) -> None:
    step = tables.step("0DTJ4ZZ")
    assert step.is_complete
    assert step.choices == ()
    assert [(one.position, one.axis, one.label) for one in step.chosen][3:5] == [
        (4, "Body Part", "Appendix"),
        (5, "Approach", "Percutaneous Endoscopic"),
    ]
    assert step.words == "Gastrointestinal System, Resection, Appendix, Percutaneous Endoscopic"


def test_a_substance_of_two_groups_shows_both_until_the_group_is_chosen(tables: PcsBook) -> None:
    choices = {one.char: one.label for one in tables.step("XW033").choices}
    assert choices[
        "K"
    ] == "Fosfomycin Anti-infective / Idecabtagene Vicleucel Immunotherapy / Sulbactam-Durlobactam" or (
        set(choices["K"].split(" / "))
        == {"Fosfomycin Anti-infective", "Idecabtagene Vicleucel Immunotherapy", "Sulbactam-Durlobactam"}
    )
    assert tables.step("XW033K9").chosen[5].label == "Sulbactam-Durlobactam"


def test_a_substance_that_only_its_qualifiers_name_is_told_by_them(tables: PcsBook) -> None:
    choice = next(one for one in tables.step("3E033").choices if one.char == "1")
    assert choice.is_fragment
    assert choice.label == "Recombinant Human-activated Protein C / Other Thrombolytic"


def test_hardly_any_value_is_unsure(tables: PcsBook) -> None:
    values = {
        (t.code, at, value) for t in tables.tables() for row in t.rows for at, axis in enumerate(row) for value in axis
    }
    unsure = [value for _, _, value in values if value.is_fragment]
    assert len(values) > 18_000
    assert len(unsure) < 0.01 * len(values)
    assert all(value.label for _, _, value in values if not value.is_fragment)


def test_a_sure_label_stands_in_the_titles(tables: PcsBook, titles: dict[str, str]) -> None:
    """All but what says nothing, approaches that many sections leave out, and body parts that a qualifier hides."""
    missing = 0
    for table in tables.tables():
        for row in table.rows:
            values = [axis[0] for axis in row]
            title = titles[table.code + "".join(value.char for value in values)]
            said = [value for value in values if value.char != "Z" and not value.is_fragment]
            missing += sum(value.label not in title for value in said if value.label != "External")
    assert missing < 40


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (
            "Y",
            r"^Y isn't in ICD-10-PCS 2024, April update: character 1 \(Section\) can't be Y. Valid there: 0, 1, .*, X",
        ),
        ("0A", r"character 2 \(Body System\) can't be A after 0\. Valid there: 0, 1, "),
        ("0DTJ1", r"character 5 \(Approach\) can't be 1 after 0DTJ\. Valid there: 0, 4, 7, 8\. A newer release may"),
        ("0DTJ4ZX", r"character 7 \(Qualifier\) can't be X after 0DTJ4Z\. Valid there: G, Z\."),
    ],
)
def test_a_character_that_cannot_follow_names_itself_and_what_can(beginning: str, said: str, tables: PcsBook) -> None:
    with pytest.raises(NoSuchValue, match=said) as refused:
        tables.step(beginning)
    assert refused.value.step.beginning == beginning[:-1]
    assert refused.value.char == beginning[-1]


def test_titles_are_found_by_words(books: BooksInForce) -> None:
    hits = books.search("resection appendix percutaneous endoscopic", system=PCS)
    assert hits[0].code == "0DTJ4ZZ"
    assert books.search("0DTJ4", system=PCS)[0].code.startswith("0DTJ4")


@pytest.mark.parametrize(("code", "problems"), [("0DTJ4ZZ", []), ("0DTJ4ZQ", ["warning"])])
def test_a_list_of_another_year_helps_to_check_a_chart_but_never_condemns_it(
    code: str, problems: list[str], library: Library, titles: object, tmp_path: Path
) -> None:
    chart = tmp_path / "acute-abdomen-inpatient"
    shutil.copytree(bundled("exercises") / "charts" / chart.name, chart)
    key = chart / "exercise.toml"
    key.write_text(key.read_text(encoding="utf-8").replace('"0DTJ4ZZ"', f'"{code}"'), encoding="utf-8")
    (chart / "review.toml").unlink()
    found = [problem for problem in check_path(chart, library) if problem.hint == code]
    assert [str(problem.level) for problem in found] == problems
    assert all("holds a part of the system" in problem.message for problem in found)


def test_without_the_book_there_are_no_tables(tmp_path: Path, books_folder: Path) -> None:
    for path in books_folder.iterdir():
        if "PCS" not in path.name and not path.name.startswith("."):
            (tmp_path / path.name).symlink_to(path)
    library = Library.open(tmp_path)
    assert library.on(DAY).book(PCS) is None
    with pytest.raises(BookMissing, match="ICD-10-PCS"):
        open_tables(library, DAY)


def test_a_server_does_without_it_at_first_and_gets_it_later(
    tmp_path: Path, books_folder: Path, titles: object
) -> None:
    """The other books are copied; only the extra one is compiled here."""
    folder = tmp_path / "codebooks"
    folder.mkdir()
    for path in books_folder.iterdir():
        if "PCS" not in path.name and not path.name.startswith(".") and path.name != "generation":
            (folder / path.name).symlink_to(path)
    compile_embedded(folder, bundled("codesets"), extras=False)
    assert is_compiled(folder, bundled("codesets"), extras=False)
    assert not is_compiled(folder, bundled("codesets"))
    library = Library.open(folder)
    before = shelving.generation(folder)
    compile_apart(folder, bundled("codesets"))
    assert shelving.generation(folder) != before
    assert not library.is_current()
    assert Library.open(folder).on(DAY).find(PCS, "0DTJ4ZZ") is not None


def test_the_extra_book_comes_last(titles: object) -> None:
    listed = list(embedded_books(bundled("codesets")))
    assert [book.facts.id for book in listed if book.is_extra] == ["ICD-10-PCS-2024-04-package"]
    assert listed[-1].is_extra


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"0DTJ4ZZ","Resection"\n"0DTJ4ZZ","Resection"\n', r"line 2: 0DTJ4ZZ is there twice"),
        ('"0DTJ4ZZ"\n', r"line 1: a row needs a code and a title"),
        ('"0DTJ4ZZ","Resection"\n"0DTI4ZZ","x"\n', r"line 2: .*can't be an ICD-10-PCS code"),
        ('"0DTJ4ZZ","Resection\n', r"line 1: .*install drg again|Install drg again"),
    ],
)
def test_a_damaged_list_is_refused(text: str, said: str, tmp_path: Path) -> None:
    from app.codebook.sources.incoming import Incoming

    path = tmp_path / "icd_10_pcs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceRefused, match=said):
        read_titles(Incoming(path.name, path, path.stat().st_size))
