"""Reads the written names of ICD-10-PCS: sections, body systems, root operations, approaches and axes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.codebook.sources.tree import SourceRefused

FILE = "names.toml"
_NO_AXES = ("Character 4", "Character 5", "Character 6", "Character 7")


@dataclass(frozen=True, slots=True)
class SectionNames:
    """What one section calls its axes and their values; ``none`` is what Z says on the 4th to 7th.

    ``wording`` holds how titles say a root operation where they don't begin with its name.
    """

    name: str
    system: str = "Body System"
    operation: str = "Root Operation"
    axes: tuple[str, ...] = _NO_AXES
    none: tuple[str, ...] = ("None", "None", "None", "None")
    systems: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)
    wording: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_approach(self) -> bool:
        return self.axes[1] == "Approach"

    def said(self, operation: str) -> tuple[str, ...]:
        """Return the words that titles may begin with for a root operation."""
        name = self.operations.get(operation)
        return self.wording.get(operation, (name,) if name else ())


@dataclass(frozen=True, slots=True)
class PcsNames:
    """All names; a newer release may have values that they lack."""

    sections: Mapping[str, SectionNames]
    approaches: Mapping[str, str]

    def section(self, char: str) -> SectionNames:
        """Return the names of a section, its bare character where it is unknown."""
        return self.sections.get(char) or SectionNames(f"Section {char}")

    def system(self, code: str) -> str:
        """Return the name of the body system that the first two characters mean."""
        return self.section(code[0]).systems.get(code[1]) or f"{self.section(code[0]).system} {code[1]}"

    def operation(self, code: str) -> str:
        """Return the name of the root operation that the first three characters mean."""
        section = self.section(code[0])
        return section.operations.get(code[2]) or f"{section.operation} {code[2]}"


def read_names(folder: Path) -> PcsNames:
    """Read the names from a folder of code sets. Raises SourceRefused, naming the file."""
    path = folder / "icd10pcs" / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        sections = {char: _section(values) for char, values in data["sections"].items()}
        return PcsNames(sections, dict(data["approaches"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SourceRefused(f"{path} can't be read ({error}): get the file that came with Chartroom.") from error


def _section(values: dict[str, Any]) -> SectionNames:
    axes, none = tuple(values["axes"]), tuple(values["none"])
    if len(axes) != 4 or len(none) != 4:
        raise KeyError(f"four axes and four words for Z are needed in {values['name']}")
    return SectionNames(
        name=values["name"],
        system=values.get("system", "Body System"),
        operation=values.get("operation", "Root Operation"),
        axes=axes,
        none=none,
        systems=dict(values["systems"]),
        operations=dict(values["operations"]),
        wording={char: tuple(words) for char, words in values.get("wording", {}).items()},
    )
