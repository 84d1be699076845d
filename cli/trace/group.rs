//! Like messages, counted and timed.

use std::collections::HashMap;

use serde::Serialize;

use super::line::Record;

/// The messages of one type and name to one instance.
#[derive(Clone, Default)]
pub struct Group {
    pub module: String,
    pub message_type: String,
    pub name: String,
    pub errors: u64,
    pub bytes: u64,
    times_ns: Vec<u64>,
}

/// What a group took.
#[derive(Serialize)]
pub struct Times {
    pub p50_ns: u64,
    pub p90_ns: u64,
    pub p99_ns: u64,
    pub max_ns: u64,
}

/// All messages, by instance, type and name.
#[derive(Default)]
pub struct Groups {
    all: HashMap<String, Group>,
    key: String,
}

impl Groups {
    /// Counts a message.
    pub fn add(&mut self, record: &Record<'_>) {
        let name = record.name();
        self.key.clear();
        for part in [&*record.to, "\0", &*record.message_type, "\0", &*name] {
            self.key.push_str(part);
        }
        if !self.all.contains_key(&self.key) {
            self.all.insert(self.key.clone(), Group::of(record, &name));
        }
        if let Some(group) = self.all.get_mut(&self.key) {
            group.errors += u64::from(!record.is_success());
            group.bytes += record.bytes();
            group.times_ns.push(record.elapsed_ns);
        }
    }

    /// The groups, the one that took the longest in all first.
    pub fn by_time(&self) -> Vec<Group> {
        let mut groups: Vec<_> = self.all.values().cloned().collect();
        groups.iter_mut().for_each(|group| group.times_ns.sort_unstable());
        groups.sort_by(|one, other| {
            other.total_ns().cmp(&one.total_ns()).then_with(|| one.key().cmp(&other.key()))
        });
        groups
    }
}

impl Group {
    fn of(record: &Record<'_>, name: &str) -> Self {
        Self {
            module: record.to.clone().into_owned(),
            message_type: record.message_type.clone().into_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// What tells it from others.
    pub fn key(&self) -> (&str, &str, &str) {
        (&self.module, &self.message_type, &self.name)
    }

    /// How many messages there are.
    pub fn count(&self) -> u64 {
        self.times_ns.len() as u64
    }

    /// What they took, by the times that are in order.
    pub fn times(&self) -> Times {
        Times { p50_ns: self.at(50), p90_ns: self.at(90), p99_ns: self.at(99), max_ns: self.at(100) }
    }

    /// The time that so many of a hundred messages did not exceed.
    fn at(&self, percent: usize) -> u64 {
        let rank = (self.times_ns.len() * percent).div_ceil(100).max(1);
        self.times_ns.get(rank - 1).copied().unwrap_or(0)
    }

    fn total_ns(&self) -> u128 {
        self.times_ns.iter().map(|ns| u128::from(*ns)).sum()
    }
}
