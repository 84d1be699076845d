"""Prints what to compile and link a program with that embeds this Python: python3 flags.py"""

import sys
import sysconfig

library = sysconfig.get_config_var("LDVERSION") or sysconfig.get_config_var("py_version_short")
folder = sysconfig.get_config_var("LIBDIR")
if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
    sys.exit(f"{sys.executable} has no shared library: build with another one, as PYTHON=/usr/bin/python3")
print(f"-I{sysconfig.get_path('include')} -L{folder} -Wl,-rpath,{folder} -lpython{library}")
