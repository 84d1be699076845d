"""Prints a folder of the package, for build systems."""

import argparse

import rp_headers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rp_headers", description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--include", action="store_const", dest="of", const=rp_headers.get_include)
    choice.add_argument("--cmake-dir", action="store_const", dest="of", const=rp_headers.get_cmake_dir)
    choice.add_argument("--pkgconfig-dir", action="store_const", dest="of", const=rp_headers.get_pkgconfig_dir)
    print(parser.parse_args().of())


main()
