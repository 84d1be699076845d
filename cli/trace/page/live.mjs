// The page while its trace is written: takes in what comes, and draws it as often as drawing leaves time for other things.

import { head, page } from "./app.mjs";
import { byId } from "./dom.mjs";

const LEAST_MS = 100;
/** So many times as long as drawing took is waited before the next. */
const REST = 2;
/** So often in a row the server may not be there. */
const MOST_FAILURES = 8;

const source = new EventSource("events");
let failures = 0;
let timer = 0;
let tookMs = 0;

function tell(state, text) {
  const place = byId("live");
  place.hidden = false;
  if (place.textContent === text) return;
  place.className = state;
  place.textContent = text;
}

function draw() {
  timer = 0;
  // Nobody looks; `visibilitychange` comes back to it.
  if (document.hidden) return;
  const begin = performance.now();
  page.append();
  tookMs = performance.now() - begin;
}

function drawSoon() {
  timer ||= setTimeout(draw, Math.max(LEAST_MS, tookMs * REST));
}

function end(state, text) {
  source.close();
  tell(state, text);
  drawSoon();
}

source.onopen = () => {
  failures = 0;
  tell("", "Live");
};
source.onmessage = ({ data }) => {
  const [first, texts] = data.split("\n");
  const { origin_us, messages } = JSON.parse(first);
  head.origin_us = origin_us;
  page.trace.add(messages, () => JSON.parse(texts));
  drawSoon();
};
source.addEventListener("end", ({ data }) => end("over", JSON.parse(data)));
// Another run writes into the same file.
source.addEventListener("anew", () => location.reload());
source.onerror = () => {
  failures++;
  if (failures < MOST_FAILURES && source.readyState !== EventSource.CLOSED) tell("lost", "Connection lost; trying again");
  else end("lost", "Connection lost: rp has ended, or was killed");
};
document.addEventListener("visibilitychange", () => !document.hidden && drawSoon());
// What changes many times a second is not read aloud each time.
byId("count").setAttribute("aria-live", "off");
