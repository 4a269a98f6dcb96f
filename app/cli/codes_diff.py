"""``chartroom codes diff``: what changed between two releases, and which answer keys it hits."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.books import open_library
from app.cli.code_systems import SystemName
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.services.differences import Change, Differences, KeyHit, compare_releases, keys_hit

_HEADINGS = {
    "added": "Added",
    "deleted": "Deleted",
    "demoted": "Turned into headings, no longer billable",
    "promoted": "Turned from headings into billable codes",
    "retitled": "Retitled",
}


@click.command("diff")
@click.argument("system", type=SystemName())
@click.argument("old")
@click.argument("new")
@click.option("--bank", type=click.Path(path_type=Path), help="Bank folder whose keys are looked through.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def diff(ctx: click.Context, system: CodeSystem, old: str, new: str, bank: Path | None, as_json: bool) -> None:
    """Compare two installed releases of a code system, by book id or year, such as ICD-10-CM 2026-04 2027."""
    library = open_library(ctx)
    found = compare_releases(library, system, old, new)
    hits = keys_hit(found, bank or bundled("exercises"), library)
    if as_json:
        click.echo(json.dumps(_as_data(found, hits), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(found, hits)))


def _as_data(found: Differences, hits: tuple[KeyHit, ...]) -> dict[str, object]:
    return {
        "old": found.old.id,
        "new": found.new.id,
        **{name: [asdict(change) for change in listed] for name, listed in found.by_kind.items()},
        "same_title_source": found.same_titles,
        "keys_hit": [asdict(hit) for hit in hits],
    }


def _lines(found: Differences, hits: tuple[KeyHit, ...]) -> list[str]:
    lines = [f"{found.old.id} → {found.new.id}"]
    for name, listed in found.by_kind.items():
        billable = sum(change.billable for change in listed)
        what = f"{len(listed):,}" + (f" ({billable:,} billable)" if name in ("added", "deleted") else "")
        lines += ["", f"{_HEADINGS[name]}: {what}", *(_line(name, change) for change in listed)]
        if name == "retitled" and not found.same_titles:
            lines.append("  The titles come from different kinds of files: some differ in wording only for that.")
    lines += ["", f"Answer keys hit: {len(hits):,}"]
    lines += [f"  {hit.chart}: {hit.code} ({hit.role}) is {hit.change}" for hit in hits]
    return lines


def _line(name: str, change: Change) -> str:
    heading = "" if change.billable or name == "demoted" else "(heading) "
    if name == "retitled":
        return f"  {change.code}  {change.before} → {change.title}"
    return f"  {change.code}  {heading}{change.title}"
