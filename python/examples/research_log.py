"""A research log kept by a module, and this program as its reader: it hears of entries and answers what the desk asks.

usage: python3 research_log.py FOLDER

FOLDER has the modules research-log and test-relay.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import rp_host

ARCHIVES = {"Ryan": ["Cork St Mary, baptisms 1838-1844", "Civil death records, Cork 1902"]}
LOG: rp_host.Grants = {"read": ["research_log.*"], "write": ["research_log.*"], "emit": ["research_log.*"]}


def archives(request: rp_host.Request) -> Any:
    """Answers the message `archives.find` of any module."""
    surname = request.data.get("surname")
    if surname not in ARCHIVES:
        raise rp_host.ErrorResponse(f"no archive knows {surname}", "not_found")
    return {"surname": surname, "archives": ARCHIVES[surname]}


def keep(log: rp_host.Instance, found: list[str]) -> None:
    """Writes down what is to be searched."""
    log.command("create_log", {"title": "Parents of John Ryan", "tags": ["ryan", "cork"]})
    log.command("add_entry", {"type": "question", "title": "Who were the parents of John Ryan?"})
    for place in found:
        log.command("add_entry", {"type": "task", "title": f"Search {place}"})


def main(modules: Path) -> None:
    with rp_host.Host(name="reader", store={"memory": True}, services={"archives.find": archives}) as host:
        file = host_file(modules, "research-log")
        log = host.load(file, instance="log", config={"state": "store"}, grants=LOG)
        desk = host.load(host_file(modules, "test-relay"), instance="desk", grants={"call": ["log"]})
        events = host.subscribe("research_log.*")

        # The desk asks this program; the module sends whatever it is told to send.
        answer = desk.command("send", {"type": "archives.find", "payload": {"surname": "Ryan"}})
        keep(log, answer["archives"])

        # Plain dicts and lists: `pandas.json_normalize(page["entries"])` makes a table of them.
        page = log.command("list_entries")
        for entry in page["entries"]:
            print(entry["data"]["type"], entry["data"]["title"], sep=": ")
        print(dict(Counter(entry["data"]["type"] for entry in page["entries"])))
        host.drain_events(timeout=10)
        print("heard", dict(Counter(events.next(10).name for _ in range(events.waiting))))
        try:
            log.command("add_entry", {"type": "task", "title": " "})
        except rp_host.ErrorResponse as error:
            print(error)


def host_file(folder: Path, module: str) -> Path:
    return folder / rp_host.library_file_name(module)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
