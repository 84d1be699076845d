//! What a library for Windows needs and cannot have. That system says only that there is something.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::image::Image;
use super::pe::Import;
use crate::error::LoadFault;

/// The first library or function that cannot be found, or is for another machine, looked for as the system looks: in the
/// folder of the module, then in the others, the last of which is the system's own. `None` if all are there.
pub(super) fn find(module: &Image<'_>, folder: &Path, others: &[PathBuf]) -> Option<LoadFault> {
    let mut folders = vec![folder.to_owned()];
    folders.extend_from_slice(others);
    Search { folders, machine: module.machine().to_owned(), seen: HashSet::new() }.first_in(module)
}

struct Search {
    folders: Vec<PathBuf>,
    machine: String,
    /// In lower case.
    seen: HashSet<String>,
}

impl Search {
    fn first_in(&mut self, library: &Image<'_>) -> Option<LoadFault> {
        library
            .imports()
            .into_iter()
            .filter(|import| !is_virtual(&import.library))
            .find_map(|import| self.check(&import))
    }

    fn check(&mut self, import: &Import) -> Option<LoadFault> {
        let name = &import.library;
        let Some((path, is_system)) = self.place(name) else {
            return Some(LoadFault::MissingDependency(name.clone()));
        };
        // One that cannot be read or is no library is told of by the system.
        let bytes = std::fs::read(path).ok()?;
        let image = Image::parse(&bytes).ok()?;
        if image.machine() != self.machine {
            let text = format!("it is built for {}", image.machine());
            return Some(LoadFault::BrokenDependency { name: name.clone(), text });
        }
        let exports: HashSet<String> = image.export_names().into_iter().collect();
        if let Some(function) = import.functions.iter().find(|function| !exports.contains(*function)) {
            return Some(LoadFault::MissingFunction { library: name.clone(), function: function.clone() });
        }
        let is_new = self.seen.insert(name.to_lowercase());
        if is_new && !is_system { self.first_in(&image) } else { None }
    }

    /// The first file of a name, and whether it is the system's.
    fn place(&self, name: &str) -> Option<(PathBuf, bool)> {
        let last = self.folders.len() - 1;
        let files = self.folders.iter().enumerate().map(|(index, folder)| (folder.join(name), index == last));
        files.into_iter().find(|(file, _)| file.is_file())
    }
}

/// Names that the system maps to libraries of its own; there are no files.
fn is_virtual(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("api-ms-win-") || name.starts_with("ext-ms-")
}

#[cfg(test)]
#[path = "../../../tests/support/src/pe/mod.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod made;

#[cfg(test)]
mod tests {
    use super::made::{ARM64, Pe};
    use super::*;

    /// What is told of a module that needs `a.dll`, which is put together with `b.dll` into the folders of that name.
    fn told(put: &[(&str, Pe)]) -> Option<String> {
        let temporary = tempfile::tempdir().unwrap();
        let folders = ["own", "program", "system"].map(|name| temporary.path().join(name));
        folders.iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
        for (path, library) in put {
            std::fs::write(temporary.path().join(path), library.bytes()).unwrap();
        }
        let module = Pe::module("module", 1)
            .imports("a.dll", "value")
            .imports("API-MS-Win-core-x.dll", "value")
            .delays("late.dll", "value")
            .bytes();
        let fault = find(&Image::parse(&module).unwrap(), &folders[0], &folders[1..]);
        fault.map(|fault| format!("{}: {fault}", fault.code()))
    }

    #[test]
    fn the_first_that_is_missing_is_named() {
        let (value, needs_b) = (Pe::library(1), Pe::library(1).imports("b.dll", "other"));
        for (put, expected) in [
            (vec![], "rp::load::missing_dependency: a required library is missing: a.dll"),
            (vec![("own/a.dll", value.clone())], ""),
            (vec![("program/a.dll", value.clone())], ""),
            (vec![("system/a.dll", value.clone())], ""),
            (
                vec![("own/a.dll", needs_b.clone())],
                "rp::load::missing_dependency: a required library is missing: b.dll",
            ),
            // The system's libraries are complete, and need what is no file.
            (vec![("system/a.dll", needs_b.clone())], ""),
            (
                vec![("own/a.dll", needs_b), ("program/b.dll", value.clone())],
                "rp::load::missing_function: the library b.dll has no function other, which is required",
            ),
            (
                vec![("own/a.dll", value.machine(ARM64))],
                "rp::load::broken_dependency: a required library cannot be loaded: a.dll: it is built for aarch64",
            ),
            (vec![("own/a.dll", Pe::library(1).imports("a.dll", "value"))], ""),
        ] {
            assert_eq!(told(&put).unwrap_or_default(), expected);
        }
    }
}
