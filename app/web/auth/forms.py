"""Forms for logging in, registering and changing a password. The role is never a field."""

from typing import Any

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.passwords import MAX_LENGTH, MIN_LENGTH
from app.web.forms import PageForm

_NAME = "Enter your log-in name."
_PASSWORD = "Enter your password."  # noqa: S105 - a message


class LoginForm(PageForm):
    """Log-in name and password."""

    username = StringField(
        "Log-in name",
        [InputRequired(_NAME), Length(max=100)],
        render_kw={"autocomplete": "username", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password", [InputRequired(_PASSWORD), Length(max=1000)], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField("Stay logged in on this device")


class RegisterForm(PageForm):
    """What a new student enters."""

    username = StringField(
        "Log-in name",
        [InputRequired("Choose a log-in name."), Length(max=100)],
        description="3 to 40 letters a to z, digits, dots, dashes or underscores. Not an e-mail address.",
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    display_name = StringField(
        "Your name",
        [InputRequired("Enter the name that others should see."), Length(max=200)],
        description="Your instructor sees it.",
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Choose a password."), Length(max=1000)],
        description=f"{MIN_LENGTH} to {MAX_LENGTH} characters; a few unrelated words are best.",
        render_kw={"autocomplete": "new-password"},
    )

    def entered(self) -> dict[str, Any]:
        """Return what was entered, by the names that ``accounts.register`` has for it."""
        return {name: self[name].data for name in ("username", "display_name", "password")}


class PasswordForm(PageForm):
    """The current password and the new one."""

    current = PasswordField(
        "Current password", [InputRequired(_PASSWORD), Length(max=1000)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        "New password",
        [InputRequired("Choose a new password."), Length(max=1000)],
        description=f"{MIN_LENGTH} to {MAX_LENGTH} characters; a few unrelated words are best.",
        render_kw={"autocomplete": "new-password"},
    )
