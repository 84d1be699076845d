// The list of messages: a treegrid of which only the rows in sight are there.

import { element } from "./dom.mjs";
import { hasChildren, rows } from "./rows.mjs";
import { duration, offset } from "./time.mjs";

const ROW = 30;
/** A browser shows no element that is much higher than these rows. */
const MOST_ROWS = 1_000_000;
const DEEPEST = 32;

export class Grid {
  selected = -1;
  order = "tree";
  #collapsed = new Set();
  #isAsked = false;

  /** `events` has `select(index, isAsked)`. */
  constructor(root, events) {
    this.root = root;
    this.body = root.querySelector(".rows");
    this.events = events;
    root.addEventListener("scroll", () => this.#ask());
    root.addEventListener("keydown", (event) => this.#key(event));
    this.body.addEventListener("click", (event) => this.#click(event));
    new ResizeObserver(() => this.#ask()).observe(root);
  }

  show(trace, marks) {
    this.trace = trace;
    this.marks = marks;
    this.#arrange();
  }

  /** Shows more of the trace; `moved` gives the index that a message has now. Who looks at the end, and at nothing else, sees what comes. */
  update(trace, marks, moved) {
    const { root } = this;
    const isAtEnd = this.selected < 0 && ["tree", "time"].includes(this.order) && root.scrollTop + root.clientHeight > root.scrollHeight - ROW;
    this.selected = moved(this.selected);
    this.#collapsed = new Set([...this.#collapsed].map(moved));
    this.show(trace, marks);
    if (isAtEnd) root.scrollTop = root.scrollHeight;
  }

  setOrder(order) {
    this.order = order;
    this.#arrange();
    this.root.scrollTop = 0;
    if (this.selected >= 0) this.#reveal();
  }

  /** Selects a message; in the tree its causes are opened. */
  select(index) {
    this.selected = index;
    if (index >= 0 && this.order === "tree") {
      let isChanged = false;
      for (let at = this.trace.parent[index]; at >= 0; at = this.trace.parent[at]) isChanged = this.#collapsed.delete(at) || isChanged;
      if (isChanged) this.#arrange();
    }
    this.#reveal();
    this.#ask();
  }

  #arrange() {
    const { indices, levels } = rows(this.trace, this.marks, this.order, this.#collapsed);
    this.left = Math.max(0, indices.length - MOST_ROWS);
    this.indices = this.left ? indices.slice(0, MOST_ROWS) : indices;
    this.levels = levels;
    this.place = this.indices.indexOf(this.selected);
    this.body.style.height = `${this.indices.length * ROW}px`;
    this.root.setAttribute("aria-rowcount", this.indices.length + 1);
    this.#ask();
  }

  #ask() {
    if (this.#isAsked || !this.trace) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.#render();
    });
  }

  #render() {
    const first = Math.max(0, Math.floor(this.root.scrollTop / ROW) - 4);
    const last = Math.min(this.indices.length, first + Math.ceil(this.root.clientHeight / ROW) + 8);
    const shown = [];
    for (let at = first; at < last; at++) shown.push(this.#row(at));
    if (shown.length === 0) shown.push(emptyRow(this.trace.length ? "No message is accepted by the filter." : "There is no message."));
    this.body.replaceChildren(...shown);
    const isShown = this.place >= first && this.place < last;
    if (isShown) this.root.setAttribute("aria-activedescendant", `row-${this.selected}`);
    else this.root.removeAttribute("aria-activedescendant");
  }

  #row(at) {
    const { trace } = this;
    const index = this.indices[at];
    const level = this.levels?.[at] ?? 1;
    const isParent = this.order === "tree" && hasChildren(trace, index);
    const isOpen = isParent && !this.#collapsed.has(index);
    const cell = (name, ...inside) => element("span", { role: "gridcell", className: name }, ...inside);
    const twisty = element("span", { className: "twisty", "aria-hidden": "true" }, isParent ? (isOpen ? "▾" : "▸") : "");
    const label = cell("message", twisty, element("span", { className: "name" }, trace.label(index)));
    label.style.paddingInlineStart = `${(Math.min(level, DEEPEST) - 1) * 16 + 6}px`;
    const row = element(
      "div",
      { role: "row", id: `row-${index}`, className: "row", "aria-rowindex": at + 2, "aria-level": level, "aria-selected": index === this.selected },
      label,
      cell("to", trace.text("to", index)),
      cell("start", offset(trace.start[index] - trace.start[0])),
      cell("time", duration(trace.elapsed[index])),
      cell("outcome", outcomeBadge(trace, index)),
      cell("id", `#${trace.id[index]}`),
    );
    row.classList.toggle("other", !this.marks[index]);
    if (isParent) row.setAttribute("aria-expanded", isOpen);
    row.style.transform = `translateY(${at * ROW}px)`;
    return row;
  }

  #reveal() {
    this.place = this.selected < 0 ? -1 : this.indices.indexOf(this.selected);
    if (this.place < 0) return;
    const head = this.root.firstElementChild.offsetHeight;
    const [top, room] = [this.place * ROW, this.root.clientHeight - head];
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + ROW > this.root.scrollTop + room) this.root.scrollTop = top + ROW - room;
  }

  #toggle(index, isOpen) {
    if (isOpen) this.#collapsed.delete(index);
    else this.#collapsed.add(index);
    this.#arrange();
  }

  #click(event) {
    const row = event.target.closest("[role=row]");
    if (!row?.id) return;
    const index = Number(row.id.slice(4));
    const isTwisty = event.target.closest(".twisty") && row.hasAttribute("aria-expanded");
    if (isTwisty) this.#toggle(index, this.#collapsed.has(index));
    else this.events.select(index, false);
  }

  #go(place) {
    const index = this.indices[Math.max(0, Math.min(place, this.indices.length - 1))];
    if (index !== undefined) this.events.select(index, false);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.trace) return;
    const page = Math.max(1, Math.floor(this.root.clientHeight / ROW) - 2);
    const isInTree = this.order === "tree" && this.place >= 0;
    const actions = {
      ArrowDown: () => this.#go(this.place + 1),
      ArrowUp: () => this.#go(this.place - 1),
      PageDown: () => this.#go(this.place + page),
      PageUp: () => this.#go(Math.max(0, this.place) - page),
      Home: () => this.#go(0),
      End: () => this.#go(this.indices.length - 1),
      ArrowRight: () => isInTree && this.#open(),
      ArrowLeft: () => isInTree && this.#close(),
      Enter: () => this.selected >= 0 && this.events.select(this.selected, true),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** Opens the selected row, or goes to the first below it. */
  #open() {
    if (!hasChildren(this.trace, this.selected)) return;
    if (this.#collapsed.has(this.selected)) this.#toggle(this.selected, true);
    else this.#go(this.place + 1);
  }

  /** Closes the selected row, or goes to its cause. */
  #close() {
    const { trace, selected } = this;
    if (hasChildren(trace, selected) && !this.#collapsed.has(selected)) this.#toggle(selected, false);
    else if (trace.parent[selected] >= 0) this.events.select(trace.parent[selected], false);
  }
}

function emptyRow(text) {
  const cell = element("span", { role: "gridcell", className: "none" }, text);
  return element("div", { role: "row", className: "row", "aria-level": 1 }, cell);
}

/** How a message came out: with a sign, since colour alone tells not everybody. */
export function outcomeBadge(trace, index) {
  const isFailed = trace.isFailed(index);
  return element("span", { className: isFailed ? "badge bad" : "badge good" }, `${isFailed ? "✕" : "✓"} ${trace.outcome(index)}`);
}
