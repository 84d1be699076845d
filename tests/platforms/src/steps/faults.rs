//! Files that cannot be loaded, with the platform's own format: each is refused, and none of them crashes the command.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::done::Done;
use super::exits::{code, code_is};
use crate::build::text;
use crate::corpus::{Maker, cut_lengths, file_header, flip_places, flipped};
use crate::program::Ended;
use crate::setup::Setup;

/// How a file that ends too early may be refused.
const CUT: &[&str] =
    &["rp::load::empty", "rp::load::truncated", "rp::load::malformed", "rp::load::not_a_library"];

/// Each fault has its code.
pub fn table(setup: &Setup) -> Result<Done, String> {
    let folder = setup.scratch.join("faults");
    let cases = Maker::new(&setup.tested, &setup.reference, &folder)?.cases()?;
    let mut faults = Vec::new();
    for case in &cases {
        let ended = ping(setup, &case.path)?;
        let refused = code_is(&ended, case.code).and_then(|()| ended.with_code(case.exit).map(|_| ()));
        faults.extend(refused.err().map(|error| format!("{}: {error}", case.name)));
    }
    all_good(&faults, format!("{} files", cases.len()))
}

/// Cut anywhere, it is refused, or it loads since only bytes are missing that are never loaded.
pub fn cuts(setup: &Setup) -> Result<Done, String> {
    let folder = setup.scratch.join("cuts");
    let maker = Maker::new(&setup.tested, &setup.reference, &folder)?;
    let len = maker.good.len();
    for cut in cut_lengths(len, 200) {
        maker.file(&cut.to_string(), &maker.good[..cut])?;
    }
    let listed = list(setup, &folder, |code| CUT.contains(&code))?;
    let mut judged = Judged::default();
    for cut in cut_lengths(len, 24) {
        let ended = ping(setup, &maker.file("cut", &maker.good[..cut])?)?;
        judged.judge(&format!("cut to {cut} of {len} bytes"), &ended, |code| CUT.contains(&code));
    }
    judged.done(listed)
}

/// With a byte of its headers turned, it is looked at without harm; where that byte says what the file is, it is refused, or it
/// loads since nobody reads the byte.
pub fn flips(setup: &Setup) -> Result<Done, String> {
    let folder = setup.scratch.join("flips");
    let maker = Maker::new(&setup.tested, &setup.reference, &folder)?;
    let len = maker.good.len();
    for at in flip_places(len) {
        maker.file(&at.to_string(), &flipped(&maker.good, at))?;
    }
    let is_refusal = |code: &str| code.starts_with("rp::load::");
    let listed = list(setup, &folder, is_refusal)?;
    let mut judged = Judged::default();
    for at in file_header(&maker.good) {
        let ended = ping(setup, &maker.file("flip", &flipped(&maker.good, at))?)?;
        judged.judge(&format!("byte {at} turned"), &ended, is_refusal);
    }
    judged.done(listed)
}

fn ping(setup: &Setup, file: &Path) -> Result<Ended, String> {
    setup.tested.rp(&["--json", "call", text(file)?, "ping"])
}

/// All files of a folder, looked at by one process: how many, and each that is broken has a code that fits.
fn list(setup: &Setup, folder: &Path, is_code: impl Fn(&str) -> bool) -> Result<String, String> {
    let ended = setup.tested.rp(&["--json", "list", text(folder)?])?;
    if !ended.is_exit_of_rp() {
        return Err(format!("rp list {}: {}", folder.display(), ended.how));
    }
    let list: Value = serde_json::from_str(ended.text()?).map_err(|error| error.to_string())?;
    let broken = list["broken"].as_array().ok_or("no list of broken modules")?;
    for row in broken {
        let code = row["code"].as_str().unwrap_or_default();
        if !is_code(code) {
            return Err(format!("rp list: {}: {code}", row["file"]));
        }
    }
    let modules = list["modules"].as_array().map_or(0, Vec::len);
    Ok(format!("{} listed as broken, {modules} as good, {} passed over", broken.len(), list["passed_over"]))
}

/// What came of loading many files.
#[derive(Default)]
struct Judged {
    loaded: u32,
    refused: BTreeMap<String, u32>,
    faults: Vec<String>,
}

impl Judged {
    fn judge(&mut self, about: &str, ended: &Ended, is_code: impl Fn(&str) -> bool) {
        match (ended.code, code(ended)) {
            (Some(0), _) if ended.stdout.starts_with(br#"{"status":"success""#) => self.loaded += 1,
            (Some(1 | 2), Some(code)) if is_code(&code) => *self.refused.entry(code).or_default() += 1,
            (_, code) => {
                self.faults.push(format!("{about}: {}, {}", ended.how, code.unwrap_or("no code".into())))
            }
        }
    }

    fn done(&self, listed: String) -> Result<Done, String> {
        if self.refused.is_empty() {
            return Err("nothing was refused".into());
        }
        let refused: Vec<_> = self.refused.iter().map(|(code, count)| format!("{count} {code}")).collect();
        all_good(&self.faults, format!("{listed}; called: {} answer, {}", self.loaded, refused.join(", ")))
    }
}

fn all_good(faults: &[String], text: String) -> Result<Done, String> {
    if faults.is_empty() {
        Ok(Done::Ok(text))
    } else {
        Err(format!("{} of them\n{}", faults.len(), faults.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::{CUT, Judged};
    use crate::program::Ended;

    fn ended(code: Option<i32>, stdout: &str, stderr: &str) -> Ended {
        Ended { code, how: "somehow".into(), stdout: stdout.into(), stderr: stderr.into() }
    }

    /// A crash, an answer that is none, and a code that does not fit are faults.
    #[test]
    fn what_is_neither_refused_nor_loaded_is_a_fault() {
        let mut judged = Judged::default();
        let mut judge = |ended: &Ended| judged.judge("cut", ended, |code| CUT.contains(&code));
        judge(&ended(Some(0), "{\"status\":\"success\"}\n", ""));
        judge(&ended(Some(1), "", "{\"code\":\"rp::load::truncated\"}\n"));
        for wrong in [
            ended(None, "", ""),
            ended(Some(5), "", "{\"code\":\"rp::load::truncated\"}\n"),
            ended(Some(0), "", ""),
            ended(Some(1), "", "{\"code\":\"rp::load::no_entry\"}\n"),
            ended(Some(1), "", "thread main panicked\n"),
        ] {
            judge(&wrong);
        }
        assert_eq!((judged.loaded, judged.refused.len(), judged.faults.len()), (1, 1, 5));
    }
}
