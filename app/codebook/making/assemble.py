"""Makes one tree of all the files of a release: a tabular list, official titles laid over it, or titles alone."""

from collections import defaultdict
from collections.abc import Sequence

from app.codebook.sources.parsed import ParsedBook, ParsedTitles, TitleRow
from app.codebook.sources.tree import NodeKind, SourceNode, SourceRefused, SourceTree

Part = ParsedBook | ParsedTitles
#: An order file that differs from the tabular list in more of its codes than this belongs to another release.
_MOST_DIFFERING = 0.01


def tree_of(parts: Sequence[Part]) -> SourceTree:
    """Return the tree of a release from its files. Raises SourceRefused when they don't belong together."""
    titles = sorted((part for part in parts if isinstance(part, ParsedTitles)), key=_rank, reverse=True)
    base = next((part.tree for part in parts if isinstance(part, ParsedBook)), None)
    if base is None:
        return _tree_of_titles({(row.kind, row.code): row for part in titles for row in part.rows})
    for part in titles:
        base = laid_over(base, part)
    return base


def _rank(part: ParsedTitles) -> int:
    """Rank by the order of the kinds of files: of two titles of a code the earlier kind's is taken."""
    return list(type(part.kind)).index(part.kind)


def _tree_of_titles(rows: dict[tuple[NodeKind, str], TitleRow]) -> SourceTree:
    """Return a tree without chapters and notes; a code stands below the longest listed beginning of it."""
    tree = SourceTree()
    places: dict[str, int] = {}
    for _, row in sorted(rows.items(), key=lambda item: (item[0][0] is not NodeKind.CODE, item[0][1])):
        parent = _above(row.code, places) if row.kind is NodeKind.CODE else None
        extra: dict[str, object] = {"short": row.short} if row.short else {}
        node = SourceNode(row.kind, row.code, row.title, parent, billable=row.billable, extra=extra)
        place = tree.add(node)
        if row.kind is NodeKind.CODE:
            places[row.code] = place
    return tree


def _above(code: str, places: dict[str, int]) -> int | None:
    for length in range(len(code) - 1, 2, -1):
        place = places.get(code[:length].rstrip("."))
        if place is not None:
            return place
    return None


def laid_over(tree: SourceTree, part: ParsedTitles) -> SourceTree:
    """Give the tree official titles; what the list says of a code being billable counts more than the tree."""
    rows = {row.code: row for row in part.rows if row.kind is NodeKind.CODE}
    known = {node.code for node in tree.nodes if node.kind is NodeKind.CODE}
    _check_same_release(part, rows.keys() - known, known - rows.keys(), len(known))
    dropped = set()
    for place, node in enumerate(tree.nodes):
        if node.kind is not NodeKind.CODE:
            continue
        row = rows.get(node.code)
        if row is not None:
            node.official = row.title if row.title != node.title else ""
            node.billable = row.billable
        elif node.extension:
            dropped.add(place)
        else:
            node.billable = False
    extra = [rows[code] for code in sorted(rows.keys() - known)]
    return _changed(tree, dropped, extra) if dropped or extra else tree


def _check_same_release(part: ParsedTitles, unknown: set[str], missing: set[str], size: int) -> None:
    differing = len(unknown) + len(missing)
    if differing > _MOST_DIFFERING * size:
        examples = ", ".join([*sorted(unknown)[:3], *sorted(missing)[:3]])
        raise SourceRefused(
            f"The {part.kind} and the tabular list of this release differ in {differing:,} codes ({examples}): they "
            "belong to different releases. Name the release of the one you import with “--release”."
        )


def _changed(tree: SourceTree, dropped: set[int], extra: Sequence[TitleRow]) -> SourceTree:
    """Return the tree without some leaves and with codes added below the longest known beginning of each."""
    places = {node.code: place for place, node in enumerate(tree.nodes) if node.kind is NodeKind.CODE}
    added: dict[int | None, list[TitleRow]] = defaultdict(list)
    for row in extra:
        added[_above(row.code, places)].append(row)
    children: dict[int | None, list[int]] = defaultdict(list)
    for place, node in enumerate(tree.nodes):
        if place not in dropped:
            children[node.parent].append(place)
    changed = SourceTree()

    def copy(old: int | None, new: int | None) -> None:
        for place in children[old]:
            node = tree.nodes[place]
            node.parent = new
            copy(place, changed.add(node))
        for row in added[old]:
            changed.add(SourceNode(NodeKind.CODE, row.code, row.title, new, billable=row.billable))

    copy(None, None)
    return changed
