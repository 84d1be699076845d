//! The page of a session that runs. It reads what the trace has, so that no message waits for a browser.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::trace_source::TraceSource;
use crate::fault::Fault;
use crate::terminal::write_stderr;
use crate::trace::follow::{Step, follow};
use crate::trace::live::reader::Reader;
use crate::trace::live::server::PageServer;
use crate::trace::page::MOST_BYTES;
use crate::trace::page::html::Head;

/// A page that is served while a session runs.
pub struct SessionPage {
    server: PageServer,
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), Fault>>,
    /// How the messages are shown later.
    later: String,
}

impl SessionPage {
    /// Serves the page from now on. The file must be there.
    pub fn start(address: SocketAddr, source: &TraceSource, title: &str) -> Result<Self, Fault> {
        let head = Head { title: title.to_owned(), ..Head::default() };
        let server = PageServer::start(address, &head)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let reader = Reader::new(Arc::clone(server.feed()), MOST_BYTES);
        let (path, over) = (source.path().to_owned(), Arc::clone(&is_over));
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
        let later = match source.is_kept() {
            false => "--trace FILE keeps the messages, and `rp trace page FILE -o HTML`".to_owned(),
            true => format!("`rp trace page {} -o HTML`", source.path().display()),
        };
        Ok(Self { server, is_over, thread, later })
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
            write_stderr(&format!("note: nobody opened the page; {} shows them later", self.later));
        }
        read
    }
}

fn read(path: &Path, mut reader: Reader, is_over: &AtomicBool) -> Result<(), Fault> {
    // What was written before the end was known is read once more.
    let mut is_last = false;
    follow(path, |step| {
        reader.take(&step);
        let is_pause = matches!(step, Step::Pause);
        let goes_on = !(is_pause && is_last);
        is_last = is_last || (is_pause && is_over.load(Ordering::SeqCst));
        Ok(goes_on)
    })
}
