"""@name@, a module for rp. The command greet is an example: put your own in its place."""

from rp_module import Failure, Module as Base


class Module(Base):
    """One instance of the module, and what it keeps."""

    description = {
        "commands": [
            {
                "name": "greet",
                "description": "Greets somebody.",
                "args": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                "returns": {
                    "type": "object",
                    "properties": {
                        "hello": {"type": "string"},
                        "greeted": {"type": "integer", "description": "How many were greeted so far."},
                    },
                    "required": ["hello", "greeted"],
                },
            }
        ],
        "events": {},
    }

    def __init__(self, host):
        super().__init__(host)
        self.greeted = 0

    def command_greet(self, args):
        name = args.get("name")
        if not isinstance(name, str):
            raise Failure("invalid_payload", "name: expected a string")
        self.greeted += 1
        return {"hello": name, "greeted": self.greeted}
