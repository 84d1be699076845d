//! Standard output for many entities: buffered, and quiet from the moment on when its reader has gone.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};

use rp_host::StoreFault;

use super::arguments::blame;
use crate::fault::Fault;
use crate::terminal::escaped_json;

/// Each write is a whole line of JSON.
pub struct JsonLines {
    out: BufWriter<StdoutLock<'static>>,
    is_terminal: bool,
}

impl JsonLines {
    /// Takes standard output until the command ends.
    pub fn new() -> Self {
        let out = io::stdout().lock();
        Self { is_terminal: out.is_terminal(), out: BufWriter::new(out) }
    }
}

impl Write for JsonLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.is_terminal {
            let text = String::from_utf8_lossy(line);
            writeln!(self.out, "{}", escaped_json(text.trim_end()))?;
        } else {
            self.out.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The exit code of what was written: a reader that wants no more, such as `head`, is none's fault.
pub fn exit(written: Result<u64, rp_host::Error>) -> Result<u8, Fault> {
    match written {
        Ok(_) => Ok(0),
        Err(error) => match error.store_fault() {
            Some(StoreFault::Stream(stream)) if stream.kind() == ErrorKind::BrokenPipe => Ok(0),
            _ => Err(blame(error)),
        },
    }
}
