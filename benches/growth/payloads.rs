//! Payloads and responses of many bytes.

use rp_host::{Host, LoadOptions, Message, Reply};

use crate::rounds::{best, load, response, sizes};
use crate::table::{Table, Unit};

pub fn measure(last: u64) -> Table {
    let mut table = Table::new(
        "Payloads",
        "An echo of so many bytes, for each byte. *Raw*: the response unread. *Checked*: read as a whole, as one JSON object. From some \
         MiB on they no longer fit into the caches.",
        &[("raw, a byte", Unit::NanosecondsOfByte), ("checked, a byte", Unit::NanosecondsOfByte)],
    );
    let host = Host::builder().reply_limit(2 * last as usize).build();
    let instance = load(&host, env!("GROWTH_ECHO"), "echo", LoadOptions::new());
    for size in sizes(64, 4, last) {
        let (text, mut reply) = (response(size as usize), Reply::new());
        let message = Message::new("command", &text);
        let calls = ((1 << 20) / size).max(1);
        let raw = best(calls * size, || {
            for _ in 0..calls {
                instance.call_raw(&message, &mut reply).expect("it answers");
            }
        });
        assert_eq!(reply.as_bytes(), text.as_bytes());
        let checked = best(calls * size, || {
            for _ in 0..calls {
                assert!(instance.call(&message, &mut reply).expect("it answers").is_success());
            }
        });
        table.add(size, vec![raw, checked]);
    }
    table
}
