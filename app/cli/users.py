"""``chartroom users``: accounts at the terminal."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.cli.application import prepared_application, say_on_stderr
from app.domain.errors import InvalidInput
from app.domain.roles import Role
from app.services import accounts
from app.services.moment import utc_now

ROLE = click.Choice([role.value for role in Role])


@click.group()
def users() -> None:
    """List accounts, make one, change a role or a password."""


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_accounts(ctx: click.Context, as_json: bool) -> None:
    """List every account with its role."""
    with _application(ctx):
        rows, _total = accounts.list_users(per_page=100_000)
        if as_json:
            found = [{"username": u.username, "name": u.display_name, "role": u.role} for u in rows]
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for user in rows:
            click.echo(f"{user.username:<24} {user.role:<12} {user.display_name}")


@users.command()
@click.argument("username")
@click.option("--name", help="The name that others see. [default: the log-in name]")
@click.option("--role", type=ROLE, default=Role.STUDENT.value, show_default=True)
@click.password_option(help="Asked for when not given.")
@click.pass_context
def add(ctx: click.Context, username: str, name: str | None, role: str, password: str) -> None:
    """Make an account."""
    with _application(ctx):
        try:
            accounts.register(
                username=username, display_name=name or username, password=password, now=utc_now(), role=Role(role)
            )
        except InvalidInput as error:
            raise InvalidInput(" ".join([str(error), *error.problems.values()]), error.problems) from None
        click.echo(f"{accounts.clean_username(username)} can log in as {role}.")


@users.command("role")
@click.argument("username")
@click.argument("role", type=ROLE)
@click.pass_context
def change_role(ctx: click.Context, username: str, role: str) -> None:
    """Change what somebody may do."""
    with _application(ctx):
        accounts.set_role(username, Role(role))
        click.echo(f"{accounts.clean_username(username)} is now {role}.")


@users.command("password")
@click.argument("username")
@click.password_option(help="Asked for when not given.")
@click.pass_context
def change_password(ctx: click.Context, username: str, password: str) -> None:
    """Set a password for somebody who forgot theirs; their sessions end."""
    with _application(ctx):
        accounts.set_password(username, password)
        click.echo(f"The password of {accounts.clean_username(username)} is changed.")


@contextmanager
def _application(ctx: click.Context) -> Iterator[None]:
    with prepared_application(ctx.obj["data_dir"], say=say_on_stderr).app_context():
        yield
