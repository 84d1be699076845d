cmake_minimum_required(VERSION 3.16)
project(stranger LANGUAGES C CXX)
find_package(rp REQUIRED)
rp_add_module(hello-c STATIC SOURCES counter.c)
rp_add_module(hello-cpp STATIC SOURCES hello.cpp)

add_executable(program program.c)
target_link_libraries(program PRIVATE hello-c hello-cpp rp::module)
set_target_properties(program PROPERTIES LINKER_LANGUAGE CXX)

# The same for a test in Rust, which takes both entries out of one library.
add_library(both SHARED both.c)
target_link_libraries(both PRIVATE hello-c hello-cpp rp::module)
set_target_properties(both PROPERTIES LINKER_LANGUAGE CXX)
