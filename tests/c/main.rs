//! The SDKs in C and C++: their JSON, their tables, their classes. The host, as programs in several languages use it.

#[cfg(unix)]
mod c_json;
#[cfg(unix)]
mod c_sdk;
#[cfg(target_os = "linux")]
mod embed_table;
#[cfg(target_os = "linux")]
mod sdk_hpp;
