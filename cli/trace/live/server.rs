//! The server of the page.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::address::hosts;
use super::feed::{Feed, Next, Position};
use super::request::{Asked, Door};
use super::response;
use super::visitors::Visitors;
use crate::fault::Fault;
use crate::trace::page::html::{self, Head};

/// How long a browser may read nothing before it is left.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// How often a browser is told something, so that it is noticed when it has gone.
const SILENCE: Duration = Duration::from_secs(15);
/// How long browsers may take to hear the end.
const END_LIMIT: Duration = Duration::from_secs(2);
/// The bytes of randomness in the address of the page.
const TOKEN_BYTES: usize = 16;

/// Serves a page and its events, until it is dropped with the process.
pub struct PageServer {
    url: String,
    feed: Arc<Feed>,
    visitors: Arc<Visitors>,
}

/// What each connection needs.
struct Site {
    door: Door,
    html: String,
    policy: String,
    feed: Arc<Feed>,
    visitors: Arc<Visitors>,
}

impl PageServer {
    /// Listens from now on. The threads of its connections end with the process.
    pub fn start(address: SocketAddr, head: &Head) -> Result<Self, Fault> {
        let token = token().map_err(|error| unserved(address, &io::Error::other(error)))?;
        let bound = TcpListener::bind(address).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (local, listener) = bound.map_err(|error| unserved(address, &error))?;
        let (html, policy) = html::live(head);
        let (feed, visitors) = (Arc::new(Feed::default()), Arc::new(Visitors::default()));
        let door = Door { path: format!("/{token}/"), hosts: hosts(local) };
        let url = format!("http://{local}{}", door.path);
        let site = Site { door, html, policy, feed: Arc::clone(&feed), visitors: Arc::clone(&visitors) };
        let accept = move || accept(&listener, &Arc::new(site));
        let spawned = thread::Builder::new().name("page".to_owned()).spawn(accept);
        spawned.map_err(|error| unserved(address, &error))?;
        Ok(Self { url, feed, visitors })
    }

    /// The address of the page.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What browsers are sent.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// Tells browsers that no more will come, and waits a moment until they have heard; answers whether there was any.
    pub fn finish(&self, why: &str) -> bool {
        self.feed.end(why);
        self.visitors.wait(END_LIMIT)
    }
}

/// What nobody guesses.
fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn unserved(address: SocketAddr, error: &io::Error) -> Fault {
    Fault::environment("rp::page::unserved", format!("the page cannot be served at {address}: {error}"))
        .help_with(error, "give another port, or none for any that is free")
}

fn accept(listener: &TcpListener, site: &Arc<Site>) {
    loop {
        match listener.accept() {
            Ok((stream, _)) => welcome(site, stream),
            // No more descriptors: it may get better when a browser leaves.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn welcome(site: &Arc<Site>, mut stream: TcpStream) {
    // Whoever has gone already is not served, and whoever is slow holds up a thread of its own only.
    if stream.set_write_timeout(Some(WRITE_LIMIT)).and_then(|()| stream.set_nodelay(true)).is_err() {
        return;
    }
    if !site.visitors.come() {
        let _gone = response::full(&mut stream);
        return;
    }
    let visited = Arc::clone(site);
    let work = move || {
        let _gone = visited.serve(&mut stream);
        visited.visitors.go();
    };
    if thread::Builder::new().name("browser".to_owned()).spawn(work).is_err() {
        site.visitors.go();
    }
}

impl Site {
    fn serve(&self, stream: &mut TcpStream) -> io::Result<()> {
        match self.door.read(stream) {
            Ok(Asked::Page) => response::page(stream, &self.html, &self.policy),
            Ok(Asked::Events(position)) => {
                let mut outcome = Ok(());
                let position = position.unwrap_or_else(|| self.feed.start());
                self.visitors.listening(|| outcome = self.send(stream, position));
                outcome
            }
            Err(Some(refusal)) => response::refusal(stream, &refusal),
            Err(None) => Ok(()),
        }
    }

    fn send(&self, stream: &mut TcpStream, mut position: Position) -> io::Result<()> {
        response::events(stream)?;
        loop {
            match self.feed.next(position, SILENCE) {
                Next::Event(event, next) => {
                    stream.write_all(event.as_bytes())?;
                    stream.write_all(format!("id: {next}\n\n").as_bytes())?;
                    position = next;
                }
                Next::Nothing => stream.write_all(b":\n\n")?,
                Next::Anew => return stream.write_all(b"event: anew\ndata:\n\n"),
                Next::End(why) => {
                    let why = serde_json::to_string(&*why).unwrap_or_default();
                    return stream.write_all(format!("event: end\ndata: {why}\n\n").as_bytes());
                }
            }
        }
    }
}
