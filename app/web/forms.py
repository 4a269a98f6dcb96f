"""What the blueprints' forms share."""

from flask_wtf import FlaskForm

from app.domain.errors import InvalidInput


def show_problems(form: FlaskForm, error: InvalidInput) -> None:
    """Put a service's problems beside the fields they are about; the others above the form."""
    for name, text in error.problems.items():
        field = form._fields.get(name)
        if field is not None:
            field.errors = [*field.errors, text]
    if not any(name in form._fields for name in error.problems):
        form.form_errors.append(str(error))
