//! Connections that read, so that queries run concurrently with each other and with a mutation.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::{Connection, Result};

use super::open;
use super::options::SqliteOptions;

/// The readers of one file, opened when they are needed.
pub(super) struct Readers {
    path: PathBuf,
    options: SqliteOptions,
    idle: Mutex<Idle>,
    returned: Condvar,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    /// How many there are, with those in use.
    count: usize,
}

impl Readers {
    pub(super) fn new(path: &Path, options: &SqliteOptions) -> Self {
        Readers {
            path: path.to_owned(),
            options: options.clone(),
            idle: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Leaves the connections open for the rest of the process.
    pub(super) fn abandon(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.connections.drain(..).for_each(std::mem::forget);
    }

    /// A connection that nobody else uses; waits while all are in use.
    pub(super) fn take(&self) -> Result<Reader<'_>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let all_at_work = |idle: &mut Idle| idle.connections.is_empty() && idle.count >= self.options.readers;
        let mut idle = self.returned.wait_while(idle, all_at_work).unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = idle.connections.pop() {
            return Ok(Reader { readers: self, connection: Some(connection) });
        }
        idle.count += 1;
        drop(idle);
        let mut reader = Reader { readers: self, connection: None };
        reader.connection = Some(open::open_reader(&self.path, &self.options)?);
        Ok(reader)
    }
}

/// A reader in use; dropping it returns it to the pool.
pub(super) struct Reader<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let mut idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match self.connection.take() {
            Some(connection) => idle.connections.push(connection),
            None => idle.count -= 1,
        }
        drop(idle);
        self.readers.returned.notify_one();
    }
}

impl Deref for Reader<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a reader holds a connection until it is dropped")
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("a reader holds a connection until it is dropped")
    }
}
