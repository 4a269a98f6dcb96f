"""Compiles the embedded books in a process of its own, so that a server keeps none of the memory it takes.

``python -m app.codebook.apart FOLDER CODESETS`` is that process: it prints one line "share<tab>sentence" a step.
"""

import gc
import os
import subprocess
import sys
from pathlib import Path

from app.codebook.build import Progress, compile_embedded, is_compiled
from app.domain.errors import ChartroomError, SetupError


def compile_apart(folder: Path, codesets: Path, progress: Progress = lambda text, share: None) -> None:
    """Do what ``compile_embedded`` does, in another process; raises SetupError with its sentence if it fails."""
    if is_compiled(folder, codesets):
        return
    root = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "app.codebook.apart", str(folder), str(codesets)]
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(  # noqa: S603 - this very module
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            share, _, text = line.rstrip("\n").partition("\t")
            progress(text, float(share))
        problem = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise SetupError(problem.strip().splitlines()[-1] if problem.strip() else "Compiling the code books stopped.")


def _main(folder: str, codesets: str) -> int:
    gc.disable()  # everything lives until the end, which is near
    try:
        compile_embedded(Path(folder), Path(codesets), _say)
    except ChartroomError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _say(text: str, share: float) -> None:
    sys.stdout.write(f"{share}\t{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(_main(*sys.argv[1:]))
