# find_package(rp): the target rp::module and the function rp_add_module().
include(${CMAKE_CURRENT_LIST_DIR}/rp-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/rp-add-module.cmake)
