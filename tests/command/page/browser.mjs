// Chromium, driven through its own protocol over two pipes: https://chromedevtools.github.io/devtools-protocol/

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HIDDEN = Symbol("hidden");

const OPTIONS = [
  "--headless",
  "--remote-debugging-pipe",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--force-color-profile=srgb",
];

export class Browser {
  #next = 1;
  #waiting = new Map();
  #heard = [];
  #rest = "";

  static async start(program) {
    const browser = new Browser();
    browser.folder = mkdtempSync(join(tmpdir(), "rp-page-"));
    const options = [...OPTIONS, `--user-data-dir=${browser.folder}`, "about:blank"];
    browser.process = spawn(program, options, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.ended = new Promise((resolve) => browser.process.on("exit", resolve));
    browser.process.stdio[4].setEncoding("utf8").on("data", (text) => browser.#read(text));
    browser.ended.then(() => browser.#waiting.forEach(({ reject }) => reject(new Error("Chromium has ended"))));
    return browser;
  }

  /** A new page. */
  async page() {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await page.begin();
    return page;
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, method }));
  }

  hear(heard) {
    this.#heard.push(heard);
  }

  async close() {
    await this.send("Browser.close").catch(() => {});
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text) {
    const parts = (this.#rest + text).split("\0");
    this.#rest = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
      else if (waiting) waiting.resolve(message.result);
      else this.#heard.forEach((heard) => heard(message));
    }
  }
}

const KEYS = {
  Enter: ["Enter", 13, "\r"], Tab: ["Tab", 9], Escape: ["Escape", 27], Home: ["Home", 36], End: ["End", 35], PageDown: ["PageDown", 34],
  ArrowLeft: ["ArrowLeft", 37], ArrowUp: ["ArrowUp", 38], ArrowRight: ["ArrowRight", 39], ArrowDown: ["ArrowDown", 40], " ": ["Space", 32, " "],
};

export class Page {
  /** What must not be: requests beside the page itself, reports of its policy, uncaught errors. */
  requests = [];
  complaints = [];
  #loaded = () => {};

  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    browser.hear((message) => message.sessionId === session && this.#hear(message));
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  async begin() {
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await this.send(`${domain}.enable`);
  }

  #hear({ method, params }) {
    if (method === "Page.loadEventFired") this.#loaded();
    if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
    if (method === "Runtime.exceptionThrown") this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Log.entryAdded") this.complaints.push(params.entry.text);
    if (method === "Runtime.consoleAPICalled") this.complaints.push(params.args.map((one) => one.value).join(" "));
  }

  async resize(width, height, scale = 1) {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: width < 600 });
  }

  async scheme(value) {
    await this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  }

  async open(url) {
    const loaded = new Promise((resolve) => (this.#loaded = resolve));
    await this.send("Page.navigate", { url });
    await loaded;
    await this.until("document.documentElement.dataset.drawn");
  }

  /** The value of an expression, which may be a promise. */
  async eval(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true, also over a reload of the page; answers its value. */
  async until(expression) {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      try {
        const drawn = this.eval(`new Promise((resolve) => requestAnimationFrame(() => resolve(${expression})))`);
        const value = await Promise.race([drawn, sleep(5_000, HIDDEN, { ref: false })]);
        // A page that another one hides draws nothing, so it never answers.
        if (value === HIDDEN) await this.send("Page.bringToFront");
        else if (value) return value;
      } catch (error) {
        if (!/navigated or closed|context was destroyed/.test(error.message)) throw error;
      }
    }
    throw new Error(`never true: ${expression}`);
  }

  /** Presses a key as a user does. */
  async key(key, modifiers = 0) {
    const [code, number, text] = KEYS[key] ?? [key, key.toUpperCase().charCodeAt(0), key];
    const event = { key, code, windowsVirtualKeyCode: number, modifiers };
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", text, ...event });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  async type(text) {
    for (const letter of text) await this.key(letter);
  }

  async mouse(type, x, y, more = {}) {
    await this.send("Input.dispatchMouseEvent", { type, x, y, ...more });
  }

  async click(x, y) {
    const left = { button: "left", clickCount: 1 };
    await this.mouse("mouseMoved", x, y);
    await this.mouse("mousePressed", x, y, left);
    await this.mouse("mouseReleased", x, y, left);
  }

  /** Clicks the middle of the element. */
  async clickOn(selector) {
    const [x, y] = await this.eval(`(() => {
      const one = document.querySelector(${JSON.stringify(selector)});
      one.scrollIntoView({ block: "center" });
      const { left, top, width, height } = one.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    })()`);
    await this.click(x, y);
  }

  async close() {
    await this.send("Page.close");
  }

  /** A picture of what is seen, as WebP: a third of the size of PNG. */
  async screenshot() {
    const { data } = await this.send("Page.captureScreenshot", { format: "webp", quality: 82 });
    return Buffer.from(data, "base64");
  }
}
