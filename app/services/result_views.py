"""What a result page shows, as plain values: rows, codes, corrections, evidence, the whole key."""

from dataclasses import dataclass

from app.services.result_lines import MarkView, UnreadView


@dataclass(frozen=True, slots=True)
class CodeView:
    """A code as a row shows it; ``details`` spells out modifiers, units and pointers."""

    code: str
    title: str
    details: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryView:
    """One correction of the ledger."""

    reason: str
    label: str
    lost: str
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A quote of a document; ``id`` is the id of its mark on the page."""

    id: str
    document: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One line of the answer, one missed slot, or both matched; ``absent`` is said where no line was entered."""

    label: str
    kind: str
    line: int | None
    slot: str | None
    status: str
    entered: CodeView | None
    key: CodeView | None
    points: str
    worth: str
    lost: str
    entries: tuple[EntryView, ...] = ()
    rationale: str = ""
    guideline: str = ""
    evidence: tuple[EvidenceView, ...] = ()
    absent: str = "not entered"


@dataclass(frozen=True, slots=True)
class KeyedView:
    """One line of the key; ``place`` is its letter or number there."""

    kind: str
    place: str
    key: CodeView
    is_optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """Everything the result page shows but the chart itself."""

    score_percent: int
    points: str
    worth: str
    clean_claim: bool
    active_seconds: int
    standard_minutes: int
    rows: tuple[RowView, ...]
    complete: tuple[KeyedView, ...]
    methods: tuple[dict[str, str], ...]
    format_errors: tuple[UnreadView, ...]
    notes: tuple[str, ...]
    convention: str
    policy: str
    books: tuple[str, ...]
    marks: tuple[MarkView, ...] = ()

    @property
    def faulty_lines(self) -> int:
        """Count the rows that lost points."""
        return sum(row.lost != "0" for row in self.rows)
