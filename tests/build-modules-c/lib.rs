//! Nothing: the build script of this package builds the modules of modules-c/.
