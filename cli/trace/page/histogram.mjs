// The durations of the messages that the filter accepts.

import { element } from "./dom.mjs";
import { bars, percentile, times } from "./statistics.mjs";
import { duration } from "./time.mjs";

/** Fills the pane; `slower(ns)` has only slower messages shown. */
export function renderHistogram(pane, trace, marks, slower) {
  const sorted = times(trace, marks);
  const list = element("dl", { className: "percentiles" });
  for (const [name, percent] of [["p50", 50], ["p90", 90], ["p99", 99], ["max", 100]]) {
    list.append(element("div", {}, element("dt", {}, name), element("dd", {}, sorted.length ? duration(percentile(sorted, percent)) : "–")));
  }
  pane.replaceChildren(list, chart(bars(sorted), slower));
}

function chart(all, slower) {
  const most = all.reduce((sum, bar) => Math.max(sum, bar.count), 1);
  const list = element("ul", { className: "bars", "aria-label": "Messages by duration; a bar shows only what is slower" });
  for (const bar of all) {
    const text = `${bar.count.toLocaleString("en")} from ${duration(bar.from)} to ${duration(bar.to)}`;
    const column = element("span", { className: "bar" });
    column.style.height = `${bar.count ? Math.max(3, (Math.sqrt(bar.count) / Math.sqrt(most)) * 100) : 0}%`;
    const button = element("button", { type: "button", title: text, "aria-label": text, onclick: () => slower(bar.from) }, column);
    list.append(element("li", {}, button));
  }
  const ends = all.length ? [duration(all[0].from), duration(all.at(-1).to)] : [];
  return element("div", {}, list, element("div", { className: "axis", "aria-hidden": "true" }, ...ends.map((end) => element("span", {}, end))));
}
