// The page while its session runs, in Chromium. RP is the command, MODULES the folder of modules, CHROMIUM the browser; with RP_FULL
// it takes in 100,000 messages, with RP_SHOTS, a folder, the book's picture is written there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { Browser } from "./browser.mjs";
import { sample } from "./sample.mjs";

const { RP, MODULES, CHROMIUM, RP_FULL, RP_SHOTS } = process.env;
const folder = mkdtempSync(join(tmpdir(), "rp-live-page-"));
const children = [];
let browser;

// A test that fails leaves its own behind, and this process would wait for it.
after(() => children.forEach((child) => child.kill("SIGKILL")));

/** The command, as soon as it has printed the address of its page. */
async function serve(...options) {
  const child = spawn(RP, options, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
  children.push(child);
  const ended = new Promise((resolve) => child.on("close", resolve));
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    if (line.startsWith("page: ")) return { child, ended, answers, said, url: line.slice("page: ".length) };
  }
  throw new Error(`no page: ${said.join("\n")}`);
}

/** What stands between browser and server, and cuts their connections. */
async function relay(url) {
  const { hostname, port, pathname } = new URL(url);
  const open = new Set();
  const server = createServer((near) => {
    const far = connect(port, hostname);
    const host = `:${server.address().port}`;
    near.on("data", (bytes) => far.write(bytes.toString("latin1").replace(host, `:${port}`), "latin1"));
    far.pipe(near);
    for (const one of [near, far]) {
      open.add(one);
      one.on("error", () => {}).on("close", () => [near, far].forEach((end) => end.destroy() && open.delete(end)));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}${pathname}`, cut: () => open.forEach((one) => one.destroy()) };
}

async function open(url) {
  const page = await browser.page();
  await page.resize(1280, 860);
  page.requests.length = 0;
  await page.open(url);
  return page;
}

const step = (name, args) => `${JSON.stringify({ module: "test-minimal", type: "command", payload: { name, args } })}\n`;
/** A page that another one hides draws nothing. */
const front = (page) => page.send("Page.bringToFront");
const counted = (page, text) => page.until(`document.getElementById("count").textContent === ${JSON.stringify(text)}`);
const live = (page, pattern) => page.until(`${pattern}.test(document.getElementById("live").textContent)`);
const labels = (page) => page.eval("[...document.querySelectorAll('.rows .name')].map((one) => one.textContent)");

/** Nothing came from elsewhere, nothing was refused, nothing went wrong. */
function isQuiet(page, url) {
  assert.deepEqual(page.requests.filter((one) => one !== url && one !== `${url}events`), []);
  assert.deepEqual(page.complaints, []);
}

before(async () => (browser = await Browser.start(CHROMIUM)));
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("messages appear while the session runs, in order, and its end is told", async () => {
  const { child, ended, url } = await serve("run", "--page", "-", "--modules", MODULES);
  const page = await open(url);
  await live(page, /^Live$/);
  child.stdin.write(step("ping", {}) + step("fail", { code: "not_found", text: "no" }));
  // Its `init` is one of them.
  await counted(page, "3 messages");
  assert.deepEqual(await labels(page), ["init", "command ping", "command fail"]);
  await page.clickOn("#row-1");
  await page.until("/^command ping/.test(document.getElementById('detail-heading').textContent)");
  const opened = await page.eval("document.getElementById('detail').firstChild.textContent");
  child.stdin.write(step("echo", { text: "</script><script>window.owned=1</script>" }));
  await counted(page, "4 messages");
  assert.equal(await page.eval("document.getElementById('detail').firstChild.textContent"), opened);
  await page.until("document.querySelector('[aria-selected=true] .name').textContent === 'command ping'");
  assert.match(await page.eval("document.getElementById('codes').textContent"), /^not_found 1$/);
  child.stdin.end();
  assert.equal(await ended, 0);
  await live(page, /^The session has ended\.$/);
  await counted(page, "5 messages");
  assert.equal((await labels(page)).at(-1), "shutdown");
  assert.equal(await page.eval("window.owned"), undefined);
  isQuiet(page, url);
});

test("a second browser, and one that lost its connection, have each message once", async () => {
  const trace = join(folder, "twice.jsonl");
  const lines = sample(2500);
  writeFileSync(trace, `${lines.slice(0, 1201).join("\n")}\n`);
  const { child, ended, url } = await serve("trace", "page", trace, "--serve");
  const between = await relay(url);
  const page = await open(between.url);
  await counted(page, "1,200 messages");
  // What is asked for after an interruption stands behind what came before it.
  between.cut();
  appendFileSync(trace, `${lines.slice(1201, 2000).join("\n")}\n`);
  await counted(page, "1,999 messages");
  assert.equal(page.requests.filter((one) => one.endsWith("/events")).length, 2);
  appendFileSync(trace, `${lines.slice(2000).join("\n")}\n`);
  const second = await open(url);
  for (const one of [page, second]) {
    await front(one);
    await counted(one, "2,500 messages");
  }
  // The next run writes into the same file.
  writeFileSync(trace, `${sample(7).join("\n").replaceAll('"pid":1', '"pid":2')}\n`);
  for (const one of [page, second]) {
    await front(one);
    await counted(one, "7 messages");
  }
  child.kill("SIGINT");
  assert.equal(await ended, 130);
  for (const one of [page, second]) {
    await front(one);
    await live(one, /^rp was told to stop/);
  }
});

test("where rp is killed, the page says so and keeps what it has", async () => {
  const { child, ended, url } = await serve("run", "--page", "-", "--modules", MODULES);
  const page = await open(url);
  child.stdin.write(step("ping", {}));
  await counted(page, "2 messages");
  child.kill("SIGKILL");
  await ended;
  await live(page, /^Connection lost/);
  await counted(page, "2 messages");
});

test("100,000 messages are taken in", { skip: !RP_FULL && "RP_FULL is not set" }, async () => {
  const trace = join(folder, "large.jsonl");
  writeFileSync(trace, `${sample(100_000).join("\n")}\n`);
  const { child, ended, url } = await serve("trace", "page", trace, "--serve");
  // Once so that the file is read, then for the time.
  for (let round = 0; round < 4; round++) {
    const page = await open(url);
    await counted(page, "100,000 messages");
    console.error(`100,000 messages from the server are drawn after ${await page.eval("Math.round(performance.now())")} ms`);
    await page.close();
  }
  child.kill("SIGINT");
  await ended;
});

test("the picture of the book", { skip: !RP_SHOTS && "RP_SHOTS is not set" }, async () => {
  const trace = join(folder, "session.jsonl");
  writeFileSync(trace, `${sample(120).join("\n")}\n`);
  const { child, ended, url } = await serve("trace", "page", trace, "--serve");
  const page = await open(url);
  await page.resize(1200, 840);
  await counted(page, "120 messages");
  await page.until("true");
  writeFileSync(join(RP_SHOTS, "trace-live-light.webp"), await page.screenshot());
  child.kill("SIGINT");
  await ended;
});
