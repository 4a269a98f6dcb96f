"""``chartroom grade``: an answer against a chart's key, without a server, a login or a database."""

import json
import sys
from pathlib import Path

import click

from app.cli.books import open_library
from app.config import bundled
from app.domain.errors import AnswerRefused
from app.domain.grading.answer import parse_answer
from app.domain.grading.grade import grade as grade_answer
from app.domain.grading.labels import METHOD_LABELS, reason_label
from app.domain.grading.ledger import Grade
from app.services.bank import find_chart, load_chart

LARGEST_ANSWER = 1_000_000
EXAMPLE = '{"lines": [{"system": "ICD-10-CM", "code": "D22.5"}]}'


@click.command()
@click.argument("exercise")
@click.option(
    "--answer",
    "answer_file",
    required=True,
    type=click.Path(allow_dash=True),
    help="JSON file, or - for standard input.",
)
@click.option("--sibling", default="", help="Which sister chart, where the exercise has some; the first without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def grade(ctx: click.Context, exercise: str, answer_file: str, sibling: str, as_json: bool) -> None:
    """Grade an answer to EXERCISE, a chart's id in the bundled bank or the path of a chart folder."""
    data = _read_json(answer_file)
    folder = find_chart(exercise, bundled("exercises"))
    library = open_library(ctx)
    chart = load_chart(folder, library, sibling)
    result = grade_answer(parse_answer(data), chart.key, library.on(chart.date_of_service))
    if as_json:
        click.echo(json.dumps({"exercise": chart.id, **result.to_json()}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(result)))


def _read_json(name: str) -> object:
    """Return the JSON data of a file. Raises AnswerRefused, in one sentence, for anything that isn't such a file."""
    shown = "standard input" if name == "-" else f"“{name}”"
    data = _read_bytes(name, shown)
    if len(data) > LARGEST_ANSWER:
        raise AnswerRefused(f"The answer in {shown} is larger than 1 MB: an answer has a few dozen lines.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AnswerRefused(f"The answer in {shown} isn't UTF-8 text: save it as UTF-8.") from None
    if "\x00" in text:
        raise AnswerRefused(f"The answer in {shown} holds NUL characters: save it as UTF-8 text.")
    if not text.strip():
        raise AnswerRefused(f"The answer in {shown} is empty: write {EXAMPLE}.")
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
        return data
    except UnicodeEncodeError:
        raise AnswerRefused(f"The answer in {shown} holds half a character (a lone surrogate): take it out.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise AnswerRefused(f"The answer in {shown} isn't JSON ({error.msg} at {place}): write {EXAMPLE}.") from None
    except RecursionError:
        raise AnswerRefused(f"The answer in {shown} is nested too deeply: write {EXAMPLE}.") from None
    except ValueError:
        raise AnswerRefused(f"The answer in {shown} holds a number too long to read: shorten it.") from None


def _read_bytes(name: str, shown: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(LARGEST_ANSWER + 1)
        with Path(name).open("rb") as file:
            return file.read(LARGEST_ANSWER + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name isn't usable"
        raise AnswerRefused(f"The answer in {shown} can't be read ({reason}): check the file's name.") from None


def _lines(result: Grade) -> list[str]:
    """Write a result for reading."""
    data = result.to_json()
    lines = [f"Score {result.score:.4f}: {_points(data['worth'] - data['cost'])} of {_points(data['worth'])} points"]
    if result.cost > result.worth:
        lines = [
            f"Score {result.score:.4f}: corrections cost {_points(data['cost'])} of {_points(data['worth'])} points"
        ]
    for entry in data["ledger"]:
        place = " ".join([f"line {entry['line']}"] * bool(entry["line"]) + [f"({entry['slot']})"] * bool(entry["slot"]))
        lines.append(f"  -{_points(entry['lost']):<6} {place}: {reason_label(entry['reason'])}. {entry['text']}")
    lines += [f"  not graded, line {e['line']}, {e['field']}: {e['text']}" for e in data["format_errors"]]
    lines.append("Other ways to count this answer:")
    for name, method in data["methods"].items():
        lines.append(f"  {METHOD_LABELS.get(name, name)}: {_value(method['value'])}  ({method['arithmetic']})")
    return lines + [f"Note: {note}" for note in data["notes"]]


def _points(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _value(value: float | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:.4f}"
