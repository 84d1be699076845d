//! What the types that are read from objects take and refuse, word for word: `objects.txt` has a line for each text.
//! `RP_BLESS=1` writes it anew.
mod verdicts;

use rp_protocol::{
    Command, CommandDescription, Description, Event, HostIdentity, Init, ModuleDescription, Mutation, Query,
    Restarted, ServeRequest,
};
use serde_json::value::RawValue;

use verdicts::{compare, verdicts};

const HOST: &str = r#"{"name":"h","version":"1","protocol":"1.0"}"#;
const RESTART: &str = r#"{"count":2,"code":"c"}"#;
const COMMAND: &str = r#"{"name":"a","description":"b","args":{"n": 1.0},"returns":{}}"#;

#[test]
fn objects_are_read_as_they_always_were() {
    let mut found = String::new();
    let out = &mut found;
    verdicts::<Init<'_>>(
        out,
        "Init",
        &[("instance", "\"a\""), ("config", "{\"n\": 1.0}"), ("host", HOST), ("restart", RESTART)],
    );
    verdicts::<Restarted<'_>>(out, "Restarted", &[("count", "2"), ("code", "\"c\"")]);
    verdicts::<HostIdentity<'_>>(
        out,
        "HostIdentity",
        &[("name", "\"h\""), ("version", "\"1\""), ("protocol", "\"1.0\"")],
    );
    verdicts::<Command<'_>>(
        out,
        "Command",
        &[("module", "\"m\""), ("name", "\"a\""), ("args", "{\"n\": 1}")],
    );
    verdicts::<Query<'_>>(
        out,
        "Query",
        &[
            ("entity", "\"n\""),
            ("id", "\"1\""),
            ("filters", "{\"a\": 1}"),
            ("include", "[\"x\"]"),
            ("sort", "[\"-a\"]"),
            ("limit", "1"),
            ("offset", "2"),
        ],
    );
    verdicts::<Mutation<'_>>(
        out,
        "Mutation",
        &[
            ("entity", "\"n\""),
            ("operation", "\"delete\""),
            ("id", "\"1\""),
            ("data", "{ }"),
            ("version", "3"),
            ("force", "true"),
        ],
    );
    verdicts::<Mutation<'_>>(
        out,
        "Mutation",
        &[("entity", "\"n\""), ("operation", "\"drop\""), ("force", "false")],
    );
    verdicts::<Event<'_>>(out, "Event", &[("event", "\"a.b\""), ("data", "{ }")]);
    verdicts::<CommandDescription<'_>>(
        out,
        "CommandDescription",
        &[("name", "\"a\""), ("description", "\"b\""), ("args", "{\"n\": 1.0}"), ("returns", "{}")],
    );
    let commands = format!("[{COMMAND}]");
    verdicts::<Description<'_>>(out, "Description", &[("commands", &commands), ("events", "{\"e\":{ }}")]);
    verdicts::<ModuleDescription<'_>>(
        out,
        "ModuleDescription",
        &[
            ("name", "\"m\""),
            ("version", "\"1.0.0\""),
            ("description", "\"d\""),
            ("commands", &commands),
            ("events", "{\"e\":{ }}"),
            ("entities", "{\"n\":{ }}"),
        ],
    );
    verdicts::<ServeRequest<'_>>(
        out,
        "ServeRequest",
        &[("id", "1.0"), ("module", "\"m\""), ("type", "\"t\""), ("payload", "{ }"), ("deadline_ms", "5")],
    );
    #[cfg(feature = "manifest")]
    manifests(out);
    compare(&found, "objects.txt");
}

#[cfg(feature = "manifest")]
fn manifests(out: &mut String) {
    const LISTS: &[(&str, &str)] = &[
        ("read", "[\"a\"]"),
        ("write", "[\"b\"]"),
        ("emit", "[\"c\"]"),
        ("subscribe", "[\"d\"]"),
        ("call", "[\"e\"]"),
    ];
    verdicts::<rp_protocol::Requests>(out, "Requests", LISTS);
    let requests = verdicts::object(&verdicts::members(LISTS));
    verdicts::<rp_protocol::Manifest>(
        out,
        "Manifest",
        &[
            ("name", "\"a\""),
            ("version", "\"1.2.3-rc.1\""),
            ("protocol", "\"1.0\""),
            ("description", "\"d\""),
            ("authors", "[\"x\"]"),
            ("license", "\"MIT\""),
            ("needs", "[\"n\"]"),
            ("provides", "[\"p\"]"),
            ("requests", &requests),
            ("homepage", "{\"a\":18446744073709551615}"),
        ],
    );
}

#[test]
fn texts_are_borrowed_where_they_can_be() {
    let text = r#"{"name":"a","args":{ }}"#;
    let command: Command<'_> = serde_json::from_str(text).unwrap();
    assert!(matches!(command.name, std::borrow::Cow::Borrowed("a")));
    assert!(std::ptr::eq(command.args.map(RawValue::get).unwrap(), &text[19..22]));
    let escaped: Event<'_> = serde_json::from_str(r#"{"event":"\u0061"}"#).unwrap();
    assert!(matches!(escaped.event, std::borrow::Cow::Owned(_)));
}
