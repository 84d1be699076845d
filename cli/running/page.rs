//! The page of a session that runs. It reads what the trace has, so that no message waits for a browser.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tempfile::TempPath;

use super::plan::HostPlan;
use crate::fault::Fault;
use crate::terminal::write_stderr;
use crate::trace::follow::{Step, follow};
use crate::trace::live::reader::Reader;
use crate::trace::live::server::PageServer;
use crate::trace::page::MOST_BYTES;
use crate::trace::page::html::Head;

/// The file that the page reads.
pub struct PageSource {
    path: PathBuf,
    /// Where the file is there for the page alone; it goes with this.
    temporary: Option<TempPath>,
}

/// A page that is served while a session runs.
pub struct SessionPage {
    server: PageServer,
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), Fault>>,
    source: PageSource,
}

impl PageSource {
    /// The trace or the recording of a host that is to be started; where it has none, it gets a trace.
    pub fn of(host: &mut HostPlan) -> Result<Self, Fault> {
        if let Some(path) = host.trace.as_ref().or(host.record.as_ref()) {
            refuse_compression(path)?;
            return Ok(Self { path: path.clone(), temporary: None });
        }
        let made = tempfile::Builder::new().prefix("rp-trace-").suffix(".jsonl").tempfile();
        let temporary = made.map(tempfile::NamedTempFile::into_temp_path).map_err(|error| {
            let text = format!("the trace that the page shows cannot be written: {error}");
            Fault::environment("rp::page::no_trace", text)
                .help_with(&error, "name its file with --trace FILE")
        })?;
        host.trace = Some(temporary.to_path_buf());
        Ok(Self { path: temporary.to_path_buf(), temporary: Some(temporary) })
    }
}

impl SessionPage {
    /// Serves the page from now on. The file must be there.
    pub fn start(address: SocketAddr, source: PageSource, title: &str) -> Result<Self, Fault> {
        let head = Head { title: title.to_owned(), ..Head::default() };
        let server = PageServer::start(address, &head)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let reader = Reader::new(Arc::clone(server.feed()), MOST_BYTES);
        let (path, over) = (source.path.clone(), Arc::clone(&is_over));
        let feed = Arc::clone(server.feed());
        let work = move || {
            let read = read(&path, reader, &over);
            if let Err(fault) = &read {
                feed.end(&format!("The session goes on, but the page cannot: {}.", fault.text()));
            }
            read
        };
        let thread = std::thread::Builder::new().name("page reader".to_owned()).spawn(work);
        let thread = thread.map_err(|error| {
            Fault::environment("rp::page::unserved", format!("the page cannot be served: {error}"))
                .help_with(&error, "try again when the system has room for one more thread")
        })?;
        Ok(Self { server, is_over, thread, source })
    }

    /// The address of the page.
    pub fn url(&self) -> &str {
        self.server.url()
    }

    /// Shows what is left, and tells browsers that it was all.
    pub fn finish(self) -> Result<(), Fault> {
        self.is_over.store(true, Ordering::SeqCst);
        let panicked =
            |_| Err(Fault::environment("rp::page::unserved", "the thread of the page panicked".to_owned()));
        let read = self.thread.join().unwrap_or_else(panicked);
        if !self.server.finish("The session has ended.") && read.is_ok() {
            let file = match self.source.temporary {
                Some(_) => "--trace FILE keeps the messages, and `rp trace page FILE -o HTML`".to_owned(),
                None => format!("`rp trace page {} -o HTML`", self.source.path.display()),
            };
            write_stderr(&format!("note: nobody opened the page; {file} shows them later"));
        }
        read
    }
}

fn read(path: &Path, mut reader: Reader, is_over: &AtomicBool) -> Result<(), Fault> {
    // What was written before the end was known is read once more.
    let mut is_last = false;
    follow(path, |step| {
        reader.take(&step)?;
        let is_pause = matches!(step, Step::Pause);
        let goes_on = !(is_pause && is_last);
        is_last = is_last || (is_pause && is_over.load(Ordering::SeqCst));
        Ok(goes_on)
    })
}

fn refuse_compression(path: &Path) -> Result<(), Fault> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz")) {
        return Ok(());
    }
    let text =
        format!("{} cannot be shown while it is written: its lines come block by block", path.display());
    Err(Fault::environment("rp::usage", text)
        .help("give --trace a name that does not end with .gz, or leave out --page"))
}
