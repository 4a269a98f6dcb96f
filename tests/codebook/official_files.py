"""Writes small files in the layouts of the official ones, by hand from their documentation, for tests of importing."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.codebook.making.importing import Imported, import_files
from app.codebook.sources.releases import ReleaseOptions

NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>{year}</version>
  <chapter>
    <name>11</name>
    <desc>Diseases of the digestive system (K00-K95)</desc>
    <section id="K90-K95">
      <desc>Other diseases of the digestive system (K90-K95)</desc>
      <diag>
        <name>K90</name>
        <desc>Intestinal malabsorption</desc>
        <excludes1><note>intestinal malabsorption following gastrointestinal surgery (K91.2)</note></excludes1>
        <diag><name>K90.0</name><desc>Celiac disease</desc><includes><note>Celiac sprue</note></includes></diag>
        {extra}
      </diag>
    </section>
  </chapter>
  <chapter>
    <name>19</name>
    <desc>Injury (S00-T88)</desc>
    <section id="S00-S09">
      <desc>Injuries to the head (S00-S09)</desc>
      <diag>
        <name>S00</name>
        <desc>Superficial injury of head</desc>
        <sevenChrDef>
          <extension char="A">initial encounter</extension>
          <extension char="D">subsequent encounter</extension>
          <extension char="S">sequela</extension>
        </sevenChrDef>
        <diag><name>S00.0</name><desc>Superficial injury of scalp</desc></diag>
      </diag>
    </section>
  </chapter>
  <chapter>
    <name>21</name>
    <desc>Factors influencing health status (Z00-Z99)</desc>
    <section id="Z77-Z99">
      <desc>Personal history (Z77-Z99)</desc>
      <diag><name>Z99</name><desc>Dependence on machines</desc>
        <diag><name>Z99.2</name><desc>Dependence on renal dialysis</desc></diag>
      </diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""
#: A second final code below K90.
STEATORRHEA = "<diag><name>K90.3</name><desc>Pancreatic steatorrhea</desc></diag>"

#: The order file of the same release: code, flag, long title.
ORDER_ROWS = (
    ("K90", "0", "Intestinal malabsorption"),
    ("K900", "1", "Celiac disease"),
    ("S00", "0", "Superficial injury of head"),
    ("S000", "0", "Superficial injury of scalp"),
    ("S000XXA", "1", "Unspecified superficial injury of scalp, initial encounter"),
    ("S000XXD", "1", "Unspecified superficial injury of scalp, subsequent encounter"),
    ("S000XXS", "1", "Unspecified superficial injury of scalp, sequela"),
    ("Z99", "0", "Dependence on enabling machines and devices, not elsewhere classified"),
    ("Z992", "1", "Dependence on renal dialysis"),
)

INDEX = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2027</version>
  <title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
  <letter>
    <title>D</title>
    <mainTerm>
      <title>Disease, diseased</title>
      <seeAlso>Syndrome</seeAlso>
      <term level="1">
        <title>celiac<nemod>(adult) (childhood)</nemod> NEC</title>
        <code>K90.0</code>
        <term level="2">
          <title>with</title>
          <term level="3">
            <title>dementia</title>
            <code>K90.0</code>
            <manif>F02.80</manif>
          </term>
        </term>
      </term>
      <term level="1">
        <title>scalp</title>
        <code>S00.0-</code>
      </term>
    </mainTerm>
  </letter>
  <letter>
    <title>S</title>
    <mainTerm>
      <title>Sprue<nemod>(nontropical)</nemod></title>
      <see>Disease, celiac</see>
    </mainTerm>
    <mainTerm>
      <title>Strangulation</title>
      <seecat>T71</seecat>
      <subcat>T75.0</subcat>
    </mainTerm>
  </letter>
</ICD10CM.index>
"""


def tabular(folder: Path, name: str = "icd10cm-tabular-2027.xml", *, year: int = 2027, extra: str = "") -> Path:
    """Write a tabular list of three chapters."""
    return _written(folder / name, TABULAR.format(year=year, extra=extra))


def order(
    folder: Path, name: str = "icd10cm-order-2027.txt", rows: Sequence[tuple[str, str, str]] = ORDER_ROWS
) -> Path:
    """Write an order file: number, code, flag, short and long title in their columns, lines ending as on Windows."""
    return _written(folder / name, order_text(rows))


def order_text(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return the text of an order file."""
    lines = (f"{n:05} {code:<7} {flag} {title[:60]:<60} {title}" for n, (code, flag, title) in enumerate(rows, 1))
    return "".join(f"{line}\r\n" for line in lines)


def index(folder: Path, name: str = "icd10cm-index-2027.xml", content: str = INDEX) -> Path:
    """Write an alphabetic index of two letters."""
    return _written(folder / name, content)


def zipped(path: Path, members: Mapping[str, str | bytes | Path]) -> Path:
    """Write a zip of texts, bytes or files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content.read_bytes() if isinstance(content, Path) else content)
    return path


def take(folder: Path, *paths: Path, **options: object) -> tuple[Imported, ...]:
    """Import files into a folder of books."""
    chosen = ReleaseOptions(**options)  # type: ignore[arg-type]
    return import_files(folder, paths, options=chosen, now=NOW, progress=lambda text, share: None)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path
