# How modules are built for WebAssembly: for the toolchain file, and for rp_add_module(... WASM).

# A reactor, since a host calls into it; a table that a host can add its functions to. Exceptions need a runtime that
# wasi-libc does not have.
set(RP_WASM_TARGET wasm32-wasi)
set(RP_WASM_COMPILE_OPTIONS -fvisibility=hidden $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
set(RP_WASM_LINK_OPTIONS -mexec-model=reactor -Wl,--export-table,--growable-table)
if("${RP_WASM_CC} ${RP_WASM_CXX} $ENV{RP_WASM_CC} ${CMAKE_C_COMPILER}" MATCHES "zig|python")
  list(APPEND RP_WASM_LINK_OPTIONS -Wl,--export-dynamic)
else()
  # Copies by one instruction, which every engine of today has: an interpreter is slow at the loop in its place.
  set(RP_WASM_CODE_OPTIONS -mbulk-memory)
  list(APPEND RP_WASM_COMPILE_OPTIONS ${RP_WASM_CODE_OPTIONS})
  # By name, since --export-dynamic keeps all of libc++ that is visible, and what of it formats floats imports WASI.
  foreach(name rp_module_v1 rp_manifest rp_alloc rp_free
      create_module handle_message free_string destroy_module get_module_metadata)
    list(APPEND RP_WASM_LINK_OPTIONS -Wl,--export-if-defined=${name})
  endforeach()
endif()
# What libc++ brings along would import what a sandbox does not have.
set(RP_WASM_CXX_SOURCE ${CMAKE_CURRENT_LIST_DIR}/rp-wasm.cpp)

# Sets RP_WASM_CC or RP_WASM_CXX, a list of a program and its first arguments, unless whoever builds has said it: a clang
# that compiles for wasm32-wasi, else zig. Without either it stays NOTFOUND if OPTIONAL follows, and ends the run if not.
function(rp_find_wasm_compiler variable)
  if(${variable})
    return()
  endif()
  if(DEFINED ENV{${variable}})
    separate_arguments(found UNIX_COMMAND "$ENV{${variable}}")
    set(${variable} "${found}" CACHE STRING "Compiler for WebAssembly")
    return()
  endif()
  if(variable STREQUAL "RP_WASM_CXX")
    set(clang clang++)
    set(zig c++)
    set(file ${CMAKE_BINARY_DIR}/CMakeFiles/rp-wasm.cpp)
    file(WRITE ${file} "#include <string>\nint main() { return 0; }\n")
  else()
    set(clang clang)
    set(zig cc)
    set(file ${CMAKE_BINARY_DIR}/CMakeFiles/rp-wasm.c)
    file(WRITE ${file} "#include <stdlib.h>\nint main(void) { return 0; }\n")
  endif()
  set(candidates ${clang} ${clang}-22 ${clang}-21 ${clang}-20 ${clang}-19 ${clang}-18 "zig ${zig}" "python3 -m ziglang ${zig}")
  foreach(candidate IN LISTS candidates)
    separate_arguments(command UNIX_COMMAND "${candidate}")
    execute_process(
      COMMAND ${command} --target=${RP_WASM_TARGET} ${file} -o ${file}.wasm
      RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(result EQUAL 0)
      set(${variable} "${command}" CACHE STRING "Compiler for WebAssembly")
      return()
    endif()
  endforeach()
  if("OPTIONAL" IN_LIST ARGN)
    set(${variable} ${variable}-NOTFOUND CACHE STRING "Compiler for WebAssembly")
    return()
  endif()
  message(FATAL_ERROR
    "no ${clang} and no zig compiles for ${RP_WASM_TARGET}. On Debian: apt-get install clang-19 lld-19 wasi-libc "
    "libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32; anywhere: pip install ziglang. Or name the compiler with "
    "-D${variable}=...")
endfunction()
