"""Prints the sources of a module as C: python3 embed.py rp_module.py module.py > module_py.h"""

import pathlib
import sys

print("// Made by embed.py of", *sys.argv[1:])
print("#define RP_PYTHON_SOURCES \\")
for name in sys.argv[1:]:
    for line in pathlib.Path(name).read_text(encoding="utf-8").splitlines():
        text = "".join(rf"\{byte:03o}" if byte in b'"\\?' or not 31 < byte < 127 else chr(byte) for byte in line.encode())
        print(f'    "{text}\\n" \\')
    print("    , \\")
print()
