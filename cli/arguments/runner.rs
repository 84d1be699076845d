//! What starts `rp` where it starts itself.

use std::ffi::OsString;
use std::process::Command;

/// Names a runner where no option does.
pub const VARIABLE: &str = "RP_RUNNER";

/// A command that starts the command behind it, such as an emulator; without words it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runner(Vec<String>);

impl Runner {
    /// Splits a text into words, as a shell does.
    pub fn parse(text: &str) -> Result<Runner, String> {
        shlex::split(text)
            .map(Runner)
            .ok_or_else(|| "a quote is not closed, or a backslash is the last character".into())
    }

    /// The one that RP_RUNNER names; none if it is not set.
    pub fn of_environment() -> Result<Runner, String> {
        std::env::var(VARIABLE).map_or_else(|_| Ok(Runner::default()), |text| Runner::parse(&text))
    }

    /// Its words.
    pub fn words(&self) -> Vec<OsString> {
        self.0.iter().map(OsString::from).collect()
    }

    /// Whether there is one.
    pub fn is_some(&self) -> bool {
        !self.0.is_empty()
    }

    /// This program, through the runner.
    pub fn this_program(&self) -> std::io::Result<Command> {
        let mut words = self.words();
        words.push(std::env::current_exe()?.into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        Ok(command)
    }
}

impl std::fmt::Display for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match shlex::try_join(self.0.iter().map(String::as_str)) {
            Ok(text) => f.write_str(&text),
            Err(_) => f.write_str(&self.0.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Runner;

    fn words(text: &str) -> Vec<String> {
        Runner::parse(text).unwrap().0
    }

    #[test]
    fn words_are_those_of_a_shell() {
        assert_eq!(
            words("qemu-aarch64 -L /usr/aarch64-linux-gnu"),
            ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"]
        );
        assert_eq!(words(r"'C:\Program Files\run.exe' --quiet"), [r"C:\Program Files\run.exe", "--quiet"]);
        assert!(!Runner::parse("  ").unwrap().is_some());
        assert!(Runner::parse("'open").is_err());
    }

    #[test]
    fn it_is_shown_as_it_can_be_given() {
        for text in ["nice -n 5", r"'C:\Program Files\run.exe'"] {
            assert_eq!(Runner::parse(&Runner::parse(text).unwrap().to_string()), Runner::parse(text));
        }
    }
}
