"""Compiles and imports books in a process of its own, so that a server keeps none of the memory and the time it takes.

``python -m app.codebook.making.apart`` is that process. It gets one line of JSON and prints a line "share<tab>sentence"
a step; the last line of an import is "done<tab>JSON". Its error is one sentence, with an exit code for its kind.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.codebook.making.build import Progress, compile_embedded, is_compiled
from app.codebook.making.importing import Imported, Outcome, import_files
from app.codebook.sources.releases import ReleaseOptions
from app.codebook.sources.tree import SourceRefused
from app.domain.errors import ChartroomError, SetupError

_SETUP, _REFUSED = 1, 3


def compile_apart(
    folder: Path, codesets: Path, progress: Progress = lambda text, share: None, *, extras: bool = True
) -> None:
    """Do what ``compile_embedded`` does, in another process; raises SetupError with its sentence if it fails."""
    if not is_compiled(folder, codesets, extras=extras):
        _run({"do": "compile", "folder": str(folder), "codesets": str(codesets), "extras": extras}, progress)


def import_apart(
    folder: Path, paths: Sequence[Path], *, options: ReleaseOptions, now: datetime, progress: Progress
) -> tuple[Imported, ...]:
    """Do what ``import_files`` does, in another process; raises what that raises."""
    order = {
        "do": "import",
        "folder": str(folder),
        "paths": [str(path) for path in paths],
        "release": options.release,
        "starts": options.starts.isoformat() if options.starts else None,
        "ends": options.ends.isoformat() if options.ends else None,
        "now": now.isoformat(),
    }
    done = json.loads(_run(order, progress) or "[]")
    return tuple(Imported(**{**one, "outcome": Outcome(one["outcome"])}) for one in done)


def _run(order: dict[str, Any], progress: Progress) -> str:
    """Run this module with an order; return what it says in the end."""
    root = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "app.codebook.making.apart", json.dumps(order)]
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    said = ""
    with subprocess.Popen(  # noqa: S603 - this very module
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            share, _, text = line.rstrip("\n").partition("\t")
            if share == "done":
                said = text
            else:
                progress(text, float(share))
        problem = (process.stderr.read() if process.stderr else "").strip().splitlines()
    if process.returncode:
        kind = SourceRefused if process.returncode == _REFUSED else SetupError
        raise kind(problem[-1] if problem else "Work on the code books stopped before its end: nothing was changed.")
    return said


def _main(text: str) -> int:
    order = json.loads(text)
    try:
        if order["do"] == "compile":
            gc.disable()  # everything lives until the end, which is near
            compile_embedded(Path(order["folder"]), Path(order["codesets"]), _say, extras=order["extras"])
        else:
            _import(order)
    except ChartroomError as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return _REFUSED if isinstance(error, SourceRefused) else _SETUP
    return 0


def _import(order: dict[str, Any]) -> None:
    if hasattr(os, "nice"):
        os.nice(5)  # a server beside it goes before
    starts, ends = (date.fromisoformat(order[name]) if order[name] else None for name in ("starts", "ends"))
    done = import_files(
        Path(order["folder"]),
        [Path(path) for path in order["paths"]],
        options=ReleaseOptions(release=order["release"], starts=starts, ends=ends),
        now=datetime.fromisoformat(order["now"]),
        progress=_say,
    )
    sys.stdout.write(f"done\t{json.dumps([asdict(one) for one in done])}\n")


def _say(text: str, share: float) -> None:
    sys.stdout.write(f"{share}\t{' '.join(text.split())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1]))
