"""Compiles the program of isolated modules' processes, worker.c."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().with_name("worker.c")


def build(program: Path) -> None:
    """Writes the program where the package looks for it. Other systems than Linux have no isolated modules."""
    program.unlink(missing_ok=True)
    if sys.platform != "linux":
        return
    compiler = shlex.split(os.environ.get("CC", "cc"))
    subprocess.run([*compiler, "-O2", "-s", "-Wall", "-Wextra", str(SOURCE), "-o", str(program), "-ldl"], check=True)
