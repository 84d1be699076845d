version = "0.1.0"
author = "the authors of @name@"
description = "@description@"
license = "MIT"
srcDir = "src"

requires "nim >= 1.6.0"

task lib, "Builds the module":
  exec "nim c src/@stem@.nim"

task test, "Checks the module against the rules of the header, and runs tests/session.jsonl":
  exec "rp check build/@library@"
  exec "rp run --strict --modules build tests/session.jsonl"
