//! Files that the command reads and writes for its user.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::json::without_mark;
use crate::os;

/// Why a file is not written.
#[derive(Debug)]
pub enum Refused {
    /// It is this input of the command.
    IsInput(PathBuf),
    System(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Refused::System(error)
    }
}

/// A file that is open for writing and still has its old content.
#[derive(Debug)]
pub struct OutputFile(File);

impl OutputFile {
    /// Opens a file, or creates it. The `inputs` and the file that standard input is read from are refused, under whatever
    /// name: files are compared by their identity, not by their paths.
    pub fn open(path: &Path, inputs: &[PathBuf]) -> Result<Self, Refused> {
        let (file, is_new) = open(path)?;
        let id = if file.metadata()?.is_file() { os::file_id(&file) } else { None };
        let is_input = |input: &&PathBuf| id.is_some() && os::path_id(input) == id;
        let input = inputs.iter().find(is_input).cloned();
        let is_stdin = id.is_some() && os::stdin_id() == id;
        match input.or_else(|| is_stdin.then(|| "-".into())) {
            None => Ok(Self(file)),
            Some(input) => {
                if is_new {
                    // An input that did not exist yet, such as a store.
                    fs::remove_file(path)?;
                }
                Err(Refused::IsInput(input))
            }
        }
    }

    /// Removes its old content.
    pub fn emptied(self) -> io::Result<File> {
        if self.0.metadata()?.is_file() {
            self.0.set_len(0)?;
        }
        Ok(self.0)
    }
}

/// Opens for writing; answers also whether the file is new.
fn open(path: &Path) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.write(true);
    match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let _reader = os::fifo_with_reader(path)?;
            options.create(true).open(path).map(|file| (file, false))
        }
        opened => opened.map(|file| (file, true)),
    }
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).map_err(Refused::System).and_then(|()| {
        let mut file = OutputFile::open(path, &[])?.emptied()?;
        Ok(file.write_all(text.as_bytes())?)
    });
    written.map_err(|refused| unwritten("rp::output", path, refused))
}

/// The error of a file that cannot be written.
pub fn unwritten(code: &str, path: &Path, refused: Refused) -> Fault {
    let path = path.display();
    match refused {
        Refused::IsInput(input) => {
            let text = format!("{path} would overwrite {}, which is an input", input.display());
            Fault::environment(code, text).help("give it a file of its own")
        }
        Refused::System(error) => Fault::environment(code, format!("{path} cannot be written: {error}"))
            .help_with(&error, "check the folder and its permissions, and whether the disk is full"),
    }
}

/// Reads a text of at most `limit` bytes, without a byte order mark.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("it is larger than {limit} bytes")));
    }
    let text = String::from_utf8(bytes);
    text.map(|text| without_mark(&text).to_owned()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(ErrorKind::InvalidData, format!("it is not UTF-8: byte {at}"))
    })
}
