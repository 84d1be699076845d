//! What an instance got of its host while it handled one message, besides the message and the answers to what it sent.

use std::io::Write;

/// What a recording keeps of one message, or of `create`, beside its trace record.
#[derive(Default)]
pub(crate) struct Given {
    /// The how-manieth entry into a module this was, of all that the host made.
    turn: u64,
    /// What its clock showed, each time that it looked.
    now_us: Vec<i64>,
    /// Its random bytes, one after the other.
    random: Vec<u8>,
    /// How often it asked whether the message was cancelled.
    questions: u64,
    /// How many of these were answered with no before the first yes.
    cancelled: Option<u64>,
}

impl Given {
    pub(super) fn at(turn: u64) -> Self {
        Given { turn, ..Given::default() }
    }

    pub(crate) fn now_us(&mut self, now_us: i64) {
        self.now_us.push(now_us);
    }

    pub(crate) fn random(&mut self, bytes: &[u8]) {
        self.random.extend_from_slice(bytes);
    }

    pub(crate) fn asked(&mut self, is_cancelled: bool) {
        if is_cancelled {
            self.cancelled.get_or_insert(self.questions);
        }
        self.questions += 1;
    }

    /// Writes its fields into an object that has others already.
    pub(super) fn write(&self, line: &mut Vec<u8>) {
        put(line, format_args!(",\"turn\":{}", self.turn));
        for (at, now_us) in self.now_us.iter().enumerate() {
            put(line, format_args!("{}{now_us}", if at == 0 { ",\"now\":[" } else { "," }));
        }
        if !self.now_us.is_empty() {
            line.push(b']');
        }
        if !self.random.is_empty() {
            line.extend_from_slice(b",\"random\":\"");
            self.random.iter().for_each(|byte| put(line, format_args!("{byte:02x}")));
            line.push(b'"');
        }
        if let Some(cancelled) = self.cancelled {
            put(line, format_args!(",\"cancelled\":{cancelled}"));
        }
    }
}

fn put(line: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into memory does not fail.
    let written = line.write_fmt(text);
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[test]
    fn only_what_was_given_is_written() {
        let line = |given: &Given| {
            let mut line = Vec::new();
            given.write(&mut line);
            String::from_utf8(line).expect("UTF-8")
        };
        let mut given = Given::at(3);
        assert_eq!(line(&given), r#","turn":3"#);
        given.now_us(-5);
        given.now_us(7);
        given.random(&[0, 255]);
        given.random(&[16]);
        [false, false, true, false, true].into_iter().for_each(|answer| given.asked(answer));
        assert_eq!(line(&given), r#","turn":3,"now":[-5,7],"random":"00ff10","cancelled":2"#);
    }
}
