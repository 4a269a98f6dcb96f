"""Lists the books that come with Chartroom: what each is read from and how. Compiles nothing itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.codebook.sources import icd10cm_tabular, pcs_drg, starter
from app.codebook.sources.facts import SourceFacts, read_facts
from app.codebook.sources.incoming import Incoming
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.pcs_names import read_names
from app.codebook.sources.tree import SourceTree
from app.domain.errors import SetupError

STARTER_SETS = ("hcpcs", "cpt", "pos", "poa", "patient")
#: What the kind of a source is called that isn't an official file.
WRITTEN_HERE = "written for Chartroom"


@dataclass(frozen=True, slots=True)
class Embedded:
    """One embedded book: where it is described, the digest of its data, how to parse it.

    ``official`` is the official file it is read from, which the book keeps a copy of. ``is_extra`` says that a server
    does without until it is ready.
    """

    facts: SourceFacts
    parse: Callable[[], SourceTree]
    official: Incoming | None = None
    is_extra: bool = False


def embedded_books(codesets: Path) -> Iterator[Embedded]:
    """Yield every book that comes with Chartroom. Raises SourceRefused, SetupError when its data isn't there."""
    yield _tabular(codesets)
    for name in STARTER_SETS:
        yield _starter_set(codesets / name)
    titles = pcs_drg.embedded_file()
    if titles is not None:
        yield _pcs_titles(codesets, titles)


def _tabular(codesets: Path) -> Embedded:
    path = icd10cm_tabular.embedded_file()
    if not path.is_file():
        raise SetupError(f"{path.name} is missing from simple-icd-10-cm: install Chartroom's dependencies again.")
    file = Incoming(path.name, path, path.stat().st_size)
    facts = replace(read_facts(codesets / "icd10cm", file.sha256), kind=str(FileKind.CM_TABULAR))
    return Embedded(facts, lambda: icd10cm_tabular.parse_tabular(path), file)


def _pcs_titles(codesets: Path, path: Path) -> Embedded:
    file = Incoming(f"drg › {path.name}", path, path.stat().st_size)
    facts = replace(read_facts(codesets / "icd10pcs", file.sha256), kind=pcs_drg.KIND)
    return Embedded(
        facts, lambda: pcs_drg.tree_of(pcs_drg.read_titles(file), read_names(codesets)), file, is_extra=True
    )


def _starter_set(folder: Path) -> Embedded:
    facts = read_facts(folder, starter.digest_of(folder))
    return Embedded(facts, lambda: starter.parse_starter(folder, facts))
