//! Plays a recording to a module again, and tells where it does otherwise.
//!
//! The module is the real one, in a host that answers all that it asks from the recording: the store, other instances, the clock and
//! the random bytes are those of then. Its responses and what it sends are compared with those of then.

mod difference;
mod drive;
mod replayed;
mod script;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use difference::Difference;
use drive::Drive;
pub use replayed::Replayed;
use script::Script;

use crate::error::{Error, RecordingFault};
use crate::host::builder::HostBuilder;
use crate::options::load::LoadOptions;
use crate::recording::file::Recording;

/// A recording that is to be played to a module.
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use rp_host::{Host, LoadOptions, Recording, Replay};
///
/// # fn main() -> Result<(), rp_host::Error> {
/// let replay = Replay::new(Recording::open("session.jsonl")?);
/// let outcome = replay.run(Host::builder(), "libresearch_log.so", LoadOptions::new(), |difference| {
///     println!("{difference}");
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(outcome.differences, 0);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Replay {
    recording: Recording,
    instance: Option<String>,
    is_exact: bool,
}

impl Replay {
    /// Plays the instance of the module that is loaded; where the recording has several, or none of this name, say
    /// [which](Self::instance).
    pub fn new(recording: Recording) -> Self {
        Replay { recording, instance: None, is_exact: false }
    }

    /// Plays this instance, whatever module it was of.
    pub fn instance(self, name: impl Into<String>) -> Self {
        Replay { instance: Some(name.into()), ..self }
    }

    /// Compares byte by byte. Otherwise texts of JSON are alike that mean the same: the order of keys, and white space, are the
    /// module's business, and differ between languages.
    pub fn exact(self) -> Self {
        Replay { is_exact: true, ..self }
    }

    /// Loads the module into a host of its own, plays every life of the instance, each in a new instance, and hands over each
    /// difference, in their order, until `differs` breaks off. The builder's log and limits count; its clock, random bytes,
    /// services and store do not.
    ///
    /// # Trust
    /// As for [`Host::load`](crate::Host::load): native code is trusted.
    ///
    /// # Errors
    /// If the module cannot be loaded or created, if the recording has no such instance, or if that did what cannot be played again:
    /// `rp::record::unplaced`.
    ///
    /// # Panics
    /// As [`HostBuilder::build`] does.
    pub fn run(
        self,
        builder: HostBuilder,
        path: impl AsRef<Path>,
        mut options: LoadOptions,
        differs: impl FnMut(&Difference) -> ControlFlow<()>,
    ) -> Result<Replayed, Error> {
        let path = path.as_ref();
        let in_recording = self.recording.path().to_owned();
        let refused = |fault: RecordingFault| Error::recording(&in_recording, fault);
        let script = Arc::new(Script::new(self.is_exact));
        let (clock, random) = (Arc::clone(&script), Arc::clone(&script));
        let builder = builder.clock(move || clock.now_us()).random(move |bytes| random.random(bytes));
        let host = builder.playback(Arc::clone(&script) as _).build();
        let module = host.read_module(path, &mut options).map_err(|fault| Error::load(path, fault))?;
        let manifest = &module.info().manifest;
        let is_of_module = |line: &crate::recording::line::ModuleLine| line.module == manifest.name;
        let instance = self.recording.instance(self.instance.as_deref(), is_of_module).map_err(refused)?;
        let lives = self.recording.lives(&instance);
        if let Some(did) = lives.iter().map(|life| &life.unplaced).find(|did| !did.is_empty()) {
            return Err(refused(RecordingFault::Unplaced { instance, did: did.clone() }));
        }
        let outcome = Replayed {
            instance,
            module: manifest.name.clone(),
            messages: 0,
            skipped: 0,
            not_played: 0,
            differences: 0,
            elapsed: Duration::ZERO,
        };
        let start = Instant::now();
        let mut drive = Drive {
            host: &host,
            script: &script,
            module: &module,
            options,
            differs,
            outcome,
            is_over: false,
        };
        for life in lives {
            drive.play(life).map_err(|fault| Error::load(path, fault))?;
        }
        Ok(Replayed { elapsed: start.elapsed(), ..drive.outcome })
    }
}
