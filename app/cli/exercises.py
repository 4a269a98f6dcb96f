"""``chartroom exercises``: the bank's files at the terminal, without a server, a login or a database."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from app.cli.books import open_library
from app.codebook.library import BooksInForce
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.errors import ChartroomError
from app.domain.exercises.problems import Level, Problem
from app.services.bank import BankEntry, chart_folders, check_path, find_chart, read_bank
from app.services.question_files import read_questions

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def exercises() -> None:
    """List, check, load and count the charts and questions of the bank."""


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
    library = open_library(ctx)
    questions = read_questions(folder, library, drafts=True)
    problems = (*check_path(folder, library), *questions.problems)
    count, asked = len(chart_folders(folder)), len(questions.questions) + len(questions.broken)
    errors = sum(problem.level is Level.ERROR for problem in problems)
    if as_json:
        found = [_problem(problem) for problem in problems]
        facts = {"checked": count, "questions": asked, "errors": errors, "problems": found}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            note = "warning: " if problem.level is Level.WARNING else ""
            click.echo(f"{_place(problem)}: {note}{problem.message}")
        click.echo(_summary(count, asked, errors, len(problems) - errors))
    if errors:
        ctx.exit(1)


@exercises.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--drafts", is_flag=True, help="Load charts that nobody has double-coded, too.")
@AS_JSON
@click.pass_context
def load(ctx: click.Context, path: Path | None, drafts: bool, as_json: bool) -> None:
    """Put the charts and questions of the bundled bank, or of the bank folder at PATH, into the database."""
    from app.cli.application import prepared_application, say_on_stderr
    from app.models.exercises import Origin
    from app.services.exercises import load_bank
    from app.services.moment import utc_now
    from app.services.questions import load_questions

    library, folder, now = open_library(ctx), path or bundled("exercises"), utc_now()
    origin = Origin.OWN if path else Origin.BUNDLED
    with prepared_application(ctx.obj["data_dir"], say=say_on_stderr).app_context():
        report = load_bank(folder, library, now, drafts=drafts, origin=origin)
        asked = load_questions(folder, library, now, drafts=drafts, origin=origin)
    if as_json:
        click.echo(json.dumps({**asdict(report), "questions": asdict(asked)}, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"Charts: {len(report.added)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged."
        )
        click.echo(f"Questions: {asked.added} new, {asked.changed} changed, {asked.unchanged} unchanged.")
    _say_left_out((*report.withdrawn, *asked.withdrawn), "Withdrawn, the bank no longer has them")
    _say_left_out((*report.drafts, *asked.drafts), "Left out as drafts (--drafts loads them)")
    broken = (*report.broken, *asked.broken)
    _say_left_out(broken, "Left out because of errors (“chartroom exercises check” names them)")
    if broken:
        ctx.exit(1)


@exercises.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--print-only", is_flag=True, help="Leave REPORT.md in the bank's folder as it is.")
@click.pass_context
def report(ctx: click.Context, path: Path | None, print_only: bool) -> None:
    """Print the figures of the bundled bank, or of the bank folder at PATH, and write them to its REPORT.md."""
    from app.services.bank_report import REPORT_FILE, as_markdown, bank_report

    folder = path or bundled("exercises")
    page = as_markdown(bank_report(folder, open_library(ctx)))
    click.echo(page, nl=False)
    if not print_only:
        target = folder / REPORT_FILE
        try:
            target.write_text(page, encoding="utf-8")
        except OSError as error:
            raise ChartroomError(f"{target} can't be written ({error.strerror}): check its permissions.") from None
        click.echo(f"Written to {_shown(str(target.resolve()))}.", err=True)


@exercises.command("print")
@click.argument("names", nargs=-1)
@click.option("--draw", type=click.IntRange(1, 1000), help="Draw this many charts of the bundled bank at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same charts.")
@click.pass_context
def print_charts(ctx: click.Context, names: tuple[str, ...], draw: int | None, seed: int) -> None:
    """Print charts with key, rationale and second coding as Markdown, for judging them on paper.

    NAMES are ids of the bundled bank or paths of chart folders; of a chart with siblings the first is printed.
    """
    from random import Random

    from app.domain.exercises.printed import printed

    library, bank = open_library(ctx), bundled("exercises")
    if bool(names) == bool(draw):
        raise ChartroomError("Name the charts to print, or draw some with --draw.")
    folders = [find_chart(name, bank) for name in names]
    if draw:
        every = chart_folders(bank)
        folders = sorted(Random(seed).sample(every, min(draw, len(every))))  # noqa: S311 - no secret
    for folder in folders:
        found = read_bank(folder, library, drafts=True)
        if not found.exercises:
            raise ChartroomError(f"“{folder.name}” has errors: “chartroom exercises check {folder}” names them.")
        entry = found.exercises[0]
        books = library.on(entry.exercise.date_of_service)
        sibling = next(iter(entry.siblings), "")
        click.echo(printed(entry.exercise, entry.review, partial(_title, books), sibling=sibling))


def _title(books: BooksInForce, system: CodeSystem, code: str) -> str:
    found = books.find(system, code)
    return found.title if found else ""


def _say_left_out(names: tuple[str, ...], what: str) -> None:
    if names:
        click.echo(f"{what}: {', '.join(names)}.", err=True)


def _summary(charts: int, questions: int, errors: int, warnings: int) -> str:
    checked = "1 chart" if charts == 1 else f"{charts} charts"
    if questions:
        checked += f" and {questions} question{'s' * (questions != 1)}"
    if not errors and not warnings:
        return f"{checked} checked, nothing wrong."
    return f"{checked} checked: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}."


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
