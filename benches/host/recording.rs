//! What a trace and a recording cost beside writing their bytes, and how many messages a second a recording is played with:
//! `cargo bench -p rp-host --bench recording -- FILE`, the file being a test-minimal built for release. With `--once KIND COUNT`
//! it does one thing alone, for a counter of instructions.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use rp_host::{Host, LoadOptions, Message, Recording, Replay, Reply, TraceRecord};

/// The kinds take turns so often; the median counts.
const ROUNDS: usize = 15;
const MESSAGES: usize = 20_000;
const KINDS: [&str; 4] = ["bare", "write", "trace", "record"];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [file, "--once", kind, count] => {
            let count = count.parse().expect("a number");
            let bench = Bench::new(Path::new(file), ping(), count);
            bench.run(kind);
        }
        [file] => {
            for (name, payload) in [("ping", ping()), ("echo of 1 KiB", echo())] {
                measure(name, &Bench::new(Path::new(file), payload, MESSAGES));
            }
        }
        _ => println!("name a module: cargo bench -p rp-host --bench recording -- FILE"),
    }
}

fn ping() -> String {
    r#"{"name":"ping","args":{}}"#.to_owned()
}

fn echo() -> String {
    format!(r#"{{"name":"echo","args":{{"text":"{}"}}}}"#, "Godparents: \"Daniel\" ".repeat(46))
}

fn measure(name: &str, bench: &Bench) {
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for (kind, times) in KINDS.iter().zip(&mut times) {
            times.push(bench.run(kind));
        }
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let [bare, write, trace, record] = times.each_mut().map(median);
    println!("{name}: bare {bare:.0} ns, write {write:.0} ns, trace {trace:.0} ns, record {record:.0} ns");
    println!(
        "  trace / write {:.2}, record / trace {:.2}",
        (trace - bare) / write,
        (record - bare) / (trace - bare)
    );
    let rate = bench.replay();
    println!("  replay {rate:.0} messages a second");
}

struct Bench {
    module: PathBuf,
    payload: String,
    count: usize,
    folder: PathBuf,
}

impl Bench {
    fn new(module: &Path, payload: String, count: usize) -> Self {
        let folder = std::env::temp_dir().join(format!("rp-bench-recording-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let bench = Bench { module: module.to_owned(), payload, count, folder };
        // The lines that `write` writes.
        bench.run("trace");
        std::fs::copy(bench.file("trace"), bench.file("lines")).expect("copied");
        bench
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.folder.join(kind)
    }

    /// Nanoseconds for each message.
    fn run(&self, kind: &str) -> f64 {
        match kind {
            "write" => self.write(),
            "trace" => {
                let file = Mutex::new(File::create(self.file(kind)).expect("a file"));
                let sink = move |record: &TraceRecord<'_>| {
                    // As `rp --trace` does.
                    let mut line = Vec::with_capacity(record.payload.len() + record.response.len() + 384);
                    serde_json::to_writer(&mut line, record).expect("a record is JSON");
                    line.push(b'\n');
                    file.lock().expect("unharmed").write_all(&line).expect("written");
                };
                self.call(&Host::builder().trace(sink).build())
            }
            "record" => {
                let file = File::create(self.file(kind)).expect("a file");
                self.call(&Host::builder().record(file).build())
            }
            _ => self.call(&Host::new()),
        }
    }

    fn write(&self) -> f64 {
        let lines = BufReader::new(File::open(self.file("lines")).expect("it is there"));
        let lines: Vec<_> = lines.lines().map(|line| line.expect("a line") + "\n").collect();
        let mut file = File::create(self.file("write")).expect("a file");
        let start = Instant::now();
        lines.iter().for_each(|line| file.write_all(line.as_bytes()).expect("written"));
        start.elapsed().as_nanos() as f64 / self.count as f64
    }

    fn call(&self, host: &Host) -> f64 {
        let instance = host.load(&self.module).expect("it loads");
        let mut reply = Reply::new();
        let start = Instant::now();
        for _ in 0..self.count {
            let status = instance.call_raw(&Message::new("command", &self.payload), &mut reply);
            assert!(status.is_ok());
        }
        start.elapsed().as_nanos() as f64 / self.count as f64
    }

    /// Messages a second, reading the file included.
    fn replay(&self) -> f64 {
        let start = Instant::now();
        let replay = Replay::new(Recording::open(self.file("record")).expect("a recording"));
        let outcome = replay
            .run(Host::builder(), &self.module, LoadOptions::new(), |_| ControlFlow::Break(()))
            .expect("it is played");
        assert_eq!((outcome.differences, outcome.not_played), (0, 0));
        outcome.messages as f64 / start.elapsed().as_secs_f64()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}
