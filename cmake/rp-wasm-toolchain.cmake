# The toolchain for modules as WebAssembly: cmake -DCMAKE_TOOLCHAIN_FILE=.../rp-wasm-toolchain.cmake. RP_WASM_CC and
# RP_WASM_CXX, as variables or in the environment, name other compilers than those that are looked for.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
# Later runs of this file, for CMake's own tests of the compiler, are to find the same.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RP_WASM_CC RP_WASM_CXX)

include(${CMAKE_CURRENT_LIST_DIR}/rp-wasm.cmake)
rp_find_wasm_compiler(RP_WASM_CC)
# A project in C needs none for C++; with NOTFOUND, one in C++ is refused.
rp_find_wasm_compiler(RP_WASM_CXX OPTIONAL)
set(CMAKE_C_COMPILER ${RP_WASM_CC})
set(CMAKE_CXX_COMPILER ${RP_WASM_CXX})
set(CMAKE_C_COMPILER_TARGET ${RP_WASM_TARGET})
set(CMAKE_CXX_COMPILER_TARGET ${RP_WASM_TARGET})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
# Size counts, and code that is not optimised is several times as large.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "Type of the build")
endif()
