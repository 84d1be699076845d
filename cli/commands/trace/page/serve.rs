//! `rp trace page FILE --serve`

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use crate::commands::trace::following::follow;
use crate::fault::Fault;
use crate::terminal::write_stderr;
use crate::trace::filter::Filtered;
use crate::trace::live::reader::Reader;
use crate::trace::live::server::PageServer;
use crate::trace::page::MOST_BYTES;

/// Serves the page until Ctrl-C.
pub fn run(filtered: &Filtered, address: SocketAddr, force: bool) -> Result<u8, Fault> {
    if filtered.file == Path::new("-") {
        let text = "standard input cannot be shown while it is written";
        return Err(Fault::environment("rp::usage", text).help("give the file, or make a page with -o"));
    }
    // One that cannot be read is told before an address is printed.
    std::fs::File::open(&filtered.file)
        .map_err(|error| crate::trace::reader::unreadable(&filtered.file, &error))?;
    let server = PageServer::start(address, &filtered.head())?;
    write_stderr(&format!("page: {}", server.url()));
    let most = if force { usize::MAX } else { MOST_BYTES };
    let mut reader = Reader::new(Arc::clone(server.feed()), most);
    let exit = follow(filtered, |step| {
        reader.take(&step);
        Ok(true)
    });
    let why = match &exit {
        Ok(_) => "rp was told to stop: what is written from now on is not shown.".to_owned(),
        Err(fault) => format!("The trace cannot be shown further: {}.", fault.text()),
    };
    server.finish(&why);
    exit
}
