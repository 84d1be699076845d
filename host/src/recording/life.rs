//! One life of an instance in a recording: from its `create` to its end.

use std::collections::HashMap;

use super::line::{ModuleLine, Recorded, Unanswered};

/// One life of an instance.
pub(crate) struct Life {
    pub(crate) module: ModuleLine,
    /// The messages that it handled, in their order.
    pub(crate) messages: Vec<Recorded>,
    /// What it sent, by the message in whose service that was, in its order.
    pub(crate) sent: HashMap<u64, Vec<Sent>>,
    /// What its threads did that handled no message, so that it cannot be played again.
    pub(crate) unplaced: Vec<String>,
}

/// A message that an instance sent.
pub(crate) struct Sent {
    pub(crate) message: Recorded,
    pub(crate) answer: Answer,
}

/// What the sender got.
pub(crate) enum Answer {
    /// The response that the message has.
    Response,
    /// An error response of the host, which tells why there was none.
    Fault { code: String, error: String },
    /// Nothing: its own message was cancelled.
    Cancelled,
}

impl Answer {
    fn of(unanswered: Option<&Unanswered>) -> Self {
        match unanswered {
            None => Answer::Response,
            Some(Unanswered { code: Some(code), error: Some(error), .. }) => {
                Answer::Fault { code: code.clone(), error: error.clone() }
            }
            Some(_) => Answer::Cancelled,
        }
    }
}

/// Puts together the lives of an instance that began with these lines: what was handled from the turn of each on, and before that of
/// the next.
pub(super) fn gather(
    mut modules: Vec<ModuleLine>,
    records: Vec<Recorded>,
    unanswered: &HashMap<u64, Unanswered>,
) -> Vec<Life> {
    modules.sort_by_key(begin);
    let begins: Vec<_> = modules.iter().map(begin).collect();
    let new = |module| Life { module, messages: Vec::new(), sent: HashMap::new(), unplaced: Vec::new() };
    let mut lives: Vec<_> = modules.into_iter().map(new).collect();
    let Some(name) = lives.first().map(|life| life.module.instance.clone()) else { return lives };
    let mut others = Vec::new();
    for record in records {
        match place(&begins, &record).filter(|_| record.to == name) {
            Some(place) => lives[place].messages.push(record),
            None if record.from == name => others.push(record),
            None => {}
        }
    }
    let mut handled = HashMap::new();
    for (place, life) in lives.iter_mut().enumerate() {
        in_order(&mut life.messages, |record| record.given.turn);
        life.messages.iter().for_each(|record| {
            handled.entry(record.id).or_insert(place);
        });
    }
    in_order(&mut others, |record| Some(record.start_ns));
    for message in others {
        match handled.get(&message.cause) {
            _ if message.cause == 0 => lives[0].unplaced.push(format!("sent {}", message.label())),
            Some(place) => {
                let answer = Answer::of(unanswered.get(&message.id));
                lives[*place].sent.entry(message.cause).or_default().push(Sent { message, answer });
            }
            None => {}
        }
    }
    lives
}

/// Sorts records; those of equal keys stay as they were written.
fn in_order(records: &mut [Recorded], key: fn(&Recorded) -> Option<u64>) {
    records.sort_by_key(key);
}

/// The turn in which a life began.
fn begin(module: &ModuleLine) -> u64 {
    module.given.turn.unwrap_or(0)
}

/// The life in which a message was handled, if a module was entered for it, of those that began in these turns.
fn place(begins: &[u64], record: &Recorded) -> Option<usize> {
    let turn = record.given.turn?;
    begins
        .partition_point(|begin| *begin < turn)
        .checked_sub(1)
        .filter(|_| begins.binary_search(&turn).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::line::Line;

    fn module(turn: u64) -> ModuleLine {
        let text =
            format!(r#"{{"rp":"module","instance":"a","module":"m","manifest":"{{}}","turn":{turn}}}"#);
        let Ok(Line::Module(line)) = Line::read(&text) else { panic!("{text}") };
        *line
    }

    fn record(id: u64, cause: u64, from: &str, to: &str, turn: Option<u64>) -> Recorded {
        let turn = turn.map_or(String::new(), |turn| format!(r#","turn":{turn}"#));
        let text = format!(
            r#"{{"start_ns":{id},"id":{id},"cause":{cause},"from":"{from}","to":"{to}","type":"t","payload":"{{}}","outcome":"success","response":"{{}}"{turn}}}"#
        );
        let Ok(Line::Message(record)) = Line::read(&text) else { panic!("{text}") };
        *record
    }

    #[test]
    fn each_message_is_of_the_life_in_which_it_was_handled() {
        let records = vec![
            record(7, 0, "host", "a", Some(9)),
            record(5, 0, "host", "a", Some(3)),
            record(4, 0, "host", "a", Some(2)),
            record(6, 4, "a", "b", Some(4)),
            record(8, 7, "a", "host", None),
            record(9, 0, "a", "host", None),
            record(10, 0, "host", "b", Some(5)),
            record(11, 0, "host", "a", None),
            record(12, 0, "host", "a", Some(8)),
        ];
        // As nobody writes them: the order of the turns counts.
        let lives = gather(vec![module(8), module(1)], records, &HashMap::new());
        let ids = |life: &Life| life.messages.iter().map(|record| record.id).collect::<Vec<_>>();
        assert_eq!(lives.iter().map(ids).collect::<Vec<_>>(), [vec![4, 5], vec![7]]);
        let sent =
            |life: &Life, cause| life.sent[&cause].iter().map(|sent| sent.message.id).collect::<Vec<_>>();
        assert_eq!((sent(&lives[0], 4), sent(&lives[1], 7)), (vec![6], vec![8]));
        assert_eq!((&*lives[0].unplaced, &*lives[1].unplaced), (&["sent t".to_owned()][..], &[][..]));
    }
}
