"""Who may call which endpoint: one table, asked before every request. What isn't listed is refused."""

from enum import Enum

from flask import Flask, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.domain.roles import may_manage_accounts, may_see_keys
from app.extensions import login_manager
from app.services import accounts
from app.web.requests import wants_json


class Access(Enum):
    """The groups of people that endpoints are open to."""

    EVERYBODY = "everybody"
    LOGGED_IN = "anybody who is logged in"
    STAFF = "instructors and admins"
    ADMIN = "admins"


ACCESS: dict[str, Access] = {
    "static": Access.EVERYBODY,
    "bootstrap.static": Access.EVERYBODY,
    "main.root": Access.EVERYBODY,
    "main.about": Access.EVERYBODY,
    "main.healthz": Access.EVERYBODY,
    "main.favicon": Access.EVERYBODY,
    "auth.login": Access.EVERYBODY,
    "auth.register": Access.EVERYBODY,
    "auth.logout": Access.LOGGED_IN,
    "auth.password": Access.LOGGED_IN,
    "auth.token": Access.LOGGED_IN,
    "practice.worklist": Access.LOGGED_IN,
    "practice.chart": Access.LOGGED_IN,
    "practice.begin": Access.LOGGED_IN,
    "practice.workspace": Access.LOGGED_IN,
    "practice.draft": Access.LOGGED_IN,
    "practice.check": Access.LOGGED_IN,
    "practice.submit": Access.LOGGED_IN,
    "practice.result": Access.LOGGED_IN,
    "practice.history": Access.LOGGED_IN,
    "questions.index": Access.LOGGED_IN,
    "questions.section": Access.LOGGED_IN,
    "questions.question": Access.LOGGED_IN,
    "questions.answer": Access.LOGGED_IN,
    "questions.feedback": Access.LOGGED_IN,
    "progress.index": Access.LOGGED_IN,
    "codebook.index": Access.LOGGED_IN,
    "codebook.code": Access.LOGGED_IN,
    "codebook.search": Access.LOGGED_IN,
    "codebook.chapters": Access.LOGGED_IN,
    "codebook.entry": Access.LOGGED_IN,
    "codebook.book": Access.LOGGED_IN,
    "codebook.part": Access.LOGGED_IN,
    "codebook.indexes": Access.LOGGED_IN,
    "codebook.letter": Access.LOGGED_IN,
    "codebook.term": Access.LOGGED_IN,
    "codebook.see": Access.LOGGED_IN,
    "codebook.mine": Access.LOGGED_IN,
    "codebook.note": Access.LOGGED_IN,
    "codebook.bookmark": Access.LOGGED_IN,
    "codebook.visited": Access.LOGGED_IN,
    "codebook.pcs": Access.LOGGED_IN,
    "codebook.pcs_step": Access.LOGGED_IN,
    "codebook.pcs_find": Access.LOGGED_IN,
    "bank.index": Access.STAFF,
    "bank.chart": Access.STAFF,
    "bank.questions": Access.STAFF,
    "bank.question": Access.STAFF,
    "admin.users": Access.ADMIN,
    "admin.role": Access.ADMIN,
    "admin.imports": Access.ADMIN,
    "admin.start_import": Access.ADMIN,
    "admin.import_job": Access.ADMIN,
    "admin.import_state": Access.ADMIN,
}


def register(app: Flask) -> None:
    """Ask the table before every request, and tell Flask-Login how to find people."""
    login_manager.user_loader(accounts.find_by_session_key)
    app.before_request(_check)


def is_allowed(access: Access) -> bool:
    """Tell whether the person of this request belongs to a group."""
    if access is Access.EVERYBODY:
        return True
    if not current_user.is_authenticated:
        return False
    if access is Access.LOGGED_IN:
        return True
    if access is Access.STAFF:
        return may_see_keys(current_user.role)
    return may_manage_accounts(current_user.role)


def _check() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if "\x00" in request.path:
        abort(404)
    if endpoint is None:
        return None  # no such page, or not by this method: the router answers
    access = ACCESS.get(endpoint)
    if access is None:
        abort(403)
    if is_allowed(access):
        return None
    if current_user.is_authenticated:
        abort(403)
    return _ask_to_log_in()


def _ask_to_log_in() -> ResponseReturnValue:
    if wants_json():
        return jsonify(
            error="You are logged out. Log in again; your answer is kept.", login_url=url_for("auth.login")
        ), 401
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=target))
