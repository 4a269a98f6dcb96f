"""The answer form and the worklist's filters."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, StringField

from app.domain.sheet import MAX_ROWS, Sheet, read_sheet
from app.domain.worklist import Filters

SPARE_DIAGNOSES = 3
SPARE_PROCEDURES = 2


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


class AnswerForm(FlaskForm):
    """The whole answer sheet; rows without a code are ignored when it is read."""

    diagnoses = FieldList(FormField(DiagnosisRowForm), max_entries=MAX_ROWS)
    procedures = FieldList(FormField(ProcedureRowForm), max_entries=MAX_ROWS)
    active_seconds = HiddenField(default="0")

    def read(self) -> Sheet:
        """Return the sheet as typed. Raises InvalidInput when it is too large."""
        return read_sheet({"diagnoses": self.diagnoses.data, "procedures": self.procedures.data})

    def seconds(self) -> int:
        """Return the time at work that the page measured, 0 if it says nothing sensible."""
        text = (self.active_seconds.data or "").split(".")[0]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def answer_form(sheet: Mapping[str, Any], *, active_seconds: int, spare: int = 1) -> AnswerForm:
    """Return the form filled with a stored sheet, with some blank rows to type into."""
    form = AnswerForm(formdata=None, active_seconds=str(active_seconds))
    for row in (*sheet.get("diagnoses", ()), *[{}] * (SPARE_DIAGNOSES * spare)):
        form.diagnoses.append_entry(row)
    for row in (*sheet.get("procedures", ()), *[{"units": "1"}] * (SPARE_PROCEDURES * spare)):
        form.procedures.append_entry(row)
    return form


def read_filters(args: MultiDict[str, str]) -> Filters:
    """Read the worklist's filters from the address; what isn't understood doesn't filter."""
    difficulty = args.get("difficulty", "")
    return Filters(
        specialty=args.get("specialty", ""),
        setting=args.get("setting", ""),
        section=args.get("section", ""),
        difficulty=int(difficulty) if difficulty in ("1", "2", "3", "4", "5") else None,
        status=args.get("status", ""),
        words=args.get("q", "")[:200],
    )
