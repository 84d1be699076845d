# ctest: the headers in every dialect, compiled with the rest of the build; every module run with rp, where that is found.

# Adds a library of one file that includes the headers, and each of them once more.
function(add_header_test language standard)
  list(TRANSFORM ARGN REPLACE "(.+)" "#include \"\\1\"\n" OUTPUT_VARIABLE includes)
  string(CONCAT includes ${includes} ${includes})
  string(TOLOWER ${language} extension)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/headers/${language}${standard}.${extension})
  file(GENERATE OUTPUT ${file} CONTENT "${includes}\ntypedef int not_empty;\n")
  set(target headers-${extension}${standard})
  add_library(${target} OBJECT ${file})
  target_link_libraries(${target} PRIVATE rp::module)
  set_target_properties(${target} PROPERTIES
    ${language}_STANDARD ${standard} ${language}_STANDARD_REQUIRED ON ${language}_EXTENSIONS OFF)
  if(NOT MSVC)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
  endif()
endfunction()

set(c_headers rp_module.h rp_module_layout.h rp_plain.h rp_sdk.h)
set(standards_c 99 11)
set(standards_cxx 17 20)
if(NOT CMAKE_VERSION VERSION_LESS 3.21)
  list(APPEND standards_c 17 23)
  list(APPEND standards_cxx 23)
endif()
foreach(standard IN LISTS standards_c)
  add_header_test(C ${standard} ${c_headers})
endforeach()
foreach(standard 11 14)
  add_header_test(CXX ${standard} ${c_headers})
endforeach()
foreach(standard IN LISTS standards_cxx)
  add_header_test(CXX ${standard} ${c_headers} rp_sdk.hpp)
endforeach()

find_program(RP_PROGRAM rp HINTS target/release target/debug DOC "The command rp, which the tests run the modules with")
if(NOT RP_PROGRAM)
  set(hint "rp was not found, so the modules were not run: `cargo build` makes it, -DRP_PROGRAM=file names it")
  message(STATUS "${hint}")
  add_test(NAME modules COMMAND ${CMAKE_COMMAND} -E echo "${hint}")
  set_tests_properties(modules PROPERTIES SKIP_REGULAR_EXPRESSION "rp was not found")
  return()
endif()
message(STATUS "the modules are run with ${RP_PROGRAM}")

# rp was built without the sanitizers, so their runtime has to come first.
if(RP_SANITIZE)
  set(runtime libasan.so)
  if(CMAKE_C_COMPILER_ID MATCHES Clang)
    set(runtime libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so)
  endif()
  execute_process(
    COMMAND ${CMAKE_C_COMPILER} -print-file-name=${runtime}
    OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(leaks ${CMAKE_CURRENT_BINARY_DIR}/leaks.txt)
  file(WRITE ${leaks} "leak:std::rt::lang_start\n") # what every Rust program keeps to its end
endif()

# Seconds for a check, of which the sanitizers take many.
set(limit $<IF:$<BOOL:${RP_SANITIZE}>,120,20>)
foreach(module IN LISTS RP_MODULES)
  add_test(NAME ${module} COMMAND ${RP_PROGRAM} check --limit ${limit} $<TARGET_FILE:${module}>)
  if(RP_SANITIZE)
    set_tests_properties(${module} PROPERTIES ENVIRONMENT "LD_PRELOAD=${runtime};LSAN_OPTIONS=suppressions=${leaks}")
  endif()
endforeach()
