//! What this process holds.

use std::fmt;
use std::time::{Duration, Instant};

/// What is in use, or by how much it grew.
pub struct Usage {
    /// Bytes that the C library's allocator has given out: the host's, and those of every module in C, C++ and Rust.
    heap: i64,
    /// Bytes of memory that stand for no file: also what the allocator keeps for later. Pages of files are left out, since
    /// they become private whenever another process that has them ends.
    anonymous: i64,
    descriptors: i64,
    maps: i64,
    threads: i64,
}

impl Usage {
    pub fn now() -> Self {
        Usage {
            heap: heap(),
            anonymous: anonymous(),
            descriptors: entries("/proc/self/fd"),
            maps: maps(),
            threads: entries("/proc/self/task"),
        }
    }

    /// Once the threads that were joined are gone; one that stays is noticed as one that there was before.
    pub fn settled() -> Self {
        let end = Instant::now() + Duration::from_secs(1);
        while entries("/proc/self/task") > 1 && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        Usage::now()
    }

    pub fn since(&self, before: &Usage) -> Usage {
        Usage {
            heap: self.heap - before.heap,
            anonymous: self.anonymous - before.anonymous,
            descriptors: self.descriptors - before.descriptors,
            maps: self.maps - before.maps,
            threads: self.threads - before.threads,
        }
    }

    /// What grew by more than it may: the heap by so many bytes, everything that is counted not at all.
    pub fn beyond(&self, heap: i64) -> Vec<String> {
        let mut faults = Vec::new();
        if self.heap > heap {
            faults.push(format!("the heap grew by {} bytes, and {heap} are allowed", self.heap));
        }
        // What an allocator keeps for later is no leak, but it has an end.
        if self.anonymous > heap + (4 << 20) {
            faults.push(format!("anonymous memory grew by {} bytes", self.anonymous));
        }
        for (what, count) in
            [("descriptors", self.descriptors), ("maps", self.maps), ("threads", self.threads)]
        {
            if count > 0 {
                faults.push(format!("{count} more {what}"));
            }
        }
        faults
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Usage { heap, anonymous, descriptors, maps, threads } = self;
        let anonymous = anonymous / 1024;
        write!(
            f,
            "heap {heap:>+8} B, anonymous {anonymous:>+6} KiB, descriptors {descriptors:+}, maps {maps:+}, threads {threads:+}"
        )
    }
}

fn heap() -> i64 {
    // SAFETY: mallinfo2(3) only reads; it adds all arenas up.
    let info = unsafe { libc::mallinfo2() };
    i64::try_from(info.uordblks + info.hblkhd).expect("it is no larger than the memory")
}

fn anonymous() -> i64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("the kernel tells");
    let line = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:")).expect("a known line");
    line.trim().trim_end_matches(" kB").parse::<i64>().expect("a number") * 1024
}

fn entries(folder: &str) -> i64 {
    std::fs::read_dir(folder).expect("the kernel tells").count() as i64
}

/// Mapped areas but those of the allocator, whose arenas come and go with threads.
fn maps() -> i64 {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the kernel tells");
    maps.lines()
        .filter(|line| line.split_ascii_whitespace().nth(5).is_some_and(|name| name.starts_with('/')))
        .count() as i64
}
