"""What cffi reads of the headers: the types of rp_module.h and everything that rp_host.h declares.

The headers are the one source. Their macros that have no meaning for a caller are left out, functions with a body too.
"""

from __future__ import annotations

import re
from pathlib import Path

_NUMBER = re.compile(r"^#define (RPH?_\w+) (-?\d+)$", re.MULTILINE)
_TYPE = re.compile(r"^typedef (?:struct \w+ \{.*?^\} \w+|[^{;]+);$", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"^RPH_API [^;{]+;$", re.MULTILINE)
_WITHOUT_MEANING = re.compile(r"\b(?:RP_CALL|RPH_API|RPH_CHECK|RPH_CALL)\b ?")


def declarations(include: Path) -> str:
    """The text for `FFI.cdef`, from the folder of the headers."""
    module = _without_comments(include / "rp_module.h")
    host = _without_comments(include / "rp_host.h")
    parts = _numbers(module) + _TYPE.findall(module) + _numbers(host) + _TYPE.findall(host) + _FUNCTION.findall(host)
    return "".join(_WITHOUT_MEANING.sub("", part) + "\n" for part in parts)


def _without_comments(header: Path) -> str:
    lines = header.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.split("//")[0].rstrip() for line in lines)


def _numbers(text: str) -> list[str]:
    return [f"#define {name} {value}" for name, value in _NUMBER.findall(text)]
