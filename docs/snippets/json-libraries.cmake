cmake_minimum_required(VERSION 3.16)
project(json_libraries VERSION 0.1.0 LANGUAGES C CXX)
find_package(rp REQUIRED)

# nlohmann::json is a header; Debian's package is nlohmann-json3-dev.
find_package(nlohmann_json 3 REQUIRED)
rp_add_module(documents SOURCES nlohmann.cpp LIBRARIES nlohmann_json::nlohmann_json)

# cJSON is a library; Debian's package is libcjson-dev.
find_package(PkgConfig REQUIRED)
pkg_check_modules(cjson REQUIRED IMPORTED_TARGET libcjson)
rp_add_module(stones SOURCES cjson.c LIBRARIES PkgConfig::cjson)
