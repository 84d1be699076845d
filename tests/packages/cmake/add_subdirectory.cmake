cmake_minimum_required(VERSION 3.16)
project(stranger LANGUAGES C CXX)
add_subdirectory(rp)
include(modules.cmake)
