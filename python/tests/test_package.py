"""The package beside what it is made from: the header, the schema of options, the README."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import MODULES, ROOT, module

import rp_host

SOURCES = sorted((ROOT / "python" / "src" / "rp_host").glob("*.py"))


def test_every_function_of_the_header_is_used() -> None:
    header = (ROOT / "include" / "rp_host.h").read_text()
    declared = set(re.findall(r"^RPH_API [^;]*?\b(rph_\w+)\(", header, re.MULTILINE | re.DOTALL))
    used = set(re.findall(r"\blib\.(rph_\w+)", "".join(source.read_text() for source in SOURCES)))
    assert used <= declared and len(declared) > 40
    # What Python has in another way.
    other = {"rph_abi_version", "rph_error_json", "rph_reply_data", "rph_reply_error", "rph_reply_code", "rph_command"}
    other |= {"rph_turn_command"}
    other |= {"rph_add_static", "rph_serve_if_asked", "rph_reply_reserve", "rph_reply_clear", "rph_reply_limit"}
    # The module faulthandler tells of crashes of Python too.
    other |= {"rph_report_crashes"}
    assert declared - used == other


@pytest.mark.parametrize(
    ("options", "place"),
    [
        (rp_host.Grants, "Grants"),
        (rp_host.Limits, "Limits"),
        (rp_host.Restart, "Restart"),
        (rp_host.Isolated, "Isolated"),
        (rp_host.Sandbox, "Sandbox"),
        (rp_host.Wasm, "WasmLimits"),
        (rp_host.Store, "Store"),
    ],
)
def test_options_have_the_keys_of_an_rp_toml(options: Any, place: str) -> None:
    schema = json.loads((ROOT / "spec" / "schemas" / "rp.toml.json").read_text())
    assert set(options.__annotations__) == set(schema["$defs"][place]["properties"])


def block(readme: str, language: str) -> str:
    """The first block of code in that language."""
    return readme.split(f"```{language}\n", 1)[1].split("```", 1)[0]


def printed(text: str, folder: Path) -> str:
    """What a program prints."""
    (folder / "program.py").write_text(text)
    output = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True, cwd=folder, timeout=100)
    assert output.returncode == 0, output.stderr
    return output.stdout


def test_the_first_program_of_the_readme(tmp_path: Path) -> None:
    readme = (ROOT / "python" / "README.md").read_text()
    text = block(readme, "python")
    assert len(text.strip().splitlines()) <= 10
    (tmp_path / "libresearch_log.so").symlink_to(module("research-log"))
    assert printed(text, tmp_path) == block(readme, "text")


@pytest.mark.skipif(sys.platform != "linux", reason="the README builds its module for Linux")
def test_the_program_of_the_repositorys_readme(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    (tmp_path / "hello.c").write_text(block(readme, "c"))
    flags = ["-std=c99", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{ROOT / 'include'}", "-o", "libhello.so"]
    subprocess.run(["cc", *flags, "hello.c"], check=True, cwd=tmp_path, timeout=100)
    assert printed(block(readme, "python"), tmp_path) == "{'text': 'hello'}\n"


def test_the_example_of_a_research_log() -> None:
    example: list[str | Path] = [sys.executable, ROOT / "python" / "examples" / "research_log.py", MODULES]
    output = subprocess.run(example, capture_output=True, text=True, timeout=100)
    assert output.returncode == 0, output.stderr
    assert "heard {'research_log.created': 1" in output.stdout and "must not be empty" in output.stdout
