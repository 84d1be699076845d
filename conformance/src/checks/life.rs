//! From create to destroy.

use rp_host::Host;
use serde_json::json;

use super::sandbox;
use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::check_host::{CALLED_AT_EXIT, CheckHost, Stage};
use crate::form::Form;
use crate::instance::{Ask, Instance};
use crate::os::{self, Ended};
use crate::outcome::{Stop, Verdict, blocked, ensure, fail, skip, warn};
use crate::{interpose::Interposed, session};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "life/create",
        "create makes an instance",
        Rule::text("returns the instance, owned by the module; the host only passes it back. NULL: it could not be made"),
        create,
    ),
    Check::new(
        "life/create-asks-nothing",
        "create sends nothing and asks about no message",
        Rule::module(6, "During create only write_log, random and now_us work; send fails with code not_initialized."),
        create_asks_nothing,
    )
    .abi()
    .advice(),
    Check::new(
        "life/init",
        "init succeeds",
        Rule::module(6, "init runs alone; send works as soon as init starts."),
        init,
    ),
    Check::new(
        "life/before-init",
        "Before init everything but init and describe is answered with code not_initialized",
        Rule::text("Before init, answer only init and describe; answer everything else with code not_initialized."),
        before_init,
    ),
    Check::new(
        "life/describe-before-init",
        "describe is answered before init as after it",
        Rule::text(r#"describe {} {"commands":[],"events":{}}"#),
        describe_before_init,
    )
    .abi(),
    Check::new(
        "life/second-init",
        "A second init is refused and harms nothing",
        Rule::module(6, "The host calls rp_module_v1, create, init, messages, shutdown, destroy, in this order."),
        second_init,
    ),
    Check::new(
        "life/failed-init",
        "After an init that failed the instance can be destroyed",
        Rule::module(6, "If init fails, the host calls destroy without shutdown."),
        failed_init,
    ),
    Check::new(
        "life/destroy-at-once",
        "An instance can be destroyed right after create",
        Rule::text("instance what create returned; no other call for it is running, and none follows"),
        destroy_at_once,
    ),
    Check::new(
        "life/shutdown",
        "shutdown succeeds",
        Rule::module(6, "shutdown then runs alone; send still works."),
        shutdown,
    )
    .abi(),
    Check::new(
        "life/plain-shutdown",
        "A plain module lives on after shutdown and describe, known or not",
        Rule::plain(5, "an error in answer to describe or shutdown is no fault."),
        plain_shutdown,
    )
    .plain(),
    Check::new(
        "life/after-shutdown",
        "After shutdown, when every send is refused, destroy still returns",
        Rule::module(6, "Once shutdown has returned, every send returns RP_ERR_CANCELLED, even one that is waiting, and cancelled returns non-zero."),
        after_shutdown,
    )
    .abi(),
    Check::new(
        "life/frees-all",
        "destroy gives back all memory that the instance took",
        Rule::text("Ends an instance: joins its threads and frees what it holds. Never NULL."),
        frees_all,
    )
    .forms(Forms::OWN_MEMORY),
    Check::new(
        "life/ten-thousand",
        "Ten thousand lives take no memory that stays",
        Rule::text("Makes an instance. Never NULL."),
        ten_thousand,
    ),
    Check::new(
        "life/many-at-once",
        "A thousand instances live at once, and end in any order",
        Rule::plain(0, "Ends a module object."),
        many_at_once,
    ),
    Check::new(
        "life/share-nothing",
        "What one instance is told another does not know",
        Rule::text("What the host offers one instance: its services, as functions."),
        share_nothing,
    ),
    Check::new(
        "life/silent-after-destroy",
        "After destroy the host is not called any more",
        Rule::text("works from the start of create until destroy returns"),
        silent_after_destroy,
    )
    .abi(),
    Check::new(
        "life/silent-at-exit",
        "The end of the process neither calls the host nor crashes",
        Rule::module(6, "Never call the host from an atexit handler or from a static or thread-local destructor."),
        silent_at_exit,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "life/real-host",
        "A real host loads the module, talks with it and unloads it",
        Rule::module(10, "The host keeps a library mapped for the life of the process."),
        real_host,
    ),
];

fn create(bench: &Bench) -> Verdict {
    match Instance::try_create(bench.functions()?, CheckHost::new(false)) {
        Ok(Some(instance)) => {
            instance.end();
            Ok(())
        }
        Ok(None) => fail("create returned NULL, with a host that lends everything"),
        Err(error) if sandbox::failed_step(&error).is_some_and(|step| step.starts_with("create")) => {
            fail(error.to_string())
        }
        Err(error) => blocked(format!("the loader refuses it; see the groups entry and sandbox: {error}")),
    }
}

fn create_asks_nothing(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let calls = instance.host.calls();
    match calls.iter().find(|call| matches!(call.function, "send" | "cancelled")) {
        Some(call) => warn(format!("create called {}, which does not work yet", call.function)),
        None => Ok(()),
    }
}

fn init(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let answer = instance.init(&bench.init_payload());
    match answer.response()? {
        said if said.is_success => Ok(()),
        said => fail(format!(
            "init was answered with an error: {}. If the module needs a configuration, pass --init '{{...}}'",
            said.error
        )),
    }
}

fn before_init(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let others = [
        ("command", json!({"name": session::NOBODYS, "args": {}})),
        ("query", json!({"entity": session::NOBODYS})),
        ("mutation", json!({"entity": session::NOBODYS, "operation": "delete", "id": "0"})),
        ("event", json!({"event": session::NOBODYS, "data": {}})),
        ("shutdown", json!({})),
        (session::NOBODYS, json!({})),
    ];
    // A plain module need not know shutdown.
    let others = others.iter().filter(|(kind, _)| *kind != "shutdown" || !bench.is_plain());
    for (message_type, payload) in others {
        instance.ask(message_type, &payload.to_string()).expect_error("not_initialized")?;
    }
    let answer = instance.init(&bench.init_payload());
    ensure(answer.has_response(), || {
        "init is not answered any more after messages that came too early".into()
    })
}

fn describe_before_init(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let before = instance.put(&bench.describe())?.success()?;
    let instance = bench.make_ready(instance)?;
    let after = instance.put(&bench.describe())?.success()?;
    ensure(before == after, || format!("describe says {before} before init and {after} after it"))
}

fn second_init(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let answer = instance.ask("init", &bench.init_payload());
    let said = answer.response()?;
    let later = instance.ask(session::NOBODYS, "{}").response()?;
    ensure(later.code.as_deref() != Some("not_initialized"), || {
        "after a second init the module says that it is not initialized".into()
    })?;
    if said.is_success {
        warn("a second init was answered with success; code conflict is right")
    } else {
        Ok(())
    }
}

fn failed_init(bench: &Bench) -> Verdict {
    for payload in ["[]", "{", r#"{"config":7}"#] {
        let instance = bench.create()?;
        let answer = instance.init(payload);
        if answer.response()?.is_success && payload != r#"{"config":7}"# {
            return fail(format!("init {payload} succeeded"));
        }
        instance.destroy();
    }
    Ok(())
}

fn destroy_at_once(bench: &Bench) -> Verdict {
    for _ in 0..3 {
        bench.create()?.destroy();
    }
    Ok(())
}

fn shutdown(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    instance.shutdown().success().map(drop)
}

fn plain_shutdown(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    instance.put(&bench.describe())?.response()?;
    instance.shutdown().response()?;
    instance.destroy();
    Ok(())
}

fn after_shutdown(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for (message_type, payload) in session::every_kind(&instance) {
        instance.ask(&message_type, &payload);
    }
    instance.ask("event", r#"{"event":"rp_check_before_shutdown","data":{}}"#);
    instance.shutdown();
    // The time limit of the check decides.
    instance.destroy();
    Ok(())
}

fn frees_all(bench: &Bench) -> Verdict {
    let Some(heap) = Interposed::install(bench.library()?)? else {
        return skip("the module calls no malloc");
    };
    // The first life may allocate what stays for the life of the process.
    session::whole_life(bench.create()?, &bench.init_payload());
    let before = heap.live();
    for _ in 0..3 {
        session::whole_life(bench.create()?, &bench.init_payload());
    }
    let kept = heap.live().saturating_sub(before);
    ensure(kept < 3, || format!("three lives left {kept} blocks of memory behind"))
}

fn ten_thousand(bench: &Bench) -> Verdict {
    if bench.form() == Form::Isolated {
        return skip("each isolated instance has a process of its own, which leaves nothing behind");
    }
    let memory = Memory::of(bench)?;
    let functions = bench.functions()?;
    let host = CheckHost::new(false);
    let lives = bench.less(bench.times(2_000, 10_000), 500);
    let live = |count: usize| {
        for _ in 0..count {
            match Instance::create(functions, host) {
                Some(instance) => instance.destroy(),
                None => return blocked("no instance could be made; see life/create"),
            }
            host.set_stage(Stage::Creating);
            host.forget();
        }
        Ok(())
    };
    live(200)?;
    let before = memory.in_use()?;
    live(lives)?;
    let kept = memory.in_use()?.saturating_sub(before);
    // Below eight bytes a life, less than the smallest block, it is the allocator's own bookkeeping.
    ensure(kept < lives * 8, || format!("{lives} lives of create and destroy left {kept} bytes behind"))
}

/// How much memory is in use.
enum Memory {
    /// All that the C library's allocator has given out.
    Heap,
    /// What the module has allocated, where the C library does not tell: the bytes of blocks as small as can be.
    Blocks(Interposed),
}

/// Bytes of the smallest block of any allocator.
const SMALLEST_BLOCK: usize = 16;

impl Memory {
    fn of(bench: &Bench) -> Result<Memory, Stop> {
        match os::heap_in_use() {
            Ok(_) => Ok(Memory::Heap),
            Err(gap) => match Interposed::install(bench.library()?)? {
                Some(blocks) => Ok(Memory::Blocks(blocks)),
                None => Err(gap.into()),
            },
        }
    }

    fn in_use(&self) -> Result<usize, Stop> {
        match self {
            Memory::Heap => Ok(os::heap_in_use()?),
            Memory::Blocks(blocks) => Ok(blocks.live() * SMALLEST_BLOCK),
        }
    }
}

fn many_at_once(bench: &Bench) -> Verdict {
    let mut instances = Vec::new();
    let functions = bench.functions()?;
    let most = match bench.form() {
        Form::Native => 1000,
        Form::Sandboxed => bench.less(1000, 100),
        // As many processes.
        Form::Isolated => 20,
    };
    for count in 0..most {
        match Instance::create(functions, CheckHost::new(false)) {
            Some(instance) => instances.push(instance),
            None if count == 0 => return blocked("no instance could be made; see life/create"),
            None => return fail(format!("create returned NULL when {count} instances were alive")),
        }
    }
    for instance in instances.iter().step_by(instances.len() / 10) {
        ensure(instance.init(&bench.init_payload()).has_response(), || "one of many did not answer".into())?;
    }
    let (even, odd): (Vec<_>, Vec<_>) = instances.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
    even.into_iter().rev().chain(odd).for_each(|(_, instance)| instance.end());
    Ok(())
}

fn share_nothing(bench: &Bench) -> Verdict {
    let ready = bench.ready()?;
    let fresh = bench.create()?;
    let probe = Ask::new("query", r#"{"entity":"rp_check_nobody_has_this"}"#);
    let said = fresh.put(&probe)?.response()?;
    ensure(!said.is_success && said.code.is_none_or(|code| code == "not_initialized"), || {
        "an instance without init answers as if it had one, after another instance had its init".into()
    })?;
    let fresh = bench.make_ready(fresh)?;
    fresh.end();
    let code = ready.put(&probe)?.response()?.code;
    ensure(code.as_deref() != Some("not_initialized"), || {
        "an instance says that it is not initialized, after another one ended".into()
    })
}

fn silent_after_destroy(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let host = instance.host;
    session::whole_life(instance, &bench.init_payload());
    // The host may be called neither by a thread that was left behind, nor by a later instance.
    std::thread::sleep(std::time::Duration::from_millis(20));
    session::whole_life(bench.create()?, &bench.init_payload());
    match host.calls().iter().find(|call| call.stage == Stage::Destroyed) {
        Some(call) => fail(format!("{} was called after destroy had returned", call.function)),
        None => Ok(()),
    }
}

fn silent_at_exit(bench: &Bench) -> Verdict {
    // Loaded in the copy and not before: a library may start threads when it is loaded, which a copy would not have.
    const NOT_MADE: i32 = 43;
    let live = |and_then: fn()| {
        bench.copies.run(std::time::Duration::from_secs(5), || {
            let Ok(instance) = bench.create() else { return NOT_MADE };
            let host = instance.host;
            let live = || session::whole_life(instance, &bench.init_payload());
            // On a thread of its own, so that whatever runs when it ends does so before the process ends.
            std::thread::scope(|scope| scope.spawn(live).join().ok());
            host.end_process_when_called();
            and_then();
            0
        })
    };
    match live(|| ())? {
        Ended::With(0) => Ok(()),
        Ended::With(NOT_MADE) => bench.create().map(Instance::end),
        Ended::With(CALLED_AT_EXIT) => fail("the host was called at the end of the process"),
        Ended::With(code) => fail(format!("the process ended with exit code {code}, not 0")),
        Ended::Crashed(how) => match live(|| os::exit_at_once(0)) {
            Ok(Ended::Crashed(how)) => blocked(format!("the module crashes: {how}; see the other checks")),
            _ => fail(format!("the end of the process crashed: {how}")),
        },
        Ended::NotInTime => fail("the process did not end within 5 s"),
    }
}

fn real_host(bench: &Bench) -> Verdict {
    let told = |error: rp_host::Error| Stop::Fail(format!("{}: {error}", error.code()));
    let host = Host::new();
    let options = || bench.load_options().instance("check").config(bench.config.clone());
    for _ in 0..2 {
        let instance = host.load_with(&bench.file, options()).map_err(told)?;
        if !bench.is_plain() {
            instance.describe().map_err(told)?;
        }
        instance.unload().map_err(told)?;
    }
    Ok(())
}
