//! How a missing tool is got, by the package manager that is there.

use std::path::Path;

use super::tools::Tool;

const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
const WASI_SDK: &str = "unpack https://github.com/WebAssembly/wasi-sdk/releases, and set RP_WASM_CC and RP_WASM_CXX to its clang and clang++";

/// A package manager: its program, how it installs, and what the tools are called there.
struct Manager {
    program: &'static str,
    install: &'static str,
    /// Empty where it has none.
    package: fn(Tool) -> &'static str,
}

const MANAGERS: [Manager; 6] = [
    Manager { program: "apt-get", install: "apt-get install", package: apt },
    Manager { program: "dnf", install: "dnf install", package: dnf },
    Manager { program: "pacman", install: "pacman -S", package: pacman },
    Manager { program: "zypper", install: "zypper install", package: zypper },
    Manager { program: "apk", install: "apk add", package: apk },
    Manager { program: "brew", install: "brew install", package: brew },
];

fn apt(tool: Tool) -> &'static str {
    match tool {
        Tool::Cc => "gcc libc6-dev",
        Tool::Cxx => "g++",
        Tool::WasmCc => "clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32",
        Tool::WasmCxx => "clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32",
        _ => same(tool),
    }
}

fn dnf(tool: Tool) -> &'static str {
    match tool {
        Tool::Cc => "gcc",
        Tool::Cxx => "gcc-c++",
        Tool::PkgConfig => "pkgconf-pkg-config",
        _ => same(tool),
    }
}

fn zypper(tool: Tool) -> &'static str {
    dnf(tool)
}

fn pacman(tool: Tool) -> &'static str {
    match tool {
        Tool::Cc | Tool::Cxx => "gcc",
        Tool::PkgConfig => "pkgconf",
        Tool::WasmCc => "clang lld wasi-libc wasi-compiler-rt",
        Tool::WasmCxx => "clang lld wasi-libc wasi-compiler-rt wasi-libc++ wasi-libc++abi",
        _ => same(tool),
    }
}

fn apk(tool: Tool) -> &'static str {
    match tool {
        Tool::Cc => "gcc musl-dev",
        Tool::Cxx => "g++",
        Tool::PkgConfig => "pkgconf",
        Tool::WasmCc => "clang lld wasi-libc wasi-compiler-rt",
        Tool::WasmCxx => "clang lld wasi-libc wasi-compiler-rt wasi-libcxx",
        _ => same(tool),
    }
}

fn brew(tool: Tool) -> &'static str {
    match tool {
        Tool::Cc | Tool::Cxx => "llvm",
        Tool::PkgConfig => "pkgconf",
        Tool::WasmCc | Tool::WasmCxx => "llvm lld wasi-libc wasi-runtimes",
        _ => same(tool),
    }
}

/// The tools whose packages have their names everywhere.
fn same(tool: Tool) -> &'static str {
    match tool {
        Tool::Make => "make",
        Tool::Cmake => "cmake",
        Tool::PkgConfig => "pkg-config",
        _ => "",
    }
}

/// The commands that bring what is missing, to be typed one after the other.
pub fn steps(missing: &[Tool]) -> Vec<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |folder: &Path, manager: &Manager| folder.join(manager.program).is_file();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    steps_with(
        missing,
        MANAGERS.iter().find(|manager| folders.iter().any(|folder| is_there(folder, manager))),
    )
}

fn steps_with(missing: &[Tool], manager: Option<&Manager>) -> Vec<String> {
    let mut packages: Vec<&str> = Vec::new();
    let mut steps: Vec<String> = Vec::new();
    for tool in missing {
        let named = manager.map_or("", |manager| (manager.package)(*tool));
        packages.extend(named.split_whitespace());
        if named.is_empty() {
            steps.push(otherwise(*tool));
        }
    }
    packages.sort_unstable();
    packages.dedup();
    if let (Some(manager), false) = (manager, packages.is_empty()) {
        steps.insert(0, format!("{} {}", manager.install, packages.join(" ")));
    }
    let mut seen = Vec::new();
    steps.retain(|step| {
        !seen.contains(step) && {
            seen.push(step.clone());
            true
        }
    });
    steps
}

/// What no package manager brings, or none was found for.
fn otherwise(tool: Tool) -> String {
    match tool {
        Tool::Rustc | Tool::Cargo => RUSTUP.to_owned(),
        Tool::WasmRust => "rustup target add wasm32-unknown-unknown".to_owned(),
        Tool::WasmCc | Tool::WasmCxx => WASI_SDK.to_owned(),
        _ => format!("install {} as your system does it", tool.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_name_each_package_once() {
        let missing = [Tool::Cmake, Tool::WasmCc, Tool::WasmCxx, Tool::Rustc, Tool::Cargo, Tool::WasmRust];
        let expected = [
            "apt-get install clang-19 cmake libc++-19-dev-wasm32 libclang-rt-19-dev-wasm32 lld-19 wasi-libc",
            RUSTUP,
            "rustup target add wasm32-unknown-unknown",
        ];
        assert_eq!(steps_with(&missing, Some(&MANAGERS[0])), expected);
        assert_eq!(steps_with(&missing[..2], None), ["install cmake as your system does it", WASI_SDK]);
        assert!(steps_with(&[], Some(&MANAGERS[0])).is_empty());
    }

    /// Every manager has a package for what every distribution has.
    #[test]
    fn no_manager_forgets_a_common_tool() {
        for manager in MANAGERS {
            for tool in [Tool::Cc, Tool::Cxx, Tool::Make, Tool::Cmake, Tool::PkgConfig] {
                assert!(!(manager.package)(tool).is_empty(), "{} {tool:?}", manager.program);
            }
        }
    }
}
