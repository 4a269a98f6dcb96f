"""Files as they come: zips are read in place, dangerous ones refused; what is unknown is named."""

import hashlib
import os
import stat
import zipfile
from pathlib import Path

import pytest

from app.codebook.sources import incoming
from app.codebook.sources.incoming import incoming_of, text_lines
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.recognise import recognise
from app.codebook.sources.tree import SourceRefused
from tests.codebook import official_files as files


def test_a_plain_file_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"line one\r\nline two")
    (file,) = incoming_of(path)
    assert (file.name, file.size, file.member) == ("a.txt", 18, None)
    assert file.sha256 == hashlib.sha256(b"line one\r\nline two").hexdigest()
    assert list(text_lines(file)) == [(1, "line one"), (2, "line two")]


def test_a_zip_is_read_in_place_member_by_member(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "april.zip", {"folder/deep/a.txt": "one\n", "b.txt": "two\n"})
    before = sorted(tmp_path.rglob("*"))
    found = incoming_of(path)
    assert [file.name for file in found] == ["april.zip › a.txt", "april.zip › b.txt"]
    assert [b"".join(file.chunks()) for file in found] == [b"one\n", b"two\n"]
    assert found[0].sha256 != found[1].sha256
    assert sorted(tmp_path.rglob("*")) == before


def test_the_digest_is_that_of_the_content_zipped_or_not(tmp_path: Path) -> None:
    plain = tmp_path / "a.txt"
    plain.write_bytes(b"the same")
    (inside,) = incoming_of(files.zipped(tmp_path / "a.zip", {"a.txt": b"the same"}))
    assert inside.sha256 == incoming_of(plain)[0].sha256


def test_what_systems_add_to_archives_is_left_out(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "a.zip", {"a.txt": "y"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._a.txt", "x")
        archive.writestr("folder/", "")
        archive.writestr("folder/.DS_Store", "x")
    assert [file.name for file in incoming_of(path)] == ["a.zip › a.txt"]


def test_a_workbook_stays_one_file(tmp_path: Path) -> None:
    path = tmp_path / "codes.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert [file.name for file in incoming_of(path)] == ["codes.xlsx"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", "C:\\b.txt"],
    ids=["up", "root", "in", "dos", "C"],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(SourceRefused, match=r"slip\.zip holds “.*”, which leads out of the archive: don't trust it"):
        incoming_of(path)


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("order.txt")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(SourceRefused, match="a link in place of a file"):
        incoming_of(path)


def test_a_member_that_swells_is_refused(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "bomb.zip", {"order.txt": b"0" * 8_000_000})
    with pytest.raises(SourceRefused, match=r"swells from [\d,]+ to 8,000,000 bytes: no official file does"):
        incoming_of(path)


def test_many_members_that_swell_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_LARGEST", 1_000)
    path = files.zipped(tmp_path / "sum.zip", {"a": b"a" * 600, "b": os.urandom(10), "c": b"c" * 600})
    with pytest.raises(SourceRefused, match=r"would unpack to 1,210 bytes"):
        incoming_of(path)


def test_an_archive_that_lies_about_the_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "lie.zip", {"order.txt": b"0" * 900_000})
    data = path.read_bytes().replace((900_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(data)
    (file,) = incoming_of(path)
    with pytest.raises(SourceRefused, match=r"can't be read to its end .*get the file again"):
        list(file.chunks())


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2_001):
            archive.writestr(f"{number}.txt", "x")
    with pytest.raises(SourceRefused, match=r"holds 2,001 files"):
        incoming_of(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "secret.zip", {"order.txt": "x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 0x1
    path.write_bytes(bytes(data))
    with pytest.raises(SourceRefused, match=r"is encrypted .*unpack it and name the files"):
        incoming_of(path)


def test_a_damaged_member_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "damaged.zip", {"order.txt": os.urandom(5_000)})
    data = bytearray(path.read_bytes())
    data[2_000] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(SourceRefused, match=r"damaged\.zip › order\.txt can't be read to its end"):
        list(incoming_of(path)[0].chunks())


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "cut.zip", {"order.txt": os.urandom(5_000)})
    path.write_bytes(path.read_bytes()[:3_000])
    with pytest.raises(SourceRefused, match=r"cut\.zip is the beginning of a zip without its end: get the file again"):
        incoming_of(path)


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="holds no file"):
        incoming_of(files.zipped(tmp_path / "empty.zip", {}))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda path: None, "can't be read", id="missing"),
        pytest.param(lambda path: path.mkdir(), "isn't a file", id="folder"),
        pytest.param(lambda path: path.touch(), "is empty: get the file again", id="empty"),
    ],
)
def test_a_path_that_is_no_file_is_refused(make, said: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.txt"
    make(path)
    with pytest.raises(SourceRefused, match=said):
        incoming_of(path)


def test_a_file_larger_than_any_official_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_LARGEST", 10)
    path = tmp_path / "x.txt"
    path.write_bytes(b"0" * 11)
    with pytest.raises(SourceRefused, match="larger than any official file"):
        incoming_of(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"a\nb\0c\n", r"line 2, column 2: there is a control character \(number 0\)", id="NUL"),
        pytest.param("a\nb".encode("utf-16"), "line 1: the file is UTF-16", id="UTF-16"),
        pytest.param(b"x" * 3_000_000, "line 1: the line is longer than a megabyte", id="no lines"),
    ],
)
def test_text_that_is_no_text_names_the_place(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(SourceRefused, match=said):
        list(text_lines(incoming_of(path)[0]))


def test_text_may_be_utf_8_with_a_mark_or_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xef\xbb\xbfM\xc3\xa9ni\xc3\xa8re\r\nM\xe9ni\xe8re\n")
    assert [line for _, line in text_lines(incoming_of(path)[0])] == ["Ménière", "Ménière"]


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        pytest.param(b"%PDF-1.7 ...", "a PDF document", id="pdf"),
        pytest.param(b"MZ\x90\0\x03\0", "a binary file", id="binary"),
        pytest.param(b"<html><body>No", "an XML or HTML file that begins “<html><body>No”", id="html"),
        pytest.param(b"A00.0 Cholera\n", "a text file that begins “A00.0 Cholera”", id="text"),
        pytest.param("<ICD10CM>".encode("utf-16"), "an XML or HTML file that begins “<ICD10CM>”", id="UTF-16"),
    ],
)
def test_an_unknown_file_is_said_to_be_what_it_looks_like(content: bytes, seen: str, tmp_path: Path) -> None:
    path = tmp_path / "icd10cm_order_2027.txt"
    path.write_bytes(content)
    with pytest.raises(SourceRefused, match=r"none of the official files Chartroom reads\. It reads: ") as refused:
        recognise(incoming_of(path)[0])
    assert f"is {seen}," in str(refused.value)
    assert str(FileKind.CM_ORDER) in str(refused.value)


def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    kinds = {
        files.tabular(tmp_path, "download"): FileKind.CM_TABULAR,
        files.order(tmp_path, "tabular.xml"): FileKind.CM_ORDER,
        files.index(tmp_path, "order.txt"): FileKind.CM_INDEX,
    }
    for path, kind in kinds.items():
        assert recognise(incoming_of(path)[0])[0] is kind
