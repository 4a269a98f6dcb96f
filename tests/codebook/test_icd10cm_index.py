"""The index files of ICD-10-CM: terms to any depth, tables with columns, reading them, and what is refused."""

import hashlib
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.pages.index_book import IndexBook, IndexEntry
from app.codebook.sources.icd10cm_index import IndexTerm, recognises, terms_of
from app.codebook.sources.incoming import incoming_of
from app.codebook.sources.index_terms import leading, read_code, split_modifiers
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.tree import SourceRefused
from tests.codebook import official_files as files
from tests.codebook.official import official_file

HEADS = ("Neoplasm", "Malignant Primary", "Malignant Secondary", "Ca in situ", "Benign", "Uncertain", "Unspecified")
TABLE = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2027</version>
  <indexHeading>{heads}</indexHeading>
  <letter>
    <title>N</title>
    <mainTerm>
      <title>Neoplasm, neoplastic</title>
      <cell col="2">C80.1</cell><cell col="3">C79.9</cell><cell col="4">D09.9</cell>
      <cell col="5">D36.9</cell><cell col="6">D48.9</cell><cell col="7">D49.9</cell>
      <term level="1">
        <title>bone<nemod>(periosteum)</nemod></title>
        <cell col="2">C41.9</cell><cell col="3">C79.51</cell><cell col="4">-</cell>
        <cell col="5">D16.9-</cell><cell col="6">--</cell>
        <term level="2"><title>ribs</title><see>Neoplasm, bone</see></term>
      </term>
      <term level="1">
        <title>book-leaf</title>
        <manif>ventral surface of tongue</manif>
        <cell col="2">C06.89</cell>
      </term>
    </mainTerm>
  </letter>
</ICD10CM.index>
"""


def _heads(*titles: str) -> str:
    return "".join(f'<head col="{number}">{title}</head>' for number, title in enumerate(titles, start=1))


def _terms(folder: Path, content: str = files.INDEX) -> list[IndexTerm]:
    return list(terms_of(incoming_of(files.index(folder, content=content))[0]))


def _book(folder: Path, *paths: Path) -> IndexBook:
    files.take(folder / "codebooks", files.tabular(folder), *paths)
    return Library.open(folder / "codebooks").index_books()[0]


def test_a_term_has_its_path_modifiers_codes_and_references(tmp_path: Path) -> None:
    terms = _terms(tmp_path)
    assert [(term.level, term.title) for term in terms] == [
        (0, "Disease, diseased"),
        (1, "celiac (adult) (childhood) NEC"),
        (2, "with"),
        (3, "dementia"),
        (1, "scalp"),
        (0, "Sprue (nontropical)"),
        (0, "Strangulation"),
    ]
    celiac, dementia, scalp = terms[1], terms[3], terms[4]
    assert celiac.path == ("Disease, diseased", "celiac NEC")
    assert celiac.modifiers == ("adult", "childhood")
    assert celiac.codes == ("K90.0",)
    assert dementia.path == ("Disease, diseased", "celiac NEC", "with", "dementia")
    assert (dementia.codes, dementia.manifestation) == (("K90.0",), "F02.80")
    assert scalp.codes == ("S00.0-",)
    assert (terms[0].see_also, terms[5].see, terms[5].letter) == ("Syndrome", "Disease, celiac", "S")
    assert terms[6].categories == ("T71", "T75.0")


def test_a_table_has_a_code_a_column_and_a_dash_means_none(tmp_path: Path) -> None:
    neoplasm, bone, ribs, leaf = _terms(tmp_path, TABLE.format(heads=_heads(*HEADS)))
    assert neoplasm.cells == ("C80.1", "C79.9", "D09.9", "D36.9", "D48.9", "D49.9")
    assert bone.cells == ("C41.9", "C79.51", None, "D16.9-", None, None)
    assert (bone.codes, bone.path, bone.modifiers) == ((), ("Neoplasm, neoplastic", "bone"), ("periosteum",))
    assert (ribs.cells, ribs.see) == ((), "Neoplasm, bone")
    assert leaf.manifestation == "ventral surface of tongue"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I10", "I10"),
        (" e11.9 ", "E11.9"),
        ("D16.9-", "D16.9-"),
        ("Z79.-", "Z79-"),
        ("I10.", "I10"),
        ("T51.0X1", "T51.0X1"),
        ("QA0.0101", "QA0.0101"),
        ("K6A.01", "K6A.01"),
        ("A00-A09", "A00-A09"),
        ("-", None),
        ("--", None),
        ("", None),
    ],
)
def test_a_code_of_an_index_is_read(text: str, code: str | None) -> None:
    assert read_code(text) == code


@pytest.mark.parametrize("text", ["see", "1A0", "E11.12345", "E11.9--x", "C79.8 and C80"])
def test_what_is_no_code_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=text[:3]):
        read_code(text)


def test_the_leading_characters_of_an_open_code() -> None:
    assert [leading(code) for code in ("D16.9-", "I10", "A00-A09", "Z79-")] == ["D169", "I10", "A00", "Z79"]


def test_nonessential_modifiers_are_told_apart() -> None:
    assert split_modifiers("(adult) (child (under 5))  (male)") == ("adult", "child (under 5)", "male")
    assert split_modifiers("junction") == ("junction",)
    assert split_modifiers("()") == ()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("<ICD10CM.index><title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>", FileKind.CM_INDEX),
        ("<ICD10CM.index><title>ICD-10-CM EXTERNAL CAUSE of INJURIES INDEX</title>", FileKind.CM_EXTERNAL),
        (f"<ICD10CM.index><indexHeading>{_heads('Neoplasm')}", FileKind.CM_NEOPLASM),
        (f"<ICD10CM.index><indexHeading>{_heads('Substance')}", FileKind.CM_DRUGS),
        (f"<ICD10CM.index><indexHeading>{_heads('Something')}", None),
        ("<ICD10CM.tabular><title>ICD-10-CM INDEX TO DISEASES</title>", None),
    ],
)
def test_the_four_files_are_told_apart_by_content(head: str, kind: FileKind | None) -> None:
    assert recognises(head.encode(), "whatever.xml") is kind
    assert recognises(head.encode("utf-16"), "whatever.xml") is kind


def test_an_index_is_walked_from_its_letters_down(tmp_path: Path) -> None:
    book = _book(tmp_path, files.index(tmp_path))
    assert book.letters() == ("D", "S")
    assert book.columns == ()
    assert [term.title for term in book.main_terms("S")] == ["Sprue (nontropical)", "Strangulation"]
    (disease,) = book.main_terms("D")
    assert (disease.has_below, disease.see_also) == (True, "Syndrome")
    celiac, scalp = book.below(disease)
    assert (celiac.plain, [lead.code for lead in celiac.leads]) == ("celiac NEC", ["K90.0"])
    assert [(lead.code, lead.is_open) for lead in scalp.leads] == [("S00.0-", True)]
    (dementia,) = book.below(book.below(celiac)[0])
    assert [step.plain for step in book.path(dementia)] == ["Disease, diseased", "celiac NEC", "with", "dementia"]
    assert (dementia.manifestation, dementia.has_below) == ("F02.80", False)
    assert book.entry(dementia.id) == dementia
    assert book.entry(999) is None


def test_a_code_names_the_terms_that_lead_to_it_the_nearest_first(tmp_path: Path) -> None:
    book = _book(tmp_path, files.index(tmp_path))

    def names(code: str) -> list[str]:
        return [term.plain for term in book.leading_to(code)]

    assert names("K90.0") == ["celiac NEC", "dementia"]
    assert names("S00.0XXA") == ["scalp"]
    assert names("s000xxa") == ["scalp"]
    assert names("S00") == []
    assert names("I10") == []
    assert names("") == []


def test_references_lead_to_terms_as_far_as_they_go(tmp_path: Path) -> None:
    book = _book(tmp_path, files.index(tmp_path))

    def refer(text: str) -> str | None:
        found: IndexEntry | None = book.refer(text)
        return found.plain if found else None

    assert refer("Disease, celiac") == "celiac NEC"
    assert refer("disease, scalp, by type") == "scalp"
    assert refer("Sprue") == "Sprue"
    assert refer("condition") is None
    assert refer("") is None


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "'", "\0", "\U0010ffff", "ü" * 5_000])
def test_odd_beginnings_find_nothing_and_raise_nothing(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    book = _book(folder, files.index(folder))
    assert book.starting_with(text) == ()
    assert [term.plain for term in book.starting_with("SPR")] == ["Sprue"]


def test_a_table_of_columns_is_read_with_their_names(tmp_path: Path) -> None:
    path = files.index(tmp_path, "neoplasm.xml", TABLE.format(heads=_heads(*HEADS)))
    book = _book(tmp_path, path)
    assert book.columns == HEADS
    bone = book.refer("Neoplasm, bone")
    assert bone is not None
    assert [(lead.column, lead.code) for lead in bone.leads] == [
        ("Malignant Primary", "C41.9"),
        ("Malignant Secondary", "C79.51"),
        ("Benign", "D16.9-"),
    ]
    assert [term.plain for term in book.leading_to("D16.9")] == ["bone"]


def test_what_was_read_is_what_is_stored(tmp_path: Path) -> None:
    for name, content in (("index", files.INDEX), ("table", TABLE.format(heads=_heads(*HEADS)))):
        folder = tmp_path / name
        assert list(_book(folder, files.index(folder, content=content)).terms()) == _terms(folder, content)


def test_the_index_of_a_day_is_chosen_by_its_release(tmp_path: Path) -> None:
    folder = tmp_path / "codebooks"
    older = files.index(tmp_path, "icd10cm-index-2026.xml", files.INDEX.replace("2027", "2026"))
    files.take(folder, files.tabular(tmp_path), files.index(tmp_path), older)
    library = Library.open(folder)

    def release(day: date | None) -> list[str]:
        return [book.table.id for book in library.index_books(day)]

    assert release(date(2026, 5, 1)) == ["ICD-10-CM-index-2026"]
    assert release(date(2026, 10, 1)) == ["ICD-10-CM-index-2027"]
    assert release(date(2031, 1, 1)) == release(None) == ["ICD-10-CM-index-2027"]


def test_an_index_ends_where_the_next_one_begins(tmp_path: Path) -> None:
    folder = tmp_path / "codebooks"
    older = files.index(tmp_path, "icd10cm-index-2026.xml", files.INDEX.replace("2027", "2026"))
    april = files.index(tmp_path, "icd10cm-index-April-1-2026.xml", files.INDEX.replace("2027", "2026") + " ")
    files.take(folder, files.tabular(tmp_path), older, april)
    ends = {table.id: str(table.effective_to) for table in Library.open(folder).tables()}
    assert ends == {"ICD-10-CM-index-2026": "2026-03-31", "ICD-10-CM-index-2026-04": "2026-09-30"}


def _cut(content: str) -> str:
    return content[: content.index("<title>scalp")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(_cut, r"line 23, column 9: the file is cut off; get the file again", id="truncated"),
        pytest.param(
            lambda t: t.replace("</code>\n        <term", "</cod>\n        <term"),
            r"line 12, column \d+: broken XML \(mismatched tag\)",
            id="broken",
        ),
        pytest.param(
            lambda t: t.replace("<title>scalp</title>", ""), r"line 22, column 7: a <term> has no title", id="no title"
        ),
        pytest.param(
            lambda t: t.replace('level="3"', 'level="2"'),
            r"line 15, column 11: “dementia” says it is of level 2 but stands at level 3",
            id="level",
        ),
        pytest.param(
            lambda t: t.replace("<letter>\n    <title>S", "<mainTerm/><letter>\n    <title>S"),
            r"a <mainTerm> stands outside a letter",
            id="outside",
        ),
        pytest.param(
            lambda t: t.replace("<ICD10CM.index>", '<!DOCTYPE a [<!ENTITY b "c">]><ICD10CM.index>', 1),
            "it declares an XML entity, which no official file does; don't trust it",
            id="entity",
        ),
        pytest.param(
            lambda t: t.replace(
                "<ICD10CM.index>", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><ICD10CM.index>', 1
            ),
            "it declares an XML entity",
            id="outside file",
        ),
        pytest.param(
            lambda t: t.replace(
                '<term level="1">\n        <title>scalp', "<a>" * 80 + '<term level="1">\n        <title>scalp', 1
            ),
            r"line 22: elements nest deeper than in any official file",
            id="too deep",
        ),
    ],
)
def test_a_damaged_index_names_the_line_and_leaves_nothing(
    change: Callable[[str], str], said: str, tmp_path: Path
) -> None:
    path = files.index(tmp_path, content=change(files.INDEX))
    with pytest.raises(SourceRefused, match=rf"icd10cm-index-2027\.xml.*{said}"):
        files.take(tmp_path / "codebooks", path)
    assert not list((tmp_path / "codebooks").glob("*"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.replace('col="3">C79.51', 'col="9">C79.51'), "a cell is in column “9”, which there isn't"),
        (
            lambda t: t.replace('col="3">C79.51', 'col="2">C79.51'),
            "a cell is in column “2”, which there isn't or is there twice",
        ),
        (lambda t: t.replace("C79.51", "C7951 x"), "“C7951 x” in column 3 can't be an ICD-10-CM code"),
    ],
)
def test_a_damaged_table_names_the_cell(change: Callable[[str], str], said: str, tmp_path: Path) -> None:
    path = files.index(tmp_path, content=change(TABLE.format(heads=_heads(*HEADS))))
    with pytest.raises(SourceRefused, match=rf"line \d+, column \d+: {said}"):
        files.take(tmp_path / "codebooks", path)


def test_bytes_of_another_encoding_are_refused_and_utf_16_is_read(tmp_path: Path) -> None:
    path = files.index(tmp_path)
    text = files.INDEX.replace("Sprue", "Sprüe")
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SourceRefused, match=r"line 31, column 17: broken XML \(not well-formed"):
        files.take(tmp_path / "codebooks", path)
    path.write_bytes(text.replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16"))
    assert [term.plain for term in _book(tmp_path, path).main_terms("S")] == ["Sprüe", "Strangulation"]


def test_a_code_that_cannot_be_read_is_kept_as_printed_and_counted(tmp_path: Path) -> None:
    path = files.index(tmp_path, content=files.INDEX.replace("S00.0-", "category S00"))
    (done,) = files.take(tmp_path / "codebooks", path)
    assert done.counts["unread"] == 1
    terms = _terms(tmp_path, path.read_text(encoding="utf-8"))
    assert [(term.codes, term.unread) for term in terms if term.path[-1] == "scalp"] == [((), "category S00")]


def test_an_index_whose_codes_cannot_be_read_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"<mainTerm><title>T{number}</title><code>code {number}</code></mainTerm>" for number in range(30))
    path = files.index(
        tmp_path, content=files.INDEX.replace("<mainTerm>\n      <title>Sprue", f"{rows}<mainTerm>\n      <title>Sprue")
    )
    with pytest.raises(SourceRefused, match="30 of its codes can't be read: it is another layout, or damaged"):
        files.take(tmp_path / "codebooks", path)


OFFICIAL = {
    "icd10cm-eindex-April-1-2026.xml": {
        "main terms": 314,
        "terms": 8_090,
        "codes": 6_671,
        "references": 904,
        "unread": 0,
    },
    "icd10cm-neoplasm-April-1-2026.xml": {
        "main terms": 1,
        "terms": 1_940,
        "codes": 9_020,
        "references": 187,
        "unread": 0,
    },
    "icd10cm-drug-April-1-2026.xml": {
        "main terms": 5_179,
        "terms": 7_430,
        "codes": 40_036,
        "references": 132,
        "unread": 0,
    },
}


@pytest.mark.official
@pytest.mark.parametrize("name", OFFICIAL)
def test_the_official_files_are_read_whole(name: str, tmp_path: Path) -> None:
    start = time.perf_counter()
    (done,) = files.take(tmp_path / "codebooks", official_file(name))
    print(f"{name}: {done.counts} in {time.perf_counter() - start:.1f} s")  # noqa: T201 - shown with -s
    assert done.counts == OFFICIAL[name]
    assert done.book.endswith("-2026-04")


@pytest.mark.official
def test_the_official_files_lead_from_and_to_codes(tmp_path: Path) -> None:
    files.take(tmp_path / "codebooks", files.tabular(tmp_path), *(official_file(name) for name in OFFICIAL))
    neoplasm, drugs, causes = Library.open(tmp_path / "codebooks").index_books(date(2026, 6, 1))
    assert drugs.letters()[:2] == ("#", "A")
    (aspirin,) = (term for term in drugs.starting_with("Aspirin") if term.plain == "Aspirin")
    assert [lead.code for lead in aspirin.leads] == ["T39.011", "T39.012", "T39.013", "T39.014", "T39.015", "T39.016"]
    assert aspirin.leads[4].column == "Adverse effect"
    assert "Aspirin" in {term.plain for term in drugs.leading_to("T39.015A")}
    assert "powered" in {term.plain for term in causes.leading_to("V94.11XA")}
    bone = neoplasm.refer("Neoplasm, bone")
    assert bone is not None
    assert [lead.code for lead in bone.leads] == ["C41.9", "C79.51", "D16.9-", "D48.0", "D49.2"]
    abdomen = neoplasm.refer("Neoplasm, abdomen, wall, skin")
    assert abdomen is not None
    assert [term.plain for term in neoplasm.below(abdomen)] == [
        "basal cell carcinoma",
        "specified type NEC",
        "squamous cell carcinoma",
    ]


@pytest.mark.official
@pytest.mark.parametrize("name", OFFICIAL)
@pytest.mark.parametrize("damage", ["truncated", "corrupted", "retagged", "emptied"])
def test_damaged_official_files_are_refused_and_the_old_book_stays(name: str, damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "codebooks"
    official = official_file(name)
    data = official.read_bytes()
    files.take(folder, official)
    before = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    middle = len(data) // 2
    path = tmp_path / name
    path.write_bytes(
        {
            "truncated": data[:middle],
            "corrupted": data[:middle] + b"\xff\x00<" + data[middle + 3 :],
            "retagged": data[:middle] + data[middle:].replace(b"<title>", b"<titel>", 1),
            "emptied": data[: data.index(b"<letter>")] + b"</ICD10CM.index>",
        }[damage]
    )
    with pytest.raises(SourceRefused, match=r"line [\d,]+, column [\d,]+|holds no entry") as refused:
        files.take(folder, path)
    print(refused.value)  # noqa: T201 - shown with -s
    after = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    assert after == before
