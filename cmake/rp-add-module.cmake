# rp_add_module(NAME SOURCES file... [LIBRARIES library...] [INSTALL folder] [VERSION_SCRIPT file] [STATIC] [WASM])
#
# Adds the module NAME as a target, with warnings, in C99 and C++17 unless CMAKE_C_STANDARD and CMAKE_CXX_STANDARD say
# otherwise. It is built as the library that the host looks for: libNAME.so, libNAME.dylib or NAME.dll, with _ for each -
# in NAME, in every configuration. It exports nothing but the module, and lies in RP_MODULE_OUTPUT_DIRECTORY, if that is
# set. By MinGW it is linked with -static, so that it needs no DLL of the compiler.
#
# LIBRARIES       targets and libraries that it is linked with
# INSTALL         the folder below the prefix that `cmake --install` copies it to, such as lib/hello
# VERSION_SCRIPT  for linkers that know it; it must leave rp_module_v1 and rp_manifest global
# STATIC          an archive instead, to be linked into a program beside others: its entry is NAME_entry, its manifest
#                 NAME_manifest
# WASM            also as WebAssembly, NAME.wasm beside the library and with _ for -: the target NAME-wasm. RP_WASM_CC and
#                 RP_WASM_CXX name its compilers
#
# With the toolchain file rp-wasm-toolchain.cmake all modules of a project are built as WebAssembly, and as nothing else.
#
# rp_add_tests(NAME [SESSION file...])
#
# Adds tests of a module to ctest, after include(CTest): NAME-check, the checks of `rp check`, and for each session file
# NAME-STEM, `rp run` with it, beside the other modules in the module's folder. RP_PROGRAM names the command rp. In a cross
# build that is rp for the same platform, and CMAKE_CROSSCOMPILING_EMULATOR what runs it here.
#
# Functions are seen everywhere, variables only from where they are set.
set_property(GLOBAL PROPERTY RP_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

function(rp_add_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "STATIC;WASM" "VERSION_SCRIPT;INSTALL" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "rp_add_module(${name}): give SOURCES and files; not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  string(REPLACE "-" "_" stem ${name})
  string(COMPARE EQUAL "${CMAKE_SYSTEM_PROCESSOR}" wasm32 _rp_is_wasm)
  if(arg_STATIC)
    add_library(${name} STATIC ${arg_SOURCES})
    target_compile_definitions(${name} PRIVATE rp_module_v1=${stem}_entry rp_manifest=${stem}_manifest)
  elseif(_rp_is_wasm)
    add_executable(${name} ${arg_SOURCES})
    _rp_link_wasm(${name})
  else()
    add_library(${name} MODULE ${arg_SOURCES})
    _rp_link_module(${name} "${arg_VERSION_SCRIPT}")
  endif()
  target_link_libraries(${name} PRIVATE rp::module ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES
    OUTPUT_NAME ${stem}
    DEBUG_POSTFIX ""
    POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  _rp_compile_module(${name})
  if(arg_INSTALL)
    install(TARGETS ${name}
      LIBRARY DESTINATION ${arg_INSTALL} RUNTIME DESTINATION ${arg_INSTALL} ARCHIVE DESTINATION ${arg_INSTALL})
  endif()
  if(arg_WASM AND NOT _rp_is_wasm)
    if(arg_LIBRARIES)
      message(FATAL_ERROR
        "rp_add_module(${name}): ${arg_LIBRARIES} are made for this machine and cannot be linked into WebAssembly; leave "
        "out WASM, and configure once more with the toolchain file rp-wasm-toolchain.cmake")
    endif()
    _rp_add_wasm(${name} ${stem} ${arg_SOURCES})
    if(arg_INSTALL)
      get_target_property(file ${name}-wasm RP_FILE)
      install(FILES ${file} DESTINATION ${arg_INSTALL})
    endif()
  endif()
endfunction()

# Where and how a module is linked that the toolchain file compiles.
function(_rp_link_wasm name)
  get_property(dir GLOBAL PROPERTY RP_CMAKE_DIR)
  include(${dir}/rp-wasm.cmake)
  set_target_properties(${name} PROPERTIES SUFFIX .wasm)
  if(RP_MODULE_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "$<0:>${RP_MODULE_OUTPUT_DIRECTORY}")
  endif()
  target_compile_options(${name} PRIVATE ${RP_WASM_COMPILE_OPTIONS})
  target_link_options(${name} PRIVATE ${RP_WASM_LINK_OPTIONS})
  get_target_property(sources ${name} SOURCES)
  if(sources MATCHES "\\.(cc|cpp|cxx)(;|$)")
    target_sources(${name} PRIVATE ${RP_WASM_CXX_SOURCE})
  endif()
endfunction()

# The same sources once more, by a compiler that this project does not know otherwise.
function(_rp_add_wasm name stem)
  get_property(dir GLOBAL PROPERTY RP_CMAKE_DIR)
  include(${dir}/rp-wasm.cmake)
  set(compiler RP_WASM_CC)
  set(standard c99)
  set(options -fvisibility=hidden)
  set(sources "")
  foreach(source IN LISTS ARGN)
    get_filename_component(source "${source}" ABSOLUTE)
    list(APPEND sources "${source}")
    if(NOT source MATCHES "\\.c$")
      set(compiler RP_WASM_CXX)
      set(standard c++17)
    endif()
  endforeach()
  if(compiler STREQUAL "RP_WASM_CXX")
    list(APPEND options -fno-exceptions)
    list(APPEND sources ${RP_WASM_CXX_SOURCE})
  endif()
  rp_find_wasm_compiler(${compiler})
  # What it takes depends on what was found.
  include(${dir}/rp-wasm.cmake)
  list(APPEND options ${RP_WASM_CODE_OPTIONS} ${RP_WASM_LINK_OPTIONS})
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${stem}.wasm")
  if(RP_MODULE_OUTPUT_DIRECTORY)
    set(file "${RP_MODULE_OUTPUT_DIRECTORY}/${stem}.wasm")
  endif()
  set(include "$<TARGET_PROPERTY:rp::module,INTERFACE_INCLUDE_DIRECTORIES>")
  add_custom_command(
    OUTPUT ${file}
    COMMAND ${${compiler}} --target=${RP_WASM_TARGET} -Os -std=${standard} -Wall -Wextra ${options}
      "$<$<BOOL:${include}>:-I$<JOIN:${include},;-I>>" ${sources} -o ${file}
    DEPENDS ${sources}
    COMMENT "Building ${stem}.wasm"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${name}-wasm ALL DEPENDS ${file})
  set_target_properties(${name}-wasm PROPERTIES RP_FILE ${file})
endfunction()

# File name, place and links of a library that is loaded.
function(_rp_link_module name version_script)
  if(WIN32)
    set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .dll)
  elseif(APPLE)
    set_target_properties(${name} PROPERTIES PREFIX lib SUFFIX .dylib) # CMake's own is .so
  else()
    set_target_properties(${name} PROPERTIES PREFIX lib SUFFIX .so)
  endif()
  if(RP_MODULE_OUTPUT_DIRECTORY)
    # $<0:> keeps multi-configuration generators from adding a folder.
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "$<0:>${RP_MODULE_OUTPUT_DIRECTORY}")
  endif()
  if(MINGW)
    # Where the module is loaded, libstdc++-6.dll, libwinpthread-1.dll and the like are not on the PATH.
    target_link_options(${name} PRIVATE -static)
  endif()
  if(RP_SANITIZE STREQUAL "HOST")
    target_link_libraries(${name} PRIVATE ubsan)
    target_link_options(${name} PRIVATE -fno-sanitize=address) # whatever CMAKE_C_FLAGS says
  elseif(RP_SANITIZE)
    target_link_options(${name} PRIVATE -fsanitize=address,undefined $<$<C_COMPILER_ID:Clang>:-shared-libsan>)
  elseif(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(${name} PRIVATE LINKER:-z,defs) # what is defined nowhere is found now, not by the host
  endif()
  if(version_script AND NOT APPLE AND NOT MSVC)
    get_filename_component(version_script "${version_script}" ABSOLUTE)
    target_link_options(${name} PRIVATE LINKER:--version-script=${version_script})
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${version_script}")
  endif()
endfunction()

# Dialect, warnings and sanitizers. RP_SANITIZE is ON, or HOST where the host brings the sanitizers' runtime.
function(_rp_compile_module name)
  # Always said, since compile_commands.json goes to tools with other defaults than the compiler's.
  if(NOT CMAKE_C_STANDARD)
    set_target_properties(${name} PROPERTIES C_STANDARD 99)
  endif()
  if(NOT CMAKE_CXX_STANDARD)
    set_target_properties(${name} PROPERTIES CXX_STANDARD 17)
  endif()
  if(MSVC)
    target_compile_options(${name} PRIVATE /W4 /utf-8)
  else()
    target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  endif()
  if(RP_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  endif()
endfunction()

function(rp_add_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SESSION")
  if(arg_UNPARSED_ARGUMENTS OR NOT TARGET ${name})
    message(FATAL_ERROR
      "rp_add_tests(${name}): give the name of an rp_add_module, and SESSION with files; not understood: "
      "${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(DEFINED BUILD_TESTING AND NOT BUILD_TESTING)
    return()
  endif()
  _rp_find_program(command)
  if(NOT command)
    message(FATAL_ERROR
      "rp is not on the PATH: -DRP_PROGRAM=FILE names it, -DBUILD_TESTING=OFF does without tests. In a cross build it has "
      "to be rp for that platform, and -DCMAKE_CROSSCOMPILING_EMULATOR=PROGRAM names what runs it here")
  endif()
  _rp_test_environment(environment)
  set(limit "")
  if(RP_SANITIZE)
    set(limit --limit 120) # seconds for a check, of which the sanitizers take many
  endif()
  add_test(NAME ${name}-check COMMAND ${command} check ${limit} $<TARGET_FILE:${name}>)
  set_tests_properties(${name}-check PROPERTIES ENVIRONMENT "${environment}")
  foreach(session IN LISTS arg_SESSION)
    get_filename_component(session "${session}" ABSOLUTE)
    get_filename_component(stem "${session}" NAME_WE)
    add_test(NAME ${name}-${stem}
      COMMAND ${command} run --strict --modules $<TARGET_FILE_DIR:${name}> ${session})
    set_tests_properties(${name}-${stem} PROPERTIES ENVIRONMENT "${environment}")
  endforeach()
endfunction()

# Sets a variable to the command rp, behind what runs it here, or to nothing. Further arguments go to find_program. A cross
# build finds none, since rp for this machine cannot load its modules; WebAssembly it can load.
function(_rp_find_program result)
  string(COMPARE EQUAL "${CMAKE_SYSTEM_PROCESSOR}" wasm32 is_wasm)
  if(NOT CMAKE_CROSSCOMPILING OR is_wasm)
    find_program(RP_PROGRAM rp ${ARGN} DOC "The command rp, which tests the modules")
  endif()
  set(${result} "" PARENT_SCOPE)
  if(RP_PROGRAM AND is_wasm)
    set(${result} ${RP_PROGRAM} PARENT_SCOPE)
  elseif(RP_PROGRAM)
    set(${result} ${CMAKE_CROSSCOMPILING_EMULATOR} ${RP_PROGRAM} PARENT_SCOPE)
  endif()
endfunction()

# What the tests need in their environment: the sanitizers' runtime, and how rp starts itself again under an emulator. Under
# wine it does so without help.
function(_rp_test_environment result)
  _rp_sanitizer_environment(environment)
  if(CMAKE_CROSSCOMPILING_EMULATOR AND NOT WIN32)
    list(JOIN CMAKE_CROSSCOMPILING_EMULATOR " " runner)
    list(APPEND environment "RP_RUNNER=${runner}")
  endif()
  set(${result} "${environment}" PARENT_SCOPE)
endfunction()

# With RP_SANITIZE: rp was built without the sanitizers, so their runtime has to come first.
function(_rp_sanitizer_environment result)
  set(${result} "" PARENT_SCOPE)
  if(NOT RP_SANITIZE OR RP_SANITIZE STREQUAL "HOST")
    return()
  endif()
  set(compiler "${CMAKE_C_COMPILER}")
  set(id "${CMAKE_C_COMPILER_ID}")
  if(NOT compiler)
    set(compiler "${CMAKE_CXX_COMPILER}")
    set(id "${CMAKE_CXX_COMPILER_ID}")
  endif()
  set(runtime libasan.so)
  if(id MATCHES Clang)
    set(runtime libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so)
  endif()
  execute_process(COMMAND ${compiler} -print-file-name=${runtime}
    OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(leaks ${CMAKE_CURRENT_BINARY_DIR}/leaks.txt)
  file(WRITE ${leaks} "leak:std::rt::lang_start\n") # what every Rust program keeps to its end
  set(${result} "LD_PRELOAD=${runtime};LSAN_OPTIONS=suppressions=${leaks}" PARENT_SCOPE)
endfunction()
