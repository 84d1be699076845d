// What the page of a trace computes, without a browser: `node --test tests/command/page/logic.test.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";

const load = (name) => import(`../../../cli/trace/page/${name}.mjs`);
const { Trace } = await load("model");
const { assignLanes, firstEndingAfter } = await load("lanes");
const { accepted, count, EVERYTHING } = await load("filter");
const { rows } = await load("rows");
const { plainLines, prettyLines } = await load("json");
const { diffLines, excerpt } = await load("diff");
const { bars, percentile, times } = await load("statistics");
const { Texts } = await load("texts");
const { duration, parseTime, roundStep } = await load("time");

/** A trace of messages, each `{ id, cause, start, elapsed, to, type, name, code, thread, texts }`, in the order of a file. */
function traceOf(messages) {
  const strings = [""];
  const string = (text) => {
    const known = strings.indexOf(text);
    return known >= 0 ? known : strings.push(text) - 1;
  };
  const all = messages.map((message) => ({ cause: 0, elapsed: 1, to: "a", type: "command", name: "", code: "", thread: 1, from: "host", ...message }));
  const numbers = Object.fromEntries(["start", "elapsed", "thread", "id", "cause"].map((key) => [key, all.map((one) => one[key])]));
  const texts = Object.fromEntries(["from", "to", "type", "name", "code"].map((key) => [key, all.map((one) => string(one[key]))]));
  const bytes = { payload_bytes: all.map(() => 0), response_bytes: all.map(() => 0) };
  const trace = new Trace();
  trace.add({ strings, ...numbers, ...texts, ...bytes }, () => all.map((one) => one.texts ?? ["", ""]));
  return trace.order();
}

const FOUR = [
  { id: 3, cause: 2, start: 30, elapsed: 5, to: "c", type: "query", name: "note", code: "denied", texts: ['{"entity":"note"}', "no"] },
  { id: 2, cause: 1, start: 20, elapsed: 30, to: "b", name: "ask" },
  { id: 4, cause: 1, start: 60, elapsed: 10, to: "b", name: "Tell" },
  { id: 1, start: 10, elapsed: 100, name: "greet", texts: ['{"who":"Ada"}', ""] },
];
const ids = (trace, indices) => [...indices].map((index) => trace.id[index]);
const everything = (trace) => accepted(trace, EVERYTHING);

test("messages stand in the order in which they were sent, under their causes, however a file has them", () => {
  const orders = [FOUR, [...FOUR].reverse(), [FOUR[2], FOUR[0], FOUR[3], FOUR[1]]];
  for (const messages of orders) {
    const trace = traceOf(messages);
    const { indices, levels } = rows(trace, everything(trace), "tree", new Set());
    assert.deepEqual([ids(trace, indices), levels], [[1, 2, 3, 4], [1, 2, 3, 2]]);
    assert.deepEqual(trace.texts.of(trace.place[0]), ['{"who":"Ada"}', ""]);
  }
});

test("messages of one start keep the order of the file", () => {
  const trace = traceOf([{ id: 7, start: 5 }, { id: 8, start: 5 }, { id: 6, start: 1 }]);
  assert.deepEqual(ids(trace, trace.place.keys()), [6, 7, 8]);
});

test("a circle of causes and a cause that is not there have a tree too", () => {
  const trace = traceOf([{ id: 1, cause: 2, start: 1 }, { id: 2, cause: 1, start: 2 }, { id: 3, cause: 3, start: 3 }, { id: 4, cause: 99, start: 4 }]);
  const { indices, levels } = rows(trace, everything(trace), "tree", new Set());
  assert.deepEqual([ids(trace, indices), levels], [[1, 2, 3, 4], [1, 2, 1, 1]]);
});

test("what is closed hides what it caused, and what a filter accepts brings its causes", () => {
  const trace = traceOf(FOUR);
  assert.deepEqual(ids(trace, rows(trace, everything(trace), "tree", new Set([1])).indices), [1, 2, 4]);
  const denied = accepted(trace, { ...EVERYTHING, code: "denied" });
  assert.deepEqual(ids(trace, rows(trace, denied, "tree", new Set()).indices), [1, 2, 3]);
  assert.deepEqual(ids(trace, rows(trace, denied, "time", new Set()).indices), [3]);
});

test("failures or the slowest come first", () => {
  const trace = traceOf(FOUR);
  const marks = everything(trace);
  assert.deepEqual(ids(trace, rows(trace, marks, "failed", new Set()).indices), [3, 1, 2, 4]);
  assert.deepEqual(ids(trace, rows(trace, marks, "slowest", new Set()).indices), [1, 2, 4, 3]);
});

test("filters accept what the options of rp trace do", () => {
  const trace = traceOf(FOUR);
  for (const [filter, expected] of [
    [{}, 4], [{ module: "b" }, 2], [{ module: "nobody" }, 0], [{ kind: "command" }, 3], [{ kind: "command ask" }, 1], [{ code: "*" }, 1],
    [{ code: "denied" }, 1], [{ slower: 30 }, 1], [{ slower: 29 }, 2], [{ text: "ADA" }, 1], [{ text: "#4" }, 1], [{ text: "entity" }, 1], [{ text: "tell" }, 1],
    [{ module: "b", slower: 20 }, 1],
  ]) {
    assert.equal(count(accepted(trace, { ...EVERYTHING, ...filter })), expected, JSON.stringify(filter));
  }
});

test("slices of one lane never overlap, and there are no more lanes than slices at once", () => {
  let seed = 1;
  const random = (most) => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 50; round++) {
    const trace = traceOf(Array.from({ length: 200 }, (_, id) => ({ id: id + 1, start: random(1000), elapsed: random(60), to: `m${random(2)}`, thread: random(2) })));
    const groups = assignLanes(trace);
    assert.equal(groups.flatMap((group) => group.lanes.flat()).length, 200);
    for (const { lanes, to, thread } of groups) {
      for (const lane of lanes) {
        lane.slice(1).forEach((index, at) => assert.ok(trace.end(lane[at]) <= trace.start[index]));
        assert.ok(lane.every((index) => trace.to[index] === to && trace.thread[index] === thread));
        const after = random(1100);
        const found = firstEndingAfter(trace, lane, after);
        assert.equal(found, lane.filter((index) => trace.end(index) <= after).length);
      }
      const all = lanes.flat();
      const atOnce = all.map((index) => all.filter((other) => trace.start[other] <= trace.start[index] && trace.start[index] < trace.end(other)).length);
      // A message that takes no time needs a lane too.
      assert.ok(lanes.length <= Math.max(1, ...atOnce) + 1, `${lanes.length} lanes`);
    }
  }
});

test("messages that all overlap are laid out quickly enough to be shown", () => {
  const trace = traceOf(Array.from({ length: 20_000 }, (_, at) => ({ id: at + 1, start: at, elapsed: 1e9 })));
  assert.equal(assignLanes(trace)[0].lanes.length, 20_000);
});

test("percentiles are those of rp trace", () => {
  const trace = traceOf([3, 1, 2, 10].map((elapsed, at) => ({ id: at + 1, start: at, elapsed })));
  const sorted = times(trace, everything(trace));
  assert.deepEqual([50, 90, 99, 100].map((percent) => percentile(sorted, percent)), [2, 10, 10, 10]);
  assert.equal(percentile(times(trace, new Uint8Array(4)), 50), 0);
});

test("bars hold every message once, from the fastest to the slowest", () => {
  const found = bars(Float64Array.of(0, 3, 4, 700, 700));
  assert.equal(found.reduce((sum, bar) => sum + bar.count, 0), 5);
  assert.deepEqual([found[0], found.at(-1)], [{ from: 0, to: 1, count: 1 }, { from: 500, to: 1000, count: 2 }]);
  assert.deepEqual(bars(Float64Array.of()), []);
});

test("JSON keeps its numbers, escapes and keys as they were written", () => {
  const text = '{"big":12345678901234567890,"e":1.50e+3,"s":"a\\u0041\\"{,}","x":{},"y":[],"z":[true,null],"big":1}';
  const lines = plainLines(text);
  assert.equal(lines.map((line) => line.trimStart()).join("").replaceAll(": ", ":"), text);
  assert.equal(lines.length, 12);
  assert.deepEqual(prettyLines('{"a":"b"}')[1], [["space", "  "], ["key", '"a"'], ["mark", ": "], ["string", '"b"']]);
  assert.equal(prettyLines('{"a":'), null);
  assert.deepEqual(plainLines("no\njson"), ["no", "json"]);
});

test("texts are read from the piece that has them, and only when they are asked for", () => {
  const texts = new Texts();
  const read = [];
  const piece = (name, count) => texts.add(count, () => read.push(name) && Array.from({ length: count }, (_, at) => [`${name}${at}`, ""]));
  piece("a", 2);
  piece("b", 1);
  piece("c", 3);
  assert.deepEqual([3, 2, 5, 2].map((place) => texts.of(place)[0]), ["c0", "b0", "c2", "b0"]);
  assert.deepEqual(read, ["c", "b"]);
});

test("a diff has the lines of both sides, and as few changes as there are", () => {
  const [before, after] = ["abcxdef", "abydefg"].map((text) => text.split(""));
  const steps = diffLines(before, after);
  assert.equal(steps.filter(([sign]) => sign !== "+").map(([, line]) => line).join(""), "abcxdef");
  assert.equal(steps.filter(([sign]) => sign !== "-").map(([, line]) => line).join(""), "abydefg");
  assert.equal(steps.filter(([sign]) => sign !== "=").length, 4);
  assert.deepEqual(diffLines(before, before).filter(([sign]) => sign !== "="), []);
  const far = diffLines([..."123456789", "a"], [..."123456789", "b"]);
  assert.deepEqual(excerpt(far), [null, ["=", "8"], ["=", "9"], ["-", "a"], ["+", "b"]]);
});

test("the call before is of the same command of the same instance", () => {
  const call = (id, name, to = "a") => ({ id, start: id, name, to });
  const trace = traceOf([call(1, "x"), call(2, "y"), call(3, "x", "b"), call(4, "x")]);
  assert.deepEqual([3, 2, 1, 0].map((index) => trace.previous(index)), [0, -1, -1, -1]);
});

test("times are read and written alike", () => {
  assert.deepEqual(["5ms", "0.5 s", "7 ns", "1.5us", "2µs"].map(parseTime), [5e6, 5e8, 7, 1500, 2000]);
  assert.deepEqual(["5", "ms", "-1ms", "", "1e3ms"].map(parseTime), [null, null, null, null, null]);
  assert.deepEqual([7, 1234, 2.5e6, 61e9].map(duration), ["7 ns", "1.2 µs", "2.5 ms", "61.00 s"]);
  assert.deepEqual([0.3, 3, 11, 99].map(roundStep), [1, 5, 20, 100]);
});
