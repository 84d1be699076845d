# The host as a library for C and C++: rp::host, shared, and rp::host_static, the archive. Cargo compiles the archive. The
# shared library is linked from it here, since rustc gives its own neither versions of symbols nor a SONAME.
option(RP_HOST "Build and install the host's library for C and C++; needs cargo" OFF)
if(NOT RP_HOST)
  return()
endif()
set(RP_HOST_ARCHIVE "" CACHE FILEPATH "The host's archive, where it is built already; without it cargo builds it")
set(RP_HOST_FEATURES "" CACHE STRING "Features of the package rp-capi, with commas between them; without it its own choice")
set(RP_HOST_TARGET "" CACHE STRING "Rust's name of the platform that cargo compiles for; without it this machine")

include(GNUInstallDirs)
find_package(Threads REQUIRED)

# What the archive needs of the system: what `rustc --print native-static-libs` says, less what every compiler links.
if(WIN32)
  set(RP_HOST_SYSTEM_LIBRARIES kernel32 ntdll userenv ws2_32 dbghelp)
elseif(APPLE)
  set(RP_HOST_SYSTEM_LIBRARIES m)
else()
  set(RP_HOST_SYSTEM_LIBRARIES Threads::Threads ${CMAKE_DL_LIBS} m)
endif()

# Has cargo look in each build whether the archive is current, which only cargo knows; sets a variable to its path.
function(_rp_build_archive result)
  find_program(RP_CARGO cargo HINTS ENV CARGO_HOME HINTS "$ENV{HOME}/.cargo" PATH_SUFFIXES bin DOC "The program cargo")
  if(NOT RP_CARGO)
    message(FATAL_ERROR
      "RP_HOST: cargo is missing: https://rustup.rs brings it; -DRP_CARGO=FILE names it, or -DRP_HOST_ARCHIVE=FILE an "
      "archive that is built already")
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/cargo)
  set(options --locked --release --package rp-capi --target-dir ${folder})
  if(RP_HOST_FEATURES)
    list(APPEND options --no-default-features --features ${RP_HOST_FEATURES})
  endif()
  if(RP_HOST_TARGET)
    list(APPEND options --target ${RP_HOST_TARGET})
    string(APPEND folder /${RP_HOST_TARGET})
  endif()
  set(archive ${folder}/release/${CMAKE_STATIC_LIBRARY_PREFIX}rp_host${CMAKE_STATIC_LIBRARY_SUFFIX})
  add_custom_target(rp_host_archive
    COMMAND ${RP_CARGO} build ${options}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    BYPRODUCTS ${archive}
    COMMENT "Building the host with cargo" USES_TERMINAL VERBATIM)
  set(${result} ${archive} PARENT_SCOPE)
endfunction()

# Windows takes the list of what a DLL exports, which is what the header declares.
function(_rp_export_declared)
  set(header ${CMAKE_CURRENT_SOURCE_DIR}/include/rp_host.h)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
  file(STRINGS ${header} lines REGEX "^RPH_API ")
  string(REGEX MATCHALL "rph_[a-z0-9_]+\\(" names "${lines}")
  list(REMOVE_DUPLICATES names)
  string(REPLACE "(" "\n" names "${names}")
  string(REPLACE ";" "" names "${names}")
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/rp_host.def "EXPORTS\n${names}")
  target_sources(rp_host PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/rp_host.def)
endfunction()

# Links the shared library of what the archive exports and of all that this needs.
function(_rp_link_host archive)
  if(WIN32)
    _rp_export_declared()
    target_link_libraries(rp_host PRIVATE ${archive})
    if(MINGW)
      target_link_options(rp_host PRIVATE -static) # so that it needs no DLL of the compiler
    endif()
  elseif(APPLE)
    target_link_options(rp_host PRIVATE
      LINKER:-force_load,${archive} LINKER:-exported_symbol,_rph_* LINKER:-dead_strip)
  else()
    set(script ${CMAKE_CURRENT_SOURCE_DIR}/cmake/rp_host.map)
    set_property(TARGET rp_host APPEND PROPERTY LINK_DEPENDS ${script})
    # Never unmapped: its threads, and what runs when a thread ends, need the code for as long as the process lives.
    target_link_options(rp_host PRIVATE
      "SHELL:-Wl,--whole-archive ${archive} -Wl,--no-whole-archive"
      LINKER:--version-script=${script} LINKER:--gc-sections LINKER:--strip-debug
      LINKER:-z,nodelete LINKER:-z,defs LINKER:-z,relro LINKER:-z,now)
  endif()
endfunction()

function(_rp_add_shared_host archive)
  # CMake wants a source for each library.
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/rp_host.c "typedef int rp_host_is_in_the_archive;\n")
  add_library(rp_host SHARED ${CMAKE_CURRENT_BINARY_DIR}/rp_host.c)
  add_library(rp::host ALIAS rp_host)
  set_target_properties(rp_host PROPERTIES
    EXPORT_NAME host VERSION ${PROJECT_VERSION} SOVERSION 0 DEBUG_POSTFIX "" LINK_DEPENDS ${archive})
  if(WIN32)
    set_target_properties(rp_host PROPERTIES PREFIX "")
  endif()
  _rp_link_host(${archive})
  target_link_libraries(rp_host PUBLIC rp_module PRIVATE ${RP_HOST_SYSTEM_LIBRARIES})
endfunction()

function(_rp_add_static_host archive)
  add_library(rp_host_static INTERFACE)
  add_library(rp::host_static ALIAS rp_host_static)
  set_target_properties(rp_host_static PROPERTIES EXPORT_NAME host_static)
  target_compile_definitions(rp_host_static INTERFACE RPH_STATIC)
  get_filename_component(name ${archive} NAME)
  target_link_libraries(rp_host_static INTERFACE
    rp_module
    $<BUILD_INTERFACE:${archive}>
    $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/${name}>
    ${RP_HOST_SYSTEM_LIBRARIES})
endfunction()

set(RP_HOST_BUILT ${RP_HOST_ARCHIVE})
if(NOT RP_HOST_BUILT)
  _rp_build_archive(RP_HOST_BUILT)
endif()
_rp_add_shared_host(${RP_HOST_BUILT})
_rp_add_static_host(${RP_HOST_BUILT})
if(TARGET rp_host_archive)
  add_dependencies(rp_host rp_host_archive)
  add_dependencies(rp_host_static rp_host_archive)
endif()
