cmake_minimum_required(VERSION 3.16)
project(stranger LANGUAGES C CXX)
find_package(rp REQUIRED)
include(modules.cmake)
