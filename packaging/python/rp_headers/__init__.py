"""The C and C++ headers of rp, and what build systems need to find them."""

from pathlib import Path

__all__ = ["cdef", "get_cmake_dir", "get_include", "get_pkgconfig_dir"]

_HERE = Path(__file__).resolve().parent


def get_include() -> str:
    """The folder of the headers, for -I."""
    return str(_HERE / "include")


def get_cmake_dir() -> str:
    """The folder of rp-config.cmake, for rp_DIR."""
    return str(_HERE / "share" / "cmake" / "rp")


def get_pkgconfig_dir() -> str:
    """The folder of rp_module.pc, for PKG_CONFIG_PATH."""
    return str(_HERE / "share" / "pkgconfig")


def cdef() -> str:
    """The ABI as cffi reads it: constants, types, structs and the entry, made of rp_module.json."""
    return (_HERE / "cdef.h").read_text(encoding="utf-8")
