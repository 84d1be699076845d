// One message whole: its facts, payload and response, and what differs from the call before.

import { diffLines, excerpt } from "./diff.mjs";
import { element } from "./dom.mjs";
import { outcomeBadge } from "./grid.mjs";
import { plainLines, prettyLines } from "./json.mjs";
import { duration, offset } from "./time.mjs";

const MOST_CHILDREN = 20;

/** Fills the pane. `go(place)` shows the message of another place; `originUs` is what the trace's times count from, 0 where that is unknown. */
export function renderDetail(pane, trace, index, originUs, go) {
  const [payload, response] = trace.texts.of(trace.place[index]);
  const heading = element("h2", { tabIndex: -1, id: "detail-heading" }, trace.label(index), " ", outcomeBadge(trace, index));
  pane.replaceChildren(
    heading,
    facts(trace, index, originUs, go),
    body("Payload", payload, trace.payload_bytes[index], trace, index),
    body("Response", response, trace.response_bytes[index], trace, index),
    changes(trace, index, go),
  );
}

/** What stands there before a message is selected. */
export function renderNothing(pane) {
  pane.replaceChildren(
    element("h2", { tabIndex: -1, id: "detail-heading" }, "No message selected"),
    element("p", { className: "hint" }, "Select one in the timeline or in the list: its payload, its response and what differs from the call before are shown here."),
  );
}

function facts(trace, index, originUs, go) {
  const link = (at) => element("button", { type: "button", className: "link", onclick: goes(trace, at, go) }, `#${trace.id[at]} ${trace.label(at)}`);
  const list = element("dl", {});
  const fact = (name, ...values) => list.append(element("div", {}, element("dt", {}, name), element("dd", {}, ...values)));
  fact("From", trace.text("from", index));
  fact("To", trace.text("to", index));
  fact("Took", duration(trace.elapsed[index]));
  fact("Sent", offset(trace.start[index] - trace.start[0]), clock(originUs, trace.start[index]));
  fact("Thread", String(trace.thread[index]));
  fact("Id", `#${trace.id[index]}`);
  const cause = trace.parent[index];
  if (cause >= 0) fact("Cause", link(cause));
  else if (trace.cause[index]) fact("Cause", `#${trace.cause[index]}, which is not in this page`);
  const children = trace.children(index);
  if (children.length > 0) {
    const more = children.length - MOST_CHILDREN;
    fact("Caused", ...children.slice(0, MOST_CHILDREN).map(link), more > 0 ? `and ${more.toLocaleString("en")} more` : "");
  }
  return list;
}

/** Indices change while messages come; places do not. */
function goes(trace, index, go) {
  const place = trace.place[index];
  return () => go(place);
}

function clock(originUs, startNs) {
  return originUs ? element("time", {}, new Date((originUs + startNs / 1e3) / 1e3).toISOString().replace("T", " ")) : null;
}

function body(title, text, bytes, trace, index) {
  const shown = new TextEncoder().encode(text).length;
  const size = `${bytes.toLocaleString("en")} bytes`;
  const section = element("section", {}, element("h3", {}, title, " ", element("small", {}, bytes || text ? size : "none")));
  if (!text) return section;
  if (bytes > shown) {
    const command = `rp trace show FILE ${trace.id[index]}`;
    section.append(element("p", { className: "note" }, `Cut: the first ${shown.toLocaleString("en")} bytes; `, element("code", {}, command), " shows what the file has."));
  }
  const lines = prettyLines(text);
  const block = element("pre", { tabIndex: 0, role: "region", "aria-label": title });
  if (lines) {
    lines.forEach((line, at) => {
      if (at > 0) block.append("\n");
      for (const [kind, token] of line) block.append(kind === "space" ? token : element("span", { className: kind }, token));
    });
  } else block.append(text);
  section.append(block);
  return section;
}

function changes(trace, index, go) {
  const before = trace.previous(index);
  const title = element("h3", {}, "Since the call before");
  const section = element("section", {}, title);
  if (before < 0) {
    section.append(element("p", { className: "hint" }, "It is the first of its kind to this instance."));
    return section;
  }
  title.append(" ", element("button", { type: "button", className: "link", onclick: goes(trace, before, go) }, `#${trace.id[before]}`));
  const [was, is] = [before, index].map((at) => trace.texts.of(trace.place[at]));
  section.append(element("p", { className: "hint" }, `It took ${duration(trace.elapsed[before])} then, and ${duration(trace.elapsed[index])} now.`));
  ["Payload", "Response"].forEach((name, at) => section.append(difference(name, was[at], is[at])));
  return section;
}

function difference(name, was, is) {
  if (was === is) return element("p", { className: "hint" }, `${name}: the same.`);
  const block = element("pre", { className: "diff", tabIndex: 0, role: "region", "aria-label": `${name}: what changed` });
  for (const step of excerpt(diffLines(plainLines(was), plainLines(is)))) {
    if (step === null) block.append(element("span", { className: "gap" }, "⋯\n"));
    else {
      const [sign, line] = step;
      const kind = { "=": "same", "-": "went", "+": "came" }[sign];
      block.append(element(sign === "=" ? "span" : sign === "-" ? "del" : "ins", { className: kind }, `${sign === "=" ? " " : sign} ${line}\n`));
    }
  }
  return element("div", {}, element("h4", {}, name), block);
}
