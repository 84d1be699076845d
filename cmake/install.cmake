# Installs the headers, find_package(rp) and pkg-config rp_module. All of it is found from where it lies, so the folder can
# be moved; nothing depends on the machine, so it goes to share/.
option(RP_INSTALL "Install the headers, find_package(rp) and pkg-config rp_module" ${RP_IS_TOP_LEVEL})
if(NOT RP_INSTALL)
  return()
endif()

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Before 1.0 a new minor version may break.
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/rp)
file(RELATIVE_PATH RP_HOST_FROM_CONFIG
  ${CMAKE_INSTALL_FULL_DATADIR}/cmake/rp ${CMAKE_INSTALL_FULL_LIBDIR}/cmake/rp)
configure_file(cmake/rp-config.cmake rp-config.cmake @ONLY)

write_basic_package_version_file(rp-config-version.cmake COMPATIBILITY ${compatibility} ARCH_INDEPENDENT)

# In rp_module.pc the prefix is where the file lies, without its own folders.
file(RELATIVE_PATH RP_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" RP_PREFIX_FROM_PC ${RP_PREFIX_FROM_PC})
file(RELATIVE_PATH RP_INCLUDE_FROM_PREFIX ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(cmake/rp_module.pc.in rp_module.pc @ONLY)

target_include_directories(rp_module INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
install(TARGETS rp_module EXPORT rp)
install(EXPORT rp NAMESPACE rp:: FILE rp-targets.cmake DESTINATION ${package_dir})
install(FILES
  include/rp_module.h include/rp_module_layout.h include/rp_plain.h include/rp_sdk.h include/rp_sdk.hpp
  include/rp_host.h include/rp_host.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/rp_sdk include/rp_host DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/rp-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/rp-config-version.cmake
  cmake/rp-add-module.cmake cmake/rp-wasm.cmake cmake/rp-wasm.cpp cmake/rp-wasm-toolchain.cmake
  DESTINATION ${package_dir})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/rp_module.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
if(RP_HOST)
  include(cmake/install-host.cmake)
endif()
