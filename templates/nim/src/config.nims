# How `nim c` builds the module, from any folder. Exceptions stay inside, signals belong to the host, memory is C's.
import std/os

let project = projectDir().parentDir
switch("app", "lib")
switch("define", "release")
switch("define", "useMalloc")
switch("define", "noSignalHandler")
switch("mm", "arc")
switch("threads", "on")
switch("passC", "-fvisibility=hidden -I" & quoteShell(project / "include"))
when defined(linux):
  switch("passL", "-Wl,--version-script=" & quoteShell(project / "exports.map"))
switch("nimcache", project / "build" / "cache")
switch("out", project / "build" / "@library@")
