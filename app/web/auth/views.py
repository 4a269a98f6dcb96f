"""Logging in and out, registering, changing a password."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import COOKIE_NAME, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from app.domain.errors import InvalidInput
from app.extensions import limiter
from app.models import User
from app.services import accounts
from app.services.moment import utc_now
from app.web.auth.forms import LoginForm, PasswordForm, RegisterForm
from app.web.forms import show_problems
from app.web.requests import safe_next, user_id

blueprint = Blueprint("auth", __name__, url_prefix="/auth")


def _tried_account() -> str:
    return "account:" + accounts.clean_username(request.form.get("username", ""))[:100]


def _tried_from_here() -> str:
    return f"{_tried_account()} from {get_remote_address()}"


def _is_get() -> bool:
    return request.method == "GET"


def _failed(response: Response) -> bool:
    """Only tries that failed count against a limit: a class logs in from one address."""
    return response.status_code == 400


def _limit(text: str, key: Callable[[], str] = get_remote_address) -> Any:
    return limiter.limit(text, key_func=key, exempt_when=_is_get, deduct_when=_failed)


@blueprint.route("/login", methods=["GET", "POST"])
@_limit("40 per minute; 400 per hour")
@_limit("8 per minute; 40 per hour", _tried_from_here)
@_limit("200 per hour", _tried_account)
def login() -> ResponseReturnValue:
    """Log somebody in; a wrong name and a wrong password are told apart by nothing."""
    if current_user.is_authenticated and _is_get():
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
@limiter.limit("300 per hour", exempt_when=_is_get)
def register() -> ResponseReturnValue:
    """Create a student's account and log them in."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            _start_session(accounts.register(**form.entered(), now=utc_now()), remember=False)
            return redirect(url_for("practice.worklist"))
        except InvalidInput as error:
            show_problems(form, error)
    return render_template("auth/register.html", form=form), 400 if form.errors or form.form_errors else 200


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session and every other one of the person."""
    accounts.end_sessions(user_id())
    session.clear()
    logout_user()  # last: it leaves word in the session that the "stay logged in" cookie has to go
    flash("You are logged out.", "info")
    return redirect(url_for("auth.login"))


@blueprint.route("/password", methods=["GET", "POST"])
@_limit("10 per minute")
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
            _start_session(accounts.get_user(person), remember=COOKIE_NAME in request.cookies)
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
