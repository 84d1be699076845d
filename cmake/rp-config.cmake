# find_package(rp): the target rp::module and the function rp_add_module().
# find_package(rp COMPONENTS host): also rp::host, the host as a shared library, and rp::host_static, the archive.
include(${CMAKE_CURRENT_LIST_DIR}/rp-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/rp-add-module.cmake)

set(_rp_host_targets ${CMAKE_CURRENT_LIST_DIR}/@RP_HOST_FROM_CONFIG@/rp-host-targets.cmake)
foreach(_rp_component IN LISTS rp_FIND_COMPONENTS)
  if(_rp_component STREQUAL host AND EXISTS ${_rp_host_targets})
    include(CMakeFindDependencyMacro)
    find_dependency(Threads)
    include(${_rp_host_targets})
    set(rp_host_FOUND TRUE)
  elseif(rp_FIND_REQUIRED_${_rp_component})
    set(rp_FOUND FALSE)
    set(rp_NOT_FOUND_MESSAGE
      "rp is installed without the component ${_rp_component}; there is only host, which -DRP_HOST=ON builds and installs")
  endif()
endforeach()
