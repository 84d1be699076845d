"""How notebooks show what this package has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

#: More rows than anybody reads.
_MOST_ROWS = 60


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; its cells are texts or JSON values."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = ["".join(f"<td>{_cell(value)}</td>" for value in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines[:_MOST_ROWS])
    more = len(lines) - _MOST_ROWS
    rest = f"<p>{more} more rows</p>" if more > 0 else ""
    title = f"<caption>{escape(caption)}</caption>"
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def response(is_ok: bool, body: dict[str, Any]) -> str:
    """A response: rows where its data are a list of objects, and names with values otherwise."""
    if not is_ok:
        shown = {key: value for key, value in body.items() if key != "status"}
        return table("error", ["", ""], shown.items())
    data = body.get("data")
    found = _rows(data)
    if found is None:
        pairs = data.items() if isinstance(data, dict) else [("data", data)]
        return table("success", ["", ""], pairs)
    columns = list(dict.fromkeys(key for row in found for key in row))
    return table("success", columns, ([row.get(key, "") for key in columns] for row in found))


def _rows(data: Any) -> list[dict[str, Any]] | None:
    """The list of objects that the data are, or the only one that they hold."""
    lists = [data] if isinstance(data, list) else list(data.values()) if isinstance(data, dict) else []
    objects = [it for it in lists if isinstance(it, list) and it and all(isinstance(row, dict) for row in it)]
    return objects[0] if len(objects) == 1 else None


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return escape(text)
