"""What a program does with modules, in Python; beside it the same in Rust, C and C++.

usage: python3 tour.py FOLDER, which has the modules
"""

import sys
from pathlib import Path

import rp_host


# ANCHOR: service
def match(request: rp_host.Request) -> object:
    print("asked:", request.type, "by", request.sender)
    return {"people": [request.data["surname"]]}
# ANCHOR_END: service


def run(folder: Path) -> None:
    # ANCHOR: host
    host = rp_host.Host(
        name="tour",
        store={"memory": True},
        on_log=lambda line: print(line, file=sys.stderr),
        services={"genealogy.match": match},
    )
    # ANCHOR_END: host
    # ANCHOR: load
    entities = ["research_log.*"]
    log = host.load(
        folder / rp_host.library_file_name("research-log"),
        instance="log",
        config={"state": "store"},
        grants={"read": entities, "write": entities, "emit": entities},
    )
    desk = host.load(folder / rp_host.library_file_name("test-relay"), instance="desk", version=">=0.1")
    # ANCHOR_END: load
    # ANCHOR: call
    created = log.command("create_log", {"title": "Parents of John Ryan"})
    print("kept as number", created["data"]["number"])
    # ANCHOR_END: call
    # ANCHOR: errors
    try:
        log.command("create_log", {"title": " "})
    except rp_host.ErrorResponse as error:
        print("refused:", error.code)
    try:
        host.load("nowhere.so")
    except rp_host.LoadError as error:
        print("not loaded:", error.code)
    # ANCHOR_END: errors
    # ANCHOR: deadline
    try:
        desk.command("work", {"steps": 60_000}, timeout=0.05)
    except rp_host.CallTimeout as error:
        print("late:", error.code)
    # ANCHOR_END: deadline
    # ANCHOR: asked
    desk.command("send", {"type": "genealogy.match", "payload": {"surname": "Ryan"}})
    # ANCHOR_END: asked
    # ANCHOR: events
    with host.subscribe("research_log.*", limit=16) as events:
        log.command("add_entry", {"type": "note", "title": "Baptised in Cork"})
        event = events.next(timeout=10)
        print("heard:", event.name, "from", event.sender)
    # ANCHOR_END: events
    # ANCHOR: end
    host.close()
    # ANCHOR_END: end


if __name__ == "__main__":
    run(Path(sys.argv[1]))
