"""The programs of the book's page on embedding in Python, C and C++ do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MODULES, ROOT

import rp_host._library

TOUR = ROOT / "docs" / "snippets" / "tour"
EXPECTED = (TOUR / "tour.txt").read_text()
LIBRARY = next(Path(rp_host._library._native.__file__).parent.glob("*native.so")).resolve()


def printed(*command: str | Path) -> str:
    output = subprocess.run([*command, MODULES], capture_output=True, text=True, timeout=100)
    assert output.returncode == 0, output.stdout + output.stderr
    return output.stdout


def test_in_python() -> None:
    assert printed(sys.executable, TOUR / "tour.py") == EXPECTED


def test_awaiting() -> None:
    assert printed(sys.executable, TOUR / "awaiting.py") == "pong []\ntoo late\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the paths of modules and libraries are those of Linux")
@pytest.mark.parametrize(("compiler", "standard", "source"), [("cc", "c99", "tour.c"), ("c++", "c++17", "tour.cpp")])
def test_compiled(tmp_path: Path, compiler: str, standard: str, source: str) -> None:
    compile_with(compiler, f"-std={standard}", TOUR / source, tmp_path / "tour")
    assert printed(tmp_path / "tour") == EXPECTED


def compile_with(compiler: str, standard: str, source: Path, program: Path) -> None:
    flags = [standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}"]
    link = ["-o", str(program), str(LIBRARY), f"-Wl,-rpath,{LIBRARY.parent}"]
    subprocess.run([compiler, *flags, str(source), *link], check=True, timeout=100)
