//! The sources of conformance/broken, what they declare, and their libraries.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

/// One source.
#[derive(Clone, Debug)]
pub struct Module {
    /// Folder and file, such as `life/leaks`.
    pub name: String,
    source: PathBuf,
    /// The checks that find what is wrong.
    pub trips: BTreeSet<String>,
}

fn root() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

/// The headers that it may include.
fn headers() -> Vec<PathBuf> {
    let folders = ["include", "include/rp_sdk"].map(|folder| root().join(folder));
    let list =
        |folder: &PathBuf| std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let files = folders.iter().flat_map(list).map(|entry| entry.expect("the folder is read").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Every source.
pub fn all() -> Vec<Module> {
    let broken = root().join("conformance/broken");
    let folders = entries(&broken).into_iter().filter(|path| path.is_dir());
    folders.flat_map(|folder| entries(&folder)).map(|source| Module::read(&broken, source)).collect()
}

impl Module {
    fn read(broken: &Path, source: PathBuf) -> Module {
        let text = read(&source);
        let name = source.strip_prefix(broken).unwrap().with_extension("").display().to_string();
        let declared = text.lines().nth(1).and_then(|line| line.strip_prefix("// trips: "));
        let declared = declared.unwrap_or_else(|| panic!("{name}: the second line is not `// trips: ...`"));
        let trips = declared.split(", ").filter(|id| *id != "nothing").map(str::to_owned).collect();
        Module { name, source, trips }
    }

    /// The library, built once for each content of the sources.
    pub fn library(&self) -> Result<PathBuf, Failed> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken");
        std::fs::create_dir_all(&folder)?;
        let out = folder.join(format!("{}-{:016x}.so", self.name.replace('/', "-"), self.hash()));
        if !out.is_file() {
            self.compile(&out)?;
        }
        Ok(out)
    }

    fn hash(&self) -> u64 {
        let shared =
            ["conformance/broken/good.h", "conformance/broken/plain.h"].map(|path| root().join(path));
        let all: Vec<_> = shared.iter().chain(&headers()).map(|path| read(path)).collect();
        BuildHasherDefault::<DefaultHasher>::default().hash_one((all, read(&self.source)))
    }

    /// Compiled under a name of its own and renamed: other test processes may do the same at the same time.
    fn compile(&self, out: &Path) -> Result<(), Failed> {
        let fresh = out.with_extension(format!("{}.new", std::process::id()));
        let mut cc = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        cc.args(["-std=gnu99", "-O0", "-g", "-Wall", "-Wno-unused-function", "-fPIC", "-shared", "-pthread"]);
        cc.args(["-fvisibility=hidden", "-Wl,--no-undefined-version", "-I"]).arg(root().join("include"));
        cc.arg(&self.source).arg("-o").arg(&fresh).arg("-lm");
        let output = cc.output()?;
        if !output.status.success() {
            return Err(Failed::from(format!("{cc:?}: {}", String::from_utf8_lossy(&output.stderr))));
        }
        Ok(std::fs::rename(&fresh, out)?)
    }
}

/// A header's comments in one line: those of one numbered rule, or all of them and the code too.
pub fn rule_text(header: &str, number: u8) -> String {
    let text = read(&root().join("include").join(header));
    let lines = text.lines().map(|line| line.trim().trim_start_matches("//").trim());
    let words: Vec<_> = lines.flat_map(str::split_whitespace).collect();
    let text = words.join(" ");
    if number == 0 {
        return text;
    }
    let rules = &text[text.find(" RULES ").expect("the header has rules")..];
    let start =
        rules.find(&format!(" {number}. ")).unwrap_or_else(|| panic!("{header} has no rule {number}"));
    let rest = &rules[start..];
    let end = rest.find(&format!(" {}. ", number + 1)).unwrap_or(rest.len());
    rest[..end].to_owned()
}
