"""Writes what rp_sdk.h declares, and with it rp_module.h, in another language.

usage: python3 bindings.py c|pascal|fortran INCLUDE

INCLUDE is the folder of the headers. They are the only source: every rp_ type, every rp_ function and every RP_ number
comes out under its own name. "c" is what the preprocessor leaves of them, for compilers that read C but have none, such as
that of D.
"""

import re
import subprocess
import sys

from pycparser import CParser, c_ast

# Passed on as they came, never looked into by way of these bindings, so a plain address will do.
ADDRESSES = {"void", "rp_host", "rp_message", "rp_reply", "rp_module"}


class Pascal:
    SCALARS = {
        "char": "AnsiChar", "unsigned char": "Byte", "int": "LongInt", "unsigned": "LongWord", "unsigned int": "LongWord",
        "int32_t": "LongInt", "uint32_t": "LongWord", "int64_t": "Int64", "uint64_t": "QWord", "size_t": "PtrUInt",
        "double": "Double", "_Bool": "Boolean", "rp_status": "LongInt",
    }
    RESERVED = {
        "array", "begin", "case", "const", "end", "file", "for", "function", "in", "mod", "object", "of", "out", "record",
        "repeat", "set", "string", "then", "to", "type", "unit", "until", "var", "with",
    }
    ADDRESS = "Pointer"

    def name(self, name):
        return f"&{name}" if name.lower() in self.RESERVED else name

    def number(self, name, value):
        return f"const {name} = {value};"

    def struct(self, name, fields):
        lines = [f"type {name} = record"]
        for field, base, count, is_pointer in fields:
            kind = self.ADDRESS if is_pointer else self.SCALARS.get(base, base)
            kind = f"array[0..{count - 1}] of {kind}" if count else kind
            lines.append(f"  {self.name(field)}: {kind};")
        # A pointer to it, for parameters that are borrowed.
        return "\n".join([*lines, "end;", f"type P{name} = ^{name};"])

    def parameter(self, name, base, is_pointer):
        if not is_pointer:
            return f"{self.name(name)}: {self.SCALARS.get(base, base)}"
        if base == "char":
            return f"{self.name(name)}: PAnsiChar"
        if base in ADDRESSES:
            return f"{self.name(name)}: Pointer"
        return f"var {self.name(name)}: {self.SCALARS.get(base, base)}"

    def function(self, name, parameters, result):
        inside = "; ".join(self.parameter(*parameter) for parameter in parameters)
        inside = f"({inside})" if inside else ""
        if result == "void":
            return f"procedure {name}{inside}; cdecl; external;"
        kind = {"char*": "PAnsiChar"}.get(result, self.SCALARS.get(result, result))
        return f"function {name}{inside}: {kind}; cdecl; external;"

    def whole(self, types, functions):
        head = "{$mode objfpc}{$packrecords c}\nunit rp_sdk;\n\ninterface\n\n"
        return head + "\n".join(types + functions) + "\n\nimplementation\n\n{$link rp_sdk_c.o}\n{$linklib c}\n\nend.\n"


class Fortran:
    SCALARS = {
        "char": "character(c_char)", "unsigned char": "integer(c_signed_char)", "int": "integer(c_int)",
        "unsigned": "integer(c_int)", "unsigned int": "integer(c_int)", "int32_t": "integer(c_int32_t)",
        "uint32_t": "integer(c_int32_t)", "int64_t": "integer(c_int64_t)", "uint64_t": "integer(c_int64_t)",
        "size_t": "integer(c_size_t)", "double": "real(c_double)", "_Bool": "logical(c_bool)",
        "rp_status": "integer(c_int32_t)",
    }
    ADDRESS = "type(c_ptr)"

    def kind(self, base):
        return self.SCALARS.get(base, f"type({base})")

    def number(self, name, value):
        return f"integer(c_int32_t), parameter :: {name} = {value}"

    def struct(self, name, fields):
        lines = [f"type, bind(C) :: {name}"]
        for field, base, count, is_pointer in fields:
            kind = self.ADDRESS if is_pointer else self.kind(base)
            lines.append(f"  {kind} :: {field}" + (f"({count})" if count else ""))
        return "\n".join([*lines, f"end type {name}"])

    def parameter(self, name, base, is_pointer):
        if not is_pointer:
            return f"  {self.kind(base)}, value :: {name}"
        if base == "char":
            return f"  character(c_char), dimension(*), intent(in) :: {name}"
        if base in ADDRESSES:
            return f"  type(c_ptr), value :: {name}"
        return f"  {self.kind(base)} :: {name}"

    def function(self, name, parameters, result):
        names = ", ".join(parameter[0] for parameter in parameters)
        what = "subroutine" if result == "void" else "function"
        lines = [f"{what} {name}({names}) bind(C)", "  import"]
        lines += [self.parameter(*parameter) for parameter in parameters]
        if result != "void":
            lines.append(f"  {'type(c_ptr)' if result.endswith('*') else self.kind(result)} :: {name}")
        return "\n".join([*lines, f"end {what} {name}"])

    def whole(self, types, functions):
        body = "\n".join([*types, "interface", *functions, "end interface"])
        return f"module rp_sdk\nuse iso_c_binding\nimplicit none\n\n{body}\n\nend module rp_sdk\n"


def base_and_pointer(node):
    """The name of a type behind all pointers, and whether there are any; an array is a pointer to its elements."""
    is_pointer = False
    while isinstance(node, (c_ast.PtrDecl, c_ast.ArrayDecl)):
        is_pointer, node = True, node.type
    if isinstance(node, c_ast.FuncDecl):
        return "void", True
    kind = node.type
    base = " ".join(kind.names) if isinstance(kind, c_ast.IdentifierType) else kind.name
    return base, is_pointer


def value(node):
    """The value of a constant expression: what stands in the brackets of an array."""
    if isinstance(node, c_ast.BinaryOp):
        return {"+": int.__add__, "-": int.__sub__, "*": int.__mul__, "/": int.__floordiv__}[node.op](
            value(node.left), value(node.right))
    return int(node.value, 0)


def field(declaration):
    count, node = 0, declaration.type
    if isinstance(node, c_ast.ArrayDecl):
        count, node = value(node.dim), node.type
    return (declaration.name, *[base_and_pointer(node)[0]], count, base_and_pointer(node)[1])


def parameters_of(node):
    declared = node.args.params if node.args else []
    return [(one.name, *base_and_pointer(one.type)) for one in declared if getattr(one, "name", None)]


def preprocessed(include, header="rp_sdk.h"):
    """A header as plain C, without what is gcc's own, and its numbers as name and value."""
    plain = ["-U__GNUC__", "-D__attribute__(x)=", "-D__builtin_offsetof(t,f)=((size_t)&((t*)0)->f)"]
    plain += ["-DRP_NO_ENTRY", "-DRP_SDK_NO_MALLOC"]
    command = ["cc", "-E", "-P", "-dD", *plain, f"-I{include}", "-x", "c", f"{include}/{header}"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    numbers = re.findall(r"^#define (RP_(?!NO_ENTRY|SDK_NO_MALLOC)\w+) (-?\d+)\s*$", text, re.MULTILINE)
    return re.sub(r"^#.*\n", "", text, flags=re.MULTILINE), numbers


def main():
    language, include = sys.argv[1:]
    text, numbers = preprocessed(include)
    if language == "c":
        print(text, *[f"enum {{ {name} = {value} }};" for name, value in numbers], sep="\n")
    else:
        print(translated({"pascal": Pascal, "fortran": Fortran}[language](), text, numbers), end="")


def translated(language, text, numbers):
    tree = CParser().parse(text)
    types = [language.number(*number) for number in numbers]
    functions, seen = [], set()
    for node in tree.ext:
        is_function = isinstance(node, c_ast.Decl) and isinstance(node.type, c_ast.FuncDecl)
        if isinstance(node, c_ast.Typedef) and node.name.startswith("rp_"):
            kind = getattr(node.type, "type", None)
            if isinstance(node.type, c_ast.PtrDecl):
                language.SCALARS[node.name] = language.ADDRESS
            elif isinstance(kind, c_ast.Struct) and kind.decls:
                types.append(language.struct(node.name, [field(one) for one in kind.decls]))
            elif isinstance(kind, c_ast.Enum):
                language.SCALARS[node.name] = language.SCALARS["int"]
                values = enumerate(kind.values.enumerators)
                types += [language.number(one.name, one.value.value if one.value else at) for at, one in values]
        elif is_function and node.name.startswith("rp_") and node.name not in seen:
            seen.add(node.name)
            result, is_pointer = base_and_pointer(node.type.type)
            functions.append(
                language.function(node.name, parameters_of(node.type), result + "*" * is_pointer))
    return language.whole(types, functions)


if __name__ == "__main__":
    main()
