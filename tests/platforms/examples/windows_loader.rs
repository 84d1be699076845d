//! How the host loads libraries on Windows: which ones it finds, what it keeps open, and what it says. A program and not a test,
//! since it runs there by itself, with libraries of its own making. It does nothing on other systems.

#[cfg(windows)]
mod windows {
    use std::fs;
    use std::os::windows::ffi::OsStringExt;
    use std::os::windows::fs::OpenOptionsExt;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use rp_host::{Error, Host, Instance, LoadOptions};
    use serde_json::{Value, json};
    use support::pe::{ARM64, Pe, X86};

    type Case = (&'static str, fn(&Path));

    const CASES: [Case; 18] = [
        ("a module answers", answers),
        ("its own library lies beside it", own_library),
        ("its own library comes before the program's", own_library_first),
        ("the current folder and PATH are not searched", planted),
        ("a library that is loaded later lies beside it", delayed),
        ("a missing library is named", missing),
        ("a missing library of its own library is named", missing_deeper),
        ("a library for another machine is named", foreign_library),
        ("DllMain that returns FALSE", refuses),
        ("files of other kinds", other_kinds),
        ("the file is not kept open", not_kept_open),
        ("the next code is loaded from the same file", reloaded),
        ("an instance is replaced by a file that changed", replaced),
        ("a file that another program has open", in_use),
        ("paths of every form", paths),
        ("names that are no files", devices),
        ("only this user may enter the folder of the copies", private_folder),
        ("what a killed process left is removed", swept),
    ];

    /// Runs all cases, or the one that the first argument begins; a second is a child's file.
    pub fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if let [child, file] = &arguments[..] {
            assert_eq!(child, "--hold");
            hold(Path::new(file));
        }
        let mut run = 0;
        for (name, case) in CASES {
            if arguments.first().is_none_or(|wanted| name.starts_with(wanted.as_str())) {
                println!("{name}");
                let folder = tempfile::tempdir().unwrap();
                case(folder.path());
                run += 1;
            }
        }
        assert!(run > 0, "no case of that name");
        println!("{run} cases passed");
    }

    fn put(folder: &Path, name: &str, library: &Pe) -> PathBuf {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, library.bytes()).unwrap();
        path
    }

    fn answer(instance: &Instance) -> Value {
        instance.command("value", &json!({})).unwrap()
    }

    fn value(path: &Path) -> Value {
        let host = Host::new();
        let instance = host.load(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        answer(&instance)
    }

    fn refusal(path: &Path) -> Error {
        Host::new().load(path).map(|_| ()).unwrap_err()
    }

    fn assert_refused(path: &Path, code: &str, words: &str) {
        let error = refusal(path);
        let text = format!("{error}; help: {}", error.help().unwrap_or_default());
        println!("    {}: {text}", error.code());
        assert_eq!(error.code(), code, "{text}");
        assert!(text.contains(words), "{text}");
    }

    fn answers(folder: &Path) {
        assert_eq!(value(&put(folder, "plain.dll", &Pe::module("plain", 7))), json!(7));
    }

    fn own_library(folder: &Path) {
        put(folder, "own-a.dll", &Pe::library(3).imports("own-b.dll", "value"));
        put(folder, "own-b.dll", &Pe::library(4));
        let module = Pe::module("own", 1).imports("own-a.dll", "value");
        assert_eq!(value(&put(folder, "own.dll", &module)), json!(3));
    }

    fn own_library_first(folder: &Path) {
        let program = std::env::current_exe().unwrap();
        let planted = put(program.parent().unwrap(), "first-a.dll", &Pe::library(9));
        put(folder, "first-a.dll", &Pe::library(5));
        let module = put(folder, "first.dll", &Pe::module("first", 1).imports("first-a.dll", "value"));
        let found = value(&module);
        fs::remove_file(planted).unwrap();
        assert_eq!(found, json!(5));
    }

    fn planted(folder: &Path) {
        let elsewhere = folder.join("elsewhere");
        put(&elsewhere, "planted.dll", &Pe::library(9));
        let module = put(folder, "victim.dll", &Pe::module("victim", 1).imports("planted.dll", "value"));
        let before = std::env::current_dir().unwrap();
        std::env::set_current_dir(&elsewhere).unwrap();
        // SAFETY: this program has one thread now.
        unsafe { std::env::set_var("PATH", &elsewhere) };
        assert_refused(&module, "rp::load::missing_dependency", "planted.dll");
        // A bare name is a file of the current folder, and nothing else.
        put(&elsewhere, "bare.dll", &Pe::module("bare", 2));
        assert_eq!(value(Path::new("bare.dll")), json!(2));
        std::env::set_current_dir(&before).unwrap();
        assert_refused(Path::new("bare.dll"), "rp::load::not_found", "no such file");
    }

    fn delayed(folder: &Path) {
        put(folder, "delayed-a.dll", &Pe::library(3));
        put(folder, "delayed-b.dll", &Pe::library(3).refuses_to_start());
        let module =
            Pe::module("delayed", 6).delays("delayed-a.dll", "value").delays("delayed-b.dll", "value");
        let module = module.delays("delayed-c.dll", "value");
        assert_eq!(value(&put(folder, "delayed.dll", &module)), json!(6));
        let found = libloading::os::windows::Library::open_already_loaded("delayed-a.dll");
        assert!(found.is_ok(), "it was to be loaded with the module");
    }

    fn missing(folder: &Path) {
        let module = Pe::module("lacks", 1).imports("KERNEL32.dll", "Sleep").imports("gone.dll", "value");
        assert_refused(&put(folder, "lacks.dll", &module), "rp::load::missing_dependency", "gone.dll");
        for (library, words) in [
            ("libstdc++-x.dll", "-static-libstdc++"),
            ("VCRUNTIME999.dll", "Visual C++"),
            ("ucrtbased.dll", "debug"),
        ] {
            let module = Pe::module("lacks", 1).imports(library, "value");
            assert_refused(&put(folder, "lacks-more.dll", &module), "rp::load::missing_dependency", words);
        }
    }

    fn missing_deeper(folder: &Path) {
        put(folder, "deep-a.dll", &Pe::library(3).imports("deep-gone.dll", "value"));
        let module = Pe::module("deep", 1).imports("deep-a.dll", "value");
        assert_refused(&put(folder, "deep.dll", &module), "rp::load::missing_dependency", "deep-gone.dll");
    }

    fn foreign_library(folder: &Path) {
        put(folder, "arm-a.dll", &Pe::library(3).machine(ARM64));
        let module = Pe::module("arm", 1).imports("arm-a.dll", "value");
        assert_refused(
            &put(folder, "arm.dll", &module),
            "rp::load::broken_dependency",
            "arm-a.dll: it is built for",
        );
    }

    fn refuses(folder: &Path) {
        let module = put(folder, "refuses.dll", &Pe::module("refuses", 1).refuses_to_start());
        assert_refused(&module, "rp::load::dll_main_failed", "DllMain");
        put(folder, "refuses-a.dll", &Pe::library(3).refuses_to_start());
        let module = Pe::module("refused", 1).imports("refuses-a.dll", "value");
        assert_refused(&put(folder, "refused.dll", &module), "rp::load::dll_main_failed", "refuses-a.dll");
    }

    fn other_kinds(folder: &Path) {
        let made = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let good = Pe::module("made", 1).bytes();
        let elf = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0";
        let elf = [&elf[..], &[0; 40]].concat();
        for (path, code) in [
            (folder.join("nothing.dll"), "rp::load::not_found"),
            (folder.to_owned(), "rp::load::not_a_file"),
            (made("empty.dll", b""), "rp::load::empty"),
            (made("text.dll", b"text"), "rp::load::not_a_library"),
            (made("linux.so", &elf), "rp::load::wrong_machine"),
            (made("cut.dll", &good[..good.len() - 1]), "rp::load::truncated"),
            (put(folder, "x86.dll", &Pe::module("x86", 1).machine(X86)), "rp::load::wrong_machine"),
            (put(folder, "arm64.dll", &Pe::module("arm64", 1).machine(ARM64)), "rp::load::wrong_machine"),
            (put(folder, "managed.dll", &Pe::empty().managed()), "rp::load::managed"),
            (put(folder, "library.dll", &Pe::library(1)), "rp::load::no_entry"),
            (
                put(
                    folder,
                    "forward.dll",
                    &Pe::module("forward", 1).forwards("rp_module_v1", "a.rp_module_v1"),
                ),
                "rp::load::entry_elsewhere",
            ),
        ] {
            assert_refused(&path, code, "");
        }
    }

    fn not_kept_open(folder: &Path) {
        let path = put(folder, "open.dll", &Pe::module("open", 1));
        let host = Host::new();
        let instance = host.load(&path).unwrap();
        fs::write(&path, Pe::module("open", 2).bytes()).unwrap();
        fs::rename(&path, folder.join("moved.dll")).unwrap();
        fs::remove_file(folder.join("moved.dll")).unwrap();
        assert_eq!(answer(&instance), json!(1));
        instance.unload().unwrap();
    }

    fn reloaded(folder: &Path) {
        for number in 0..5 {
            assert_eq!(value(&put(folder, "again.dll", &Pe::module("again", number))), json!(number));
        }
        // Twice from one file, at the same time.
        let host = Host::new();
        let load =
            |name: &str| host.load_with(folder.join("again.dll"), LoadOptions::new().instance(name)).unwrap();
        assert_eq!((answer(&load("a")), answer(&load("b"))), (json!(4), json!(4)));
    }

    fn replaced(folder: &Path) {
        let path = put(folder, "place.dll", &Pe::module("place", 1));
        let host = Host::new();
        let first = host.load(&path).unwrap();
        assert_eq!(answer(&first), json!(1));
        put(folder, "place.dll", &Pe::module("place", 2));
        let second = host.replace("place", &path).unwrap();
        assert_eq!(answer(&second), json!(2));
    }

    fn in_use(folder: &Path) {
        let path = put(folder, "used.dll", &Pe::module("used", 1));
        let mut options = fs::OpenOptions::new();
        let held = options.read(true).write(true).share_mode(0).open(&path).unwrap();
        assert_refused(&path, "rp::load::unreadable", "open");
        drop(held);
        assert_eq!(value(&path), json!(1));
    }

    fn paths(folder: &Path) {
        let path = put(folder, "Upper Case.DLL", &Pe::module("upper", 1));
        let text = path.to_str().unwrap().to_owned();
        let long = folder.join("a".repeat(120)).join("b".repeat(120)).join("c".repeat(120));
        let verbatim = Path::new(r"\\?\").join(&path);
        let drive = text.split_once(':').unwrap().0;
        let share = PathBuf::from(text.replace(&format!("{drive}:"), &format!(r"\\localhost\{drive}$")));
        let before = std::env::current_dir().unwrap();
        std::env::set_current_dir(folder).unwrap();
        let surrogate = std::ffi::OsString::from_wide(&[0x61, 0xd800, 0x2e, 0x64, 0x6c, 0x6c]);
        for path in [
            PathBuf::from(text.to_lowercase()),
            PathBuf::from(text.replace('\\', "/")),
            PathBuf::from(format!("{drive}:Upper Case.DLL")),
            folder.join("Upper Case.DLL."),
            folder.join("..").join(folder.file_name().unwrap()).join("Upper Case.DLL"),
            verbatim,
            put(folder, "größe-ж-日本.dll", &Pe::module("upper", 1)),
            put(&long, "long.dll", &Pe::module("upper", 1)),
        ] {
            assert_eq!(value(&path), json!(1), "{}", path.display());
        }
        let own = Pe::module("upper", 1).imports("long-own.dll", "value");
        put(&long, "long-own.dll", &Pe::library(8));
        // Wine's loader has too little room for such a path; that it is told so is all that can be seen there.
        match Host::new().load(put(&long, "needs.dll", &own)) {
            Ok(instance) => assert_eq!(answer(&instance), json!(8)),
            Err(error) => assert!(error.to_string().contains("long-own.dll: More data"), "{error}"),
        }
        for path in [share, folder.join(&surrogate)] {
            // What the machine cannot have is said, and is no fault of the host.
            match fs::write(&path, Pe::module("upper", 1).bytes()) {
                Ok(()) => assert_eq!(value(&path), json!(1), "{}", path.display()),
                Err(error) => println!("    not tried: {}: {error}", path.display()),
            }
        }
        let found = rp_host::scan(folder).unwrap();
        assert!(found.modules.iter().any(|module| module.path == path), "{:?}", found.modules);
        std::env::set_current_dir(before).unwrap();
    }

    fn devices(folder: &Path) {
        for name in ["NUL", "nul"] {
            assert_refused(Path::new(name), "rp::load::not_a_file", "device");
        }
        assert!(Host::new().load(folder.join("con.dll")).is_err());
    }

    /// The process's own folder of copies.
    fn copies() -> Vec<PathBuf> {
        let entries = fs::read_dir(std::env::temp_dir()).unwrap().flatten().map(|entry| entry.path());
        entries.filter(|path| path.to_string_lossy().contains("rp-modules-")).collect()
    }

    fn private_folder(folder: &Path) {
        value(&put(folder, "private.dll", &Pe::module("private", 1)));
        let own: Vec<_> = copies();
        assert!(!own.is_empty());
        for folder in own {
            let output = Command::new("icacls").arg(&folder).output();
            match output {
                Ok(output) => println!("    {}", String::from_utf8_lossy(&output.stdout).trim()),
                Err(error) => println!("    icacls: {error}"),
            }
        }
    }

    fn swept(folder: &Path) {
        let path = put(folder, "held.dll", &Pe::module("held", 1));
        let before = copies();
        let program = std::env::current_exe().unwrap();
        let mut child = Command::new(&program).arg("--hold").arg(&path).spawn().unwrap();
        support::await_file(folder.join("held.dll.held"));
        let left: Vec<_> = copies().into_iter().filter(|path| !before.contains(path)).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_file(folder.join("held.dll.held")).unwrap();
        let mut next = Command::new(&program).arg("--hold").arg(&path).spawn().unwrap();
        support::await_file(folder.join("held.dll.held"));
        assert!(!left[0].exists(), "{} is left", left[0].display());
        next.kill().unwrap();
        next.wait().unwrap();
    }

    /// A child: loads the file, says so, and waits to be killed.
    fn hold(path: &Path) -> ! {
        let host = Host::new();
        let _instance = host.load(path).unwrap();
        fs::write(path.with_extension("dll.held"), "").unwrap();
        loop {
            std::thread::park();
        }
    }
}

#[cfg(windows)]
fn main() {
    windows::main();
}

#[cfg(not(windows))]
fn main() {}
