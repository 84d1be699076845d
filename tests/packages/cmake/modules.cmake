rp_add_module(hello-c SOURCES counter.c VERSION_SCRIPT exports.map INSTALL lib/hello)
rp_add_module(hello-cpp SOURCES hello.cpp)
