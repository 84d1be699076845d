// A trace to look at: `node sample.mjs COUNT > messages.jsonl`. The same count gives the same trace.

/** Numbers from 0 to 1 by a seed (mulberry32). */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const COMMANDS = { archive: ["add-person", "find-person", "add-note"], greeter: ["greet", "wave"], search: ["query", "suggest"], indexer: ["index", "rebuild"], mailer: ["send"] };
const SENT = [
  ["host", "query", (id) => ({ entity: "person", filters: { name: `Ada ${id % 7}` }, limit: 20 })],
  ["host", "mutation", (id) => ({ entity: "note", operation: "create", data: { text: `Note ${id}`, tags: ["a", "b"] } })],
  ["host", "event", (id) => ({ event: "note.created", data: { id } })],
  ["search", "command", (id) => ({ name: "query", args: { text: `ada ${id % 11}` } })],
];
const ORIGIN_US = 1_796_025_600_000_000;

/** The lines of a trace of so many messages. */
export function sample(count) {
  const next = random(count);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const clocks = { 1: 1e6, 2: 1.5e6, 3: 9e5 };
  const records = [];
  let id = 0;
  const send = (start, elapsed, thread, cause, from, to, type, payload, code, response) => {
    const outcome = code === "" ? "success" : response ? "error" : code;
    const record = { time_us: ORIGIN_US + Math.floor(start / 1000), start_ns: start, thread, id, cause, from, to, type, payload: JSON.stringify(payload), outcome, response: response && JSON.stringify(response), elapsed_ns: elapsed };
    records.push([start + elapsed, JSON.stringify(record)]);
  };
  const answer = (code, data) => (code ? { status: "error", error: `it is ${code.replace("_", " ")}`, code } : { status: "success", data });
  while (id < count) {
    const thread = pick([1, 1, 2, 3]);
    const to = pick(Object.keys(COMMANDS));
    const top = ++id;
    const sent = Math.min(pick([0, 0, 1, 1, 2, 3, 5]), count - id);
    const elapsed = Math.floor(Math.exp(11.2 + next() * 3.6));
    const start = clocks[thread] + Math.floor(next() * 80_000);
    const [name, failure] = [pick(COMMANDS[to]), next()];
    const code = failure > 0.03 ? "" : failure > 0.01 ? "not_found" : "rp::call::timeout";
    const args = { who: "Ada", n: top % 9, text: "x".repeat(pick([5, 40, 90])) };
    const data = { message: "Hello, Ada", n: top, sum: 9007199254740993, list: Array.from({ length: top % 6 }, (_, at) => at) };
    send(start, elapsed, thread, 0, "host", to, "command", { name, args }, code, code === "rp::call::timeout" ? "" : answer(code, data));
    const each = Math.floor(elapsed / (sent + 2));
    for (let at = 0; at < sent; at++) {
      id++;
      const [receiver, type, payload] = pick(SENT);
      const refused = next() < 0.02 ? pick(["denied", "not_found"]) : "";
      const begin = start + Math.floor(elapsed / 10) + at * Math.floor(each * 1.05);
      send(begin, each, thread, top, to, receiver, type, payload(id), refused, answer(refused, [{ id: String(id), name: "Ada", born: 1815 }]));
    }
    clocks[thread] = start + elapsed;
  }
  const head = { rp: "trace", version: 2, host: { name: "rp", version: "0.1.0", pid: 1 }, origin_us: ORIGIN_US, modules: [] };
  return [JSON.stringify(head), ...records.sort((one, other) => one[0] - other[0]).map(([, line]) => line)];
}

if (process.argv[1]?.endsWith("sample.mjs")) process.stdout.write(`${sample(Number(process.argv[2])).join("\n")}\n`);
