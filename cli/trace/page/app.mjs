// The page: reads its data, and keeps timeline, list, detail and filters together.

import { renderDetail, renderNothing } from "./detail.mjs";
import { byId, element } from "./dom.mjs";
import { accepted, count, EVERYTHING } from "./filter.mjs";
import { Grid } from "./grid.mjs";
import { renderHistogram } from "./histogram.mjs";
import { Trace } from "./model.mjs";
import { duration, parseTime } from "./time.mjs";
import { Timeline } from "./timeline.mjs";

/** More choices than these nobody reads. */
const MOST_CHOICES = 300;
const TYPING_MS = 150;

const number = (value) => value.toLocaleString("en");
const plural = (many, one) => `${number(many)} ${one}${many === 1 ? "" : "s"}`;

class Page {
  trace = new Trace();
  filter = { ...EVERYTHING };

  constructor(head) {
    this.head = head;
    const select = (index, isAsked) => this.select(index, isAsked);
    this.timeline = new Timeline(byId("timeline"), { select, hover: (index, x, y) => this.#hover(index, x, y) });
    this.grid = new Grid(byId("grid"), { select });
    this.#listen();
  }

  /** Shows what is there when the page opens: failures first, if there are any. */
  begin() {
    renderNothing(byId("detail"));
    this.trace.order();
    if (this.trace.code.some((code) => code !== 0)) {
      this.grid.order = "failed";
      document.querySelector("input[value=failed]").checked = true;
    }
    this.#show();
  }

  /** Shows what was added since: what is selected, open and looked at stays. */
  append() {
    const { trace } = this;
    const places = trace.place;
    const hadCause = this.timeline.selected < 0 || trace.parent[this.timeline.selected] >= 0;
    trace.order();
    const moved = (index) => (index < 0 ? index : trace.at(places[index]));
    this.marks = accepted(trace, this.filter);
    this.timeline.update(trace, this.marks, moved);
    this.grid.update(trace, this.marks, moved);
    this.#describe();
    this.#offer();
    this.#count();
    if (!hasFocus(byId("histogram"))) this.#histogram();
    // A message ends before its cause does.
    const { selected } = this.timeline;
    if (!hadCause && trace.parent[selected] >= 0 && !hasFocus(byId("detail"))) this.#detail(selected);
  }

  #show() {
    this.marks = accepted(this.trace, this.filter);
    this.timeline.show(this.trace, this.marks);
    this.grid.show(this.trace, this.marks);
    this.#describe();
    this.#offer();
    this.#count();
    this.#histogram();
  }

  select(index, isAsked) {
    this.timeline.select(index);
    this.grid.select(index);
    const { trace } = this;
    this.#detail(index);
    byId("said").textContent = `${trace.label(index)} to ${trace.text("to", index)}, ${duration(trace.elapsed[index])}, ${trace.outcome(index)}`;
    if (isAsked) byId("detail-heading").focus();
  }

  #detail(index) {
    renderDetail(byId("detail"), this.trace, index, this.head.origin_us, (place) => this.select(this.trace.at(place), true));
  }

  setFilter(change) {
    this.filter = { ...this.filter, ...change };
    this.marks = accepted(this.trace, this.filter);
    this.timeline.filter(this.marks);
    this.grid.show(this.trace, this.marks);
    this.#count();
    this.#histogram();
    this.#mirror();
  }

  #describe() {
    const { head, trace } = this;
    const codes = trace.counts("code").filter(([code]) => code);
    const failed = codes.reduce((sum, [, many]) => sum + many, 0);
    const [first, last] = trace.extent();
    const instances = trace.counts("to").length;
    document.title = `${head.title} – rp trace`;
    byId("title").textContent = head.title;
    const about = [plural(trace.length, "message"), `${number(failed)} failed`, plural(instances, "instance"), duration(last - first)];
    byId("about").textContent = about.join(" · ");
    byId("notes").replaceChildren(...head.notes.map((note) => element("p", { className: "note" }, note)));
    byId("failures").hidden = codes.length === 0;
    if (!hasFocus(byId("codes"))) byId("codes").replaceChildren(...codes.slice(0, 12).map(([code, many]) => this.#chip(code, many)));
  }

  #chip(code, many) {
    const press = () => this.setFilter({ code: this.filter.code === code ? "" : code });
    const chip = element("button", { type: "button", className: "chip", onclick: press, "aria-pressed": this.filter.code === code }, `${code} `, element("b", {}, number(many)));
    chip.dataset.code = code;
    return chip;
  }

  /** Fills the choices of the filters. */
  #offer() {
    const { trace } = this;
    const failed = trace.counts("code").filter(([code]) => code);
    const kinds = trace.counts("kind", (index) => trace.label(index)).filter(([label]) => label.includes(" "));
    choose(byId("module"), "every instance", trace.counts("to"), this.filter.module);
    choose(byId("kind"), "every type", [...trace.counts("type"), ...kinds], this.filter.kind);
    const all = failed.reduce((sum, [, many]) => sum + many, 0);
    choose(byId("code"), "every outcome", all ? [["*", all], ...failed] : [], this.filter.code, { "*": "every failure" });
  }

  #count() {
    const many = count(this.marks);
    const all = plural(this.trace.length, "message");
    byId("count").textContent = many === this.trace.length ? all : `${number(many)} of ${all}`;
    byId("clear").hidden = Object.keys(EVERYTHING).every((key) => this.filter[key] === EVERYTHING[key]);
  }

  #histogram() {
    renderHistogram(byId("histogram"), this.trace, this.marks, (ns) => this.setFilter({ slower: ns }));
  }

  /** Shows the filter in its fields, whoever set it. */
  #mirror() {
    const { filter } = this;
    for (const id of ["module", "kind", "code"]) byId(id).value = filter[id];
    const field = byId("slower");
    if (parseTime(field.value) !== filter.slower) field.value = filter.slower === null ? "" : duration(filter.slower);
    if (byId("text").value !== filter.text) byId("text").value = filter.text;
    for (const chip of byId("codes").children) chip.setAttribute("aria-pressed", chip.dataset.code === filter.code);
  }

  #listen() {
    byId("filters").onsubmit = (event) => event.preventDefault();
    for (const id of ["module", "kind", "code"]) byId(id).onchange = (event) => this.setFilter({ [id]: event.target.value });
    byId("slower").oninput = ({ target }) => {
      const slower = parseTime(target.value);
      const isWrong = target.value.trim() !== "" && slower === null;
      target.setAttribute("aria-invalid", isWrong);
      byId("slower-error").hidden = !isWrong;
      if (!isWrong) this.setFilter({ slower });
    };
    let typing = 0;
    byId("text").oninput = ({ target }) => {
      clearTimeout(typing);
      typing = setTimeout(() => this.setFilter({ text: target.value }), TYPING_MS);
    };
    byId("clear").onclick = () => {
      this.setFilter({ ...EVERYTHING });
      byId("text").focus();
    };
    for (const input of document.querySelectorAll("input[name=order]")) input.onchange = () => this.grid.setOrder(input.value);
    const zoom = { "zoom-in": () => this.timeline.zoom(0.5), "zoom-out": () => this.timeline.zoom(2), "zoom-fit": () => this.timeline.fit() };
    for (const [id, act] of Object.entries(zoom)) byId(id).onclick = act;
    byId("scheme").onclick = () => this.#switchScheme();
    byId("help-button").onclick = () => byId("help").showModal();
    document.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.timeline.trace && this.timeline.resize()).observe(byId("timeline"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.timeline.trace && this.timeline.resize());
  }

  #switchScheme() {
    const root = document.documentElement;
    const isDark = root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.scheme = isDark ? "light" : "dark";
    this.timeline.resize();
  }

  /** Keys that hold for the whole page. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
    const isTyping = event.target.matches("input:not([type=radio]), select");
    if (event.key === "Escape") {
      if (byId("detail").contains(event.target) || isTyping) byId("grid").focus();
      return;
    }
    if (isTyping) return;
    const actions = { "/": () => byId("text").focus(), t: () => byId("timeline").focus(), l: () => byId("grid").focus(), "?": () => byId("help").showModal() };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  #hover(index, x, y) {
    const tip = byId("tip");
    tip.hidden = index < 0;
    if (index < 0) return;
    const { trace } = this;
    tip.textContent = `${trace.label(index)} → ${trace.text("to", index)}, ${duration(trace.elapsed[index])}, ${trace.outcome(index)}`;
    const room = byId("timeline").clientWidth;
    tip.style.translate = `${Math.max(0, Math.min(x + 12, room - tip.offsetWidth - 4))}px ${y + 18}px`;
  }
}

/** Whoever uses something keeps it: it is not made anew under their hands. */
function hasFocus(part) {
  return part.contains(document.activeElement);
}

/** Fills a list of choices, each with its count; the one that is chosen stays. */
function choose(list, everything, choices, chosen, names = {}) {
  if (hasFocus(list)) return;
  const option = (value, text) => element("option", { value, selected: value === chosen }, text);
  const shown = choices.slice(0, MOST_CHOICES).map(([text, many]) => option(text, `${names[text] ?? text} (${number(many)})`));
  const isLeftOut = chosen && !choices.slice(0, MOST_CHOICES).some(([text]) => text === chosen);
  list.replaceChildren(option("", everything), ...shown, ...(isLeftOut ? [option(chosen, chosen)] : []));
}

export const head = JSON.parse(byId("head").textContent);
export const page = new Page(head);
for (const block of document.querySelectorAll("script.texts")) {
  page.trace.texts.add(Number(block.dataset.count), () => JSON.parse(block.textContent));
}
page.trace.add(JSON.parse(byId("messages").textContent));
page.begin();
requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.drawn = Math.round(performance.now()))));
