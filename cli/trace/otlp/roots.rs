//! What caused a message in the end. A file has messages in the order of their ends, so what was caused stands before its cause.

use std::collections::{HashMap, VecDeque};

/// Holds what waits for its cause, and gives it back with the first of its causes.
pub struct Roots<T> {
    /// The root of each message; of the oldest none is kept, where there are too many.
    roots: HashMap<u64, u64>,
    order: VecDeque<u64>,
    most: usize,
    /// Ids and values that wait, by their cause.
    waiting: HashMap<u64, Vec<(u64, T)>>,
}

impl<T> Roots<T> {
    /// Remembers so many roots.
    pub fn new(most: usize) -> Self {
        Self { roots: HashMap::new(), order: VecDeque::new(), most, waiting: HashMap::new() }
    }

    /// Adds a message; hands over each whose root is known by it.
    pub fn add(&mut self, id: u64, cause: u64, value: T, mut take: impl FnMut(u64, T)) {
        let root = if cause == 0 || cause == id { Some(id) } else { self.roots.get(&cause).copied() };
        match root {
            Some(root) => self.release(id, root, value, &mut take),
            None => self.waiting.entry(cause).or_default().push((id, value)),
        }
    }

    /// Hands over those whose cause will not come: each is the root of what it caused.
    pub fn finish(&mut self, mut take: impl FnMut(u64, T)) {
        while let Some(cause) = self.cause_that_is_missing() {
            for (id, value) in self.waiting.remove(&cause).unwrap_or_default() {
                self.release(id, id, value, &mut take);
            }
        }
    }

    /// A cause that does not wait itself; in a circle of causes, any.
    fn cause_that_is_missing(&self) -> Option<u64> {
        let ids: std::collections::HashSet<u64> =
            self.waiting.values().flatten().map(|(id, _)| *id).collect();
        let missing = self.waiting.keys().find(|cause| !ids.contains(cause));
        missing.or_else(|| self.waiting.keys().min()).copied()
    }

    fn release(&mut self, id: u64, root: u64, value: T, take: &mut impl FnMut(u64, T)) {
        let mut free = vec![(id, value)];
        while let Some((id, value)) = free.pop() {
            self.remember(id, root);
            free.extend(self.waiting.remove(&id).unwrap_or_default());
            take(root, value);
        }
    }

    fn remember(&mut self, id: u64, root: u64) {
        if self.roots.insert(id, root).is_none() {
            self.order.push_back(id);
        }
        if self.order.len() > self.most {
            self.order.pop_front().map(|oldest| self.roots.remove(&oldest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The root of each id, whatever the order of the messages.
    fn roots(messages: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let (mut roots, mut found) = (Roots::new(usize::MAX), Vec::new());
        for (id, cause) in messages {
            roots.add(*id, *cause, *id, |root, id| found.push((id, root)));
        }
        roots.finish(|root, id| found.push((id, root)));
        found.sort_unstable();
        found
    }

    #[test]
    fn a_root_is_found_in_any_order() {
        let expected = [(1, 1), (2, 1), (3, 1), (4, 1), (5, 5)];
        for messages in [
            [(3, 2), (2, 1), (4, 1), (1, 0), (5, 0)],
            [(1, 0), (2, 1), (3, 2), (4, 1), (5, 0)],
            [(3, 2), (1, 0), (5, 0), (2, 1), (4, 1)],
        ] {
            assert_eq!(roots(&messages), expected);
        }
    }

    #[test]
    fn what_has_no_cause_here_is_a_root_and_a_circle_ends() {
        assert_eq!(roots(&[(3, 2), (4, 3), (6, 6)]), [(3, 3), (4, 3), (6, 6)]);
        assert_eq!(roots(&[(1, 2), (2, 1)]).len(), 2);
    }

    #[test]
    fn memory_has_a_bound() {
        let mut roots = Roots::new(2);
        for id in 1..=9 {
            roots.add(id, 0, (), |_, ()| {});
        }
        assert_eq!((roots.roots.len(), roots.order.len()), (2, 2));
    }
}
