# Installs the host's library: shared and as an archive, its headers, and how CMake and pkg-config find them. It is for one
# machine, so it goes to lib/.
set(host_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rp)

install(TARGETS rp_host rp_host_static EXPORT rp-host
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT rp-host NAMESPACE rp:: FILE rp-host-targets.cmake DESTINATION ${host_dir})
install(FILES ${RP_HOST_BUILT} DESTINATION ${CMAKE_INSTALL_LIBDIR})

# The archive's libraries as pkg-config writes them.
set(RP_HOST_LINK_LINE "")
foreach(library IN LISTS RP_HOST_SYSTEM_LIBRARIES)
  string(REPLACE Threads::Threads pthread library ${library})
  string(APPEND RP_HOST_LINK_LINE " -l${library}")
endforeach()
get_filename_component(RP_HOST_ARCHIVE_NAME ${RP_HOST_BUILT} NAME)

file(RELATIVE_PATH RP_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" RP_PREFIX_FROM_PC ${RP_PREFIX_FROM_PC})
file(RELATIVE_PATH RP_LIB_FROM_PREFIX ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
foreach(package rp_host rp_host_static)
  configure_file(cmake/${package}.pc.in ${package}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${package}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
