"""The ``chartroom`` command: parse → one service call → print."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import click

from app.config import ConfigError, default_data_dir
from app.domain.errors import ChartroomError


class _LazyGroup(click.Group):
    """Loads a command's module when it is called, so that ``codes`` doesn't wait for the web server's imports."""

    _PLACES: ClassVar[dict[str, str]] = {
        "serve": "app.cli.serve:serve",
        "codes": "app.cli.codes:codes",
        "exercises": "app.cli.exercises:exercises",
        "grade": "app.cli.grade:grade",
        "users": "app.cli.users:users",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._PLACES.get(cmd_name)
        if place is None:
            return None
        from importlib import import_module

        module, name = place.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the database and the compiled code books. [default: CHARTROOM_DATA_DIR or the user's data folder]",
)
@click.version_option(package_name="chartroom", prog_name="chartroom")
@click.pass_context
def chartroom(ctx: click.Context, data_dir: Path | None) -> None:
    """Practice medical charts, graded fairly."""
    ctx.obj = {"data_dir": (data_dir or default_data_dir()).expanduser().resolve()}


def main(args: Sequence[str] | None = None) -> None:
    """Run a command; what goes wrong on purpose is one sentence on standard error and exit code 1."""
    try:
        chartroom.main(args=None if args is None else list(args), prog_name="chartroom")
    except (ChartroomError, ConfigError) as error:
        click.echo(f"chartroom: {error}", err=True)
        raise SystemExit(1) from None
