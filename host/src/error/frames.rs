//! The functions that were running, as a text.

/// The innermost frames, as many as people read; empty without any.
pub(crate) fn named(frames: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = String::new();
    for (depth, name) in frames.iter().take(SHOWN).enumerate() {
        text.push_str(if depth == 0 { ", in " } else { " < " });
        text.push_str(name);
    }
    if frames.len() > SHOWN {
        text.push_str(" < …");
    }
    text
}
