"""The headers of rp for Conan 2: a library without code, whose find_package(rp) is the one of rp itself."""

from pathlib import Path

from conan import ConanFile
from conan.tools.files import copy


class RpHeaders(ConanFile):
    name = "rp-headers"
    version = "@VERSION@"
    license = "MIT OR Apache-2.0"
    description = "The C and C++ headers of rp: modules in any language that speaks C"
    topics = ("plugin", "module", "header-only")
    package_type = "header-library"
    no_copy_source = True
    exports_sources = "include/*", "share/*", "LICENSE-*"

    def package_id(self):
        self.info.clear()

    def package(self):
        source, target = Path(self.source_folder), Path(self.package_folder)
        for folder in ("include", "share"):
            copy(self, "*", source / folder, target / folder)
        copy(self, "LICENSE-*", source, target / "licenses")

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        # rp-config.cmake of rp has rp::module and rp_add_module(), so Conan writes none.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = ["share/cmake/rp"]
