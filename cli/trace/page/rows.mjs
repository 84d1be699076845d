// The rows of the list: a tree of causes, or a flat order.

export const ORDERS = ["tree", "failed", "slowest", "time"];

/** Indices of messages with the level of each, from 1. In the tree, what is accepted brings its causes with it. */
export function rows(trace, marks, order, collapsed) {
  if (order === "tree") return tree(trace, marks, collapsed);
  const indices = [];
  for (let index = 0; index < trace.length; index++) if (marks[index]) indices.push(index);
  const { elapsed } = trace;
  if (order === "slowest") indices.sort((one, other) => elapsed[other] - elapsed[one] || one - other);
  if (order !== "failed") return { indices, levels: null };
  const isGood = (index) => !trace.isFailed(index);
  return { indices: [...indices.filter((index) => !isGood(index)), ...indices.filter(isGood)], levels: null };
}

function tree(trace, marks, collapsed) {
  const kept = withCauses(trace, marks);
  const [indices, levels] = [[], []];
  let [at, level] = [trace.firstRoot, 1];
  while (at >= 0) {
    let next = -1;
    if (kept[at]) {
      indices.push(at);
      levels.push(level);
      if (!collapsed.has(at)) next = trace.firstChild[at];
    }
    if (next >= 0) level++;
    else {
      // Up to the first that has another one beside it.
      while (at >= 0 && trace.nextSibling[at] < 0) {
        at = trace.parent[at];
        level--;
      }
      next = at < 0 ? -1 : trace.nextSibling[at];
    }
    at = next;
  }
  return { indices, levels };
}

function withCauses(trace, marks) {
  const kept = Uint8Array.from(marks);
  for (let index = trace.length - 1; index >= 0; index--) {
    if (kept[index] && trace.parent[index] >= 0) kept[trace.parent[index]] = 1;
  }
  return kept;
}

/** Whether a row of the tree can be opened. */
export function hasChildren(trace, index) {
  return trace.firstChild[index] >= 0;
}
