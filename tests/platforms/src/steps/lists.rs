//! What the command says of modules without running them.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use serde_json::Value;

use super::done::Done;
use crate::build::Build;
use crate::compare::same;
use crate::setup::Setup;

/// The same release.
pub fn version(setup: &Setup) -> Result<Done, String> {
    let found = release(&setup.tested)?;
    same("rp --version", &found, &release(&setup.reference)?)?;
    Ok(Done::Ok(found.trim().to_owned()))
}

/// What the command says that it is.
pub fn release(build: &Build) -> Result<String, String> {
    Ok(build.rp(&["--version"])?.with_code(0)?.to_owned())
}

/// Every module is in the list of its folder, with its version and profile.
pub fn list(setup: &Setup) -> Result<Done, String> {
    let (found, expected) = (listed(setup, &setup.tested)?, listed(setup, &setup.reference)?);
    for module in &setup.modules {
        let row = |rows: &BTreeMap<String, Value>| rows.get(module).map(Value::to_string);
        let expected = row(&expected).ok_or_else(|| format!("the reference does not list {module}"))?;
        let found = row(&found).ok_or_else(|| format!("rp list does not list {module}"))?;
        same(module, &found, &expected)?;
    }
    Ok(Done::Ok(format!("{} modules", setup.modules.len())))
}

/// What `rp list` says of each module, but for its file.
fn listed(setup: &Setup, build: &Build) -> Result<BTreeMap<String, Value>, String> {
    let folder = build.modules.as_os_str();
    let ended = build.rp(&[OsStr::new("--json"), OsStr::new("list"), folder])?;
    let mut list: Value = serde_json::from_str(ended.with_code(0)?).map_err(|error| error.to_string())?;
    let mut rows = BTreeMap::new();
    for row in list["modules"].as_array_mut().ok_or("no list of modules")? {
        let row_of =
            row["file"].as_str().and_then(file_stem).map(str::to_owned).ok_or("a row without a file")?;
        let module = setup.modules.iter().find(|module| module.replace('-', "_") == row_of);
        row.as_object_mut().ok_or("a row that is no object")?.remove("file");
        rows.extend(module.map(|module| (module.clone(), row.take())));
    }
    Ok(rows)
}

/// The name of a library's file without what the platform puts around it; the path is one of the platform.
fn file_stem(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next()?;
    let stem = name.rsplit_once('.')?.0;
    Some(stem.strip_prefix("lib").unwrap_or(stem))
}

/// What a platform's libraries have of their own.
const OF_THE_FILE: [&str; 4] = ["file", "size", "format", "machine"];

/// The file of every module says the same, but for its path, size, format and machine, and for what C++ exports of its own.
pub fn inspect(setup: &Setup) -> Result<Done, String> {
    for module in &setup.modules {
        let shown = |build: &Build| {
            let mut shown = build.inspected(&build.library(module)?)?;
            let members = shown.as_object_mut().ok_or("no object")?;
            for name in OF_THE_FILE {
                members.remove(name).ok_or_else(|| format!("rp inspect says no {name}"))?;
            }
            // A C++ compiler exports what it instantiates, under names of its own.
            let symbols = shown["symbols"].as_array_mut().ok_or("rp inspect says no symbols")?;
            symbols.retain(|symbol| symbol.as_str().is_none_or(|name| !name.starts_with("_Z")));
            Ok::<_, String>(shown.to_string())
        };
        same(module, &shown(&setup.tested)?, &shown(&setup.reference)?)?;
        let text = |build: &Build| inspected_text(build, module);
        same(module, &text(&setup.tested)?, &text(&setup.reference)?)?;
    }
    Ok(Done::Ok(format!("{} modules, as text and JSON", setup.modules.len())))
}

fn inspected_text(build: &Build, module: &str) -> Result<String, String> {
    let ended = build.rp(&[OsStr::new("inspect"), build.library(module)?.as_os_str()])?;
    let left_out = OF_THE_FILE.iter().chain(&["symbols"]);
    let names: Vec<_> = left_out.map(|name| format!("{name}  ")).collect();
    let is_of_the_file = |line: &&str| names.iter().any(|name| line.starts_with(name));
    let lines = ended.with_code(0)?.lines().filter(|line| !is_of_the_file(line));
    Ok(lines.map(|line| format!("{line}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn stems() {
        for path in
            ["a/b/libtest_relay.so", r"Z:\a\test_relay.dll", "/a.b/libtest_relay.dylib", "test_relay.dll"]
        {
            assert_eq!(file_stem(path), Some("test_relay"), "{path}");
        }
    }
}
