"""Owns what a key owes beside codes: abstracted fields and a physician query, matched exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.grading.answer import Answer
from app.domain.grading.key import SCALE, Owed, OwedKind
from app.domain.grading.ledger import LedgerEntry, Outcome, Reason

QUERY = "query"
"""How the ledger names a query that the key doesn't owe."""


@dataclass(frozen=True, slots=True)
class Extras:
    """The corrections of one answer's fields and query; the counts are for the other methods."""

    ledger: tuple[LedgerEntry, ...]
    outcomes: tuple[Outcome, ...]
    correct: int
    entered: int

    @property
    def cost(self) -> int:
        return sum(entry.lost for entry in self.ledger)


def settle(owed: Sequence[Owed], answer: Answer, surplus: int) -> Extras:
    """Match fields and query; ``surplus`` is what a thing too many costs, in thousandths."""
    fields = {name: value for name, value in answer.fields if value.strip()}
    ledger: list[LedgerEntry] = []
    outcomes: list[Outcome] = []
    correct = entered = 0
    for item in owed:
        given = fields.pop(item.id, None) if item.kind is OwedKind.FIELD else answer.query
        met = _is_met(item, given)
        outcomes.append(Outcome(None, item.id, SCALE if met else 0))
        correct += met and item.weight > 0
        entered += bool(given) and not (met and item.weight == 0)
        if not met:
            ledger.extend(_corrections(item, given, surplus))
    unowed = [LedgerEntry(Reason.UNSUPPORTED, surplus, None, *_unowed(*field)) for field in sorted(fields.items())]
    if answer.query and not any(item.kind is OwedKind.QUERY for item in owed):
        text = "A query was sent, but the record leaves nothing to ask the provider."
        unowed.append(LedgerEntry(Reason.UNSUPPORTED, surplus, None, QUERY, text))
    return Extras((*ledger, *unowed), tuple(outcomes), correct, entered + len(unowed))


def _is_met(item: Owed, given: str | None) -> bool:
    if item.kind is OwedKind.QUERY:
        return bool(given)
    return given is not None and _plain(given) in {_plain(value) for value in item.accept}


def _plain(value: str) -> str:
    """Return a value without regard to case and blanks."""
    return " ".join(value.split()).casefold()


def _corrections(item: Owed, given: str | None, surplus: int) -> list[LedgerEntry]:
    found = []
    if item.weight:
        found.append(LedgerEntry(Reason.MISSED, item.weight * SCALE, None, item.id, _missed(item)))
    if given:
        text = f"“{given}” isn't what the record says for “{item.id}”."
        found.append(LedgerEntry(Reason.UNSUPPORTED, surplus, None, item.id, text))
    return found


def _missed(item: Owed) -> str:
    if item.kind is OwedKind.QUERY:
        return "The provider should have been queried: the record can't be coded as it stands."
    return f"“{item.id}” should be “{'” or “'.join(item.accept)}”."


def _unowed(name: str, value: str) -> tuple[str, str]:
    return name, f"“{value}” in “{name}” isn't asked for by the record."
