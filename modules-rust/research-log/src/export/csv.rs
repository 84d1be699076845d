//! A table: one line an entry, as RFC 4180 has it.
use rp_sdk::Entity;

use crate::model::{Document, Entry};
use crate::time;

const HEAD: &str = "number,created,type,title,content,tags,references,researcher,session,repository,collection,\
                    terms,variants,place,from,to,result,documents,negative_findings\r\n";

pub fn write(entries: &[&Entity<Entry>]) -> String {
    let mut out = HEAD.to_owned();
    for entry in entries {
        let cells: Vec<String> = cells(entry).iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cells(entry: &Entity<Entry>) -> [String; 19] {
    let data = &entry.data;
    let search = data.search.as_ref();
    let list = |list: Option<&Vec<String>>| list.map_or(String::new(), |list| list.join("; "));
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let period = search.and_then(|search| search.period.as_ref());
    [
        data.number.to_string(),
        time::moment(entry.created_us),
        data.r#type.word().to_owned(),
        data.title.clone(),
        data.content.clone(),
        data.tags.join("; "),
        data.references.join("; "),
        text(data.researcher.as_ref()),
        text(data.session.as_ref()),
        text(search.map(|search| &search.repository)),
        text(search.and_then(|search| search.collection.as_ref())),
        list(search.map(|search| &search.terms)),
        list(search.map(|search| &search.variants)),
        text(search.and_then(|search| search.place.as_ref())),
        text(period.and_then(|period| period.from.as_ref())),
        text(period.and_then(|period| period.to.as_ref())),
        search.map_or(String::new(), |search| search.result.word().to_owned()),
        search.map_or(String::new(), |search| documents(&search.documents)),
        list(search.map(|search| &search.negative_findings)),
    ]
}

fn documents(documents: &[Document]) -> String {
    let each = documents.iter().map(|document| format!("{}: {}", document.title, document.citation));
    each.collect::<Vec<_>>().join("; ")
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}
