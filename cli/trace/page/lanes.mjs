// Lanes: slices of one lane never overlap, so that each can be seen and clicked.

/** More strings than a table has, so that two numbers become one key. */
const MOST_STRINGS = 2 ** 32;

/** The lanes of one instance and thread. Above their ends stands a tree of minima, so that the first free one is found at once. */
class Group {
  lanes = [];
  #size = 1;
  #ends = new Float64Array(2).fill(-Infinity);

  constructor(to, thread) {
    this.to = to;
    this.thread = thread;
  }

  /** Puts a slice into the first lane that is free at its start. */
  add(index, start, end) {
    if (this.#ends[1] > start) this.#grow();
    let at = 1;
    while (at < this.#size) at = this.#ends[2 * at] <= start ? 2 * at : 2 * at + 1;
    const lane = at - this.#size;
    if (lane === this.lanes.length) this.lanes.push([]);
    this.lanes[lane].push(index);
    this.#set(at, end);
  }

  #set(leaf, end) {
    const ends = this.#ends;
    ends[leaf] = end;
    for (let at = leaf >> 1; at > 0; at >>= 1) ends[at] = Math.min(ends[2 * at], ends[2 * at + 1]);
  }

  #grow() {
    const before = this.#ends.subarray(this.#size);
    this.#size *= 2;
    this.#ends = new Float64Array(2 * this.#size).fill(-Infinity);
    before.forEach((end, lane) => this.#set(this.#size + lane, end));
  }
}

/** The groups in the order in which their instances first got a message, then by thread. */
export function assignLanes(trace) {
  const groups = new Map();
  const instances = new Map();
  for (let index = 0; index < trace.length; index++) {
    const [to, thread] = [trace.to[index], trace.thread[index]];
    if (!instances.has(to)) instances.set(to, instances.size);
    const key = thread * MOST_STRINGS + to;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = new Group(to, thread)));
    group.add(index, trace.start[index], trace.end(index));
  }
  const rank = (group) => instances.get(group.to);
  return [...groups.values()].sort((one, other) => rank(one) - rank(other) || one.thread - other.thread);
}

/** The place in a lane of the first slice that ends after a time. */
export function firstEndingAfter(trace, lane, time) {
  let [low, high] = [0, lane.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace.end(lane[middle]) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
