//! The frames that people read, out of those that the process wrote.

use std::io::Read;
use std::path::Path;

use super::symbols::{Place, look_up};
use crate::os::{self, CrashFrame, CrashLibrary, CrashRecord, MOST_FRAMES};

/// What the frames of a module say.
pub(super) struct Frames {
    /// The innermost first.
    pub(super) texts: Vec<String>,
    /// Whether the file of the module says nothing about lines.
    pub(super) lacks_lines: bool,
}

/// What the libraries of a process that crashed are.
pub(super) trait Libraries {
    /// What the program of the process is called: the module has called one of the functions that its host lends it.
    fn program(&self) -> &str;
    /// The name of the module that was loaded from this file; `None` if that is none.
    fn module(&self, path: &Path) -> Option<String>;
    /// Whether a file that is none of the system may be read for its symbols.
    fn may_read(&self, path: &Path) -> bool;
}

/// Those of a process that runs one module.
#[derive(Clone, Copy)]
pub(super) struct OneModule<'a> {
    /// The file that was loaded, which holds the symbols.
    pub(super) copy: &'a Path,
    /// The name of the file that it is a copy of.
    pub(super) name: &'a str,
}

impl Libraries for OneModule<'_> {
    fn program(&self) -> &str {
        "the worker"
    }

    fn module(&self, path: &Path) -> Option<String> {
        (path == self.copy).then(|| self.name.to_owned())
    }

    /// The module, or a library beside it: the path is what an untrusted process says.
    fn may_read(&self, path: &Path) -> bool {
        path.parent() == self.copy.parent()
    }
}

/// A function, as it is shown.
struct Shown {
    text: String,
    is_of_module: bool,
    has_line: bool,
    /// What only people who know the insides of a C library or of Rust make something of.
    is_noise: bool,
}

/// The frames of a record. Those of the program, which called the module, are cut off.
pub(super) fn frames(record: &CrashRecord, libraries: &dyn Libraries) -> Frames {
    let is_module = |frame: &CrashFrame| {
        library_of(record, frame).is_some_and(|library| module(library, libraries).is_some())
    };
    let outermost = record.frames.iter().rposition(is_module);
    let taken = &record.frames[..outermost.map_or(record.frames.len(), |at| at + 1)];
    let mut shown = show(record, taken, libraries);
    drop_noise(&mut shown);
    let mut of_module = shown.iter().filter(|shown| shown.is_of_module).peekable();
    let lacks_lines = of_module.peek().is_some() && of_module.all(|shown| !shown.has_line);
    let has_more = taken.len() == record.frames.len() && record.frames.len() == MOST_FRAMES;
    Frames { texts: counted(shown, has_more), lacks_lines }
}

fn library_of<'a>(record: &'a CrashRecord, frame: &CrashFrame) -> Option<&'a CrashLibrary> {
    record.libraries.get(frame.library?)
}

fn module(library: &CrashLibrary, libraries: &dyn Libraries) -> Option<String> {
    libraries.module(Path::new(&library.path))
}

fn show(record: &CrashRecord, frames: &[CrashFrame], libraries: &dyn Libraries) -> Vec<Shown> {
    let addresses: Vec<u64> = (0..frames.len()).map(|at| address(record, frames, at)).collect();
    let places = places(record, frames, &addresses, libraries);
    let each = frames.iter().zip(addresses).zip(places);
    each.flat_map(|((frame, address), places)| match library_of(record, frame) {
        Some(library) => shown(library, address, places, libraries),
        None => vec![no_code(frame.instruction)],
    })
    .collect()
}

/// The address in the file: of the instruction that crashed, or of the call, which ends before the instruction that is known.
fn address(record: &CrashRecord, frames: &[CrashFrame], at: usize) -> u64 {
    let base = library_of(record, &frames[at]).map_or(0, |library| library.base);
    frames[at].instruction.wrapping_sub(base).wrapping_sub(u64::from(at > 0))
}

/// The places of every address, one library after the other.
fn places(
    record: &CrashRecord,
    frames: &[CrashFrame],
    addresses: &[u64],
    libraries: &dyn Libraries,
) -> Vec<Vec<Place>> {
    let mut places = vec![Vec::new(); frames.len()];
    for (number, library) in record.libraries.iter().enumerate() {
        let own: Vec<usize> = (0..frames.len()).filter(|at| frames[*at].library == Some(number)).collect();
        if own.is_empty() {
            continue;
        }
        let Some(file) = read(Path::new(&library.path), libraries) else { continue };
        let addresses: Vec<u64> = own.iter().map(|at| addresses[*at]).collect();
        for (at, found) in own.into_iter().zip(look_up(&file, &addresses)) {
            places[at] = found;
        }
    }
    places
}

/// Reads the file of a library, if it is of the system or may be read.
fn read(path: &Path, libraries: &dyn Libraries) -> Option<Vec<u8>> {
    const LARGEST: u64 = 1 << 30;
    if !is_of_system(path) && !libraries.may_read(path) {
        return None;
    }
    let file = os::open_file(path).ok()?;
    let metadata = file.metadata().ok().filter(|metadata| metadata.is_file() && metadata.len() <= LARGEST)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn is_of_system(path: &Path) -> bool {
    const FOLDERS: [&str; 8] = [
        "/lib",
        "/lib32",
        "/lib64",
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        "/usr/libexec",
        "/usr/local/lib",
    ];
    let climbs = path.components().any(|part| part == std::path::Component::ParentDir);
    !climbs && FOLDERS.iter().any(|folder| path.starts_with(folder))
}

fn no_code(instruction: u64) -> Shown {
    let text = format!("{instruction:#x}, where no function is");
    Shown { text, is_of_module: true, has_line: true, is_noise: false }
}

fn shown(library: &CrashLibrary, address: u64, places: Vec<Place>, libraries: &dyn Libraries) -> Vec<Shown> {
    let module = module(library, libraries);
    let (is_of_module, is_of_program) = (module.is_some(), library.path.is_empty());
    let file_name = Path::new(&library.path).file_name().map(|name| name.to_string_lossy());
    let name = match (module, file_name) {
        (Some(module), _) => module.into(),
        (None, Some(name)) => name,
        (None, None) => libraries.program().into(),
    };
    let is_foreign = !is_of_module && (is_of_program || is_of_system(Path::new(&library.path)));
    let one = |place: &Place| {
        let is_noise =
            is_foreign || place.is_of_language || place.function.as_deref().is_some_and(is_of_language);
        let text = text(place, &name, address, (is_of_module, is_of_program));
        Shown { text, is_of_module, has_line: place.line.is_some(), is_noise }
    };
    if places.is_empty() { vec![one(&Place::default())] } else { places.iter().map(one).collect() }
}

fn text(place: &Place, library: &str, address: u64, (is_of_module, is_of_program): (bool, bool)) -> String {
    match (&place.function, &place.line) {
        (Some(function), Some((file, line))) => format!("{function} ({file}:{line})"),
        (Some(function), None) if is_of_module => function.clone(),
        (Some(function), None) => format!("{function} ({library})"),
        (None, None) if is_of_program => library.to_owned(),
        (None, Some((file, line))) => format!("{library}+{address:#x} ({file}:{line})"),
        (None, None) => format!("{library}+{address:#x}"),
    }
}

/// Whether a function is of the standard library of Rust or C++.
fn is_of_language(function: &str) -> bool {
    const BEGINNINGS: [&str; 9] =
        ["core::", "std::", "alloc::", "<core::", "<std::", "<alloc::", "__rust", "_Unwind_", "__gnu_cxx::"];
    BEGINNINGS.iter().any(|beginning| function.starts_with(beginning))
}

/// Leaves of the noise what the first other function called: `abort`, `strlen`, `std::process::abort`.
fn drop_noise(shown: &mut Vec<Shown>) {
    let Some(first) = shown.iter().position(|shown| !shown.is_noise) else { return };
    let kept = first.saturating_sub(1);
    let mut at = 0;
    shown.retain(|shown| {
        at += 1;
        !shown.is_noise || at == kept + 1
    });
}

/// A function that calls itself is shown once. If there were more frames than could be written, the last one may have called
/// itself more often.
fn counted(shown: Vec<Shown>, has_more: bool) -> Vec<String> {
    let mut texts: Vec<(String, usize)> = Vec::new();
    for Shown { text, .. } in shown {
        match texts.last_mut() {
            Some((last, times)) if *last == text => *times += 1,
            _ => texts.push((text, 1)),
        }
    }
    let last = texts.len().saturating_sub(1);
    let counted = |(at, (text, times))| match times {
        1 => text,
        times if has_more && at == last => format!("{text}, {times} times or more"),
        times => format!("{text}, {times} times"),
    };
    texts.into_iter().enumerate().map(counted).collect()
}
