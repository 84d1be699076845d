//! Which indexes SQLite uses: the plans of queries.

use rp_protocol::Query;

use super::read::Asked;
use super::sqlite_store::SqliteStore;
use crate::services::store::contract::Store;

/// How SQLite finds the page of a query.
fn plan(store: &SqliteStore, payload: &str) -> String {
    let asked = Asked::parse(&Query::parse(payload).unwrap(), &store.indexes.current()).unwrap();
    let writer = store.writer();
    let mut statement = writer.prepare(&format!("EXPLAIN QUERY PLAN {}", asked.page_text())).unwrap();
    let steps = statement.raw_query().mapped(|row| row.get::<_, String>(3)).map(Result::unwrap);
    steps.collect::<Vec<_>>().join("; ")
}

#[test]
fn queries_use_them() {
    let store = SqliteStore::in_memory().unwrap();
    for path in ["place.county", "year", "it's \"odd\"", "$modified_us", "$id"] {
        store.index("note", path).unwrap();
        store.index("note", path).unwrap();
    }
    let by_id = "SEARCH entity USING INDEX sqlite_autoindex_entity_1";
    let county = "SEARCH entity USING INDEX by note rp_key(data,'/place/county')";
    let year = "SEARCH entity USING INDEX by note rp_key(data,'/year')";
    let odd = "SEARCH entity USING INDEX by note rp_key(data,'/it''s \"odd\"')";
    let modified = "SEARCH entity USING INDEX by note modified_us";
    let sorted = "; USE TEMP B-TREE FOR ORDER BY";
    let last = "; USE TEMP B-TREE FOR LAST TERM OF ORDER BY";
    let cases = [
        (r#"{"entity":"note"}"#, format!("{by_id} (entity=?)")),
        (r#"{"entity":"note","id":"a"}"#, format!("{by_id} (entity=? AND id=?)")),
        (r#"{"entity":"note","filters":{"$id":{"in":["a","b"]}}}"#, format!("{by_id} (entity=? AND id=?)")),
        (r#"{"entity":"note","filters":{"other":"x"}}"#, format!("{by_id} (entity=?)")),
        (r#"{"entity":"note","filters":{"place.county":"x"}}"#, format!("{county} (entity=? AND <expr>=?)")),
        (
            r#"{"entity":"note","filters":{"/place/county":"x","other":1}}"#,
            format!("{county} (entity=? AND <expr>=?)"),
        ),
        (
            r#"{"entity":"note","filters":{"year":{"in":[1,2]}}}"#,
            format!("{year} (entity=? AND <expr>=?){sorted}"),
        ),
        (
            r#"{"entity":"note","filters":{"year":{"gte":1,"lt":2}}}"#,
            format!("{year} (entity=? AND <expr>>? AND <expr><?){sorted}"),
        ),
        (
            r#"{"entity":"note","filters":{"year":{"gt":1}},"sort":["year"],"limit":9}"#,
            format!("{year} (entity=? AND <expr>>? AND <expr><?)"),
        ),
        (r#"{"entity":"note","sort":["year"],"limit":9}"#, format!("{year} (entity=?)")),
        (r#"{"entity":"note","sort":["-year"],"limit":9}"#, format!("{year} (entity=?){last}")),
        (r#"{"entity":"note","filters":{"it's \"odd\"":1}}"#, format!("{odd} (entity=? AND <expr>=?)")),
        (
            r#"{"entity":"note","filters":{"$modified_us":{"gt":1}},"sort":["$modified_us"]}"#,
            format!("{modified} (entity=? AND modified_us>?)"),
        ),
        (r#"{"entity":"person","filters":{"year":1}}"#, format!("{by_id} (entity=?)")),
    ];
    for (payload, expected) in cases {
        assert_eq!(plan(&store, payload), expected, "{payload}");
    }
}
