"""Accounts and their roles."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from app.domain.errors import InvalidInput
from app.domain.roles import Role
from app.services import accounts
from app.web.forms import PageForm
from app.web.requests import page_argument, user_id

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

PER_PAGE = 50


class RoleForm(PageForm):
    """The new role of one account."""

    username = HiddenField(validators=[InputRequired()])
    role = SelectField("Role", choices=[role.value for role in Role])


@blueprint.get("/users")
def users() -> ResponseReturnValue:
    """List the accounts."""
    page = page_argument()
    rows, total = accounts.list_users(page=page, per_page=PER_PAGE)
    forms = {user.id: RoleForm(formdata=None, username=user.username, role=user.role) for user in rows}
    return render_template(
        "admin/users.html", users=rows, forms=forms, page=page, pages=-(-total // PER_PAGE), total=total
    )


@blueprint.post("/users/role")
def role() -> ResponseReturnValue:
    """Change somebody's role, from their next click on."""
    form = RoleForm()
    if not form.validate():
        raise InvalidInput("Choose one of the roles: student, instructor or admin.")
    changed = accounts.set_role(form.username.data, Role(form.role.data), by=user_id())
    flash(f"{changed.display_name} is now {changed.role}.", "success")
    return redirect(url_for("admin.users", page=request.args.get("page")))
