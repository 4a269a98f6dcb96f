"""What the blueprints' forms share."""

from flask import request
from flask_wtf import FlaskForm

from app.domain.errors import InvalidInput


class PageForm(FlaskForm):
    """A form of a page. Its data come from a form only; JSON is for the endpoints of scripts."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: FlaskForm, formdata: object) -> object:
            return None if request.is_json else super().wrap_formdata(form, formdata)


def show_problems(form: FlaskForm, error: InvalidInput) -> None:
    """Put a service's problems beside the fields they are about; the others above the form."""
    for name, text in error.problems.items():
        field = form._fields.get(name)
        if field is not None:
            field.errors = [*field.errors, text]
    if not any(name in form._fields for name in error.problems):
        form.form_errors.append(str(error))
