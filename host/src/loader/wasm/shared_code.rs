//! Compiled code that the modules of one process share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The code in use, found by the content of its file and the stack size that it was compiled for. Code that nobody uses any
/// more is dropped.
pub(super) struct SharedCode<C>(Mutex<Vec<Entry<C>>>);

struct Entry<C> {
    content: Box<[u8]>,
    stack: usize,
    code: Weak<C>,
}

impl<C> SharedCode<C> {
    pub(super) const fn new() -> Self {
        SharedCode(Mutex::new(Vec::new()))
    }

    /// The code of that content.
    pub(super) fn find(&self, content: &[u8], stack: usize) -> Option<Arc<C>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |entry: &&Entry<C>| entry.stack == stack && *entry.content == *content;
        entries.iter().find(is_it).and_then(|entry| entry.code.upgrade())
    }

    /// Keeps code for others. If another thread was faster, returns the code of that thread.
    pub(super) fn keep(&self, content: &[u8], stack: usize, code: C) -> Arc<C> {
        if let Some(earlier) = self.find(content, stack) {
            return earlier;
        }
        let code = Arc::new(code);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.code.strong_count() > 0);
        entries.push(Entry { content: content.into(), stack, code: Arc::downgrade(&code) });
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_is_shared_while_it_is_used() {
        let shared = SharedCode::new();
        let first = shared.keep(b"a", 1, "first");
        assert!(Arc::ptr_eq(&first, &shared.keep(b"a", 1, "late")));
        assert!(shared.find(b"a", 2).is_none() && shared.find(b"b", 1).is_none());
        drop(first);
        assert!(shared.find(b"a", 1).is_none());
        assert_eq!(*shared.keep(b"a", 1, "again"), "again");
        assert_eq!(shared.0.lock().unwrap().len(), 1, "unused code is dropped");
    }
}
