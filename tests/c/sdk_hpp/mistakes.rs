//! What compiles elsewhere into a module that does nothing, or has a function that no message can reach: here it is refused,
//! by one error that says what to do.

use support::compiler::{Compiler, Job, clang, gcc, run_all, scratch, source};

/// What every module includes, and the compilers read once for all of them.
const HEADERS: &str = "#include <map>\n#include \"rp_sdk.hpp\"\n";
const FLAGS: &str = "-std=c++17 -Iinclude -Wall -Wextra -Werror";

/// A module named `greeter`; its functions and handlers stand in between.
const START: &str = "struct person { std::string name; static constexpr auto fields = rp::fields(rp::field(\"name\", &person::name)); };
class greeter : public rp::module<greeter> {
    std::string greet(std::string name) { return name; }
    std::string welcome(person who) { return who.name; }
    std::string meet(std::string first, std::string second) { return first + second; }
    void hear(person) {}
    rp::result<rp::entity_page<rp::entity<person>>> find(const rp::query &) { return rp::error(\"none\", \"none\"); }
    void hear_name(std::string) {}
";
const END: &str = "\n};
RP_MODULE_CLASS(greeter, R\"({\"name\":\"greeter\",\"version\":\"0.1.0\",\"protocol\":\"1.0\",
    \"provides\":[\"tree\"],\"requests\":{\"emit\":[\"z\"],\"subscribe\" : [ \"a.*\", \"a\" ]}})\");
";

/// What stands there, and what is said.
const MISTAKES: [(&str, &str); 21] = [
    // Forgotten names.
    (r#"rp::on_command("greet", &greeter::greet, "Greets.")"#, "name the argument behind the description"),
    (r#"rp::on_command("meet", &greeter::meet, "Greets.", "first")"#, "name every argument of the function"),
    (
        r#"rp::on_command("greet", &greeter::greet, "Greets.", "name", "more")"#,
        "name every argument of the function",
    ),
    // Handlers that are not found.
    (PRIVATE, "this module answers nothing"),
    (MISSPELT, "this module answers nothing"),
    ("", "this module answers nothing"),
    // What no message reaches.
    (
        r#"rp::on_command("a", &greeter::welcome, ""), rp::on_command("a", &greeter::greet, "", "name")"#,
        "two commands cannot have one name",
    ),
    (r#"rp::on_command("", &greeter::welcome, "Greets.")"#, "has an empty name"),
    (r#"rp::on_command("meet", &greeter::meet, "Greets.", "name", "name")"#, "two arguments have one name"),
    (r#"rp::on_command("greet", &greeter::greet, "Greets.", "")"#, "or one has an empty one"),
    (
        r#"rp::on_event("a.*", &greeter::hear), rp::on_event("a.b", &greeter::hear)"#,
        "takes all of its events",
    ),
    (r#"rp::on_event("*", &greeter::hear), rp::on_event("a.*", &greeter::hear)"#, "takes all of its events"),
    (r#"rp::on_event("", &greeter::hear)"#, "has an empty name"),
    (r#"rp::on_event("a", &greeter::hear_name)"#, "rp::on_event: take one struct with rp::fields"),
    // What the manifest does not name.
    (r#"rp::on_event("z", &greeter::hear)"#, "the manifest lacks an event of rp::on_event"),
    (r#"rp::on_query("stone", &greeter::find)"#, "or an entity of rp::on_query or rp::on_mutation"),
    // Types that no object is read into, or that cannot be written.
    (INIT, "init: the configuration is a struct with rp::fields"),
    (FIELDS, "rp::fields: two fields have one name"),
    (MAP, "a map with other keys is none of these"),
    (KEYS, "or std::map<std::string, T> of these"),
    (EMITS, "the manifest lacks an event of rp::emits"),
];
const PRIVATE: &str =
    r#"static constexpr auto handlers = rp::handlers(rp::on_command("a", &greeter::welcome, "")); public:"#;
const MISSPELT: &str =
    r#"public: static constexpr auto handler = rp::handlers(rp::on_command("a", &greeter::welcome, ""));"#;
const INIT: &str = r#"public: rp::result<void> init(std::string) { return {}; }
    static constexpr auto handlers = rp::handlers(rp::on_command("a", &greeter::welcome, ""));"#;
const FIELDS: &str = r#"struct pair { int a, b; static constexpr auto fields = rp::fields(rp::field("a", &pair::a),
    rp::field("a", &pair::b)); };
    pair show() { return {}; }
    public: static constexpr auto handlers = rp::handlers(rp::on_command("a", &greeter::show, ""));"#;
const MAP: &str = r#"std::map<int, int> show() { return {}; }
    public: static constexpr auto handlers = rp::handlers(rp::on_command("a", &greeter::show, ""));"#;

const KEYS: &str = r#"void take(std::map<int, int>) {}
    public: static constexpr auto handlers = rp::handlers(rp::on_command("a", &greeter::take, "", "keys"));"#;
const EMITS: &str = r#"struct said { static constexpr std::string_view event = "said";
        static constexpr auto fields = rp::fields<said>(); };
    public: static constexpr auto handlers = rp::handlers(
        rp::on_command("a", &greeter::welcome, ""), rp::emits<said>());"#;

/// What looks like one of them and is none.
const GOOD: [&str; 8] = [
    r#"std::map<std::string, std::optional<person>> all(std::map<std::string, int>) { return {}; }
    public: static constexpr auto handlers = rp::handlers(rp::on_command("a", &greeter::all, ""));"#,
    r#"rp::on_event("*", &greeter::hear)"#,
    r#"rp::on_query("tree", &greeter::find), rp::on_event("a.b.c", &greeter::hear)"#,
    r#"rp::on_event("a.b", &greeter::hear), rp::on_event("a.*", &greeter::hear)"#,
    r#"rp::on_command("a", &greeter::welcome, ""), rp::on_event("a", &greeter::hear)"#,
    r#"public: rp::answer command(const rp::command &, rp::reply &reply) { return reply.success(); }"#,
    r#"public: rp::result<void> event(const rp::message &) { return {}; }"#,
    r#"public: rp::answer other(const rp::message &, rp::reply &reply) { return reply.success(); }"#,
];

/// The option that includes the headers, which it compiles first, for one test.
fn precompiled(compiler: &Compiler, test: &str) -> String {
    let headers = source(&format!("{test}_{}.hpp", compiler.cpp), HEADERS);
    // g++ finds what is beside the header under this name; clang wants it named.
    let made = format!("{headers}.gch");
    let job = Job::new(&compiler.cpp).args(FLAGS).args("-x c++-header").arg(&headers).arg("-o").arg(&made);
    job.run().unwrap_or_else(|said| panic!("{said}"));
    if compiler.cpp.starts_with("clang") {
        format!("-include-pch {made}")
    } else {
        format!("-include {headers}")
    }
}

fn job(compiler: &Compiler, headers: &str, inside: &str) -> Job {
    let inside = match inside.starts_with("rp::on_") || inside.is_empty() {
        true => format!("public: static constexpr auto handlers = rp::handlers({inside});"),
        false => inside.to_owned(),
    };
    let key = inside.bytes().fold(7_u64, |key, byte| key.wrapping_mul(31).wrapping_add(byte.into()));
    let path = scratch(&format!("mistake_{key:x}_{}.cpp", compiler.cpp));
    std::fs::write(&path, format!("{START}{inside}{END}")).unwrap();
    Job::new(&compiler.cpp).args(FLAGS).args(headers).arg("-fsyntax-only").arg(path.to_str().unwrap())
}

/// Whether a compiler refuses it with one error that says what is expected.
fn check(compiler: &Compiler, headers: &str, (inside, expected): (&str, &str)) {
    let said = job(compiler, headers, inside).run().expect_err(inside);
    let errors = said.lines().filter(|line| line.contains("error: ")).count();
    assert!(errors == 1 && said.contains(expected), "{inside}\n{said}");
}

/// The short form asks each compiler every second one; two run at a time.
#[test]
fn a_module_that_cannot_be_reached_is_refused() {
    let is_full = support::is_full();
    std::thread::scope(|scope| {
        for (which, compiler) in [gcc(), clang()].into_iter().enumerate() {
            let meant = MISTAKES.iter().enumerate().filter(move |(at, _)| is_full || at % 2 == which);
            scope.spawn(move || {
                let headers = precompiled(&compiler, "mistakes");
                meant.for_each(|(_, mistake)| check(&compiler, &headers, *mistake));
            });
        }
    });
}

#[test]
fn what_looks_like_it_compiles() {
    let headers = precompiled(&gcc(), "good");
    run_all(GOOD.iter().map(|inside| job(&gcc(), &headers, inside)).collect());
}

/// Manifests, and the byte at which the first mistake is found.
const MANIFESTS: [(&str, Option<u32>); 12] = [
    (r#"R"({"name":"a" "version":"1.0.0","protocol":"1.0"})""#, Some(12)),
    (r#"R"({"name":"a","version":"1.0.0","protocol":"1.0"}})""#, Some(47)),
    (r#"R"({"name":"a","version":"1.0.0","protocol":"1.0")""#, Some(46)),
    (r#"R"({"name":"a","version":"1.0.0",})""#, Some(30)),
    (r#"R"({"name":"a","needs":["a" "b"]})""#, Some(25)),
    (r#"R"({name:"a"})""#, Some(1)),
    (r#"R"({"name":"a)""#, Some(10)),
    (r#"R"(["a"])""#, Some(0)),
    (r#"RP_MANIFEST("a", "1.0.0", "A \"quoted\" word.")"#, Some(65)),
    (r#"RP_MANIFEST("a", "1.0.0", "A.", RP_REQUESTS(RP_READS(tree)))"#, Some(86)),
    (r#"RP_MANIFEST("a", "1.0.0", "A \\\"quoted\\\" word.", RP_LICENSE("MIT"), RP_NEEDS())"#, None),
    (r#"R"( {"name" : "a", "a":[1, -2.5e3, true, null, {}, [ ]], "b":{"c":"\"}]"} } )""#, None),
];

/// They are looked at while the module is compiled, here all in one file; the compiler names each byte.
#[test]
fn a_manifest_that_is_not_json_is_refused() {
    let looked = |manifest: &str| {
        let fault = format!("rp::detail::manifest_fault({manifest})");
        format!("static_assert(rp::detail::manifest_stops_being_json_at<{fault}>::is_checked, \"\");\n")
    };
    let text: String = MANIFESTS.iter().map(|(manifest, _)| looked(manifest)).collect();
    for compiler in [gcc(), clang()] {
        let path = scratch(&format!("manifests_{}.cpp", compiler.cpp));
        std::fs::write(&path, &text).unwrap();
        let job = Job::new(&compiler.cpp).args("-std=c++17 -Iinclude -fsyntax-only -Wall -Wextra -Werror");
        let job =
            job.args("-include rp_sdk/manifest.h -include rp_sdk/manifest.hpp").arg(path.to_str().unwrap());
        let said = job.run().unwrap_err();
        let bytes: Vec<u32> = MANIFESTS.iter().filter_map(|(_, byte)| *byte).collect();
        for byte in &bytes {
            let named = ["", "UL"].map(|end| format!("manifest_stops_being_json_at<{byte}{end}>"));
            assert!(named.iter().any(|named| said.contains(named)), "{byte}: {said}");
        }
        let errors =
            said.lines().filter(|line| line.contains("error: ") && line.contains("is not one JSON object"));
        assert_eq!(errors.count(), bytes.len(), "{said}");
    }
}
