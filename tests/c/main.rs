//! The SDKs in C and C++: their JSON, their tables, their classes. The host, as programs in several languages use it.

#[cfg(unix)]
mod c_json;
#[cfg(unix)]
mod c_sdk;
// Their library has no build for the sanitizers among these tests.
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
mod embed_table;
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
mod host_c;
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
mod host_hpp;
#[cfg(target_os = "linux")]
mod sdk_hpp;
