"""Writes the ABI as cffi reads it, out of the contract as data.

usage: python3 cdef.py rp_module.json
"""

import json
import sys


def declared(of, name):
    """A declaration of `name`, or of nothing, with that type."""
    kind = of["kind"]
    if kind == "pointer":
        const = "const " if of["constant"] else ""
        return f"{const}{declared(of['to'], '')} *{name}"
    if kind == "function":
        return function(of["signature"], f"(*{name})")
    return f"{of.get('name', 'void')} {name}".rstrip()


def function(signature, name):
    """The prototype of `name`."""
    parameters = ", ".join(declared(one["type"], one["name"]) for one in signature["parameters"])
    return declared(signature["returns"]["type"], f"{name}({parameters or 'void'})")


def lines(contract):
    """All of it, in the order that C wants."""
    for one in contract["constants"]:
        yield f"#define {one['name']} {one['value']}"
    for one in contract["aliases"]:
        yield f"typedef {declared(one['type'], one['name'])};"
    for one in contract["structs"]:
        yield f"typedef struct {one['name']} {one['name']};"
    for one in contract["structs"]:
        yield f"struct {one['name']} {{"
        for field in one["fields"]:
            yield f"    {declared(field['type'], field['name'])};"
        yield "};"
    for one in contract["functions"]:
        if one["defined_by"] == "module":
            yield f"{function(one['signature'], one['name'])};"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print("\n".join(lines(json.load(file))))
