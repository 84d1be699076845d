//! What authors get wrong, and what they are told.
use crate::expand::expand;

/// Options, block, error. What starts with an attribute stands inside of `impl M { … }`.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("", "struct M;", "#[module] stands on an `impl` block: impl Notes { … }"),
    ("", "impl<T> M<T> {}", "a module cannot be generic: the host knows no Rust types"),
    ("", "impl Default for M {}", "#[module] stands on `impl Notes { … }`, not on the impl of a trait"),
    (
        "colour",
        "impl M {}",
        "unknown option `colour`; there are concurrent, emits, entry, needs, provides, read, write, emit, subscribe, call",
    ),
    ("read = \"a\"", "impl M {}", "write a list: read = [\"a\"]"),
    ("read = [\"a\"], read = [\"b\"]", "impl M {}", "`read` stands here twice"),
    ("read = [a]", "impl M {}", "expected string literal"),
    (
        "",
        "#[command] async fn f() {}",
        "nobody polls a future here: a message is answered when its method returns. Take `async` away, and block on a runtime of your own: `self.runtime.block_on(…)`",
    ),
    (
        "",
        "#[command] unsafe fn f() {}",
        "#[command] stands on a plain `fn`: not const, async, unsafe or extern",
    ),
    (
        "",
        "#[command] const X: u8 = 1;",
        "#[command] stands on a plain `fn`: not const, async, unsafe or extern",
    ),
    ("", "#[command] fn f<T>(t: T) {}", "`f` cannot be generic: messages carry JSON, no Rust types"),
    ("", "#[command] fn f(self) {}", "the receiver is `&self` or `&mut self`"),
    (
        "",
        "#[command] fn f((a, b): (u8, u8)) {}",
        "a parameter here is a name and a type; take it apart in the body",
    ),
    (
        "",
        "#[command] fn f(&self, text: &str) {}",
        "an argument is owned: a borrowed one could not hold an escape such as \\n; take String or Vec",
    ),
    ("", "#[command] fn f(args: A, more: u8) {}", "`args` is all of them; make the others its fields"),
    ("", "#[command] fn f() -> impl Serialize {}", "name the type of the result; its schema is made from it"),
    ("", "#[command] fn f(query: &Query<'_>) {}", "a method with #[command] is given no Query"),
    (
        "",
        "#[command = \"f\"] fn f() {}",
        "write #[command], or #[command(\"name\")] for another name than the method's; `strict` may stand beside it",
    ),
    (
        "",
        "#[command(\"a\", \"b\")] fn f() {}",
        "write #[command], or #[command(\"name\")] for another name than the method's; `strict` may stand beside it",
    ),
    ("", "#[command] #[init] fn f() {}", "a method has one of these attributes, not two"),
    ("", "#[command] fn f() {} #[command(\"f\")] fn g() {}", "`f` has a method with #[command] already"),
    ("", "#[init] fn f() {} #[init] fn g() {}", "there is a method with #[init] already"),
    (
        "",
        "#[init] fn f(limit: u8) {}",
        "a method with #[init] may take `config: …`, `host: Host`, `message: &Message<'_>`",
    ),
    ("", "#[command(loud)] fn f() {}", "a name stands in quotes; the only other word here is `strict`"),
    ("", "#[query(\"n\", strict)] fn f() {}", "name the entity: #[query(\"note\")]"),
    (
        "",
        "#[command(strict)] fn f(args: A) {}",
        "`args` has a type of its own, which says whether it is strict: #[rp_sdk::args(strict)]",
    ),
    (
        "",
        "#[command(\"f\", strict)] fn f(reply: Reply<'_>) {}",
        "a method that reads the arguments itself refuses them itself: take `strict` away",
    ),
    (
        "subscribe = [\"a.b\", \"c\"]",
        "#[on(\"a.*\")] fn f() {}",
        "no method hears `c`: put #[on(\"c\")] on one, which also subscribes to it, or take it out of the list",
    ),
    (
        "provides = [\"note\", \"tag\"]",
        "#[query(\"note\")] fn f() {}",
        "no method answers for `tag`: put #[query(\"tag\")] or #[mutation(\"tag\")] on one, which also provides it, or take it out of the list",
    ),
    ("", "#[init(\"x\")] fn f() {}", "write #[init] without anything behind it"),
    ("", "#[shutdown] fn f(host: Host) {}", "a method with #[shutdown] is given no Host"),
    ("", "#[shutdown] fn f(x: u8) {}", "a method with #[shutdown] takes nothing but its receiver"),
    ("", "#[create] fn f(&self) -> Self {}", "#[create] makes the instance: it takes no self"),
    ("", "#[query] fn f() {}", "name the entity: #[query(\"note\")]"),
    (
        "",
        "#[query(\"n\")] fn f(id: String) {}",
        "a method with #[query] may take `host: Host`, `message: &Message<'_>`, `query: &Query<'_>`",
    ),
    ("", "#[on] fn f() {}", "name the event: #[on(\"note.created\")] or #[on(\"note.*\")]"),
    (
        "concurrent",
        "#[command] fn f(&mut self) {}",
        "a concurrent module answers on several threads at once: take `&self`",
    ),
    ("", "impl M { fn f() {} }", ANSWERS_NOTHING),
    ("", "impl M {}", ANSWERS_NOTHING),
    ("", "#[init] fn f() {} #[shutdown] fn g() {}", ANSWERS_NOTHING),
    ("", "#[command(\"\")] fn f() {}", "an empty name is none: no message would have it"),
    ("", "#[query(\"a\", \"\")] fn f() {}", "an empty name is none: no message would have it"),
    ("", "#[on(\"\")] fn f() {}", "an empty name is none: no message would have it"),
    (
        "",
        "#[on(\"a.*\")] fn f() {} #[on(\"a.b\")] fn g() {}",
        "`a.b` is never heard here: `a.*` before it takes all of its events; put it behind",
    ),
    (
        "",
        "#[on(\"*\")] fn f() {} #[on(\"a.*\")] fn g() {}",
        "`a.*` is never heard here: `*` before it takes all of its events; put it behind",
    ),
    (
        "",
        "#[command] fn f(args: String) {}",
        "`args` is the whole object, and its type a struct with #[rp_sdk::args] or #[data]; a parameter of another name is one member of it",
    ),
    (
        "",
        "#[on(\"a\")] fn f(data: (u8, u8)) {}",
        "`data` is the whole object, and its type a struct with #[rp_sdk::args] or #[data]; a parameter of another name is one member of it",
    ),
    (
        "",
        "#[init] fn f(config: u64) {}",
        "`config` is the whole object, and its type a struct with #[rp_sdk::args] or #[data]",
    ),
];

const ANSWERS_NOTHING: &str = "this module answers nothing: put #[command], #[query(\"…\")], #[mutation(\"…\")], #[on(\"…\")] or #[other] on a method";

#[test]
fn what_looks_like_a_mistake_and_is_none() {
    for source in [
        "impl M { #[on(\"a.b\")] fn f() {} #[on(\"a.*\")] fn g() {} }",
        "impl M { #[command] fn a() {} #[on(\"a\")] fn b() {} }",
        "impl M { #[command(strict)] fn a() {} #[command(\"x\", strict)] fn b(a: u8, host: Host) {} }",
        "impl M { #[other] fn f(message: &Message<'_>, reply: Reply<'_>) -> Answer { reply.empty() } }",
    ] {
        expand(Default::default(), source.parse().unwrap()).unwrap();
    }
    for options in ["subscribe = [\"a.*\", \"a.b\", \"a.b.*\"], provides = [\"n\"]", "subscribe = [\"*\"]"] {
        let block = "impl M { #[on(\"a.*\", \"b\")] fn f() {} #[mutation(\"n\")] fn g() {} }";
        expand(options.parse().unwrap(), block.parse().unwrap()).unwrap();
    }
    expand("emits = [Added]".parse().unwrap(), "impl M { #[init] fn f() {} }".parse().unwrap()).unwrap();
}

#[test]
fn mistakes_are_explained() {
    for (options, source, expected) in MISTAKES {
        let block = match source.starts_with('#') {
            true => format!("impl M {{ {source} }}"),
            false => (*source).to_owned(),
        };
        let found = expand(options.parse().unwrap(), block.parse().unwrap()).map(|tokens| tokens.to_string());
        assert_eq!(found.unwrap_err().to_string(), *expected, "#[module({options})] {block}");
    }
}

#[test]
fn data_takes_one_option() {
    let found = crate::data::expand("data", "x".parse().unwrap(), "struct A;".parse().unwrap()).to_string();
    assert!(found.contains("`data` takes no option but `strict`"), "{found}");
    let found = crate::data::event("x".parse().unwrap(), "struct A;".parse().unwrap()).to_string();
    assert!(found.contains("name the event"), "{found}");
}

#[test]
fn what_cannot_be_expanded_stays_without_marks() {
    let block = "impl M { #[command(\"x\")] #[inline] fn f(&self, #[serde(default)] (a, b): A) { #[command] g((1, 2)) } }";
    let kept = crate::module::unmarked(block.parse().unwrap()).to_string().replace("# [", "#[");
    assert_eq!(kept, "impl M { #[inline] fn f (& self , (a , b) : A) { #[command] g ((1 , 2)) } }");
}
