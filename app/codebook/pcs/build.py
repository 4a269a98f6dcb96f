"""Builds the tables of ICD-10-PCS from the codes and titles of a book, where the official tables aren't imported."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.codebook.pcs.store import FILE, Head, PcsTable, Row, write_tables
from app.codebook.sources.pcs_names import PcsNames, read_names
from app.codebook.sources.pcs_rows import rows_of
from app.codebook.sources.pcs_values import Value, Values, derive_values
from app.codebook.sources.tree import NodeKind, SourceTree
from app.config import bundled


def write_beside(folder: Path, tree: SourceTree) -> None:
    """Write the tables of a book of ICD-10-PCS into its folder."""
    titles = {node.code: node.shown for node in tree.nodes if node.kind is NodeKind.CODE and node.billable}
    write_tables(folder / FILE, tables_of(titles, read_names(bundled("codesets"))))


def tables_of(titles: Mapping[str, str], names: PcsNames) -> Iterator[PcsTable]:
    """Yield the tables, in order, whose combinations are exactly the codes of ``titles``."""
    tables: dict[str, list[Values]] = defaultdict(list)
    for code, values in derive_values(titles, names).items():
        tables[code[:3]].append(values)
    for table in sorted(tables):
        section = names.section(table[0])
        heads = (
            Head(table[0], "Section", section.name),
            Head(table[1], section.system, names.system(table)),
            Head(table[2], section.operation, names.operation(table)),
        )
        yield PcsTable(heads, section.axes, tuple(sorted(map(_in_order, rows_of(tables[table])), key=_begins)))


def _in_order(row: tuple[frozenset[Value], ...]) -> Row:
    return tuple(tuple(sorted(axis, key=lambda value: value.char)) for axis in row)


def _begins(row: Row) -> tuple[str, ...]:
    return tuple("".join(value.char for value in axis) for axis in row)
