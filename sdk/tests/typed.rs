//! Modules of typed commands: what `#[module]` makes of a plain `impl` block, driven through the test kit.
mod fake;

use rp_sdk::protocol::{Event, Mutation, Query};
use rp_sdk::test::Kit;
use rp_sdk::{
    Answer, Changed, Collection, Command, Entities, Entity, Error, Host, Message, OrRefuse, Reply, Result,
    code, json, module,
};
use serde_json::Value;

#[rp_sdk::data]
#[derive(Clone, Debug, Default, PartialEq)]
struct Note {
    /// What it says.
    text: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[rp_sdk::args]
struct Find {
    number: usize,
}

#[rp_sdk::data]
#[serde(default, deny_unknown_fields)]
struct Config {
    limit: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config { limit: 10 }
    }
}

/// A note was added.
#[rp_sdk::event("note.added")]
struct Added {
    number: usize,
}

struct Notes {
    notes: Vec<Note>,
    limit: usize,
    heard: Vec<String>,
}

#[module(emits = [Added], read = ["person"], call = ["other"], entry = notes_v1)]
impl Notes {
    const TOPIC: [&'static str; 1] = { ["notes"] };

    #[create]
    fn create(host: Host) -> Result<Self> {
        host.debug("made");
        Ok(Notes { notes: Vec::new(), limit: 0, heard: Vec::new() })
    }

    #[init]
    fn init(&mut self, config: Config) {
        self.limit = config.limit;
    }

    /// Adds a note.
    ///
    /// Tells its number.
    #[command]
    fn add(
        &mut self,
        host: Host,
        /// What it says.
        text: String,
        #[serde(default)] tags: Vec<String>,
        reply: Option<bool>,
    ) -> Result<usize> {
        if self.notes.len() >= self.limit {
            return Err(Error::conflict(format_args!("there are {} notes already", self.limit)));
        }
        self.notes.push(Note { text, tags });
        host.emit(&Added { number: self.notes.len() })?;
        Ok(if reply == Some(false) { 0 } else { self.notes.len() })
    }

    #[command("get")]
    fn find(&self, args: Find) -> Result<&Note> {
        self.notes.get(args.number).or_not_found(format_args!("there is no note {}", args.number))
    }

    #[command]
    fn all(&self) -> &[Note] {
        &self.notes
    }

    #[command]
    fn clear(&mut self) {
        self.notes.clear();
    }

    #[command]
    fn raw(&self, command: &Command<'_>, message: &Message<'_>, reply: Reply<'_>) -> Answer {
        assert_eq!(message.id(), command.message().id());
        reply.success_json(command.args_json())
    }

    #[command]
    fn topic() -> &'static str {
        Self::TOPIC[0]
    }

    #[command]
    fn count(host: Host, total: u64) -> Result<u64> {
        host.steps(total, "counting").try_fold(0, |sum, step| Ok(sum + step?))
    }

    #[query("note", "remark")]
    fn query(&self, query: &Query<'_>) -> Result<Entities<String>> {
        let entities = self.notes.iter().map(|note| format!("{}: {}", query.entity, note.text)).collect();
        Ok(Entities { entities, count: self.notes.len() as u64, included: Vec::new() })
    }

    #[on("note.wanted")]
    fn wanted(&mut self, text: String) {
        self.heard.push(text);
    }

    #[on("person.*", "place.*")]
    fn changed(&mut self, event: &Event<'_>, data: Value) -> Result<()> {
        self.heard.push(format!("{} {data}", event.event));
        Ok(())
    }

    #[command]
    fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.heard)
    }

    #[shutdown]
    fn end(&mut self) -> Result<(), Error> {
        self.notes.clear();
        Ok(())
    }

    #[other]
    fn other(&self, message: &Message<'_>) -> Result<String> {
        if message.type_name() == "wave" {
            Ok("hello".into())
        } else {
            Err(Error::unknown_type(message.type_name()))
        }
    }

    fn _unmarked(&self) {}
}

fn kit() -> Kit {
    Kit::ready::<Notes>(json!({}))
}

fn failed<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn commands_find_their_methods() {
    let mut kit = kit();
    assert_eq!(kit.command::<usize>("add", json!({"text": "a", "tags": ["x"]})).unwrap(), 1);
    assert_eq!(kit.command::<usize>("add", json!({"text": "b", "reply": false})).unwrap(), 0);
    assert_eq!(
        kit.command::<Note>("get", json!({"number": 1})).unwrap(),
        Note { text: "b".into(), tags: vec![] }
    );
    assert_eq!(kit.command::<Value>("all", json!({})).unwrap()[0], json!({"text": "a", "tags": ["x"]}));
    assert_eq!(kit.command::<Value>("raw", json!({"a": [1]})).unwrap(), json!({"a": [1]}));
    assert_eq!(kit.command::<String>("topic", json!({})).unwrap(), "notes");
    assert_eq!(kit.command::<Value>("clear", json!({})).unwrap(), json!({}));
    kit.command::<()>("clear", json!({})).unwrap();
    assert_eq!(kit.command::<Value>("all", json!({})).unwrap(), json!([]));
    assert_eq!(kit.ask::<String>("wave", &json!({})).unwrap(), "hello");
}

#[test]
fn what_is_wrong_is_said() {
    let mut kit = kit();
    let mut ask = |name: &str, args: Value| failed(kit.command::<Value>(name, args));
    assert_eq!(ask("add", json!({})), "text: missing (invalid_payload)");
    assert_eq!(ask("add", json!({"text": "", "tags": [1]})), "tags[0]: expected a string (invalid_payload)");
    assert_eq!(ask("get", json!({"number": -1})), "number: expected a whole number (invalid_payload)");
    assert_eq!(ask("get", json!({"number": 5})), "there is no note 5 (not_found)");
    assert_eq!(ask("sing", json!({})), "unknown command: sing (unknown_command)");
    assert_eq!(failed(kit.ask::<Value>("dance", &json!({}))), "unknown message type: dance (unknown_type)");
    let of = |entity: &str| json!({ "entity": entity });
    assert_eq!(
        failed(kit.ask::<Value>("query", &of("person"))),
        "this module does not provide person (not_supported)"
    );
    assert_eq!(
        failed(kit.ask::<Value>("mutation", &json!({"entity": "note", "operation": "delete"}))),
        "this module keeps no entities (not_supported)"
    );
}

#[test]
fn a_module_reads_its_config() {
    let mut kit = Kit::ready::<Notes>(json!({"limit": 1}));
    kit.command::<usize>("add", json!({"text": "a"})).unwrap();
    let second = kit.command::<usize>("add", json!({"text": "b"}));
    assert_eq!(failed(second), "there are 1 notes already (conflict)");
    let error = Kit::new::<Notes>().init(json!({"limit": "1"})).unwrap_err();
    assert_eq!(error.text(), "config.limit: expected a whole number");
    assert_eq!(
        failed(Kit::new::<Notes>().init(json!({"x": 1}))),
        "config.x: unknown; expected one of limit (invalid_payload)"
    );
    assert_eq!(
        Kit::new::<Notes>().command::<Value>("all", json!({})).unwrap_err().code(),
        code::NOT_INITIALIZED
    );
}

#[test]
fn queries_and_events_find_their_methods() {
    let mut kit = kit();
    kit.command::<usize>("add", json!({"text": "a"})).unwrap();
    let found: Value = kit.ask("query", &json!({"entity": "remark"})).unwrap();
    assert_eq!(found, json!({"entities": ["remark: a"], "count": 1}));
    kit.event("note.wanted", json!({"text": "w"})).unwrap();
    kit.event("place.moved", json!({"to": 1})).unwrap();
    kit.event("place", json!({})).unwrap();
    assert_eq!(
        failed(kit.event("note.wanted", json!({"text": 1}))),
        "data.text: expected a string (invalid_payload)"
    );
    let heard: Vec<String> = kit.command("heard", json!({})).unwrap();
    assert_eq!(heard, ["w", r#"place.moved {"to":1}"#]);
}

#[test]
fn the_kit_records() {
    let mut kit = kit();
    kit.answer("event", |payload| match payload["data"]["number"].as_u64() {
        Some(1) => Ok(json!({})),
        _ => Err(Error::new(code::DENIED, "no more")),
    });
    kit.command::<usize>("add", json!({"text": "a"})).unwrap();
    assert_eq!(failed(kit.command::<usize>("add", json!({"text": "b"}))), "no more (denied)");
    assert_eq!(kit.sent()[1].payload, json!({"event": "note.added", "data": {"number": 2}}));
    assert_eq!(kit.logged()[0].text, "made");
    let record = kit.record();
    let (_, record) = record.split_once("< {\"status\":\"success\",\"data\":{}}\n").unwrap();
    assert_eq!(
        record,
        concat!(
            "> command {\"args\":{\"text\":\"a\"},\"name\":\"add\"}\n",
            "  > event {\"event\":\"note.added\",\"data\":{\"number\":1}}\n",
            "  < {}\n",
            "< {\"status\":\"success\",\"data\":1}\n",
            "> command {\"args\":{\"text\":\"b\"},\"name\":\"add\"}\n",
            "  > event {\"event\":\"note.added\",\"data\":{\"number\":2}}\n",
            "  < no more (denied)\n",
            "< {\"status\":\"error\",\"error\":\"no more\",\"code\":\"denied\"}\n",
        )
    );
}

#[test]
fn long_work_tells_and_stops() {
    let mut kit = kit();
    assert_eq!(kit.command::<u64>("count", json!({"total": 250})).unwrap(), 31125);
    let told: Vec<_> = kit.sent().iter().map(|sent| sent.payload["data"]["done"].as_u64().unwrap()).collect();
    assert_eq!((told.len(), told[0], told[124]), (125, 2, 250));
    kit.cancel_after(7);
    assert_eq!(kit.command::<u64>("count", json!({"total": 250})).unwrap_err().code(), code::CANCELLED);
    assert_eq!(kit.sent().len(), 125 + 3);
}

#[test]
#[cfg(feature = "schema")]
fn describe_tells_schemas() {
    let described = kit().describe().unwrap();
    let names: Vec<_> =
        described["commands"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["add", "get", "all", "clear", "raw", "topic", "count", "heard"]);
    assert_eq!(
        described["commands"][0],
        json!({
            "name": "add",
            "description": "Adds a note.\n\nTells its number.",
            "args": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "What it says."},
                    "tags": {"type": "array", "items": {"type": "string"}, "default": []},
                    "reply": {"type": ["boolean", "null"]},
                },
                "required": ["text"],
            },
            "returns": {"type": "integer", "format": "uint", "minimum": 0},
        })
    );
    assert_eq!(described["commands"][3]["args"], json!({"type": "object"}));
    let added = &described["events"]["note.added"]["data"];
    assert_eq!(added["properties"]["number"]["type"], "integer");
}

#[test]
fn the_manifest_is_made_of_the_attributes() {
    let manifest = fake::Instance::new(notes_v1).manifest();
    let manifest = rp_sdk::protocol::Manifest::parse(manifest).unwrap();
    assert_eq!(manifest.name, "rp-sdk");
    assert_eq!(manifest.provides, ["note", "remark"]);
    assert_eq!(manifest.requests.emit, ["note.added"]);
    assert_eq!(manifest.requests.subscribe, ["note.wanted", "person.*", "place.*"]);
    assert_eq!(
        (manifest.requests.read, manifest.requests.call),
        (vec!["person".into()], vec!["other".into()])
    );
}

#[derive(Default)]
struct Kept(Collection<Note>);

#[module(entry = kept_v1)]
impl Kept {
    #[query("note")]
    fn find(&self, query: &Query<'_>) -> Result<Entities<&Entity<Note>>> {
        self.0.find(query)
    }

    #[mutation("note")]
    fn change(&mut self, host: Host, mutation: &Mutation<'_>) -> Result<Changed> {
        self.0.apply(host, mutation)
    }
}

#[test]
fn a_collection_answers_as_the_store_does() {
    let mut kit = Kit::ready::<Kept>(json!({}));
    let mut change =
        |payload: Value| kit.ask::<Changed>("mutation", &payload).map_err(|error| error.to_string());
    for (id, text, tag) in [("b", "two", "even"), ("a", "one", "odd"), ("c", "three", "odd")] {
        let data = json!({"text": text, "tags": [tag]});
        change(json!({"entity": "note", "operation": "create", "id": id, "data": data})).unwrap();
    }
    let again = json!({"entity": "note", "operation": "create", "id": "a", "data": {"text": ""}});
    assert_eq!(change(again).unwrap_err(), "the id a is taken (conflict)");
    let wrong = json!({"entity": "note", "operation": "create", "data": {"text": 1}});
    assert_eq!(change(wrong).unwrap_err(), "data.text: expected a string (invalid_payload)");
    let update = |version: u64| json!({"entity": "note", "operation": "update", "id": "b", "version": version, "data": {"text": "II"}});
    assert_eq!(change(update(1)).unwrap(), Changed { id: "b".into(), version: 2 });
    assert_eq!(change(update(1)).unwrap_err(), "b has version 2, not 1 (conflict)");
    let cases: &[(Value, &str)] = &[
        (json!({}), "abc 3"),
        (json!({"sort": ["-text"]}), "cab 3"),
        (json!({"sort": ["tags", "text"], "limit": 1, "offset": 1}), "a 3"),
        (json!({"filters": {"tags": {"contains": "odd"}}, "limit": 0}), " 2"),
        (json!({"filters": {"text": {"gt": "o", "contains": "e"}}}), "ac 2"),
        (json!({"filters": {"$version": 1, "tags.0": {"exists": true}}}), "ac 2"),
        (json!({"filters": {"/text": {"in": ["one", "II", 3]}, "$id": {"ne": "a"}}}), "b 1"),
        (json!({"id": "c"}), "c 1"),
        (json!({"id": "d"}), "there is no note d (not_found)"),
        (
            json!({"filters": {"a..b": 1}}),
            "filters: a..b: an empty step in a path; a key that is empty or holds a dot needs the form /a/b (invalid_payload)",
        ),
        (
            json!({"filters": {"a": {"like": 1}}}),
            "filters: a.like: expected one of eq ne in lt lte gt gte contains exists (invalid_payload)",
        ),
        (json!({"include": ["a"]}), "include: this module follows no references (not_supported)"),
    ];
    for (query, expected) in cases {
        let mut payload = query.clone();
        payload["entity"] = "note".into();
        let found = match kit.ask::<Entities<Entity<Note>>>("query", &payload) {
            Ok(found) => {
                let ids: String = found.entities.iter().map(|entity| entity.id.as_str()).collect();
                format!("{ids} {}", found.count)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, *expected, "{query}");
    }
}
