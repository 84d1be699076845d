//! The script and the style of the page. The modules become one script, since a page without a network can import nothing.

use sha2::{Digest, Sha256};

/// The modules; each stands behind those that it imports.
const MODULES: [&str; 16] = [
    include_str!("dom.mjs"),
    include_str!("time.mjs"),
    include_str!("texts.mjs"),
    include_str!("model.mjs"),
    include_str!("filter.mjs"),
    include_str!("rows.mjs"),
    include_str!("json.mjs"),
    include_str!("diff.mjs"),
    include_str!("statistics.mjs"),
    include_str!("lanes.mjs"),
    include_str!("painter.mjs"),
    include_str!("timeline.mjs"),
    include_str!("grid.mjs"),
    include_str!("detail.mjs"),
    include_str!("histogram.mjs"),
    include_str!("app.mjs"),
];

/// What the body begins with.
pub const BODY: &str = include_str!("page.html");

/// What a page that gets its messages one after another has beside the others.
const LIVE: &str = include_str!("live.mjs");

/// All modules as one.
pub fn script() -> String {
    joined(&MODULES)
}

/// The same for a page that gets its messages one after another.
pub fn live_script() -> String {
    script() + &joined(&[LIVE])
}

/// Modules as one, in which each of their names is there only once. Comments and indents are for who reads the sources.
fn joined(modules: &[&str]) -> String {
    let mut script = String::new();
    for line in modules.iter().flat_map(|module| module.lines()) {
        let line = line.trim_start();
        let is_left_out =
            line.is_empty() || ["import ", "//", "/**"].iter().any(|start| line.starts_with(start));
        if !is_left_out {
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script
}

/// The style, without its line breaks.
pub fn style() -> String {
    include_str!("style.css").lines().map(str::trim).collect()
}

/// The source expression of a Content-Security-Policy that allows exactly this script or style.
pub fn allowed(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text)))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Content Security Policy, level 3.
    #[test]
    fn a_hash_is_as_the_standard_has_it() {
        let expected = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert_eq!(allowed("alert('Hello, world.');"), expected);
    }

    /// `script` drops whole lines only.
    #[test]
    fn comments_and_imports_fit_on_a_line() {
        for line in MODULES.iter().chain([&LIVE]).flat_map(|module| module.lines()).map(str::trim_start) {
            assert!(!line.starts_with("/*") || line.ends_with("*/"), "{line}");
            assert!(!line.starts_with("import ") || line.ends_with(".mjs\";"), "{line}");
        }
    }

    #[test]
    fn the_page_is_small() {
        let bytes = script().len() + style().len() + BODY.len();
        assert!(bytes <= 68_000, "{bytes} bytes");
    }
}
