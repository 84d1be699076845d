//! Types, commands and the shape of answers.

use std::collections::BTreeSet;

use rp_host::abi::{RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_FAILED, RP_OK};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::instance::{Answer, Ask, Instance};
use crate::outcome::{Stop, Verdict, ensure, fail, skip, warn};
use crate::pages::Place;
use crate::schema;
use crate::session::{self, NOBODYS, command};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "messages/response",
        "Every answer is one JSON object: a response",
        Rule::text("The module answers each with one JSON object, the response"),
        response,
    ),
    Check::new(
        "messages/status-agrees",
        "RP_OK comes with a success and RP_FAILED with an error",
        Rule::text(r#"The integer says the same as the response's "status""#),
        status_agrees,
    )
    .abi(),
    Check::new(
        "messages/known-status",
        "handle_message returns no status that the header does not name",
        Rule::module(8, "The host treats an unknown status as a fault of the module, not as a panic."),
        known_status,
    )
    .abi(),
    Check::new(
        "messages/not-null",
        "A plain module never answers NULL",
        Rule::plain(0, "NULL: an error without a response"),
        known_status,
    )
    .plain(),
    Check::new(
        "messages/error-text",
        "An error says what is wrong, in words",
        Rule::text(r#"it is {"status":"error","error":"text for people","code":"not_found","details":{}}"#),
        error_text,
    ),
    Check::new(
        "messages/unknown-type",
        "A type that the module does not know gets code unknown_type",
        Rule::text("a type that you do not know with code unknown_type."),
        unknown_type,
    ),
    Check::new(
        "messages/odd-types",
        "Types of other hosts, however they look, get an answer",
        Rule::text("a host may have message types of its own"),
        odd_types,
    ),
    Check::new(
        "messages/unknown-fields",
        "Fields that the module does not know are ignored",
        Rule::text("Ignore fields that you do not know"),
        unknown_fields,
    ),
    Check::new(
        "messages/unknown-command",
        "A command that the module does not have gets code unknown_command",
        Rule::text("a command that you do not have with code unknown_command"),
        unknown_command,
    ),
    Check::new(
        "messages/command-shape",
        "A command without a name, or with args that are no object, gets an error",
        Rule::text(r#"command {"name","args":{}}"#),
        command_shape,
    ),
    Check::new(
        "messages/describe",
        "describe lists commands with name, description and the schemas of args and result",
        Rule::text(
            r#"describe lists each command as {"name","description","args","returns"}; args and returns are JSON Schemas."#,
        ),
        describe,
    ),
    Check::new(
        "messages/described-commands",
        "Every described command is known",
        Rule::text(r#"command {"name","args":{}} the command's result"#),
        described_commands,
    ),
    Check::new(
        "messages/query",
        "A query gets entities and their count, or an error",
        Rule::text(r#"{"entities":[],"count"}"#),
        query,
    ),
    Check::new(
        "messages/mutation",
        "A mutation whose operation is none gets an error",
        Rule::text(r#"operation is "create", "update" or "delete""#),
        mutation,
    ),
    Check::new(
        "messages/event",
        "An event gets an answer, and not unknown_type",
        Rule::text(r#"event {"event","data":{}}"#),
        event,
    ),
    Check::new(
        "messages/unknown-flags",
        "A message with a flag that the module does not know gets code not_supported",
        Rule::text(r#"If a bit that you do not know is set, answer with code "not_supported"."#),
        unknown_flags,
    )
    .abi(),
    Check::new(
        "messages/larger-struct",
        "A message of a newer host, with more fields, is answered like any other",
        Rule::text("sizeof(rp_message) when the sender was compiled; read nothing beyond it (RP_HAS)."),
        larger_struct,
    )
    .forms(Forms::LOADERS_STRUCTS)
    .abi(),
    Check::new(
        "messages/no-nul",
        "Text is read up to its length and not a byte further",
        Rule::text("UTF-8 without a terminating NUL; never NULL, not even when len is 0."),
        no_nul,
    )
    .forms(Forms::COPIED_TEXT)
    .abi(),
    Check::new(
        "messages/read-only",
        "Text of a message is not written to",
        Rule::text("The side that passes it owns the bytes"),
        read_only,
    )
    .forms(Forms::COPIED_TEXT),
    Check::new(
        "messages/borrowed",
        "Text of a message is not read any more after its call",
        Rule::module(
            2,
            "A message and its text are valid only until the call returns: copy what you need later.",
        ),
        borrowed,
    )
    .forms(Forms::COPIED_TEXT),
];

/// One answer to each kind of message.
fn answers(instance: &Instance) -> Vec<Answer> {
    session::every_kind(instance).iter().map(|(kind, payload)| instance.ask(kind, payload)).collect()
}

fn response(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for answer in answers(&instance).iter().filter(|answer| answer.has_response()) {
        if let Err(fault) = answer.read() {
            return fail(format!(
                "{} was answered with {}: {fault}",
                answer.asked,
                crate::journal::shown(&answer.bytes)
            ));
        }
    }
    Ok(())
}

fn status_agrees(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for answer in answers(&instance).iter().filter(|answer| answer.has_response()) {
        let is_success = answer.response()?.is_success;
        ensure(is_success == (answer.status == RP_OK), || {
            format!(
                "{} returned {} with {}",
                answer.asked,
                answer.status,
                crate::journal::shown(&answer.bytes)
            )
        })?;
    }
    Ok(())
}

fn known_status(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let known = [RP_OK, RP_FAILED, RP_ERR_NO_MEMORY, RP_ERR_CANCELLED];
    for answer in answers(&instance) {
        ensure(known.contains(&answer.status), || match (answer.status, bench.is_plain()) {
            (_, true) => format!("{} was answered with NULL", answer.asked),
            (3, _) => format!("the module panicked over {}", answer.asked),
            (status, _) => {
                format!("{} returned the status {status}, which the header does not name", answer.asked)
            }
        })?;
    }
    Ok(())
}

fn error_text(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for answer in answers(&instance).iter().filter(|answer| answer.status == RP_FAILED) {
        let said = answer.response()?;
        ensure(!said.error.trim().is_empty(), || format!("the error text for {} is empty", answer.asked))?;
        let code = said.code.unwrap_or_else(|| "none".into());
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-:".contains(&byte);
        if code.is_empty() || !code.bytes().all(fits) {
            return warn(format!("{} got the code \"{code}\"; codes are words like not_found", answer.asked));
        }
    }
    Ok(())
}

fn unknown_type(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    instance.ask(NOBODYS, "{}").expect_error("unknown_type")
}

fn odd_types(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let long = "x".repeat(10_000);
    for message_type in
        ["", " ", "Init", "command ", "commandx", "comman", "org.example/own", "träge", "😀", &long]
    {
        let said = instance.ask(message_type, "{}").response()?;
        ensure(said.code.as_deref() != Some("not_initialized"), || {
            format!("after the type {message_type:?} the module says that it is not initialized")
        })?;
    }
    instance.ask(NOBODYS, "{}").response().map(drop)
}

fn unknown_fields(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let mut init: Value = serde_json::from_str(&bench.init_payload()).unwrap_or_default();
    init["newer"] = json!({"a": [1]});
    init["host"]["newer"] = json!(true);
    let answer = instance.init(&init.to_string());
    if !answer.response()?.is_success {
        bench.ready()?;
        return fail("init with a field that the module does not know failed; without it succeeds");
    }
    let pairs = [("describe", json!({})), ("command", json!({"name": NOBODYS, "args": {}}))];
    for (message_type, payload) in pairs {
        let usual = instance.ask(message_type, &payload.to_string()).response()?;
        let mut newer = payload;
        newer["newer"] = json!([{}]);
        let found = instance.ask(message_type, &newer.to_string()).response()?;
        ensure(found.is_success == usual.is_success && found.code == usual.code, || {
            format!(
                "{message_type} is answered otherwise when there is a field that the module does not know"
            )
        })?;
    }
    Ok(())
}

fn unknown_command(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for name in [NOBODYS, "", "a\"b\\c", "😀", " "] {
        instance.ask("command", &command(name, &json!({}))).expect_error("unknown_command")?;
    }
    Ok(())
}

fn command_shape(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let mut wrong = vec![
        json!({}),
        json!({"name": null}),
        json!({"name": 7}),
        json!({"name": [NOBODYS]}),
        json!({"args": {}}),
    ];
    for described in session::commands(&instance) {
        wrong.extend(
            [json!([]), json!("text"), json!(7)].map(|args| json!({"name": described.name, "args": args})),
        );
    }
    for payload in wrong {
        let said = instance.ask("command", &payload.to_string()).response()?;
        ensure(!said.is_success, || format!("command {payload} succeeded"))?;
        ensure(said.code.as_deref() != Some("invalid_json"), || {
            format!("command {payload} got code invalid_json; it is JSON, of the wrong shape")
        })?;
    }
    Ok(())
}

fn describe(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let answer = instance.put(&bench.describe())?;
    if bench.is_plain() && !answer.response()?.is_success {
        return skip("a plain module need not answer describe");
    }
    let data = answer.success()?;
    let Some(commands) = data["commands"].as_array() else {
        return fail(format!("describe has no array \"commands\": {data}"));
    };
    let mut names = BTreeSet::new();
    for command in commands {
        let name = command["name"].as_str().unwrap_or_default();
        ensure(!name.is_empty(), || format!("a command has no name: {command}"))?;
        ensure(names.insert(name.to_owned()), || format!("the command {name} is described twice"))?;
        ensure(command["description"].is_string(), || format!("the command {name} has no description"))?;
        schemas_fit(name, command)?;
    }
    let Some(events) = data["events"].as_object() else {
        return fail(format!("describe has no object \"events\": {data}"));
    };
    let wrong =
        events.iter().find(|(_, event)| !schema::takes_objects(event.get("data").unwrap_or(&Value::Null)));
    match wrong {
        Some((name, event)) => fail(format!(
            "\"data\" of the event {name} is {}, which no object fits; an event's data is one",
            event["data"]
        )),
        None => Ok(()),
    }
}

fn schemas_fit(name: &str, command: &Value) -> Verdict {
    for key in ["args", "returns"] {
        let is_schema = command[key].is_object() || command[key].is_boolean();
        ensure(is_schema, || format!("\"{key}\" of the command {name} is {}, no JSON Schema", command[key]))?;
    }
    ensure(schema::takes_objects(&command["args"]), || {
        format!(
            "\"args\" of the command {name} is {}, which no object fits; the args of a command are an object, so nobody \
             can call it. Describe an object, with a property for each argument",
            command["args"]
        )
    })
}

fn described_commands(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let commands = session::commands(&instance);
    if commands.is_empty() {
        return skip("the module describes no commands");
    }
    for described in commands {
        let answer = instance.ask("command", &command(&described.name, &described.args));
        if answer.has_response() {
            let code = answer.response()?.code;
            ensure(code.as_deref() != Some("unknown_command"), || {
                format!("the command {} is described, and answered with code unknown_command", described.name)
            })?;
        }
    }
    Ok(())
}

fn query(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let whole = json!({"entity": NOBODYS, "filters": {}, "include": [], "sort": [], "limit": 1, "offset": 0});
    for payload in [whole, json!({"entity": NOBODYS}), json!({"entity": NOBODYS, "id": "0"})] {
        let answer = instance.ask("query", &payload.to_string());
        let said = answer.response()?;
        let data = said.data.unwrap_or_default();
        let fits = data["entities"].is_array() && data["count"].is_u64();
        ensure(!said.is_success || fits, || {
            format!(
                "query {payload} succeeded with {data}, which has not an array entities and a number count"
            )
        })?;
    }
    Ok(())
}

fn mutation(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for operation in [json!("destroy"), json!(""), json!(7), Value::Null] {
        let payload = json!({"entity": NOBODYS, "operation": operation, "data": {}});
        let said = instance.ask("mutation", &payload.to_string()).response()?;
        ensure(!said.is_success, || format!("mutation {payload} succeeded"))?;
    }
    Ok(())
}

fn event(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for name in [NOBODYS, "entity.created", ""] {
        let said = instance.ask("event", &json!({"event": name, "data": {}}).to_string()).response()?;
        ensure(said.code.as_deref() != Some("unknown_type"), || {
            "an event is answered with unknown_type".into()
        })?;
    }
    Ok(())
}

fn unknown_flags(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for flags in [1, 2, 0x8000_0000, u32::MAX] {
        let ask = Ask { flags, ..bench.describe() };
        instance.put(&ask)?.expect_error("not_supported").map_err(|stop| match stop {
            Stop::Fail(text) => Stop::Fail(format!("with the flags {flags:#x}: {text}")),
            other => other,
        })?;
    }
    Ok(())
}

fn larger_struct(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let usual = instance.put(&bench.describe())?;
    let newer = instance.put(&Ask { is_newer: true, ..bench.describe() })?;
    ensure(usual.bytes == newer.bytes && usual.status == newer.status, || {
        format!("a larger rp_message is answered {}", crate::journal::shown(&newer.bytes))
    })
}

/// Sends a message of each kind whose text lies in such a place; a crash is the finding.
fn put_all(bench: &Bench, place: Place) -> Verdict {
    let instance = bench.create()?;
    let init = bench.init_payload();
    instance.put(&Ask { place, ..Ask::new("init", &init) })?;
    instance.host.set_stage(crate::check_host::Stage::Active);
    for (kind, payload) in session::every_kind(&instance) {
        instance.put(&Ask { place, ..Ask::new(&kind, &payload) })?;
    }
    for payload in ["", "7", "{", "{\"a", "{\"a\":\"\\", "{\"a\":-", "{\"a\":tru"] {
        instance.put(&Ask { place, ..Ask::new("command", payload) })?;
    }
    instance.put(&Ask { place, ..Ask::new("", "{}") })?;
    instance.end();
    Ok(())
}

fn no_nul(bench: &Bench) -> Verdict {
    put_all(bench, Place::AtTheEnd)
}

fn read_only(bench: &Bench) -> Verdict {
    put_all(bench, Place::ReadOnly)
}

fn borrowed(bench: &Bench) -> Verdict {
    put_all(bench, Place::Vanishing)
}
