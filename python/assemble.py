"""Puts the package together around a library that cargo built, without building a wheel, and prints its folder.

usage: python3 assemble.py LIBRARY FOLDER

FOLDER goes into PYTHONPATH. The sources in it are links, so it need not be made anew when they change.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cffi
import worker
from declarations import declarations

ROOT = Path(__file__).resolve().parent.parent
# As maturin writes it.
INIT = """__all__ = ["lib", "ffi"]

import os
from .ffi import ffi

lib = ffi.dlopen(os.path.join(os.path.dirname(__file__), "lib_native.so"))
"""


def link(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def main() -> None:
    library, folder = (Path(argument).resolve() for argument in sys.argv[1:])
    package = folder / "rp_host"
    native = package / "_native"
    native.mkdir(parents=True, exist_ok=True)
    for source in (ROOT / "python" / "src" / "rp_host").iterdir():
        if source.name not in ("_native", "__pycache__", "rp-worker"):
            link(package / source.name, source)
    link(native / "lib_native.so", library)
    worker.build(package / "rp-worker")
    (native / "__init__.py").write_text(INIT, encoding="utf-8")
    ffi = cffi.FFI()
    ffi.cdef(declarations(ROOT / "include"))
    ffi.set_source("rp_host._native.ffi", None)
    ffi.emit_python_code(str(native / "ffi.py"))
    print(folder)


if __name__ == "__main__":
    main()
