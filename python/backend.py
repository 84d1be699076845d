"""Builds the package: maturin, which gets the declarations out of our header rather than writing a header of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import maturin
from declarations import declarations
from maturin import *  # noqa: F403  the hooks of PEP 517

ROOT = Path(__file__).resolve().parent.parent


def write_header() -> None:
    """Writes the declarations where maturin looks for a header before it makes one."""
    cargo = ["cargo", "metadata", "--no-deps", "--format-version=1", f"--manifest-path={ROOT / 'capi' / 'Cargo.toml'}"]
    metadata = json.loads(subprocess.run(cargo, check=True, capture_output=True).stdout)
    header = Path(metadata["target_directory"]) / "header.h"
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(declarations(ROOT / "include"), encoding="utf-8")


def build_wheel(directory, settings=None, metadata=None):  # type: ignore[no-untyped-def]
    write_header()
    return maturin.build_wheel(directory, settings, metadata)


def build_editable(directory, settings=None, metadata=None):  # type: ignore[no-untyped-def]
    write_header()
    return maturin.build_editable(directory, settings, metadata)
