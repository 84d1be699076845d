//! The errors of writing, as serde_json has them.
use std::io;

/// A writer that failed.
#[cold]
pub(super) fn failed(error: io::Error) -> serde_json::Error {
    // serde_json alone makes such an error, of the one that its writer gives.
    let writer = Failed(Some(error));
    serde_json::to_writer(writer, &()).expect_err("its writer fails")
}

struct Failed(Option<io::Error>);

impl io::Write for Failed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::Other.into()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
