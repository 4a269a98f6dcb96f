"""Owns the shape every source parses into: a tree of chapters, sections and codes in book order."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.errors import ChartroomError


class SourceRefused(ChartroomError):
    """A source file can't be used; the message names the file, the place and the remedy."""


class NodeKind(StrEnum):
    """What a node of a code book is."""

    CHAPTER = "chapter"
    SECTION = "section"
    CODE = "code"
    MODIFIER = "modifier"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One note as printed; ``kind`` is a word of ``app.codebook.records.NOTE_LABELS``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SeventhCharacter:
    """One choice of a 7th character; ``note`` holds the other names it goes by."""

    char: str
    label: str
    note: str = ""


@dataclass(slots=True)
class SourceNode:
    """One entry; ``parent`` is the place of its parent in ``SourceTree.nodes``.

    ``seventh`` is set on the node that defines 7th characters for itself and everything below;
    ``extension`` on a code made from such a definition. ``official`` is the title that another official file
    gives; it is shown in place of ``title``, but relations are always computed from ``title``.
    """

    kind: NodeKind
    code: str
    title: str
    parent: int | None = None
    billable: bool = False
    notes: list[SourceNote] = field(default_factory=list)
    seventh: tuple[SeventhCharacter, ...] = ()
    extension: SeventhCharacter | None = None
    extra: dict[str, object] = field(default_factory=dict)
    official: str = ""

    @property
    def shown(self) -> str:
        """The title that people see."""
        return self.official or self.title


@dataclass(slots=True)
class SourceTree:
    """All nodes of one release; a parent comes before its children."""

    nodes: list[SourceNode] = field(default_factory=list)

    def add(self, node: SourceNode) -> int:
        """Append a node and return its place."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def counts(self) -> dict[str, int]:
        """Count nodes by kind, and the billable codes."""
        found = {"codes": 0, "billable": 0}
        for node in self.nodes:
            name = f"{node.kind}s"
            found[name] = found.get(name, 0) + 1
            found["billable"] += node.billable and node.kind is NodeKind.CODE
        return found
