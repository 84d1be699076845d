//! The exports of a library for macOS: a tree whose edges are parts of names.

use super::headers::malformed;
use crate::error::LoadFault;

/// What an export leads to.
pub(super) enum Target<'a> {
    /// From the beginning of the code.
    Offset(u64),
    /// What another library has: the number of that, and the name there, which is empty if it is the same.
    Elsewhere(u64, &'a [u8]),
}

/// Flags of an export: its kind, and whether it is of another library, or chosen by a function.
const KIND: u64 = 3;
const OF_ANOTHER: u64 = 8;
const CHOSEN: u64 = 16;

/// Gives each export to `each`, but for constants, variables of threads and what a function chooses.
pub(super) fn read<'a>(
    trie: &'a [u8],
    mut each: impl FnMut(&[u8], Target<'a>) -> Result<(), LoadFault>,
) -> Result<(), LoadFault> {
    if trie.is_empty() {
        return Ok(());
    }
    // Nodes that are still to be read. No byte belongs to two nodes, so a tree that is read on and on is none.
    let mut nodes = vec![Child { at: 0, before: 0, edge: &[] }];
    let mut left = trie.len();
    // The name of the node that is read. Its children only say what they add: copies of a long name would take any amount of
    // memory.
    let mut name = Vec::new();
    while let Some(Child { at, before, edge }) = nodes.pop() {
        name.truncate(before);
        name.extend_from_slice(edge);
        let node = node(trie, at, name.len()).filter(|node| node.len <= left);
        let node = node.ok_or_else(|| malformed("Invalid Mach-O exports trie"))?;
        left -= node.len;
        if let Some(target) = node.target {
            each(&name, target)?;
        }
        nodes.extend(node.children.into_iter().rev());
    }
    Ok(())
}

/// A node that another leads to.
struct Child<'a> {
    at: usize,
    /// How long the name of the other is, and what follows it.
    before: usize,
    edge: &'a [u8],
}

struct Node<'a> {
    target: Option<Target<'a>>,
    children: Vec<Child<'a>>,
    /// How many bytes it has.
    len: usize,
}

fn node(trie: &[u8], at: usize, before: usize) -> Option<Node<'_>> {
    let mut rest = trie.get(at..)?;
    let begin = rest.len();
    let size = usize::try_from(number(&mut rest)?).ok()?;
    let (export, behind) = rest.split_at_checked(size)?;
    let target = if size == 0 { None } else { target(export)? };
    let (&count, mut rest) = behind.split_first()?;
    let mut children = Vec::new();
    for _ in 0..count {
        let edge = text(&mut rest)?;
        let at = usize::try_from(number(&mut rest)?).ok()?;
        children.push(Child { at, before, edge });
    }
    Some(Node { target, children, len: begin - rest.len() })
}

/// `None` within if it is none of those that are told.
fn target(mut export: &[u8]) -> Option<Option<Target<'_>>> {
    let flags = number(&mut export)?;
    let value = number(&mut export)?;
    Some(if flags & OF_ANOTHER != 0 {
        Some(Target::Elsewhere(value, text(&mut export)?))
    } else if flags & (CHOSEN | KIND) == 0 {
        Some(Target::Offset(value))
    } else {
        None
    })
}

/// A number of seven bits in each byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = memchr::memchr(0, rest)?;
    let text = &rest[..end];
    *rest = &rest[end + 1..];
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(trie: &[u8]) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let read = read(trie, |name, target| {
            let target = match target {
                Target::Offset(offset) => offset.to_string(),
                Target::Elsewhere(library, name) => format!("{library}.{}", String::from_utf8_lossy(name)),
            };
            found.push(format!("{}={target}", String::from_utf8_lossy(name)));
            Ok(())
        });
        read.ok().map(|()| found)
    }

    /// `_a` at 300, `_ab` in library 2 as `_c`, `_b` of a thread.
    const TREE: &[u8] = &[
        0, 1, b'_', 0, 5, // the root
        0, 2, b'a', 0, 14, b'b', 0, 22, 0, // _
        3, 0, 0xac, 2, 1, b'b', 0, 26, // _a
        2, 1, 9, 0, // _b
        5, 8, 2, b'_', b'c', 0, 0, // _ab
    ];

    #[test]
    fn exports_are_found_by_their_parts() {
        assert_eq!(names(TREE).unwrap(), ["_a=300", "_ab=2._c"]);
        assert_eq!(names(&[]).unwrap(), [""; 0]);
    }

    /// A name of a megabyte, and tens of thousands of nodes below it: each with a name of its own, they would have 64 GB.
    #[test]
    fn nodes_share_the_beginning_of_their_names() {
        let place = |at: usize| [at as u8 & 0x7f | 0x80, (at >> 7) as u8 & 0x7f | 0x80, (at >> 14) as u8];
        let root = 1 << 20;
        let mut tree = vec![b'n'; root - 4];
        tree[..2].copy_from_slice(&[0, 1]);
        tree.push(0);
        tree.extend(place(root));
        // The first child of each is the next node, so all others wait until that is read.
        for _ in 0..255 {
            let behind = tree.len() + 2 + 255 * 5;
            tree.extend([0, 255]);
            for child in 0..255 {
                tree.extend(b"a\0");
                tree.extend(place(if child == 0 { behind } else { behind + 2 * child }));
            }
        }
        assert_eq!(names(&tree), None);
    }

    #[test]
    fn a_tree_that_does_not_end_is_refused() {
        let into_itself = &[0, 1, b'a', 0, 0];
        assert!(names(into_itself).is_none());
        for len in 1..TREE.len() {
            assert!(names(&TREE[..len]).is_none(), "{len}");
        }
        for at in 0..TREE.len() {
            let mut tree = TREE.to_vec();
            tree[at] ^= 0x81;
            let _ = names(&tree);
        }
    }
}
