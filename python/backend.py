"""Builds the package: maturin, which gets the declarations out of our headers rather than writing a header of its own.

Beside the library a wheel has the program of isolated modules' processes, and a source distribution what builds both.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path

import maturin
import worker
from declarations import declarations
from maturin import *  # noqa: F403  the hooks of PEP 517

HERE = Path(__file__).resolve().parent
# In a source distribution everything lies beside this file.
ROOT = HERE if (HERE / "capi").is_dir() else HERE.parent
PROGRAM = HERE / "src" / "rp_host" / "rp-worker"

# Parts of SQLite that no store asks for, a quarter of its code.
_UNUSED = ("FTS3", "FTS3_PARENTHESIS", "FTS5", "RTREE")

# What a source distribution has beside the crates and the package: their places there, and here.
_SOURCES = {name: HERE / name for name in ("backend.py", "declarations.py", "worker.py", "worker.c")}
_SOURCES |= {f"include/{name}": ROOT / "include" / name for name in ("rp_host.h", "rp_module.h")}
_SOURCES |= {name: ROOT / name for name in ("LICENSE-APACHE", "LICENSE-MIT")}


def prepare() -> None:
    """Writes the declarations where maturin looks for a header before it makes one, and builds the program."""
    cargo = ["cargo", "metadata", "--no-deps", "--format-version=1", f"--manifest-path={ROOT / 'capi' / 'Cargo.toml'}"]
    metadata = json.loads(subprocess.run(cargo, check=True, capture_output=True).stdout)
    header = Path(metadata["target_directory"]) / "header.h"
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(declarations(ROOT / "include"), encoding="utf-8")
    worker.build(PROGRAM)
    os.environ.setdefault("LIBSQLITE3_FLAGS", " ".join(f"-USQLITE_ENABLE_{part}" for part in _UNUSED))


def build_wheel(directory, settings=None, metadata=None):  # type: ignore[no-untyped-def]
    prepare()
    return maturin.build_wheel(directory, settings, metadata)


def build_editable(directory, settings=None, metadata=None):  # type: ignore[no-untyped-def]
    prepare()
    return maturin.build_editable(directory, settings, metadata)


def build_sdist(directory, settings=None):  # type: ignore[no-untyped-def]
    PROGRAM.unlink(missing_ok=True)
    name = maturin.build_sdist(directory, settings)
    _add_sources(Path(directory) / name)
    return name


def _add_sources(archive: Path) -> None:
    """An archive that is compressed cannot be added to, so it is written anew."""
    fresh = archive.with_suffix(".new")
    with tarfile.open(archive) as before, tarfile.open(fresh, "w:gz") as after:
        folder = before.getnames()[0].split("/")[0]
        for member in before.getmembers():
            after.addfile(member, before.extractfile(member))
        for place, source in _SOURCES.items():
            after.add(source, f"{folder}/{place}", filter=_owned_by_nobody)
    fresh.replace(archive)


def _owned_by_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
