//! `rp new LANGUAGE NAME`

mod form;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::arguments::global::Global;
use crate::embedded::{CMAKE, HEADERS, TEMPLATES};
use crate::fault::Fault;
use crate::files;
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::escaped;
use crate::terminal::{STRONG, styled};
use crate::toolchain::language::Language;

use form::Form;

/// Create the project of a new module, with tests
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The language
    language: Language,
    /// The module's name: small letters, digits and `-`
    name: String,
    /// The folder of the project, which must be empty or not exist [default: NAME]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// What the module is for, in one line of the manifest [default: The NAME module]
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Build and test it for WebAssembly too; for c, c-cmake, cpp, rust and plain
    #[arg(long)]
    wasm: bool,
    /// For rust, where the SDK is: the folder sdk/ of a copy of rp's repository, or the URL of its git repository
    #[arg(long, value_name = "PATH|URL", env = "RP_SDK", hide_env_values = true)]
    sdk: Option<String>,
}

const AFTER_HELP: &str = "\
Examples:
  rp new c hello
  rp new nim greeter
  rp new cpp word-count --wasm --description \"Counts words\"
  rp new rust notes --sdk ~/src/rp/sdk

Each project has a module with one command as an example, its tests, a CI file
and a README that says how to continue.";

/// The most bytes of a Cargo.toml that is looked at.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// The text of each file, by its path in the project.
type Project = BTreeMap<String, String>;

/// Creates it.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    check_name(&options.name)?;
    check_description(options.description.as_deref().unwrap_or_default())?;
    let folder = options.dir.clone().unwrap_or_else(|| options.name.clone().into());
    check_free(&folder)?;
    let project = project(options)?;
    for (path, text) in &project {
        files::write(&folder.join(path), text)?;
    }
    let mut output = Output::new();
    if global.json {
        let files: Vec<&String> = project.keys().collect();
        output.json(&json!({"folder": JsonPath(&folder), "files": files}))?;
    } else {
        print(options, &folder, &project, &mut output)?;
    }
    Ok(0)
}

/// A name that a manifest, a file and, but for `-`, an identifier may have.
fn check_name(name: &str) -> Result<(), Fault> {
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && rp_protocol::is_module_name(name) {
        return Ok(());
    }
    Err(Fault::environment("rp::new::name", format!("{name:?} is not a valid module name"))
        .help("a name begins with a small letter and has small letters, digits and `-`, as in word-count"))
}

/// A text that stands in a string of every language and in the JSON of the manifest as it is.
fn check_description(text: &str) -> Result<(), Fault> {
    match text.chars().find(|c| c.is_control() || ['"', '\\'].contains(c)) {
        None => Ok(()),
        Some(odd) => Err(Fault::environment("rp::new::description", format!("the description has {odd:?}"))
            .help(
                "give one line without \" and \\; the manifest in the module's source takes any text later",
            )),
    }
}

fn check_free(folder: &Path) -> Result<(), Fault> {
    match folder.read_dir().map(|mut entries| entries.next().is_none()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if folder.is_dir() || !folder.exists() => {
            let text = format!("{} cannot be created: {error}", folder.display());
            return Err(Fault::environment("rp::output", text).help_with(&error, "give another path"));
        }
        Err(_is_no_folder) => {}
    }
    Err(Fault::environment("rp::new::exists", format!("{} exists already", folder.display()))
        .help("give another name, or --dir with a folder that does not exist or is empty"))
}

fn project(options: &Options) -> Result<Project, Fault> {
    let form = form::of(options.language);
    let values = values(options, &form)?;
    let mut project = Project::new();
    for folder in layers(options, &form)? {
        let files = TEMPLATES
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(folder)?.strip_prefix('/')?, text)));
        for (path, text) in files {
            // The suffix keeps a template from taking effect in our own repository: .gitignore, Cargo.toml.
            let path = filled(path.strip_suffix(".in").unwrap_or(path), &values);
            // A file that is in two folders is the text of the first, followed by that of the second.
            project.entry(path).or_default().push_str(&filled(text, &values));
        }
    }
    if let Some((binding, path)) = form.binding {
        project.insert(path.to_owned(), binding.text());
    }
    if options.language != Language::Rust {
        // A module needs nothing of what is for hosts.
        let headers = HEADERS.iter().filter(|(path, _)| !path.starts_with("rp_host"));
        project.extend(headers.map(|(path, text)| (format!("include/{path}"), (*text).to_owned())));
    }
    let cmake = CMAKE.iter().filter(|(path, _)| cmake_files(options).contains(path));
    project.extend(cmake.map(|(path, text)| (format!("cmake/{path}"), (*text).to_owned())));
    Ok(project)
}

/// The folders of templates/ that make up the project.
fn layers(options: &Options, form: &Form) -> Result<Vec<&'static str>, Fault> {
    match (options.wasm, form.wasm_layers) {
        (false, _) => Ok(form.layers.to_vec()),
        (true, Some(wasm)) => Ok([form.layers, wasm].concat()),
        (true, None) => {
            let text = format!("a project in {} is not built for WebAssembly", form.spoken);
            Err(Fault::environment("rp::new::wasm", text)
                .help("leave out --wasm; rp new --help says for which it is"))
        }
    }
}

/// The CMake files of rp that the project needs.
fn cmake_files(options: &Options) -> &'static [&'static str] {
    match (options.language, options.wasm) {
        (Language::CCmake | Language::Cpp, true) => {
            &["rp-add-module.cmake", "rp-wasm-toolchain.cmake", "rp-wasm.cmake", "rp-wasm.cpp"]
        }
        (Language::CCmake | Language::Cpp, false) => &["rp-add-module.cmake"],
        _ => &[],
    }
}

/// The values of the placeholders `@word@` in templates.
fn values(options: &Options, form: &Form) -> Result<Vec<(&'static str, String)>, Fault> {
    let name = &options.name;
    let is_cpp = options.language == Language::Cpp;
    let (sdk, sdk_note) = sdk(options)?;
    let description = options.description.clone().unwrap_or_else(|| format!("The {name} module"));
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Ok(vec![
        // First those whose values have others in them.
        ("@build@", form.readme.build.to_owned()),
        ("@check@", form.readme.check.to_owned()),
        ("@get@", form.readme.get.to_owned()),
        ("@note@", form.readme.note.to_owned()),
        ("@source@", form.source.to_owned()),
        ("@name@", name.clone()),
        ("@stem@", stem(name)),
        ("@library@", rp_host::library_file_name(name).to_string_lossy().into_owned()),
        ("@type@", name.split('-').map(capitalized).collect()),
        ("@language@", options.language.as_str().to_owned()),
        (
            "@form@",
            if options.language == Language::Plain { "in the plain profile" } else { "in C" }.to_owned(),
        ),
        ("@spoken@", form.spoken.to_owned()),
        ("@cmake_language@", if is_cpp { "CXX" } else { "C" }.to_owned()),
        ("@year@", year(seconds).to_string()),
        ("@sdk@", sdk),
        ("@sdk_note@", sdk_note.to_owned()),
        // The last, so that nothing in it is filled in.
        ("@description@", description),
    ])
}

/// A name as an identifier.
fn stem(name: &str) -> String {
    name.replace('-', "_")
}

fn filled(text: &str, values: &[(&str, String)]) -> String {
    values.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The UTC year of a time; 31,556,952 seconds are the mean year of the Gregorian calendar.
fn year(seconds: u64) -> u64 {
    1970 + seconds / 31_556_952
}

const NOTE_OF_A_PATH: &str = "\
# No registry has rp-sdk yet, and the path is one of this machine. To share the project, name the git repository of rp
# instead, here and below: rp-sdk = { git = \"URL\", tag = \"VERSION\", ... }";

const NOTE_OF_A_REPOSITORY: &str = "\
# No registry has rp-sdk yet. Cargo.lock pins the commit: commit it too; `cargo update rp-sdk` takes a newer one.";

/// Where Cargo.toml gets the dependency rp-sdk from, and what to know about that.
fn sdk(options: &Options) -> Result<(String, &'static str), Fault> {
    match (options.language, &options.sdk) {
        (Language::Rust, None) => Err(Fault::environment(
            "rp::new::sdk",
            "the location of the SDK for Rust is missing; no registry has it yet",
        )
        .help("--sdk PATH names the folder sdk/ of a copy of rp's repository, --sdk URL its git repository")),
        (Language::Rust, Some(url)) if url.contains("://") => {
            Ok((format!("git = {}", quoted(url)), NOTE_OF_A_REPOSITORY))
        }
        (Language::Rust, Some(path)) => {
            let manifest = Path::new(path).join("Cargo.toml");
            let fault = |what: &str| {
                Fault::environment("rp::new::sdk", format!("{} {what}", manifest.display()))
                    .help("--sdk wants the folder sdk/ of a copy of rp's repository")
            };
            let unreadable = |error: std::io::Error| fault(&format!("cannot be read: {error}"));
            let text = files::read_text(&manifest, LARGEST_MANIFEST).map_err(unreadable)?;
            if !text.contains("name = \"rp-sdk\"") {
                return Err(fault("is not the manifest of rp-sdk"));
            }
            let folder = dunce::canonicalize(path).map_err(unreadable)?;
            Ok((format!("path = {}", quoted(&folder.display().to_string())), NOTE_OF_A_PATH))
        }
        _ => Ok((String::new(), "")),
    }
}

/// A string as TOML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Five lines, of which the last is to be typed.
fn print(options: &Options, folder: &Path, project: &Project, output: &mut Output) -> Result<(), Fault> {
    let folder = escaped(&folder.display().to_string());
    let form = form::of(options.language);
    let library = rp_host::library_file_name(&options.name);
    let of_module = |text: &str| {
        text.replace("@stem@", &stem(&options.name)).replace("@library@", &library.to_string_lossy())
    };
    let (source, step) = (of_module(form.source), of_module(form.step));
    output.line(&format!("Created {}, {}", styled(STRONG, &folder), counted(project)))?;
    for (file, what) in [
        (source.as_str(), "the module; its command greet is an example"),
        ("tests/session.jsonl", "its test: messages, and the responses to them"),
        ("README.md", "how to continue"),
    ] {
        output.line(&format!("  {file:<21}{what}"))?;
    }
    output.line(&format!("Next: {}", styled(STRONG, &format!("cd {folder} && {step}"))))
}

/// The number of files, those of rp apart.
fn counted(project: &Project) -> String {
    let in_folder = |folder: &str| project.keys().filter(|path| path.starts_with(folder)).count();
    let (headers, cmake) = (in_folder("include/"), in_folder("cmake/"));
    let own = format!("{} files", project.len() - headers - cmake);
    match (headers, cmake) {
        (0, 0) => own,
        (headers, 0) => format!("{own}, and rp's own: {headers} in include/"),
        (headers, cmake) => format!("{own}, and rp's own: {headers} in include/, {cmake} in cmake/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["a", "word-count", "x2"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "2x", "Word", "a_b", "a/b", "ä"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert_eq!("word-count".split('-').map(capitalized).collect::<String>(), "WordCount");
    }

    #[test]
    fn years_begin_when_they_begin() {
        for (seconds, expected) in [(0, 1970), (1_767_225_600 + 86_400, 2026), (1_798_761_600 - 86_400, 2026)]
        {
            assert_eq!(year(seconds), expected);
        }
    }

    fn of_rp(path: &str) -> bool {
        path.starts_with("cmake/") || path.starts_with("include/")
    }

    /// A project of every language, in both forms, has nothing left to fill in.
    #[test]
    fn nothing_is_left_open() {
        let sdk = concat!(env!("CARGO_MANIFEST_DIR"), "/sdk");
        for language in Language::ALL {
            let form = form::of(language);
            for wasm in [false, true].into_iter().take(1 + usize::from(form.wasm_layers.is_some())) {
                let sdk = Some(sdk.to_owned());
                let name = "word-count".to_owned();
                let options = Options { language, name, dir: None, description: None, wasm, sdk };
                let project = project(&options).unwrap_or_else(|fault| panic!("{language}: {fault}"));
                for file in
                    ["LICENSE", "README.md", ".gitignore", "tests/session.jsonl", ".github/workflows/ci.yml"]
                {
                    assert!(project.contains_key(file), "{language}: {file}");
                }
                for (path, text) in project.iter().filter(|(path, _)| !of_rp(path)) {
                    for (word, _) in values(&options, &form).unwrap() {
                        assert!(!text.contains(word) && !path.contains(word), "{language}: {path}: {word}");
                    }
                    assert!(!text.contains("greeter"), "{language}: {path}");
                }
                let has_description = |text: &String| text.contains("The word-count module");
                assert!(project.values().filter(|text| has_description(text)).count() >= 2, "{language}");
            }
        }
    }
}
