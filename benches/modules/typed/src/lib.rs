//! Answers the typed command as a module does that its author wrote with the SDK and nothing else.
use bench_record::{Entry, Recorded};
use rp_sdk::module;

#[derive(Default)]
struct Typed;

#[module]
impl Typed {
    /// Records an entry.
    #[command]
    fn record(args: Entry<'_>) -> Recorded<'_> {
        bench_record::record(args)
    }
}
