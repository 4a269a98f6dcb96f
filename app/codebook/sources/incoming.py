"""Owns official files as they come: plain, or read in place from a zip, which is never unpacked.

Refuses what no publisher sends: archives that swell, encrypted members, names that lead out of the archive.
"""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from gzip import open as open_gzip
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn, cast

from app.codebook.sources.tree import SourceRefused

#: Gets a sentence and the share done, 0 to 1.
Progress = Callable[[str, float], None]

HEAD_BYTES = 64 * 1024
_CHUNK = 1024 * 1024
_MOST_MEMBERS = 2_000
_LARGEST = 4 * 1024**3
#: Official text shrinks 10 to 40 times; what shrinks more, and isn't small, is made to fill a disk.
_MOST_SHRUNK = 200
_SMALL = 1024 * 1024
#: All but tab, form feed and the end mark of old files.
_CONTROL = re.compile(r"[\x00-\x08\x0a\x0b\x0d-\x19\x1b-\x1f]")
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True)
class Incoming:
    """One file, plain or a member of a zip; ``name`` is how people know it: "april.zip › order.txt".

    ``packed``: the file is a gzip copy that a book keeps of its source.
    """

    name: str
    path: Path
    size: int
    member: str | None = None
    packed: bool = False

    def open(self) -> IO[bytes]:
        """Open a fresh stream from the start. Raises SourceRefused when it can't be opened."""
        try:
            if self.packed:
                return cast(IO[bytes], open_gzip(self.path, "rb"))
            if self.member is None:
                return self.path.open("rb")
            with zipfile.ZipFile(self.path) as archive:
                return archive.open(self.member)  # keeps the archive's file open until it is closed itself
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
            raise SourceRefused(f"{self.name} can't be opened ({_reason(error)}): get the file again.") from error

    @cached_property
    def head(self) -> bytes:
        """The first 64 kB, to recognise the file by."""
        with self.open() as stream:
            return b"".join(_chunks(self, stream, most=HEAD_BYTES))

    @cached_property
    def sha256(self) -> str:
        """The digest of the content, not of the zip around it."""
        found = hashlib.sha256()
        with self.open() as stream:
            for chunk in _chunks(self, stream):
                found.update(chunk)
        return found.hexdigest()

    def chunks(self, progress: Progress | None = None) -> Iterator[bytes]:
        """Yield the content piece by piece, telling ``progress`` how far it is."""
        done = 0
        with self.open() as stream:
            for chunk in _chunks(self, stream):
                done += len(chunk)
                yield chunk
                if progress:
                    progress(f"Reading {self.name}", min(1.0, done / max(self.size, 1)))

    def refuse(self, said: str, *, line: int | None = None, column: int | None = None) -> NoReturn:
        """Raise SourceRefused with the file, the place (both counted from 1) and ``said``, which ends in the remedy."""
        place = f", line {line:,}" if line is not None else ""
        place += f", column {column:,}" if column is not None else ""
        raise SourceRefused(f"{self.name}{place}: {said}")


def incoming_of(path: Path) -> tuple[Incoming, ...]:
    """Return a plain file as it is, a zip as its members in order; nothing is unpacked.

    Raises SourceRefused, naming the file, for what is missing, empty, too large or a dangerous archive.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceRefused(f"{path.name} isn't a file: name the official file or its zip.")
        archive = size and zipfile.is_zipfile(path)
    except OSError as error:
        raise SourceRefused(f"{path} can't be read: {error.strerror or error}.") from error
    if not size:
        raise SourceRefused(f"{path.name} is empty: get the file again.")
    if size > _LARGEST:
        raise SourceRefused(f"{path.name} is larger than any official file ({size:,} bytes): check what it is.")
    plain = Incoming(path.name, path, size)
    if not archive and plain.head.startswith(b"PK\x03\x04"):
        raise SourceRefused(f"{path.name} is the beginning of a zip without its end: get the file again.")
    return _members(plain) if archive else (plain,)


def text_lines(file: Incoming, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """Yield (line number, line without its end): UTF-8 where the file is, else Latin-1 as CMS writes it.

    Raises SourceRefused for UTF-16 and for NUL and other control characters: the file is damaged or isn't text.
    """
    number = 0
    rest = b""
    for chunk in file.chunks(progress):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            number += 1
            yield number, _decoded(file, line, number)
        if len(rest) > _CHUNK:
            file.refuse("the line is longer than a megabyte, so this isn't a text file of lines.", line=number + 1)
    if rest:
        yield number + 1, _decoded(file, rest, number + 1)


def _decoded(file: Incoming, line: bytes, number: int) -> str:
    if number == 1:
        if line.startswith((b"\xff\xfe", b"\xfe\xff")):
            file.refuse("the file is UTF-16: get the official text file, or save it as UTF-8.", line=1)
        line = line.removeprefix(b"\xef\xbb\xbf")
    line = line.removesuffix(b"\r")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    control = _CONTROL.search(text)
    if control:
        said = f"there is a control character (number {ord(control[0])}) in a text file: get it again."
        file.refuse(said, line=number, column=control.start() + 1)
    return text


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an archive (an xlsx file is one too) that is dangerous to read. Raises SourceRefused."""
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise SourceRefused(f"{name} holds {len(members):,} files, more than any official archive: check what it is.")
    total = 0
    for member in members:
        total += member.file_size
        _check_member(member, name)
    if total > _LARGEST:
        raise SourceRefused(
            f"{name} would unpack to {total:,} bytes, more than any official archive: check what it is."
        )


def _members(file: Incoming) -> tuple[Incoming, ...]:
    try:
        with zipfile.ZipFile(file.path) as archive:
            check_archive(archive, file.name)
            listed = archive.infolist()
            if any(member.filename == "[Content_Types].xml" for member in listed):
                return (file,)  # a workbook, which is a zip inside
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise SourceRefused(f"{file.name} can't be read as a zip ({_reason(error)}): get the file again.") from error
    found = tuple(
        Incoming(f"{file.name} › {PurePosixPath(member.filename).name}", file.path, member.file_size, member.filename)
        for member in listed
        if not member.is_dir() and not any(part in member.filename for part in _IGNORED)
    )
    if not found:
        raise SourceRefused(f"{file.name} holds no file: get the archive again.")
    return found


def _check_member(member: zipfile.ZipInfo, archive: str) -> None:
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise SourceRefused(f"{archive} holds “{member.filename}”, which leads out of the archive: don't trust it.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SourceRefused(f"{archive} holds “{name}”, a link in place of a file: unpack it and name the files.")
    if member.flag_bits & 0x1:
        raise SourceRefused(f"{archive} is encrypted (“{name}”): unpack it and name the files.")
    shrunk = member.file_size / max(member.compress_size, 1)
    if member.file_size > _LARGEST or (member.file_size > _SMALL and shrunk > _MOST_SHRUNK):
        raise SourceRefused(
            f"{archive} holds “{name}”, which swells from {member.compress_size:,} to {member.file_size:,} bytes: "
            "no official file does; don't trust it."
        )


def _chunks(file: Incoming, stream: IO[bytes], most: int | None = None) -> Iterator[bytes]:
    """Read on; a member that is damaged (its checksum is wrong) is one sentence."""
    left = most
    try:
        while left is None or left > 0:
            chunk = stream.read(_CHUNK if left is None else min(_CHUNK, left))
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceRefused(f"{file.name} can't be read to its end ({_reason(error)}): get the file again.") from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).strip("'\"") or type(error).__name__
