"""Invented files in the layouts of HCPCS Level II, CPT, NCCI, MUE and the fee schedule: no official row, no descriptor.

Codes of edits begin with letters that no code system uses in that way, or are named by the test.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.codebook.library import Library
from app.codebook.sources.incoming import Incoming, incoming_of
from app.services.imports import import_files

#: Enough of a list that it runs from A to V and has a modifier.
WHOLE = (("AA", "Modifier of our own"), ("A0001", "First thing"), ("V9999", "Last thing"))


def no_progress(_text: str, _share: float) -> None:
    """Nobody watches."""


def incoming(path: Path, content: str | bytes) -> Incoming:
    """Write a file and return it as it comes in."""
    path.write_bytes(content.encode("latin-1") if isinstance(content, str) else content)
    (file,) = incoming_of(path)
    return file


def anweb(
    code: str,
    text: str,
    *,
    short: str = "",
    sequence: int = 100,
    record: str = "",
    added: str = "20010101",
    acted: str = "20020101",
    ended: str = "",
    action: str = "N",
) -> str:
    """Return one record of 320 columns."""
    record = record or ("7" if len(code) == 2 else "3")
    if record in "48":
        return f"{code:>5}{sequence:05}{record}{text:<80}".ljust(320)
    line = f"{code:>5}{sequence:05}{record}{text:<80}{short:<28}00".ljust(229) + "C"
    return f"{line:<268}{added:<8}{acted:<8}{ended:<8}{action}".ljust(320)


def anweb_file(*records: str, notice: str = "*** Our own notice\t\t\r\n\r\n", end: str = "\r\n") -> str:
    """Return a text file: a notice, then records."""
    return notice + "".join(record + end for record in records)


def whole_anweb(*more: str) -> str:
    """Return a text file that is whole, with further records before the last."""
    first = [anweb(code, text) for code, text in WHOLE]
    return anweb_file(*first[:-1], *more, first[-1])


def csv_text(rows: Iterable[Sequence[str]], end: str = "\r\n") -> str:
    """Return rows as csv, every cell that needs it in quotes."""
    return "".join(",".join(_quoted(cell) for cell in row) + end for row in rows)


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if any(char in cell for char in ',"\n\r') else cell


PTP_CAPTIONS = (
    "Our own notice, first line",
    "Our own notice, second line",
    "\t\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "Column 1\tColumn 2\tprior to 1996\tDate\tDate\t0=not allowed",
    "\t\t\t\t*=no data\t1=allowed",
    "\t\t\t\t\t9=not applicable",
)


def ptp_text(*rows: Sequence[str], end: str = "\r\n") -> str:
    """Return a PTP file: six lines of captions, then rows of seven cells."""
    return end.join([*PTP_CAPTIONS, *("\t".join(row) for row in rows), ""])


def ptp_row(first: str, second: str, **cells: str) -> tuple[str, ...]:
    """Return one edit: in force since 2020, indicator 0."""
    values = {"before": "", "effective": "20200101", "deleted": "*", "indicator": "0", "rationale": "Invented reason"}
    return (first, second, *(values | cells).values())


MUE_HEADER = ("HCPCS/\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale")
MUE_WORDS = {"1": "1 Line Edit", "2": "2 Date of Service Edit: Policy", "3": "3 Date of Service Edit: Clinical"}


def mue_text(*rows: tuple[str, str, str], header: Sequence[str] = MUE_HEADER) -> str:
    """Return an MUE file: a quoted notice of several lines, the header, rows of code, units, indicator."""
    notice = ("Our own notice, with a comma\nand accents (é), of\r\nseveral lines", "", "", "")
    written = [(code, units, MUE_WORDS.get(indicator, indicator), "Invented reason") for code, units, indicator in rows]
    return csv_text([notice, header, *written])


#: The names of the columns, in the two rows that hold them.
FEE_NAMES = (
    ("", "HCPCS"),
    ("", "MOD"),
    ("", "DESCRIPTION"),
    ("STATUS", "CODE"),
    ("MEDICARE", "PAYMENT"),
    ("WORK", "RVU"),
    ("NON-FAC", "PE RVU"),
    ("NA", "INDICATOR"),
    ("FACILITY", "PE RVU"),
    ("NA", "INDICATOR"),
    ("MP", "RVU"),
    ("NON-FACILITY", "TOTAL"),
    ("FACILITY", "TOTAL"),
    ("PCTC", "IND"),
    ("GLOB", "DAYS"),
    ("PRE", "OP"),
    ("INTRA", "OP"),
    ("POST", "OP"),
    ("MULT", "PROC"),
    ("BILAT", "SURG"),
    ("ASST", "SURG"),
    ("CO-", "SURG"),
    ("TEAM", "SURG"),
    ("ENDO", "BASE"),
    ("CONV", "FACTOR"),
    ("DIAGNOSTIC", "PROCEDURES"),
    ("CALCULATION", "FLAG"),
    ("FAMILY", "INDICATOR"),
    ("NON-FACILITY PE USED FOR OPPS", "AMOUNT"),
    ("FACILITY PE USED FOR OPPS", "AMOUNT"),
    ("MP USED FOR OPPS", "AMOUNT"),
)


def fee_row(code: str, modifier: str = "", **cells: str) -> list[str]:
    """Return one row of the fee schedule with invented values."""
    values = {
        "DESCRIPTION": "A descriptor that must be dropped",
        "STATUS": "A",
        "WORK": "1.50",
        "NON-FAC": "2.25",
        "FACILITY": "0.75",
        "MP": "0.10",
        "GLOB": "010",
        "MULT": "2",
        "BILAT": "1",
        "ASST": "1",
        "CONV": "33.0000",
    } | cells
    totals = {"NON-FACILITY": "3.85", "FACILITY": "2.35"}
    row = [code, modifier]
    for above, below in FEE_NAMES[2:]:
        row.append((totals.get(above) if below == "TOTAL" else None) or values.get(above or below, "0"))
    return row


def fee_text(
    *rows: Sequence[str], names: Sequence[tuple[str, str]] = FEE_NAMES, caption: str = "Our Relative Value File"
) -> str:
    """Return a fee schedule: captions, the two rows of names as rows 9 and 10, rows."""
    wide = [""] * (len(names) - 1)
    captions = [[caption, *wide], ["Our own notice", *wide], *[["", "", f"caption {n}", *wide[2:]] for n in range(6)]]
    return csv_text([*captions, [above for above, _ in names], [below for _, below in names], *rows])


CPT_NOTICE = "Our own notice of rights, American Medical Association\r\nSecond line\r\n\r\nThird line\r\n\r\n"


def cpt_text(*rows: tuple[str, str], between: str = "\t", notice: str = CPT_NOTICE, end: str = "\r\n") -> str:
    """Return a descriptor file: a notice that ends at a blank line, then a line a code."""
    return notice + "".join(f"{code}{between}{text}{end}" for code, text in rows)


def library_with(folder: Path, books: Path, files: Mapping[str, str], *more: Path) -> Library:
    """Return the books that came with Chartroom, in a folder of their own, with files imported beside them."""
    shelf, sent = folder / "codebooks", folder / "sent"
    shelf.mkdir()
    sent.mkdir()
    for path in books.iterdir():
        if not path.name.startswith("."):
            (shelf / path.name).symlink_to(path)
    paths = [sent / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content.encode("latin-1"))
    import_files([*paths, *more], folder=shelf, now=datetime(2031, 4, 2, tzinfo=UTC))
    return Library.open(shelf)
