"""Prints, as a table in Markdown, how large the modules are and what they leave behind in the process of a host.

usage: python3 measure.py INCLUDE BUILT FILE

INCLUDE is the folder of the headers, BUILT has a folder for each language. The table is also written to FILE. Each module lives
once, in a process of measure.c: init, ping, shutdown, destroy. What the process has then, beyond what it had before the module
was loaded, is what the module and its language's runtime leave.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def leaves(program, warm_up, library):
    """What one life of a library leaves; the life of another one before it is for what the process needs itself."""
    return subprocess.run([program, warm_up, library], check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def needed(library):
    """The libraries that it is linked to, but for the C library."""
    listed = subprocess.run(["readelf", "-d", library], check=True, stdout=subprocess.PIPE, text=True).stdout
    names = re.findall(r"NEEDED.*\[lib(.+?)\.so", listed)
    return ", ".join(name for name in names if name not in ("c", "ld-linux-x86-64")) or "none"


def lines(sources):
    return sum(len(source.read_text().splitlines()) for source in sources)


def sources_of(language):
    kinds = {".adb", ".ads", ".c", ".d", ".f90", ".go", ".ml", ".nim", ".pas", ".py", ".zig"}
    return [file for file in (HERE / language).iterdir() if file.suffix in kinds]


def row(program, name, sources, warm_up, library):
    threads, signals, descriptors, memory = leaves(program, warm_up, library)
    size = Path(library).stat().st_size / 1024
    return f"| {name} | {lines(sources)} | {size:.0f} | {needed(library)} | {threads} | {signals} | {descriptors} | {memory} |"


def main():
    include, built, table = sys.argv[1:]
    source, in_c = HERE.parent.parent / "modules-c/test-minimal-c/module.c", f"{built}/libtest_minimal_c.so"
    program = f"{built}/measure"
    flags = ["-O2", "-s", f"-I{include}"]
    subprocess.run(["cc", "-shared", "-fPIC", "-fvisibility=hidden", *flags, source, "-o", in_c], check=True)
    subprocess.run(["cc", *flags, HERE / "measure.c", "-o", program, "-ldl"], check=True)
    warm_up = shutil.copy(in_c, f"{built}/warm_up.so")
    rows = [
        "| language | lines | KiB of the library | linked to | threads | signal handlers | descriptors | KiB of memory |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |",
        row(program, "C", [source], warm_up, in_c),
    ]
    for folder in sorted(path.parent for path in HERE.glob("*/build.sh")):
        language = folder.name
        library = f"{built}/{language}/libtest_minimal_{language}.so"
        rows.append(row(program, "OCaml" if language == "ocaml" else language.capitalize(), sources_of(language), warm_up, library))
    text = "\n".join(rows) + "\n"
    print(text, end="")
    Path(table).write_text(text)


if __name__ == "__main__":
    main()
