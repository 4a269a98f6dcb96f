"""The answer form and the worklist's filters."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, StringField

from app.domain.sheet import MAX_ROWS, Sheet, read_sheet
from app.domain.worklist import Filters, Status
from app.web.forms import PageForm

SPARE_DIAGNOSES = 3
SPARE_PROCEDURES = 2
BEST_BELOW = {"below-70": 0.7, "below-100": 1.0}
"""The choices of the best-score filter, as the address spells them."""


class DiagnosisRowForm(Form):
    """One diagnosis as typed."""

    code = StringField("Diagnosis code")
    poa = StringField("Present on admission")


class ProcedureRowForm(Form):
    """One procedure as typed."""

    code = StringField("Procedure code")
    modifiers = StringField("Modifiers")
    units = StringField("Units", default="1")
    points_to = StringField("Points to")


class AnswerForm(PageForm):
    """The whole answer sheet; rows without a code are ignored when it is read."""

    diagnoses = FieldList(FormField(DiagnosisRowForm), max_entries=MAX_ROWS)
    procedures = FieldList(FormField(ProcedureRowForm), max_entries=MAX_ROWS)
    active_seconds = HiddenField(default="0")
    #: The save that the page is based on, for saving without scripts.
    revision = HiddenField(default="0")

    def read(self) -> Sheet:
        """Return the sheet as typed. Raises InvalidInput when it is too large."""
        typed = {"diagnoses": self.diagnoses.data, "procedures": self.procedures.data}
        return read_sheet(typed, refuse_long=True)

    def seconds(self) -> int:
        """Return the time at work that the page measured, 0 if it says nothing sensible."""
        return _whole(self.active_seconds.data)

    def based_on(self) -> int:
        """Return the revision that the page was made from."""
        return _whole(self.revision.data)


def answer_form(sheet: Mapping[str, Any], *, active_seconds: int) -> AnswerForm:
    """Return the form filled with a stored sheet, with some blank rows to type into."""
    form = AnswerForm(formdata=None, active_seconds=str(active_seconds))
    for row in [*sheet.get("diagnoses", ()), *[{}] * SPARE_DIAGNOSES][:MAX_ROWS]:
        form.diagnoses.append_entry(row)
    for row in [*sheet.get("procedures", ()), *[{"units": "1"}] * SPARE_PROCEDURES][:MAX_ROWS]:
        form.procedures.append_entry(row)
    return form


def _whole(text: str | None) -> int:
    whole = (text or "").split(".")[0]
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 7 else 0


def read_filters(args: MultiDict[str, str]) -> Filters:
    """Read the worklist's filters from the address; what isn't understood doesn't filter."""
    difficulty, status = args.get("difficulty", ""), args.get("status", "")
    return Filters(
        specialty=args.get("specialty", ""),
        setting=args.get("setting", ""),
        section=args.get("section", ""),
        difficulty=int(difficulty) if difficulty in ("1", "2", "3", "4", "5") else None,
        status=status if status in list(Status) else "",
        best_below=BEST_BELOW.get(args.get("best", "")),
        words=args.get("q", "")[:200],
    )
