//! What is handed to others: CMake packages, templates, releases, the book, the README, `./dev` itself.

mod book;
#[cfg(target_os = "linux")]
mod cmake;
#[cfg(target_os = "linux")]
mod dev;
#[cfg(target_os = "linux")]
mod dist;
#[cfg(target_os = "linux")]
mod ecosystems;
mod readme;
#[cfg(target_os = "linux")]
mod templates;
