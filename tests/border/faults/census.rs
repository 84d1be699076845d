//! What this process holds that a worker could leave behind.

use std::fs;
use std::path::Path;

use support::await_that;

/// Counts of what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// Child processes, zombies among them.
    pub children: usize,
    threads: usize,
    descriptors: usize,
    /// Memory files that are mapped.
    memfds: usize,
}

fn entries(folder: &str) -> usize {
    fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}")).count()
}

/// The child processes of a process, whichever of its threads made them.
pub fn children(of: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{of}/task")) else { return Vec::new() };
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>()).collect()
}

/// Whether a process runs. One that ended and that nobody asked for does not.
pub fn runs(process: u32) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

impl Census {
    /// Of this process, now.
    pub fn take() -> Census {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        Census {
            children: children(std::process::id()).len(),
            threads: entries("/proc/self/task"),
            descriptors: entries("/proc/self/fd"),
            memfds: maps.lines().filter(|line| line.contains("/memfd:")).count(),
        }
    }

    /// Whether something is there now that was not there then.
    pub fn is_exceeded(&self) -> bool {
        let now = Census::take();
        now.children > self.children
            || now.threads > self.threads
            || now.descriptors > self.descriptors
            || now.memfds > self.memfds
    }

    /// Waits until nothing is there that was not there before.
    pub fn await_again(&self) {
        await_that(|| !self.is_exceeded(), "something stayed behind");
    }
}
