//! A trace as a table (RFC 4180).

use crate::commands::trace::written::Block;
use crate::fault::Fault;
use crate::trace::filter::Filtered;
use crate::trace::reader::Seen;

const HEAD: &str = "id,cause,from,to,type,name,outcome,time_us,start_ns,elapsed_ns,thread,bytes";

/// Writes the table; answers what `Filtered::each` does.
pub fn write(filtered: &Filtered, block: &mut Block<'_>) -> Result<Seen, Fault> {
    block.line(HEAD)?;
    filtered.each(|record, _| {
        let mut cells = vec![record.id.to_string(), record.cause.to_string()];
        cells.extend(
            [&record.from, &record.to, &record.message_type, &record.name(), &record.outcome]
                .map(|text| quoted(text)),
        );
        cells.push(record.time_us.to_string());
        cells.extend(
            [record.start_ns(), record.elapsed_ns, record.thread, record.bytes()]
                .map(|number| number.to_string()),
        );
        block.line(&cells.join(","))
    })
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
