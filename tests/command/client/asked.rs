//! Clients in Rust, C and C++ call research-log.

use std::time::Duration;

use clients::research_log::{
    AddEntryArgs, AddEntryArgsType, AddEntryResultDataType, CreateLogArgs, ListEntriesArgs, ResearchLog,
    ResearchLogEvent,
};
use rp_host::{CallOptions, Grants, Host, LoadOptions, Right};
use support::Source;

/// A host with research-log.
fn host() -> (Host, rp_host::Instance) {
    let host = Host::new();
    let log = host.load_with(support::built("research-log"), granted(Right::Emit, "*")).expect("it loads");
    (host, log)
}

fn granted(right: Right, name: &str) -> LoadOptions {
    let mut grants = Grants::default();
    grants.grant(right, name);
    LoadOptions::new().grants(grants)
}

#[test]
fn a_program_calls_through_its_client() {
    let (host, log) = host();
    let events = host.subscribe("research_log.*", 10).expect("it is subscribed to");
    // ANCHOR: program
    let client = ResearchLog::with(log, CallOptions::new().timeout(Duration::from_secs(60)));
    let created = client.create_log(&CreateLogArgs::new("Parents of John Ryan".to_owned())).expect("created");
    assert_eq!((created.data.title.as_str(), created.data.number), ("Parents of John Ryan", 1));
    let entry = AddEntryArgs::new(AddEntryArgsType::Note, "Baptised in Cork".to_owned());
    client.add_entry(&AddEntryArgs { tags: Some(vec!["cork".to_owned()]), ..entry }).expect("added");
    let page =
        client.list_entries(&ListEntriesArgs { limit: Some(1), ..Default::default() }).expect("listed");
    let first = &page.entries[0].data;
    // ANCHOR_END: program
    assert_eq!((page.count, first.r#type, &*first.tags[0]), (1, AddEntryResultDataType::Note, "cork"));
    let heard = events.next(Duration::from_secs(60)).expect("an event");
    let heard =
        ResearchLogEvent::read(&heard.name, heard.raw().get()).expect("it is read").expect("it is known");
    assert!(matches!(heard, ResearchLogEvent::ResearchLogCreated(created) if created.number == 1));
}

#[test]
fn a_call_that_fails_says_why() {
    let (_host, log) = host();
    let client = ResearchLog::new(log);
    let error = client.create_log(&CreateLogArgs::new(" ".to_owned())).expect_err("an empty title");
    assert_eq!(error.code(), "rp::call::answered_error");
    assert!(support::full_text(&error).contains("title: must not be empty"), "{error}");
}

/// The same module in three languages.
#[test]
fn modules_call_through_their_clients() {
    let c = Source::new("tests/command/client/asker.c").flag("-std=c99");
    let cpp = Source::new("tests/command/client/asker.cpp").flag("-std=c++17").flag("-O0");
    let include = |source: Source, language, ending| {
        let folder = super::client_in(language, ending, "research-log");
        source.flag("-Wall").flag("-Wextra").flag("-Werror").flag(format!("-I{}", folder.display())).library()
    };
    for library in [support::built("asker"), include(c, "c", "h"), include(cpp, "cpp", "hpp")] {
        let (host, _log) = host();
        let asker = host.load_with(&library, granted(Right::Call, "research-log")).expect("it loads");
        let keep = |title: &str| {
            let kept: Result<serde_json::Value, _> =
                asker.command("keep", &serde_json::json!({"title": title}));
            kept.map_or_else(|error| support::full_text(&error), |kept| kept.to_string())
        };
        let expected = r#"{"count":1,"log":"Who was she?","number":1,"types":["question"]}"#;
        assert_eq!(keep("Who was she?"), expected, "{}", library.display());
        assert!(keep(" ").contains("title: must not be empty"), "{}: {}", library.display(), keep(" "));
    }
}
