//! How to install a missing tool with the package manager of this machine.

use std::path::Path;

use super::tools::Tool;
use crate::os::RUSTUP;

const WASI_SDK: &str = "unpack https://github.com/WebAssembly/wasi-sdk/releases, and set RP_WASM_CC and RP_WASM_CXX to its clang and clang++";

/// The tools, the managers and their packages; its head says what a line means.
const PACKAGES: &str = include_str!("packages.txt");

/// A package manager: its program, and how it installs.
struct Manager {
    program: &'static str,
    install: &'static str,
}

const MANAGERS: [Manager; 8] = [
    Manager { program: "apt-get", install: "apt-get install" },
    Manager { program: "dnf", install: "dnf install" },
    Manager { program: "pacman", install: "pacman -S" },
    Manager { program: "zypper", install: "zypper install" },
    Manager { program: "apk", install: "apk add" },
    Manager { program: "brew", install: "brew install" },
    Manager { program: "winget", install: "winget install" },
    Manager { program: "choco", install: "choco install" },
];

impl Manager {
    /// The packages that bring the tool; empty where it has none.
    fn packages(&self, tool: Tool) -> Vec<&'static str> {
        if matches!(tool, Tool::Rustc | Tool::Cargo | Tool::WasmRust) {
            return Vec::new();
        }
        let name = tool.name().replace(' ', "-");
        let mut lines = PACKAGES.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let line = lines.find(|words| words.starts_with(&[&name, self.program]));
        line.map_or_else(|| vec![tool.name()], |words| words[2..].to_vec())
    }
}

/// The commands that install what is missing, in the order in which they must be run.
pub fn steps(missing: &[Tool]) -> Vec<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |folder: &Path, manager: &Manager| {
        folder.join(format!("{}{}", manager.program, std::env::consts::EXE_SUFFIX)).is_file()
    };
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
        let named = manager.map_or(Vec::new(), |manager| manager.packages(*tool));
        if named.is_empty() {
            steps.push(otherwise(*tool));
        }
        packages.extend(named);
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
        Tool::Zig => "pip install ziglang, and link its zig into a folder of the PATH".to_owned(),
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

    /// Every manager has packages for the tools that all distributions have.
    #[test]
    fn no_manager_forgets_a_common_tool() {
        for manager in MANAGERS {
            for tool in [Tool::Cc, Tool::Cxx, Tool::Make, Tool::Cmake, Tool::PkgConfig] {
                assert!(!manager.packages(tool).is_empty(), "{} {tool:?}", manager.program);
            }
        }
    }

    /// A misspelt name of a tool or a manager would be a line that nobody reads.
    #[test]
    fn each_line_is_of_a_manager_and_stands_once() {
        let lines = PACKAGES.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut seen = std::collections::HashSet::new();
        for line in lines {
            let words: Vec<_> = line.split_whitespace().take(2).collect();
            assert!(MANAGERS.iter().any(|manager| words.get(1) == Some(&manager.program)), "{line}");
            assert!(seen.insert(words), "{line}");
        }
    }
}
