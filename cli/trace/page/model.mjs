// The messages of a trace: columns, in the order in which they were sent, and who caused whom.

import { Texts } from "./texts.mjs";

/** The columns of a batch, one number for each message; those from `from` to `code` count in the table of strings. */
const NUMBERS = ["start", "elapsed", "thread", "from", "to", "type", "name", "code", "payload_bytes", "response_bytes"];
const IDS = ["id", "cause"];
/** What two numbers become in one key: a table has fewer strings. */
const SHIFT = 2 ** 26;

export class Trace {
  texts = new Texts();
  strings = [];
  length = 0;
  #indices = new Uint32Array(0);
  #arrived = Object.fromEntries([...NUMBERS, ...IDS].map((name) => [name, []]));

  /** Takes in a batch, and how its payloads and responses are read. `order` must follow. */
  add(batch, readTexts) {
    for (const text of batch.strings) this.strings.push(text);
    for (const name of [...NUMBERS, ...IDS]) {
      const column = this.#arrived[name];
      for (const value of batch[name]) column.push(value);
    }
    if (readTexts) this.texts.add(batch.start.length, readTexts);
  }

  /** Puts the messages in order and finds the causes. A file has them in the order of their ends. */
  order() {
    const { start } = this.#arrived;
    this.length = start.length;
    this.place = placesInOrder(start);
    this.#indices = new Uint32Array(this.length);
    this.place.forEach((place, index) => (this.#indices[place] = index));
    for (const name of NUMBERS) this[name] = arranged(this.#arrived[name], this.place, new Float64Array(this.length));
    for (const name of IDS) this[name] = arranged(this.#arrived[name], this.place, new Array(this.length));
    this.#findCauses();
    this.#findKinds();
    return this;
  }

  /** A cause was sent before what it caused, so that a file with a circle of causes has a tree too. */
  #findCauses() {
    const indices = new Map();
    for (let index = 0; index < this.length; index++) indices.set(this.id[index], index);
    this.parent = new Int32Array(this.length).fill(-1);
    this.firstChild = new Int32Array(this.length).fill(-1);
    this.nextSibling = new Int32Array(this.length).fill(-1);
    this.firstRoot = -1;
    for (let index = this.length - 1; index >= 0; index--) {
      const parent = indices.get(this.cause[index]);
      if (parent === undefined || parent >= index) {
        this.nextSibling[index] = this.firstRoot;
        this.firstRoot = index;
      } else {
        this.parent[index] = parent;
        this.nextSibling[index] = this.firstChild[parent];
        this.firstChild[parent] = index;
      }
    }
  }

  /** Messages of one type and name are of one kind. */
  #findKinds() {
    const kinds = new Map();
    this.kind = new Uint32Array(this.length);
    for (let index = 0; index < this.length; index++) {
      const key = this.type[index] * SHIFT + this.name[index];
      const kind = kinds.get(key) ?? kinds.size;
      if (kind === kinds.size) kinds.set(key, kind);
      this.kind[index] = kind;
    }
  }

  /** Where the message of a place in the file stands now: later ones may have been sent before it. */
  at(place) {
    return this.#indices[place];
  }

  text(column, index) {
    return this.strings[this[column][index]];
  }

  /** Type and name. */
  label(index) {
    return `${this.text("type", index)} ${this.text("name", index)}`.trimEnd();
  }

  end(index) {
    return this.start[index] + this.elapsed[index];
  }

  /** Whether there is no response, or one that is an error. */
  isFailed(index) {
    return this.code[index] !== 0;
  }

  /** `success`, or the code of the failure. */
  outcome(index) {
    return this.text("code", index) || "success";
  }

  /** The message of the same kind to the same instance that was sent before; -1 where there is none. */
  previous(index) {
    let at = index - 1;
    while (at >= 0 && !(this.kind[at] === this.kind[index] && this.to[at] === this.to[index])) at--;
    return at;
  }

  children(index) {
    const children = [];
    for (let at = this.firstChild[index]; at >= 0; at = this.nextSibling[at]) children.push(at);
    return children;
  }

  /** From the first message to the last end. */
  extent() {
    let last = 0;
    for (let index = 0; index < this.length; index++) last = Math.max(last, this.end(index));
    return [this.length ? this.start[0] : 0, last];
  }

  /** How often each value of a column is there, as texts, the most frequent first; `textOf` gives the text of a message's value. */
  counts(column, textOf = (index) => this.text(column, index)) {
    const values = this[column];
    const counts = new Map();
    for (let index = 0; index < this.length; index++) {
      const found = counts.get(values[index]);
      if (found) found.many++;
      else counts.set(values[index], { index, many: 1 });
    }
    const all = [...counts.values()].map(({ index, many }) => [textOf(index), many]);
    return all.sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  }
}

function arranged(column, places, into) {
  for (let index = 0; index < places.length; index++) into[index] = column[places[index]];
  return into;
}

/** The places of the numbers, the least first, equal ones in the order in which they stand. Numbers alone are sorted fastest. */
function placesInOrder(numbers) {
  const sorted = Float64Array.from(numbers).sort();
  const taken = new Uint32Array(numbers.length);
  const places = new Uint32Array(numbers.length);
  for (let place = 0; place < numbers.length; place++) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < numbers[place]) low = middle + 1;
      else high = middle;
    }
    places[low + taken[low]++] = place;
  }
  return places;
}
