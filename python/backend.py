"""Builds the package: maturin, which gets the declarations out of our header rather than writing a header of its own."""

from __future__ import annotations

from pathlib import Path

import maturin
from declarations import declarations
from maturin import *  # noqa: F403  the hooks of PEP 517

ROOT = Path(__file__).resolve().parent.parent
# Where maturin looks for a header before it makes one.
HEADER = ROOT / "capi" / "target" / "header.h"


def write_header() -> None:
    HEADER.parent.mkdir(exist_ok=True)
    HEADER.write_text(declarations(ROOT / "include"), encoding="utf-8")


def build_wheel(directory, settings=None, metadata=None):  # type: ignore[no-untyped-def]
    write_header()
    return maturin.build_wheel(directory, settings, metadata)


def build_editable(directory, settings=None, metadata=None):  # type: ignore[no-untyped-def]
    write_header()
    return maturin.build_editable(directory, settings, metadata)
