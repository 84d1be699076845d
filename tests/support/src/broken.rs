//! The sources of conformance/broken, what they declare, and their libraries.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::once::once;
use crate::source::headers;
use crate::{root, target_tmp, wasm};

/// One source.
#[derive(Clone, Debug)]
pub struct Module {
    /// Folder and file, such as `life/leaks`.
    pub name: String,
    source: PathBuf,
    /// The checks that find what is wrong.
    pub trips: BTreeSet<String>,
    /// Those that find it in a sandbox, as far as they are asked there.
    pub sandboxed: BTreeSet<String>,
    /// How it is linked for WebAssembly, where not in the usual way.
    link: Option<String>,
    is_plain: bool,
    /// What is wrong with it needs threads, or a caller that a sandbox does not have: its third line says why.
    pub is_native: bool,
    /// Why it is for Unix systems alone, if it is.
    pub unix: Option<String>,
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
        let told = |word: &str| {
            text.lines().skip(2).take(2).find_map(|line| line.strip_prefix(word)).map(str::to_owned)
        };
        let ids =
            |declared: &str| declared.split(", ").filter(|id| *id != "nothing").map(str::to_owned).collect();
        let link = told("// link: ");
        let sandboxed = told("// sandboxed: ").map(|declared| ids(&declared));
        let is_plain = text.lines().any(|line| line == "#define PLAIN");
        let is_native = told("// native: ").is_some();
        let unix = told("// unix: ");
        let trips: BTreeSet<String> = ids(declared);
        let sandboxed = sandboxed.unwrap_or_else(|| trips.clone());
        Module { name, source, trips, sandboxed, link, is_plain, is_native, unix }
    }

    /// Whether it is about WebAssembly.
    pub fn is_wasm(&self) -> bool {
        self.name.starts_with("sandbox/")
    }

    /// The library, built once for each content of the sources.
    pub fn library(&self) -> Result<PathBuf, Failed> {
        let folder = target_tmp().join("broken");
        std::fs::create_dir_all(&folder)?;
        let platform = Platform::chosen();
        let suffix = platform.as_ref().map_or(std::env::consts::DLL_SUFFIX, Platform::suffix);
        let key = BuildHasherDefault::<DefaultHasher>::default().hash_one((self.hash(), &platform));
        let out = folder.join(format!("{}-{key:016x}{suffix}", self.name.replace('/', "-")));
        once(&out, |fresh| self.compile(fresh))?;
        Ok(out)
    }

    /// The same as WebAssembly, or what is missing for it.
    pub fn wasm(&self) -> Result<PathBuf, String> {
        let shared = ["good.h", "plain.h"].map(|name| read(&root().join("conformance/broken").join(name)));
        let key = format!("-DKEY={:016x}", BuildHasherDefault::<DefaultHasher>::default().hash_one(shared));
        // What is looked at is what they do, and not how well.
        let mut flags = vec!["-O0", "-std=gnu99", "-Wno-unused-function", &key];
        if self.is_plain {
            flags.push("-Wl,--export=malloc,--export=free");
        }
        let link = self.link.as_deref().unwrap_or(wasm::c::LINK);
        let name = format!("broken-{}", self.name.replace('/', "-"));
        wasm::or_gap(&self.name, wasm::c::compile(&name, std::slice::from_ref(&self.source), &flags, link))
    }

    fn hash(&self) -> u64 {
        let own = ["good.h", "on_windows.h", "plain.h"];
        let shared = own.map(|name| root().join("conformance/broken").join(name));
        let all: Vec<_> = shared.iter().chain(&headers()).map(|path| read(path)).collect();
        BuildHasherDefault::<DefaultHasher>::default().hash_one((all, read(&self.source)))
    }

    fn compile(&self, out: &Path) -> Result<(), Failed> {
        let mut cc = compiler();
        cc.args(["-std=gnu99", "-O0", "-Wall", "-Wno-unused-function", "-shared", "-pthread"]);
        cc.args(["-fvisibility=hidden", "-I"]).arg(root().join("include"));
        cc.arg(&self.source).arg("-o").arg(out).arg("-lm");
        let output = cc.output()?;
        if !output.status.success() {
            return Err(Failed::from(format!("{cc:?}: {}", String::from_utf8_lossy(&output.stderr))));
        }
        Ok(())
    }
}

/// Another platform that the modules are built for and checked on.
#[derive(Clone, Debug, Hash)]
pub struct Platform {
    /// Its C compiler, with the first arguments.
    cc: Vec<String>,
    /// Its `rp`, behind what runs it here.
    rp: Vec<String>,
}

impl Platform {
    /// The one that RP_BROKEN_CC and RP_BROKEN_RP name, as in `x86_64-w64-mingw32-gcc -static` and `wine target/…/rp.exe`.
    pub fn chosen() -> Option<Platform> {
        let words = |name: &str| -> Option<Vec<String>> {
            Some(std::env::var(name).ok()?.split_whitespace().map(str::to_owned).collect())
        };
        Some(Platform { cc: words("RP_BROKEN_CC")?, rp: words("RP_BROKEN_RP")? })
    }

    /// What the names of its libraries end in.
    fn suffix(&self) -> &'static str {
        if self.is_windows() { ".dll" } else { ".so" }
    }

    /// Whether modules for Unix alone are none of its.
    pub fn is_windows(&self) -> bool {
        self.cc[0].contains("mingw")
    }

    /// Whether it has nothing that a check could look at, so that the check is skipped there.
    pub fn skips(&self, check: &str) -> bool {
        self.is_windows() && ["environment/signal-mask", "faults/no-fork"].contains(&check)
    }

    /// Its `rp`.
    pub fn rp(&self) -> Command {
        let mut command = Command::new(&self.rp[0]);
        command.args(&self.rp[1..]);
        command
    }
}

/// The C compiler of the platform, and what only some platforms take.
fn compiler() -> Command {
    let Some(platform) = Platform::chosen() else {
        let mut cc = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        cc.args(["-fPIC", "-Wl,--no-undefined-version"]);
        return cc;
    };
    let mut cc = Command::new(&platform.cc[0]);
    cc.args(&platform.cc[1..]);
    if !platform.is_windows() {
        cc.arg("-fPIC");
    }
    cc
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
