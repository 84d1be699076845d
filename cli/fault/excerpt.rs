//! The part of a source line that an error shows: a window around the mark that fits the terminal, as rustc cuts it.

use std::ops::Range;

use crate::terminal::{columns, escaped};

/// What is shown of a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Without tabs and invisible characters; `…` marks where it was cut.
    pub text: String,
    /// The bytes of `text` that are marked.
    pub mark: Range<usize>,
}

/// Stands for text that was cut.
const CUT: &str = "…";
/// How a tab is shown.
const TAB: &str = "    ";

/// Cuts `line` around the bytes `mark` to `room` columns. Of a mark that is longer, the beginning is shown.
pub fn cut(line: &str, mark: Range<usize>, room: usize) -> Excerpt {
    let start = boundary(line, (0..=mark.start).rev());
    let end = boundary(line, mark.end.max(start)..=line.len());
    let before = Run::of(line[..start].chars().rev(), room);
    let marked = Run::of(line[start..end].chars(), room);
    let after = Run::of(line[end..].chars(), room);
    let is_whole = before.is_whole && marked.is_whole && after.is_whole;
    if is_whole && before.width + marked.width + after.width <= room {
        return join(before, marked, after);
    }
    let room = room.saturating_sub(2 * columns(CUT));
    let marked = marked.first(room - before.width.min(room / 4));
    let after = if marked.is_whole { after } else { after.first(0) };
    let spare = room - marked.width;
    let after_room = after.width.min((spare / 2).max(spare.saturating_sub(before.width)));
    join(before.first(spare - after_room), marked, after.first(after_room))
}

/// The first of these places between two characters.
fn boundary(line: &str, mut places: impl Iterator<Item = usize>) -> usize {
    places.find(|at| line.is_char_boundary(*at)).unwrap_or(line.len())
}

fn join(before: Run, marked: Run, after: Run) -> Excerpt {
    let mut text = if before.is_whole { String::new() } else { CUT.to_owned() };
    // A combining mark would combine with the sign of the cut.
    let before = before.cells.iter().rev().skip_while(|cell| !text.is_empty() && columns(cell) == 0);
    text += &before.map(String::as_str).collect::<String>();
    let start = text.len();
    text += &marked.cells.concat();
    let mark = start..text.len();
    text += &after.cells.concat();
    if !(marked.is_whole && after.is_whole) {
        text += CUT;
    }
    Excerpt { text, mark }
}

/// Characters as they are shown, from the mark outwards.
struct Run {
    cells: Vec<String>,
    width: usize,
    /// Nothing was left out.
    is_whole: bool,
}

impl Run {
    /// As many characters as fit.
    fn of(chars: impl Iterator<Item = char>, room: usize) -> Self {
        Self::fitting(
            chars.map(|c| if c == '\t' { TAB.to_owned() } else { escaped(c.encode_utf8(&mut [0; 4])) }),
            room,
        )
    }

    /// The first characters, as many as fit.
    fn first(self, room: usize) -> Self {
        let was_whole = self.is_whole;
        let first = Self::fitting(self.cells.into_iter(), room);
        Self { is_whole: first.is_whole && was_whole, ..first }
    }

    fn fitting(cells: impl Iterator<Item = String>, room: usize) -> Self {
        let mut run = Self { cells: Vec::new(), width: 0, is_whole: true };
        for cell in cells {
            let width = columns(&cell);
            // Any number of marks may combine with one letter.
            if run.width + width > room || run.cells.len() > 8 * room {
                run.is_whole = false;
                break;
            }
            run.width += width;
            run.cells.push(cell);
        }
        run
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text with its mark in brackets, cut to a width.
    fn shown_in(room: usize, marked: &str) -> String {
        let (before, rest) = marked.split_once('[').expect("a mark");
        let (inner, after) = rest.split_once(']').expect("its end");
        let line = format!("{before}{inner}{after}");
        let cut = cut(&line, before.len()..before.len() + inner.len(), room);
        assert!(columns(&cut.text) <= room, "{} is wider than {room}", cut.text);
        let Range { start, end } = cut.mark;
        format!("{}[{}]{}", &cut.text[..start], &cut.text[start..end], &cut.text[end..])
    }

    #[test]
    fn a_window_around_the_mark() {
        let cases = [
            (20, "short [mark] here", "short [mark] here"),
            (20, "[]", "[]"),
            (20, "0123456789012345678[]", "0123456789012345678[]"),
            (20, "[0123]4567890123456789012345", "[0123]45678901234567…"),
            (20, "01234567890123456789[0123]", "…67890123456789[0123]"),
            (20, "01234567890123456789[ab]01234567890123456789", "…23456789[ab]01234567…"),
            (20, "0123456[a longer mark than the room]x", "…3456[a longer mark ]…"),
            (20, "01234567890123456789012345[]", "…890123456789012345[]"),
            (20, "\t[x]\ty", "    [x]    y"),
            (20, "\u{1b}[c\u{202e}]", "\\u{1b}[c\\u{202e}]"),
            (20, "日本語日本語日本語[日本]語日本語日本語", "…日本語[日本]語日本…"),
            (
                9,
                "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}[x]e\u{301}e\u{301}e\u{301}e\u{301}",
                "…e\u{301}e\u{301}e\u{301}[x]e\u{301}e\u{301}e\u{301}…",
            ),
        ];
        for (room, line, expected) in cases {
            assert_eq!(shown_in(room, line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn it_fits_and_marks_what_was_marked(line in any::<String>(), mark in any::<(usize, usize)>(), room in 10..100_usize) {
            let start = mark.0 % (line.len() + 1);
            let end = start + mark.1 % (line.len() + 1 - start);
            let cut = cut(&line, start..end, room);
            prop_assert!(columns(&cut.text) <= room);
            let marked = escaped(&line[boundary(&line, (0..=start).rev())..boundary(&line, end..=line.len())]);
            prop_assert!(marked.starts_with(&cut.text[cut.mark.clone()]));
            prop_assert_eq!(escaped(&cut.text), cut.text);
        }
    }
}
