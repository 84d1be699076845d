// The timeline: which part is shown, and what pointer, wheel and keys do.

import { assignLanes, firstEndingAfter } from "./lanes.mjs";
import { LANE, OVERVIEW, Painter, TOP } from "./painter.mjs";

const LEAST_NS = 50;
/** So near to a slice a click counts as on it. */
const NEAR = 4;

export class Timeline {
  scroll = 0;
  selected = -1;
  #isAsked = false;
  #pointers = new Map();
  #overview = null;

  /** `events` has `select(index, isAsked)` and `hover(index, x, y)`; the index is -1 where there is no message. */
  constructor(canvas, events) {
    this.canvas = canvas;
    this.events = events;
    this.painter = new Painter(canvas);
    this.#listen();
  }

  /** Shows a trace. */
  show(trace, marks) {
    this.#take(trace, marks);
    this.fit();
    this.resize();
  }

  /** Shows more of it; `moved` gives the index that a message has now. What is looked at stays, be it a part or all. */
  update(trace, marks, moved) {
    const isWhole = this.view.from === this.extent[0] && this.view.to === this.extent[1];
    this.selected = moved(this.selected);
    this.#take(trace, marks);
    if (isWhole) this.fit();
    this.#overview = null;
    this.#scrollTo(this.scroll);
  }

  #take(trace, marks) {
    this.trace = trace;
    this.marks = marks;
    const [from, to] = trace.extent();
    this.origin = from;
    this.extent = [from, Math.max(to, from + LEAST_NS)];
    this.#layOut();
  }

  #layOut() {
    this.lanes = [];
    this.laneOf = new Uint32Array(this.trace.length);
    let instance = -1;
    let isOfEvenGroup = false;
    for (const group of assignLanes(this.trace)) {
      isOfEvenGroup = group.to === instance ? isOfEvenGroup : !isOfEvenGroup;
      group.lanes.forEach((items, at) => {
        for (const index of items) this.laneOf[index] = this.lanes.length;
        this.lanes.push({ group, items, isOfEvenGroup, isFirst: at === 0, isFirstOfInstance: group.to !== instance });
        instance = group.to;
      });
    }
    this.canvas.style.height = `${TOP + Math.min(Math.max(this.lanes.length, 4), 11) * LANE + 4}px`;
  }

  filter(marks) {
    this.marks = marks;
    this.draw();
  }

  select(index) {
    this.selected = index;
    if (index >= 0) this.#reveal(index);
    this.draw();
  }

  fit() {
    this.view = { from: this.extent[0], to: this.extent[1] };
    this.draw();
  }

  resize() {
    this.#overview = null;
    this.painter.resize();
    this.#scrollTo(this.scroll);
  }

  /** Zooms by a factor; the time `at` stays where it is. */
  zoom(factor, at = (this.view.from + this.view.to) / 2) {
    const [from, to] = [at - (at - this.view.from) * factor, at + (this.view.to - at) * factor];
    if (to - from > LEAST_NS || factor > 1) this.#look(from, to);
  }

  /** Moves by so many widths of what is shown. */
  pan(widths) {
    const by = (this.view.to - this.view.from) * widths;
    this.#look(this.view.from + by, this.view.to + by);
  }

  /** Shows one message over a third of the width. */
  zoomTo(index) {
    const { trace } = this;
    const span = Math.max(trace.elapsed[index] * 3, LEAST_NS * 2);
    const middle = trace.start[index] + trace.elapsed[index] / 2;
    this.#look(middle - span / 2, middle + span / 2);
    this.#reveal(index);
  }

  /** Draws before the next frame. */
  draw() {
    if (this.#isAsked || !this.trace) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.painter.paint(this);
    });
  }

  /** How many messages begin at each of so many places, and whether one of them failed. */
  overview(places) {
    if (this.#overview?.density.length === places) return this.#overview;
    const { trace, extent } = this;
    const [density, failures] = [new Uint32Array(places), new Uint8Array(places)];
    let most = 1;
    for (let index = 0; index < trace.length; index++) {
      const at = Math.min(places - 1, Math.floor(((trace.start[index] - extent[0]) / (extent[1] - extent[0])) * places));
      most = Math.max(most, ++density[at]);
      if (trace.isFailed(index)) failures[at] = 1;
    }
    this.#overview = { density, failures, most };
    return this.#overview;
  }

  #look(from, to) {
    const [first, last] = this.extent;
    const span = Math.min(to - from, last - first);
    const start = Math.max(first, Math.min(from, last - span));
    this.view = { from: start, to: start + span };
    this.draw();
  }

  #scrollTo(scroll) {
    const most = Math.max(0, (this.lanes?.length ?? 0) * LANE - (this.painter.height - TOP));
    this.scroll = Math.max(0, Math.min(scroll, most));
    this.draw();
  }

  #reveal(index) {
    const { trace, view } = this;
    if (trace.end(index) < view.from || trace.start[index] > view.to) {
      const span = view.to - view.from;
      this.#look(trace.start[index] - span * 0.2, trace.start[index] + span * 0.8);
    }
    const [y, room] = [this.laneOf[index] * LANE, this.painter.height - TOP];
    if (y < this.scroll) this.#scrollTo(y);
    else if (y + LANE > this.scroll + room) this.#scrollTo(y + LANE - room);
  }

  /** The message at a place of the canvas; -1 where there is none. */
  #find(x, y) {
    const lane = this.lanes?.[Math.floor((y - TOP + this.scroll) / LANE)];
    if (!lane || y < TOP || x < this.painter.gutter) return -1;
    const { trace, painter, view } = this;
    const near = (index) => Math.max(painter.x(trace.start[index], view) - x, x - painter.x(trace.end(index), view), 0);
    const at = firstEndingAfter(trace, lane.items, painter.time(x, view));
    const around = lane.items.slice(Math.max(0, at - 2), at + 2).filter((index) => near(index) <= NEAR);
    const rank = (index) => near(index) + (this.marks[index] ? 0 : NEAR);
    return around.reduce((best, index) => (best < 0 || rank(index) < rank(best) ? index : best), -1);
  }

  /** Selects the nearest message in the lane, that the filter accepts, before or after the selected one. */
  #step(by) {
    if (this.selected < 0) return this.#selectFirst();
    const { items } = this.lanes[this.laneOf[this.selected]];
    for (let at = items.indexOf(this.selected) + by; at >= 0 && at < items.length; at += by) {
      if (this.marks[items[at]]) return this.events.select(items[at], false);
    }
  }

  /** Selects the message that is nearest in time in the next lane above or below. */
  #stepLane(by) {
    if (this.selected < 0) return this.#selectFirst();
    const { trace } = this;
    const time = trace.start[this.selected];
    for (let lane = this.laneOf[this.selected] + by; lane >= 0 && lane < this.lanes.length; lane += by) {
      const { items } = this.lanes[lane];
      const far = (index) => Math.max(trace.start[index] - time, time - trace.end(index), 0);
      const best = items.reduce((one, index) => (this.marks[index] && (one < 0 || far(index) < far(one)) ? index : one), -1);
      if (best >= 0) return this.events.select(best, false);
    }
  }

  #selectFirst() {
    const first = this.marks.indexOf(1);
    if (first >= 0) this.events.select(first, false);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = event.shiftKey ? 0.5 : 0.1;
    const actions = {
      ArrowLeft: () => (event.shiftKey ? this.pan(-pan) : this.#step(-1)),
      ArrowRight: () => (event.shiftKey ? this.pan(pan) : this.#step(1)),
      ArrowUp: () => this.#stepLane(-1),
      ArrowDown: () => this.#stepLane(1),
      PageUp: () => this.#scrollTo(this.scroll - this.painter.height / 2),
      PageDown: () => this.#scrollTo(this.scroll + this.painter.height / 2),
      "+": () => this.zoom(0.7, this.#centre()),
      "=": () => this.zoom(0.7, this.#centre()),
      "-": () => this.zoom(1 / 0.7, this.#centre()),
      a: () => this.pan(-pan),
      d: () => this.pan(pan),
      0: () => this.fit(),
      Home: () => this.fit(),
      f: () => this.selected >= 0 && this.zoomTo(this.selected),
      Enter: () => this.selected >= 0 && this.events.select(this.selected, true),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** Where keys zoom: at the selected message if it is shown. */
  #centre() {
    const { selected, trace, view } = this;
    if (selected < 0) return undefined;
    const time = trace.start[selected] + trace.elapsed[selected] / 2;
    return time >= view.from && time <= view.to ? time : undefined;
  }

  #listen() {
    const on = (name, heard, options) => this.canvas.addEventListener(name, heard, options);
    on("keydown", (event) => this.trace && this.#key(event));
    on("wheel", (event) => this.trace && this.#wheel(event), { passive: false });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#release(event));
    on("pointercancel", (event) => this.#pointers.delete(event.pointerId));
    on("pointerleave", () => this.events.hover(-1));
    on("dblclick", ({ offsetX, offsetY }) => {
      const index = this.#find(offsetX, offsetY);
      if (index >= 0) this.zoomTo(index);
    });
  }

  /** With Ctrl, or by pinching on a touchpad, it zooms; sideways or with Shift it pans; else it scrolls the lanes, if they go on. */
  #wheel(event) {
    const before = this.scroll;
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.006), this.painter.time(event.offsetX, this.view));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.pan((event.deltaX || event.deltaY) / this.painter.width);
    } else {
      this.#scrollTo(this.scroll + event.deltaY);
      if (this.scroll === before) return;
    }
    event.preventDefault();
  }

  #press(event) {
    if (event.button !== 0 || !this.trace) return;
    this.canvas.setPointerCapture(event.pointerId);
    const { offsetX: x, offsetY: y } = event;
    this.#pointers.set(event.pointerId, { x, y, startX: x, startY: y, isInOverview: y < OVERVIEW });
    if (y < OVERVIEW) this.#lookAround(x);
  }

  /** Brings the place in the overview to the middle. */
  #lookAround(x) {
    const time = this.painter.time(x, { from: this.extent[0], to: this.extent[1] });
    const half = (this.view.to - this.view.from) / 2;
    this.#look(time - half, time + half);
  }

  #move(event) {
    if (!this.trace) return;
    const { offsetX: x, offsetY: y } = event;
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) return this.events.hover(this.#find(x, y), x, y);
    const [dx, dy] = [x - pointer.x, y - pointer.y];
    const other = [...this.#pointers.values()].find((one) => one !== pointer);
    if (pointer.isInOverview) this.#lookAround(x);
    else if (other) {
      const [before, after] = [Math.abs(pointer.x - other.x), Math.abs(x - other.x)];
      if (before > 8 && after > 8) this.zoom(before / after, this.painter.time((x + other.x) / 2, this.view));
    } else {
      this.pan(-dx / (this.painter.width - this.painter.gutter));
      if (event.pointerType !== "touch") this.#scrollTo(this.scroll - dy);
    }
    [pointer.x, pointer.y] = [x, y];
  }

  #release(event) {
    const pointer = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    if (!pointer || pointer.isInOverview) return;
    const { offsetX: x, offsetY: y } = event;
    if (Math.hypot(x - pointer.startX, y - pointer.startY) > 4) return;
    const index = this.#find(x, y);
    if (index >= 0) this.events.select(index, false);
  }
}
