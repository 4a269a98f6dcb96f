"""The result of a submitted attempt, put together for reading: every line, its loss and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.codebook.library import BooksInForce, Library
from app.domain.codes.code import CodeLookup, CodeSystem, LineKind
from app.domain.exercises.exercise import Exercise as Chart
from app.domain.grading.answer import Answer, Line, parse_answer
from app.domain.grading.key import SCALE, Owed, Slot, Variant
from app.domain.grading.labels import METHOD_LABELS, reason_label
from app.domain.sheet import letter
from app.models import Attempt, Grade
from app.services.documents import Mark
from app.services.result_lines import kind_typed, line_labels, mark_view, unread_lines
from app.services.result_views import CodeView, EntryView, EvidenceView, KeyedView, ResultView, RowView


def result_view(attempt: Attempt, grade: Grade, chart: Chart, library: Library) -> ResultView:
    """Return the graded answer of an attempt for reading, judged by the books it was graded with."""
    result = grade.result
    answer = parse_answer(attempt.submission.answer)  # type: ignore[union-attr]
    lines = _Rows(answer, chart, result, library.by_ids(grade.books), "ev")
    kept = max(0, grade.worth - grade.cost)
    return ResultView(
        score_percent=percent(grade.score / 10_000),
        points=points(kept),
        worth=points(grade.worth),
        clean_claim=bool(result["methods"]["clean_claim"]["value"]),
        active_seconds=attempt.submission.active_seconds,  # type: ignore[union-attr]
        standard_minutes=chart.minutes,
        rows=lines.build(),
        complete=lines.complete(),
        methods=_methods(result["methods"]),
        format_errors=unread_lines(answer, result["format_errors"]),
        notes=tuple(result["notes"]),
        convention=chart.key.convention,
        policy=grade.policy,
        books=tuple(grade.books),
        marks=tuple(mark_view(mark, chart) for mark in attempt.marks),
    )


def result_rows(
    answer: Answer, chart: Chart, result: Mapping[str, Any], books: BooksInForce, *, mark_prefix: str = "ev"
) -> tuple[RowView, ...]:
    """Return the lines and slots of a graded answer, diagnoses first, each list as typed, then what was missed."""
    return _Rows(answer, chart, result, books, mark_prefix).build()


def evidence_marks(rows: Iterable[RowView], document: str) -> list[Mark]:
    """Return the marks that the rows put on a document."""
    return [
        Mark(id=e.id, quote=e.quote, label=row.label) for row in rows for e in row.evidence if e.document == document
    ]


def percent(score: float) -> int:
    """Return a score as whole percent; only a full score is 100, only nothing is 0."""
    if 0 < score < 1:
        return min(99, max(1, round(100 * score)))
    return round(100 * score)


def points(thousandths: int) -> str:
    """Write thousandths of a weight unit as people do: 1400 → 1.4, 2000 → 2."""
    return f"{thousandths / SCALE:.3f}".rstrip("0").rstrip(".").replace("-", "−") or "0"


class _Rows:
    """Builds the rows of one result; holds what every row needs."""

    def __init__(
        self, answer: Answer, chart: Chart, result: Mapping[str, Any], books: BooksInForce, mark_prefix: str
    ) -> None:
        self.mark_prefix = mark_prefix
        self.answer = answer
        self.books = books
        self.result = result
        self.variant: Variant = chart.key.variants[result["variant"]]
        self.slots: dict[str, Slot | Owed] = {s.id: s for s in (*self.variant.slots, *self.variant.owed)}
        self.lines = {line.number: line for line in answer.lines}
        self.places = {slot.id: letter(i) for i, slot in enumerate(_diagnoses(self.variant.slots))}
        self.labels = line_labels(answer)
        self.names = self._letters_typed()
        self.unread = Counter(kind_typed(line) for line in answer.unread)
        self.evidence_count = 0

    def build(self) -> tuple[RowView, ...]:
        outcomes = sorted(self.result["outcomes"], key=self._order)
        self.missed = [self.slots[o["slot"]] for o in outcomes if o["line"] is None and o["slot"] in self.slots]
        self.missed_labels = self._name_missed()
        return tuple(self._row(outcome["line"], outcome["slot"], outcome["credit"]) for outcome in outcomes)

    def _order(self, outcome: dict[str, Any]) -> tuple[bool, bool, int]:
        line, slot = self.lines.get(outcome["line"]), self.slots.get(outcome["slot"])
        is_procedure = self._kind(line, slot) is LineKind.PROCEDURE
        if line is not None:
            return is_procedure, False, line.number
        return is_procedure, True, list(self.slots).index(outcome["slot"])

    def _kind(self, line: Line | None, slot: Slot | Owed | None) -> LineKind:
        if line is not None:
            return line.kind
        return slot.kind if isinstance(slot, Slot) else LineKind.PROCEDURE

    def _row(self, number: int | None, slot_id: str | None, credit: float) -> RowView:
        line = self.lines.get(number) if number is not None else None
        slot = self.slots.get(slot_id) if slot_id is not None else None
        entries = self._entries(number, slot_id)
        lost = round(sum(e["lost"] for e in entries) * SCALE)
        weight = slot.weight * SCALE if slot is not None else 0
        kind = self._kind(line, slot)
        return RowView(
            label=self.labels[line.number] if line else self.missed_labels.get(slot_id, "Answer"),
            kind=kind.value,
            line=number,
            slot=slot_id,
            status=_status(line, slot, credit),
            entered=self._entered(line) if line else None,
            key=self._keyed(slot, self.names) if slot else None,
            points=points(weight - lost),
            worth=points(weight),
            lost=points(lost),
            entries=tuple(_entry(entry) for entry in entries),
            rationale=slot.rationale if slot else "",
            guideline=slot.guideline if isinstance(slot, Slot) else "",
            evidence=self._evidence(slot),
            absent=self._absent(kind),
        )

    def _absent(self, kind: LineKind) -> str:
        """Say why a slot has no line: where a line of its kind couldn't be read, it may be that one."""
        if not self.unread[kind]:
            return "not entered"
        missed = sum(self._kind(None, slot) is kind for slot in self.missed)
        return (
            "couldn’t be read, see above" if missed <= self.unread[kind] else "not entered or not readable, see above"
        )

    def _name_missed(self) -> dict[str | None, str]:
        """Name the slots that no line filled, with a number where one name would stand for several."""
        names = {slot.id: _missed_name(slot) for slot in self.missed}
        often = Counter(names.values())
        seen: Counter[str] = Counter()
        labels: dict[str | None, str] = {}
        for slot_id, name in names.items():
            seen[name] += 1
            labels[slot_id] = f"{name} {seen[name]}" if often[name] > 1 else name
        return labels

    def _entries(self, number: int | None, slot_id: str | None) -> list[dict[str, Any]]:
        """Return the corrections of a line, or those of a slot that no line filled."""
        ledger = self.result["ledger"]
        if number is not None:
            return [entry for entry in ledger if entry["line"] == number]
        return [entry for entry in ledger if entry["line"] is None and entry["slot"] == slot_id]

    def _entered(self, line: Line) -> CodeView:
        pointers = [letter(place - 1) for place in line.points_to]
        details = _details(line.modifiers, line.units if line.kind is LineKind.PROCEDURE else None, pointers, line.poa)
        return CodeView(line.code, _title(self.books, line.system, line.code), details)

    def _keyed(self, slot: Slot | Owed, names: Mapping[str, str]) -> CodeView:
        if isinstance(slot, Owed):
            return CodeView(" / ".join(slot.accept) or "query the physician", "")
        required = [*slot.modifiers.required]
        if slot.modifiers.any_of:
            required.append(" or ".join(slot.modifiers.any_of))
        pointers = [names.get(target, target) for target in slot.points_to or ()]
        details = _details(required, slot.units, pointers, slot.poa)
        return CodeView(slot.accept[0], _title(self.books, slot.system, slot.accept[0]), details, slot.accept[1:])

    def complete(self) -> tuple[KeyedView, ...]:
        """Return the whole key in its own order and with its own letters."""
        counts: Counter[str] = Counter()
        lines = []
        for slot in self.slots.values():
            kind = self._kind(None, slot)
            counts[kind.value] += 1
            place = letter(counts[kind.value] - 1) if kind is LineKind.DIAGNOSIS else str(counts[kind.value])
            is_optional = isinstance(slot, Slot) and not slot.weight
            lines.append(KeyedView(kind.value, place, self._keyed(slot, self.places), is_optional))
        return tuple(lines)

    def _letters_typed(self) -> dict[str, str]:
        """Name each keyed diagnosis by the letter it has in this answer, or by its code if it is missing there."""
        typed = {o["slot"]: o["line"] for o in self.result["outcomes"]}
        names = {}
        for slot in _diagnoses(self.variant.slots):
            number = typed.get(slot.id)
            label = self.labels.get(number, "") if number is not None else ""
            names[slot.id] = label.rpartition(" ")[2] or slot.accept[0]
        return names

    def _evidence(self, slot: Slot | Owed | None) -> tuple[EvidenceView, ...]:
        if not isinstance(slot, Slot):
            return ()
        first = self.evidence_count + 1
        self.evidence_count += len(slot.evidence)
        return tuple(
            EvidenceView(f"{self.mark_prefix}-{first + i}", e.document, e.quote) for i, e in enumerate(slot.evidence)
        )


def _entry(entry: Mapping[str, Any]) -> EntryView:
    return EntryView(
        entry["reason"], reason_label(entry["reason"]), points(round(entry["lost"] * SCALE)), entry["text"]
    )


def _status(line: Line | None, slot: Slot | Owed | None, credit: float) -> str:
    if line is None:
        return "missed" if slot is not None and slot.weight else "optional"
    if slot is None:
        return "surplus"
    return "right" if credit == 1 else "partly"


def _details(modifiers: Sequence[str], units: int | None, pointers: Sequence[str], poa: str | None) -> str:
    parts = []
    if modifiers:
        parts.append("modifier " + " ".join(modifiers))
    if units is not None and units != 1:
        parts.append(f"{units} units")
    if pointers:
        parts.append("points to " + ", ".join(pointers))
    if poa:
        parts.append(f"POA {poa}")
    return " · ".join(parts)


def _missed_name(slot: Slot | Owed) -> str:
    if isinstance(slot, Owed):
        return slot.id.capitalize()
    return f"{'Missing' if slot.weight else 'Optional'} {slot.kind.value}"


def _title(books: CodeLookup, system: CodeSystem, code: str) -> str:
    found = books.find(system, code)
    return found.title if found else ""


def _diagnoses(slots: Iterable[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.kind is LineKind.DIAGNOSIS]


def _methods(methods: dict[str, Any]) -> tuple[dict[str, str], ...]:
    return tuple(
        {"name": name, "label": METHOD_LABELS[name], "value": _method_value(m["value"]), "arithmetic": m["arithmetic"]}
        for name, m in methods.items()
    )


def _method_value(value: float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{100 * value:.0f} %"
