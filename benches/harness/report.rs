//! The report: Markdown for docs/src/speed.md, and its plots.
use std::fs;
use std::path::Path;

use crate::measure::{Kind, Times};
use crate::plot;
use crate::text::time;

/// Parts of the report in the order in which they were measured.
#[derive(Default)]
pub struct Report {
    text: String,
    plots: Vec<(String, String)>,
}

impl Report {
    pub fn heading(&mut self, level: usize, text: &str) {
        self.line(&format!("{} {text}\n", "#".repeat(level)));
    }

    pub fn line(&mut self, text: &str) {
        println!("{text}");
        self.text += text;
        self.text.push('\n');
    }

    /// A table of one group; ratios to `reference`, and to the best of ours where there are peers.
    pub fn table(&mut self, times: &[Times], reference: &str) {
        let base = best(times, reference);
        let ours = times.iter().find(|times| times.kind == Kind::Ours);
        let with_peers = ours.filter(|_| times.iter().any(|times| times.kind == Kind::Peer));
        let against = with_peers.map_or(String::new(), |ours| format!(" times {} |", ours.name));
        let dashes = if with_peers.is_some() { " ---: |" } else { "" };
        let mut text =
            format!("| | best | median | 10 % to 90 % | times the {} |{against}\n", short(reference));
        text += &format!("| --- | ---: | ---: | ---: | ---: |{dashes}\n");
        for times in times {
            text += &line(times, base);
            if let Some(ours) = with_peers {
                text += &format!(" {} |", ratio(times.best() / ours.best()));
            }
            text.push('\n');
        }
        self.line(&text);
    }

    /// A plot of one group, in a file of its own.
    pub fn plot(&mut self, name: &str, title: &str, times: &[Times]) {
        self.line(&format!("![{title}](speed-{name}.svg)\n"));
        self.plots.push((format!("speed-{name}.svg"), plot::svg(title, times)));
    }

    /// Writes the report and its plots; `head` comes first.
    pub fn write(&self, folder: &Path, head: &str) -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let text = format!("{head}{}\n", self.text.trim_end());
        fs::write(folder.join("speed.md"), text)?;
        for (name, svg) in &self.plots {
            fs::write(folder.join(name), svg)?;
        }
        Ok(())
    }
}

/// The best time of the subject of that name.
pub fn best(times: &[Times], name: &str) -> f64 {
    let found = times.iter().find(|times| times.name == name);
    found.unwrap_or_else(|| panic!("nothing is named {name}")).best()
}

fn short(reference: &str) -> &str {
    if reference.starts_with("limit") { "limit" } else { reference.strip_prefix("the ").unwrap_or(reference) }
}

fn line(times: &Times, base: f64) -> String {
    let spread = format!("{} to {}", time(times.share(0.1)), time(times.share(0.9)));
    let ratio = ratio(times.best() / base);
    format!("| {} | {} | {} | {spread} | {ratio} |", times.name, time(times.best()), time(times.median()))
}

/// Three digits are what such a ratio is worth.
pub fn ratio(ratio: f64) -> String {
    match ratio {
        ..10.0 => format!("{ratio:.2}"),
        ..100.0 => format!("{ratio:.1}"),
        _ => format!("{ratio:.0}"),
    }
}
