"""Calls that are awaited.

usage: python3 awaiting.py FOLDER, which has the modules
"""

import asyncio
import sys
from pathlib import Path

from rp_host import CallTimeout, aio, library_file_name


# ANCHOR: awaiting
async def awaited(folder: Path) -> None:
    async with aio.Host(name="awaiting") as host:
        one = await host.load(folder / library_file_name("test-minimal"))
        other = await host.load(folder / library_file_name("test-relay"), instance="other")
        pong, heard = await asyncio.gather(one.command("ping"), other.command("heard"))
        print(pong["reply"], heard["events"])
        try:
            await other.command("work", {"steps": 60_000}, timeout=0.05)
        except CallTimeout:
            print("too late")
# ANCHOR_END: awaiting


if __name__ == "__main__":
    asyncio.run(awaited(Path(sys.argv[1])))
