// The page of a trace in Chromium. RP is the command, CHROMIUM the browser. With RP_AXE, the file axe.min.js, the page is asked
// for what keeps people out; with RP_FULL, it opens 100,000 messages; with RP_SHOTS, a folder, the book's pictures are written there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { Browser } from "./browser.mjs";
import { sample } from "./sample.mjs";

const { RP, CHROMIUM, RP_AXE, RP_FULL, RP_SHOTS } = process.env;
const folder = mkdtempSync(join(tmpdir(), "rp-trace-page-"));
const OWNED = "</script><script>window.owned=1</script><!-- \u2028\u2029 <img src=x onerror=window.owned=1>";
const HEAD = { rp: "trace", version: 2, host: { name: "rp", version: "0.1.0", pid: 1 }, origin_us: 1_796_025_600_000_000, modules: [] };
const record = (id, more) => ({
  time_us: id, start_ns: id * 1000, thread: 1, id, cause: 0, from: "host", to: "a", type: "command", payload: '{"name":"greet"}',
  outcome: "success", response: '{"status":"success","data":1}', elapsed_ns: 900, ...more,
});
let browser;

/** The page of these lines, as the command makes it. */
function made(name, lines, ...options) {
  const [trace, page] = [join(folder, `${name}.jsonl`), join(folder, `${name}.html`)];
  writeFileSync(trace, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)) + "\n").join(""));
  execFileSync(RP, ["trace", "page", trace, "-o", page, ...options]);
  return pathToFileURL(page).href;
}

async function open(url, { width = 1280, height = 860, scheme = "light" } = {}) {
  const page = await browser.page();
  await page.resize(width, height);
  await page.scheme(scheme);
  page.requests.length = 0;
  await page.open(url);
  return page;
}

/** Nothing was asked of a network, nothing was refused by the policy, nothing went wrong. */
async function isQuiet(page) {
  assert.deepEqual(page.requests.filter((url) => !url.startsWith("file:")), []);
  assert.equal(page.requests.length, 1);
  assert.deepEqual(page.complaints, []);
}

const textOf = (page, selector) => page.eval(`document.querySelector(${JSON.stringify(selector)}).textContent`);
const focused = (page) => page.eval("document.activeElement.id || document.activeElement.value");
/** Waits until the text of an element matches: rows and canvas are drawn with the next frame. */
const reads = (page, selector, pattern) => page.until(`${pattern}.test(document.querySelector(${JSON.stringify(selector)})?.textContent ?? "")`);
const SELECTED = "[aria-selected=true]";

before(async () => (browser = await Browser.start(CHROMIUM)));
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a page opens without a network, failures first, and a click on a slice opens the message", async () => {
  const lines = [HEAD, record(1, { elapsed_ns: 9000 }), record(20, { to: "b", outcome: "rp::call::timeout", response: "" })];
  const page = await open(made("click", lines));
  assert.match(await textOf(page, "#about"), /^2 messages · 1 failed · 2 instances/);
  assert.equal(await page.eval("document.querySelector('input[name=order]:checked').value"), "failed");
  await reads(page, ".rows .row", /rp::call::timeout/);
  const [left, top, width] = await page.eval(`(() => {
    const { left, top, width } = document.getElementById("timeline").getBoundingClientRect();
    return [left, top, width];
  })()`);
  // The first lane lies under the overview and the ruler; its slice covers the first third.
  await page.click(left + 170 + (width - 170) * 0.2, top + 52 + 10);
  assert.match(await textOf(page, "#detail-heading"), /^command greet ✓ success/);
  await reads(page, SELECTED, /command greeta/);
  assert.match(await textOf(page, "#detail time"), /^2026-11-30 /);
  await isQuiet(page);
});

test("keys alone reach everything", async () => {
  const lines = [HEAD, record(2, { cause: 1 }), record(3, { cause: 2, to: "b", type: "query", payload: '{"entity":"note"}' }), record(1), record(9, { to: "b", thread: 2 })];
  const page = await open(made("keys", lines));
  const reached = new Set();
  for (let at = 0; at < 40; at++) {
    await page.key("Tab");
    reached.add(await focused(page));
  }
  for (const id of ["help-button", "scheme", "text", "module", "kind", "code", "slower", "zoom-out", "zoom-in", "zoom-fit", "timeline", "tree", "grid", "detail"]) {
    assert.ok(reached.has(id), `${id} is not reached: ${[...reached]}`);
  }
  await page.eval("document.activeElement.blur()");
  await page.key("l");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.key(key);
  await reads(page, SELECTED, /query note/);
  await page.key("ArrowLeft");
  await page.key("ArrowLeft");
  await page.until(`document.querySelector("[aria-selected=true][aria-expanded=false]")`);
  await page.until("document.querySelectorAll('.rows .row').length === 3");
  await page.key("ArrowRight");
  await page.until("document.querySelectorAll('.rows .row').length === 4");
  await page.key("Enter");
  assert.equal(await focused(page), "detail-heading");
  await page.key("Escape");
  assert.equal(await focused(page), "grid");
  await page.key("t");
  assert.equal(await focused(page), "timeline");
  await page.key("Home");
  await page.key("ArrowRight");
  await page.key("ArrowDown");
  assert.match(await textOf(page, "#said"), /to b/);
  const pixels = () => page.eval("new Promise((resolve) => requestAnimationFrame(() => resolve(document.getElementById('timeline').toDataURL())))");
  const whole = await pixels();
  await page.key("+");
  assert.notEqual(await pixels(), whole);
  await page.key("0");
  assert.equal(await pixels(), whole);
  await page.key("?");
  assert.ok(await page.eval("document.getElementById('help').open"));
  await page.key("Escape");
  assert.ok(!(await page.eval("document.getElementById('help').open")));
  await isQuiet(page);
});

test("filters narrow what is shown, together and each by itself", async () => {
  const url = made("filter", sample(300));
  const page = await open(url);
  const shown = () => textOf(page, "#count");
  assert.equal(await shown(), "300 messages");
  await page.clickOn("#codes .chip");
  const failed = await page.eval("document.querySelector('#codes .chip b').textContent");
  assert.equal(await shown(), `${failed} of 300 messages`);
  assert.equal(await page.eval("document.getElementById('code').value"), await page.eval("document.querySelector('#codes .chip').dataset.code"));
  await page.clickOn("#clear");
  assert.equal(await focused(page), "text");
  await page.type("ada 3");
  await page.until("document.getElementById('count').textContent.includes(' of ')");
  const found = Number.parseInt(await shown());
  assert.ok(found > 0 && found < 100, await shown());
  await page.clickOn("#slower");
  await page.type("5");
  assert.equal(await page.eval("document.getElementById('slower').getAttribute('aria-invalid')"), "true");
  await page.type("s");
  assert.equal(await shown(), "0 of 300 messages");
  await reads(page, ".rows", /No message is accepted/);
  await isQuiet(page);
  const narrowed = await open(made("narrowed", sample(300), "--code", "*"));
  assert.match(await textOf(narrowed, "#notes"), /Only what rp trace page --code '\*' accepts/);
  assert.equal(await textOf(narrowed, "#count"), `${(await textOf(narrowed, "#about")).match(/(\d+) failed/)[1]} messages`);
});

test("text that tries to be a script stays text", async () => {
  const payload = JSON.stringify({ name: OWNED, args: { x: OWNED } });
  const response = JSON.stringify({ status: "error", error: OWNED, code: OWNED });
  const lines = [HEAD, record(1, { from: OWNED, to: OWNED, type: "command", payload, outcome: "error", response })];
  const page = await open(made("owned", lines));
  await page.key("l");
  await page.key("ArrowDown");
  const detail = await page.until("document.querySelector('#detail pre') && document.getElementById('detail').textContent");
  // Of each place once: heading, facts, payload, response.
  assert.ok(detail.split("</script><script>window.owned=1</script><!--").length >= 6, detail);
  assert.equal(await page.eval("window.owned"), undefined);
  assert.equal(await page.eval("document.querySelectorAll('script').length"), 4);
  assert.equal(await page.eval("document.querySelectorAll('#detail img, #grid img, option img').length"), 0);
  await isQuiet(page);
});

test("the call before is compared, and what is cut says so", async () => {
  const payload = (who) => JSON.stringify({ name: "greet", args: { who, same: 1 } });
  const long = JSON.stringify({ status: "success", data: `x${"é".repeat(3000)}` });
  const lines = [HEAD, record(1, { payload: payload("Ada") }), record(5, { payload: payload("Bob"), response: long })];
  const page = await open(made("before", lines));
  await page.key("l");
  await page.key("End");
  await page.until("document.querySelector('#detail .diff')");
  assert.match(await textOf(page, "#detail .diff del"), /Ada/);
  assert.match(await textOf(page, "#detail .diff ins"), /Bob/);
  assert.match(await textOf(page, "#detail .note"), /^Cut: the first 2,047 bytes; rp trace show FILE 5/);
  await page.clickOn("#detail section:last-child .link");
  assert.match(await textOf(page, "#detail section:last-child"), /first of its kind/);
  assert.equal(await focused(page), "detail-heading");
});

test("it is light or dark as the system is, and by its switch", async () => {
  const url = made("scheme", sample(60));
  const page = await open(url);
  const colours = async () => [await page.eval("getComputedStyle(document.body).backgroundColor"), await page.eval("document.getElementById('timeline').toDataURL()")];
  const light = await colours();
  await page.scheme("dark");
  await page.until(`getComputedStyle(document.body).backgroundColor !== ${JSON.stringify(light[0])}`);
  await page.until("true");
  const dark = await colours();
  assert.notEqual(dark[1], light[1]);
  await page.clickOn("#scheme");
  await page.until(`getComputedStyle(document.body).backgroundColor === ${JSON.stringify(light[0])}`);
  await isQuiet(page);
});

test("at 400 pixels nothing is scrolled sideways", async () => {
  const page = await open(made("narrow", sample(300)), { width: 400 });
  for (const act of ["0", "document.getElementById('grid').focus()"]) await page.eval(act);
  await page.key("ArrowDown");
  await page.until("document.querySelector('#detail pre')");
  assert.equal(await page.eval("document.documentElement.scrollWidth"), 400);
  const wide = await page.eval("[...document.querySelectorAll('button, input, select, canvas, section')].filter((one) => one.getBoundingClientRect().right > 400).map((one) => one.id || one.className)");
  assert.deepEqual(wide, []);
  const narrow = await page.eval("['grid', 'detail', 'timeline'].filter((id) => document.getElementById(id).clientWidth < 350)");
  assert.deepEqual(narrow, []);
});

test("nothing keeps people out, in both schemes and widths", { skip: !RP_AXE && "RP_AXE is not set" }, async () => {
  const url = made("axe", sample(300));
  const axe = readFileSync(RP_AXE, "utf8");
  for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [400, "light"], [400, "dark"]]) {
    const page = await open(url, { width, scheme });
    await page.key("l");
    await page.key("ArrowDown");
    await page.until("document.querySelector('#detail pre')");
    await page.send("Runtime.evaluate", { expression: axe });
    for (const state of ["", "document.getElementById('help').showModal()"]) {
      await page.eval(state || "0");
      const found = await page.eval("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html + ' ' + node.any.map((one) => one.message)).slice(0, 3).join(' | ')}`))");
      assert.deepEqual(found, [], `${width} ${scheme} ${state}`);
    }
  }
});

test("100,000 messages open", { skip: !RP_FULL && "RP_FULL is not set" }, async () => {
  const url = made("large", sample(100_000));
  for (let round = 0; round < 5; round++) {
    const page = await open(url);
    assert.equal(await textOf(page, "#count"), "100,000 messages");
    console.error(`100,000 messages are drawn after ${await page.eval("document.documentElement.dataset.drawn")} ms`);
    await isQuiet(page);
    await page.close();
  }
});

test("the pictures of the book", { skip: !RP_SHOTS && "RP_SHOTS is not set" }, async () => {
  const url = made("session", sample(300));
  for (const [name, width, height] of [["desktop", 1200, 840], ["narrow", 400, 840]]) {
    for (const scheme of ["light", "dark"]) {
      const page = await open(url, { width, height, scheme });
      await page.key("l");
      await page.key("ArrowDown");
      await page.key("ArrowDown");
      await page.eval("document.activeElement.blur(); scrollTo(0, 0)");
      await page.until("true");
      writeFileSync(join(RP_SHOTS, `trace-${name}-${scheme}.webp`), await page.screenshot());
      await page.close();
    }
  }
});
