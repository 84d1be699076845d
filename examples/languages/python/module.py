"""A module in Python: it answers every kind of message, counts them, and keeps nothing else."""

from rp_module import Failure, Module as Base


class Module(Base):
    description = {
        "commands": [
            {"name": "echo", "description": "Gives its arguments back", "args": {"type": "object"}, "returns": {"type": "object"}},
            {
                "name": "fail",
                "description": "Answers with an error",
                "args": {"type": "object", "properties": {"code": {"type": "string"}, "text": {"type": "string"}}},
                "returns": {},
            },
            {
                "name": "ping",
                "description": "Answers",
                "args": {"type": "object"},
                "returns": {
                    "type": "object",
                    "properties": {"reply": {"type": "string"}, "messages": {"type": "integer"}},
                    "required": ["reply", "messages"],
                },
            },
            {
                "name": "status",
                "description": "Tells the state of the instance",
                "args": {"type": "object"},
                "returns": {
                    "type": "object",
                    "properties": {"initialized": {"type": "boolean"}, "messages": {"type": "integer"}},
                    "required": ["initialized", "messages"],
                },
            },
        ],
        "events": {},
    }

    # ANCHOR: commands
    def command_echo(self, args):
        return args.text  # as it came, byte for byte

    def command_fail(self, args):
        code, text = args.get("code"), args.get("text")
        raise Failure(code if isinstance(code, str) else "internal", text if isinstance(text, str) else "failed as asked")

    def command_ping(self, args):
        return {"reply": "pong", "messages": self.host.message_count}

    def command_status(self, args):
        return {"initialized": True, "messages": self.host.message_count}
    # ANCHOR_END: commands
