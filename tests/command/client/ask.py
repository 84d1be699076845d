"""Keeps a question in a log: ask.py COMMAND..., the command that serves."""

import sys

from research_log import Connection, ResearchLog, RpError

with Connection.spawn(*sys.argv[1:]) as connection:
    client = ResearchLog(connection)
    log = client.create_log(title="Who was she?", tags=["kept"])
    client.add_entry(type="question", title="Who was she?", log=log["id"])
    page = client.list_entries(log=log["id"])
    print(page["count"], log["data"]["title"], page["entries"][0]["data"]["type"])
    try:
        client.create_log(title=" ")
    except RpError as error:
        print(error.code, error)
