"""``chartroom exercises``: the bank's files at the terminal, without a server, a login or a database."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.books import open_library
from app.config import bundled
from app.domain.exercises.problems import Level, Problem
from app.services.bank import BankEntry, chart_folders, check_path, read_bank

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def exercises() -> None:
    """List and check the charts of the bank."""


@exercises.command("list")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@AS_JSON
@click.pass_context
def list_exercises(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """List the charts of the bundled bank, or of a bank folder at PATH; drafts too."""
    bank = read_bank(path or bundled("exercises"), open_library(ctx), drafts=True)
    if as_json:
        click.echo(json.dumps([_row(entry) for entry in bank.exercises], ensure_ascii=False, indent=2))
    else:
        width = max((len(entry.exercise.id) for entry in bank.exercises), default=0)
        for entry in bank.exercises:
            click.echo(_line(entry, width))
    if bank.broken:
        listed = ", ".join(bank.broken)
        click.echo(f"Left out because of errors: {listed}. “chartroom exercises check” names them.", err=True)


@exercises.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@AS_JSON
@click.pass_context
def check(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """Check the bundled bank, or the chart or bank folder at PATH; exit with 1 if anything is wrong."""
    folder = path or bundled("exercises")
    problems = check_path(folder, open_library(ctx))
    count = len(chart_folders(folder))
    errors = sum(problem.level is Level.ERROR for problem in problems)
    if as_json:
        found = [_problem(problem) for problem in problems]
        click.echo(json.dumps({"checked": count, "errors": errors, "problems": found}, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            note = "warning: " if problem.level is Level.WARNING else ""
            click.echo(f"{_place(problem)}: {note}{problem.message}")
        click.echo(_summary(count, errors, len(problems) - errors))
    if errors:
        ctx.exit(1)


@exercises.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--drafts", is_flag=True, help="Load charts that nobody has double-coded, too.")
@AS_JSON
@click.pass_context
def load(ctx: click.Context, path: Path | None, drafts: bool, as_json: bool) -> None:
    """Put the charts of the bundled bank, or of the bank folder at PATH, into the database."""
    from app.cli.application import prepared_application, say_on_stderr
    from app.services.exercises import load_bank
    from app.services.moment import utc_now

    library = open_library(ctx)
    with prepared_application(ctx.obj["data_dir"], say=say_on_stderr).app_context():
        report = load_bank(path or bundled("exercises"), library, utc_now(), drafts=drafts)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{len(report.added)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged.")
    if report.drafts:
        click.echo(f"Left out as drafts (--drafts loads them): {', '.join(report.drafts)}.", err=True)
    if report.broken:
        listed = ", ".join(report.broken)
        click.echo(f"Left out because of errors: {listed}. “chartroom exercises check” names them.", err=True)
        ctx.exit(1)


def _summary(count: int, errors: int, warnings: int) -> str:
    charts = "1 chart" if count == 1 else f"{count} charts"
    if not errors and not warnings:
        return f"{charts} checked, nothing wrong."
    return f"{charts} checked: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}."


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "path": _shown(problem.path),
        "line": problem.line,
        "where": problem.where,
        "level": problem.level.value,
        "message": problem.message,
    }


def _place(problem: Problem) -> str:
    return f"{_shown(problem.path)}:{problem.line}" if problem.line else _shown(problem.path)


def _shown(path: str) -> str:
    """Shorten a path below the current folder."""
    full, here = Path(path), Path.cwd()
    return str(full.relative_to(here)) if full.is_absolute() and full.is_relative_to(here) else path


def _row(entry: BankEntry) -> dict[str, object]:
    exercise = entry.exercise
    return {
        "id": exercise.id,
        "title": exercise.title,
        "setting": exercise.setting.value,
        "specialty": exercise.specialty,
        "sections": list(exercise.sections),
        "topics": list(exercise.topics),
        "difficulty": exercise.difficulty,
        "minutes": exercise.minutes,
        "date_of_service": exercise.date_of_service.isoformat(),
        "draft": entry.is_draft,
    }


def _line(entry: BankEntry, width: int) -> str:
    exercise = entry.exercise
    draft = "  (draft: not double-coded yet)" if entry.is_draft else ""
    facts = f"{exercise.setting}, {exercise.specialty}, difficulty {exercise.difficulty}, {exercise.minutes} min"
    return f"{exercise.id:<{width}}  {exercise.title} ({facts}){draft}"
