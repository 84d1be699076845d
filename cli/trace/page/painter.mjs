// What the timeline looks like.

import { colourOf } from "./dom.mjs";
import { firstEndingAfter } from "./lanes.mjs";
import { duration, mark, roundStep } from "./time.mjs";

export const OVERVIEW = 30;
const RULER = 22;
/** Where the lanes begin. */
export const TOP = OVERVIEW + RULER;
export const LANE = 22;
const BAR = 17;
const FONT = "12px system-ui, sans-serif";
/** Of a letter of that font, about. */
const LETTER = 6.3;
const KINDS = 8;

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.#readColours();
  }

  #readColours() {
    const names = ["page", "panel", "line", "ink", "faint", "accent", "bad", "on-bad", "on-slice", "dim"];
    this.colours = Object.fromEntries(names.map((name) => [name, colourOf(name)]));
    this.kinds = Array.from({ length: KINDS }, (_, kind) => colourOf(`slice-${kind}`));
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    const scale = devicePixelRatio || 1;
    [this.width, this.height] = [clientWidth, clientHeight];
    [this.canvas.width, this.canvas.height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
    this.gutter = Math.round(Math.min(170, clientWidth * 0.28));
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#readColours();
  }

  /** The horizontal place of a time. */
  x(time, view) {
    return this.gutter + ((time - view.from) / (view.to - view.from)) * (this.width - this.gutter);
  }

  /** The time at a horizontal place. */
  time(x, view) {
    return view.from + ((x - this.gutter) / (this.width - this.gutter)) * (view.to - view.from);
  }

  paint(picture) {
    const { context, colours } = this;
    context.font = FONT;
    context.textBaseline = "middle";
    context.fillStyle = colours.panel;
    context.fillRect(0, 0, this.width, this.height);
    this.#lanes(picture);
    this.#ruler(picture);
    this.#overview(picture);
    this.#scrollbar(picture);
  }

  #lanes(picture) {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(0, TOP, this.width, this.height - TOP);
    context.clip();
    const first = Math.max(0, Math.floor(picture.scroll / LANE));
    const last = Math.min(picture.lanes.length, Math.ceil((picture.scroll + this.height - TOP) / LANE));
    const visible = picture.lanes.slice(first, last).map((lane, at) => ({ ...lane, y: this.#y(first + at, picture) }));
    // What is scrolled keeps its name in sight.
    const isNamed = (lane) => Object.assign(lane, { isFirst: true, isFirstOfInstance: true });
    if (visible.length > 1) isNamed(visible[visible[0].y < TOP - LANE / 2 ? 1 : 0]);
    for (const lane of visible) if (lane.isOfEvenGroup) this.#fill("page", 0, lane.y, this.width, LANE);
    this.#grid(picture);
    context.save();
    context.beginPath();
    context.rect(this.gutter, TOP, this.width, this.height);
    context.clip();
    for (const lane of visible) this.#slices(lane, picture);
    if (picture.selected >= 0) this.#selection(picture);
    context.restore();
    for (const lane of visible) this.#name(lane, picture);
    this.#fill("line", this.gutter - 1, TOP, 1, this.height);
    context.restore();
  }

  #y(lane, picture) {
    return TOP + lane * LANE - picture.scroll;
  }

  #fill(colour, x, y, width, height) {
    this.context.fillStyle = this.colours[colour] ?? colour;
    this.context.fillRect(x, y, width, height);
  }

  /** What is filtered out lies below, failures lie on top: no other slice hides one. */
  #slices({ items, y }, picture) {
    const { trace, marks } = picture;
    const isDim = (index) => !marks[index];
    const isGood = (index) => marks[index] && !trace.isFailed(index);
    const isBad = (index) => marks[index] && trace.isFailed(index);
    for (const isWanted of [isDim, isGood, isBad]) {
      let drawn = -1;
      for (let at = firstEndingAfter(trace, items, picture.view.from); at < items.length; at++) {
        const index = items[at];
        if (trace.start[index] > picture.view.to) break;
        if (!isWanted(index)) continue;
        const left = Math.max(this.x(trace.start[index], picture.view), this.gutter - 2);
        const right = Math.min(this.x(trace.end(index), picture.view), this.width + 2);
        // Whatever lies within the pixel that was drawn last is not seen.
        if (right <= drawn) continue;
        const width = Math.max(right - left - 0.5, 1);
        drawn = Math.max(right, Math.floor(left) + 1);
        const colour = isWanted === isDim ? "dim" : isWanted === isBad ? "bad" : this.kinds[trace.kind[index] % KINDS];
        this.#fill(colour, left, y + 2, width, BAR);
        if (width > 24) this.#label(index, left, y, width, picture, isWanted);
      }
    }
  }

  #label(index, left, y, width, { trace, marks }) {
    const { context, colours } = this;
    const isBad = trace.isFailed(index);
    const text = `${isBad ? "✕ " : ""}${trace.text("name", index) || trace.text("type", index)}`;
    context.fillStyle = !marks[index] ? colours.ink : isBad ? colours["on-bad"] : colours["on-slice"];
    context.fillText(cut(text, width - 8), left + 4, y + 2 + BAR / 2 + 1);
    const room = width - 16 - text.length * LETTER;
    const time = duration(trace.elapsed[index]);
    if (room > time.length * LETTER) context.fillText(time, left + width - 4 - time.length * LETTER, y + 2 + BAR / 2 + 1);
  }

  #selection(picture) {
    const { context, colours } = this;
    const { trace, selected } = picture;
    const middle = (index) => this.#y(picture.laneOf[index], picture) + 2 + BAR / 2;
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.5;
    const arrow = (from, to) => {
      const [x, end] = [this.x(trace.start[to], picture.view), middle(to)];
      context.beginPath();
      context.moveTo(Math.max(this.x(trace.start[from], picture.view), x - 12), middle(from));
      context.lineTo(x - 6, end);
      context.lineTo(x, end);
      context.stroke();
    };
    if (trace.parent[selected] >= 0) arrow(trace.parent[selected], selected);
    trace.children(selected).slice(0, 100).forEach((child) => arrow(selected, child));
    const left = this.x(trace.start[selected], picture.view);
    const width = Math.max(this.x(trace.end(selected), picture.view) - left, 2);
    const y = this.#y(picture.laneOf[selected], picture);
    context.lineWidth = 2;
    context.strokeStyle = colours.ink;
    context.strokeRect(left - 1, y + 1, width + 2, BAR + 2);
  }

  #name({ isFirst, isFirstOfInstance, group, y }, { trace }) {
    if (!isFirst) return;
    const { context, colours } = this;
    const thread = `thread ${group.thread}`;
    const room = this.gutter - 14;
    context.fillStyle = colours.ink;
    const name = isFirstOfInstance ? trace.strings[group.to] : "";
    const shown = cut(name, room - 8);
    context.fillText(shown, 8, y + LANE / 2);
    context.fillStyle = colours.faint;
    if (room > (shown.length + thread.length + 1) * LETTER) {
      context.textAlign = "right";
      context.fillText(thread, this.gutter - 8, y + LANE / 2);
      context.textAlign = "left";
    }
  }

  #marks({ view, origin }) {
    const room = Math.max(90, (this.width - this.gutter) / 8);
    const step = roundStep(((view.to - view.from) * room) / (this.width - this.gutter));
    const found = [];
    for (let time = Math.ceil((view.from - origin) / step) * step; time <= view.to - origin; time += step) found.push(time);
    return { step, found };
  }

  #grid(picture) {
    for (const time of this.#marks(picture).found) {
      this.#fill("line", Math.round(this.x(time + picture.origin, picture.view)), TOP, 1, this.height);
    }
  }

  #ruler(picture) {
    const { context, colours } = this;
    this.#fill("panel", 0, OVERVIEW, this.width, RULER);
    const { step, found } = this.#marks(picture);
    context.fillStyle = colours.faint;
    for (const time of found) {
      const x = this.x(time + picture.origin, picture.view);
      if (x >= this.gutter - 1) context.fillText(mark(time, step), x + 4, OVERVIEW + RULER / 2);
    }
    context.fillText(cut(`${duration(picture.view.to - picture.view.from)} shown`, this.gutter - 12), 8, OVERVIEW + RULER / 2);
    this.#fill("line", 0, TOP - 1, this.width, 1);
  }

  /** All messages, how many there are at each time, and which part of them is shown below. */
  #overview(picture) {
    this.#fill("page", 0, 0, this.width, OVERVIEW);
    const { density, failures, most } = picture.overview(this.width - this.gutter);
    const height = OVERVIEW - 6;
    for (let at = 0; at < density.length; at++) {
      if (density[at] === 0) continue;
      const tall = Math.max(2, (Math.log1p(density[at]) / Math.log1p(most)) * height);
      this.#fill("dim", this.gutter + at, OVERVIEW - 2 - tall, 1, tall);
      if (failures[at]) this.#fill("bad", this.gutter + at, OVERVIEW - 2 - Math.min(tall, 8), 1, Math.min(tall, 8));
    }
    const whole = { from: picture.extent[0], to: picture.extent[1] };
    const [left, right] = [this.x(picture.view.from, whole), this.x(picture.view.to, whole)];
    this.context.strokeStyle = this.colours.accent;
    this.context.lineWidth = 2;
    const from = Math.max(left, this.gutter + 1);
    this.context.strokeRect(from, 1, Math.max(Math.min(right, this.width - 1) - from, 3), OVERVIEW - 2);
    this.context.fillStyle = this.colours.faint;
    this.context.fillText("all", 8, OVERVIEW / 2);
  }

  #scrollbar({ scroll, lanes }) {
    const [shown, all] = [this.height - TOP, lanes.length * LANE];
    if (all <= shown) return;
    this.#fill("faint", this.width - 5, TOP + (scroll / all) * shown, 4, Math.max((shown / all) * shown, 12));
  }
}

/** So much of a text as there is room for. */
function cut(text, room) {
  const letters = Math.floor(room / LETTER);
  return text.length <= letters ? text : letters > 1 ? `${text.slice(0, letters - 1)}…` : "";
}
