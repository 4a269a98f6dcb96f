"""Compiles books in a process of its own, so that a server keeps none of the memory that it takes.

``python -m app.codebook.making.apart`` is that process. It gets one line of JSON and prints a line "share<tab>sentence"
a step. Its error is one sentence, with an exit code.
"""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

from app.codebook.making.build import Progress, compile_embedded, is_compiled
from app.domain.errors import ChartroomError, SetupError


def compile_apart(
    folder: Path, codesets: Path, progress: Progress = lambda text, share: None, *, extras: bool = True
) -> None:
    """Do what ``compile_embedded`` does, in another process; raises SetupError with its sentence if it fails."""
    if not is_compiled(folder, codesets, extras=extras):
        _run({"folder": str(folder), "codesets": str(codesets), "extras": extras}, progress)


def _run(order: dict[str, object], progress: Progress) -> None:
    """Run this module with an order."""
    root = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "app.codebook.making.apart", json.dumps(order)]
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(  # noqa: S603 - this very module
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            share, _, text = line.rstrip("\n").partition("\t")
            progress(text, float(share))
        problem = (process.stderr.read() if process.stderr else "").strip().splitlines()
    if process.returncode:
        raise SetupError(problem[-1] if problem else "Compiling the code books stopped before its end.")


def _main(text: str) -> int:
    order = json.loads(text)
    gc.disable()  # everything lives until the end, which is near
    try:
        compile_embedded(Path(order["folder"]), Path(order["codesets"]), _say, extras=order["extras"])
    except ChartroomError as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return 1
    return 0


def _say(text: str, share: float) -> None:
    sys.stdout.write(f"{share}\t{' '.join(text.split())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1]))
