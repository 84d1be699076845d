"""The table of what programs do with a host gives in Python what it gives in every other language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import MODULES, ROOT

FOLDER = ROOT / "tests" / "embed_table"


def test_the_table() -> None:
    runner: list[str | Path] = [sys.executable, FOLDER / "runner.py", FOLDER / "table.tsv", MODULES]
    output = subprocess.run(runner, capture_output=True, timeout=100)
    assert output.returncode == 0, output.stderr.decode()
    expected = (FOLDER / "transcript.txt").read_text(encoding="utf-8").splitlines()
    assert output.stdout.decode().splitlines() == expected
