//! The SDKs in C and C++: their JSON, their tables, their classes.

#[cfg(unix)]
mod c_json;
#[cfg(unix)]
mod c_sdk;
#[cfg(target_os = "linux")]
mod sdk_hpp;
