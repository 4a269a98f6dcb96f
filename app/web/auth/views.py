"""Logging in and out, registering, changing a password."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from app.domain.errors import InvalidInput
from app.extensions import limiter
from app.models import User
from app.services import accounts
from app.web.auth.forms import LoginForm, PasswordForm, RegisterForm
from app.web.forms import show_problems
from app.web.requests import now, safe_next, user_id

blueprint = Blueprint("auth", __name__, url_prefix="/auth")


def _tried_account() -> str:
    return "account:" + accounts.clean_username(request.form.get("username", ""))[:100]


def _is_post() -> bool:
    return request.method == "POST"


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit("20 per minute", exempt_when=lambda: not _is_post())
@limiter.limit("8 per minute; 60 per hour", key_func=_tried_account, exempt_when=lambda: not _is_post())
def login() -> ResponseReturnValue:
    """Log somebody in; a wrong name and a wrong password are told apart by nothing."""
    if current_user.is_authenticated and not _is_post():
        return _onward()
    form = LoginForm()
    if form.validate_on_submit():
        user = accounts.authenticate(username=form.username.data, password=form.password.data)
        if user is not None:
            _start_session(user, remember=form.remember.data)
            return _onward()
        form.form_errors.append("Log-in name or password is wrong. Check both and try again.")
    return render_template("auth/login.html", form=form), 400 if form.errors or form.form_errors else 200


@blueprint.route("/register", methods=["GET", "POST"])
@limiter.limit("40 per hour", exempt_when=lambda: not _is_post())
def register() -> ResponseReturnValue:
    """Create a student's account and log them in."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            user = accounts.register(
                username=form.username.data,
                display_name=form.display_name.data,
                password=form.password.data,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            _start_session(user, remember=False)
            return redirect(url_for("practice.worklist"))
    return render_template("auth/register.html", form=form), 400 if form.errors or form.form_errors else 200


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session and every other one of the person."""
    accounts.end_sessions(user_id())
    logout_user()
    session.clear()
    flash("You are logged out.", "info")
    return redirect(url_for("auth.login"))


@blueprint.route("/password", methods=["GET", "POST"])
@limiter.limit("10 per minute", exempt_when=lambda: not _is_post())
def password() -> ResponseReturnValue:
    """Change one's own password; other sessions end, this one goes on."""
    form = PasswordForm()
    if form.validate_on_submit():
        person = user_id()
        try:
            accounts.change_password(person, current=form.current.data, new=form.new.data)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            _start_session(accounts.get_user(person), remember=False)
            flash("Your password is changed. Other devices are logged out.", "success")
            return redirect(url_for("practice.worklist"))
    return render_template("auth/password.html", form=form), 400 if form.errors or form.form_errors else 200


@blueprint.get("/token")
def token() -> ResponseReturnValue:
    """Give a page that was open for long a fresh security token, so that its next save goes through."""
    return jsonify(csrf_token=generate_csrf())


def _start_session(user: User, *, remember: bool) -> None:
    session.clear()  # nothing of the session before the log-in is carried over
    login_user(user, remember=remember)


def _onward() -> ResponseReturnValue:
    return redirect(safe_next(request.args.get("next")) or url_for("practice.worklist"))
