//! Which file imports which: modules are followed to files, re-exports to the file that defines the name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

use super::source::{Path, Source};

/// Each file and the files that it imports something of.
pub type Imports = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// The imports among files; every file that no other one declares as its module is the root of a crate.
pub fn imports(files: &BTreeMap<PathBuf, String>) -> Imports {
    let sources: BTreeMap<&FilePath, Source> = files
        .iter()
        .map(|(file, text)| match Source::read(text) {
            Ok(source) => (file.as_path(), source),
            Err(error) => panic!("{}: {error}", file.display()),
        })
        .collect();
    let children: BTreeMap<&FilePath, Vec<(&str, &FilePath)>> =
        sources.iter().map(|(file, source)| (*file, children(file, source, &sources))).collect();
    let declared: BTreeSet<&FilePath> = children.values().flatten().map(|(_, file)| *file).collect();
    let mut imports = Imports::new();
    for root in sources.keys().filter(|file| !declared.contains(*file)) {
        let mut modules = Modules { sources: &sources, files: BTreeMap::new() };
        modules.add(Path::new(), root, &children);
        modules.collect(&mut imports);
    }
    imports
}

fn children<'a>(
    file: &FilePath,
    source: &'a Source,
    sources: &BTreeMap<&'a FilePath, Source>,
) -> Vec<(&'a str, &'a FilePath)> {
    let folder = file.parent().unwrap_or(FilePath::new(""));
    let own = folder.join(file.file_stem().unwrap_or_default());
    let known = |path: PathBuf| sources.get_key_value(tidy(&path).as_path()).map(|(file, _)| *file);
    let find = |name: &str, path: &Option<String>| match path {
        Some(path) => known(folder.join(path)),
        None => [&own, folder].into_iter().find_map(|folder| {
            let inside = folder.join(name);
            known(inside.with_extension("rs")).or_else(|| known(inside.join("mod.rs")))
        }),
    };
    let modules = source.modules.iter();
    modules.filter_map(|(name, path)| Some((name.as_str(), find(name, path)?))).collect()
}

/// A path without `..`.
fn tidy(path: &FilePath) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            tidy.pop();
        } else {
            tidy.push(part)
        }
    }
    tidy
}

/// The modules of one crate.
struct Modules<'a> {
    sources: &'a BTreeMap<&'a FilePath, Source>,
    files: BTreeMap<Path, &'a FilePath>,
}

impl<'a> Modules<'a> {
    fn add(
        &mut self,
        path: Path,
        file: &'a FilePath,
        children: &BTreeMap<&'a FilePath, Vec<(&'a str, &'a FilePath)>>,
    ) {
        for (name, child) in &children[file] {
            self.add([path.as_slice(), &[(*name).to_owned()]].concat(), child, children);
        }
        self.files.insert(path, file);
    }

    fn collect(&self, imports: &mut Imports) {
        for (module, file) in &self.files {
            let source = &self.sources[file];
            let own = imports.entry(file.to_path_buf()).or_default();
            // What a folder only passes on is no import of the file that stands for the folder.
            let used = source
                .imports
                .iter()
                .filter(|import| !import.is_public)
                .map(|import| (&import.around, &import.path));
            for (around, path) in used.chain(source.paths.iter().map(|(around, path)| (around, path))) {
                let found = self.absolute(module, around, path).and_then(|path| self.file_of(&path, 0));
                own.extend(found.filter(|found| found != file).map(FilePath::to_path_buf));
            }
        }
    }

    /// A path as it reads from the root of the crate; None for what comes from other crates.
    fn absolute(&self, module: &Path, around: &Path, path: &Path) -> Option<Path> {
        let mut base = [module.as_slice(), around.as_slice()].concat();
        let mut rest = path.as_slice();
        match rest.first()?.as_str() {
            "crate" => (base, rest) = (Path::new(), &rest[1..]),
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let child = [base.as_slice(), &[first.to_owned()]].concat();
                self.files.get(&child)?;
            }
        }
        Some([base.as_slice(), rest].concat())
    }

    /// The file that defines what a path from the root names.
    fn file_of(&self, path: &Path, passed_on: usize) -> Option<&'a FilePath> {
        let depth = (0..=path.len()).rev().find(|depth| self.files.contains_key(&path[..*depth]))?;
        let (module, rest) = (path[..depth].to_vec(), &path[depth..]);
        let file = self.files[&module];
        let source = &self.sources[file];
        let Some(name) = rest.first() else { return Some(file) };
        if source.definitions.contains(name) || passed_on > 8 {
            return Some(file);
        }
        for import in source.imports.iter().filter(|import| import.around.is_empty()) {
            let target = || self.absolute(&module, &import.around, &import.path);
            if import.name == *name {
                return target().and_then(|target| {
                    self.file_of(&[target.as_slice(), &rest[1..]].concat(), passed_on + 1)
                });
            }
            if import.name == "*"
                && let Some(target) = target()
                && let Some(found) = self.file_of(&[target.as_slice(), rest].concat(), passed_on + 1)
                && self.sources[found].definitions.contains(name)
            {
                return Some(found);
            }
        }
        // A macro is found wherever it was written before, not by its path.
        (!self.is_macro(name)).then_some(file)
    }

    fn is_macro(&self, name: &String) -> bool {
        self.files.values().any(|file| self.sources[file].definitions.contains(name))
    }
}

/// The files that import each other, each circle as a list.
pub fn circles(imports: &Imports) -> Vec<Vec<&FilePath>> {
    let reach: BTreeMap<&FilePath, BTreeSet<&FilePath>> =
        imports.keys().map(|file| (file.as_path(), reachable(file, imports))).collect();
    let mut circles: Vec<Vec<&FilePath>> = Vec::new();
    for (file, reached) in &reach {
        let circle: Vec<_> = reached.iter().copied().filter(|other| reach[other].contains(file)).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reachable<'a>(file: &'a FilePath, imports: &'a Imports) -> BTreeSet<&'a FilePath> {
    let mut reached = BTreeSet::new();
    let mut next = vec![file];
    while let Some(file) = next.pop() {
        for import in imports.get(file).into_iter().flatten() {
            if reached.insert(import.as_path()) {
                next.push(import);
            }
        }
    }
    reached
}
