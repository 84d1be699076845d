// How long messages took: the same percentiles as `rp trace`, and bars of like times.

/** The times of the messages that are marked, in order. */
export function times(trace, marks) {
  const found = new Float64Array(trace.length);
  let length = 0;
  for (let index = 0; index < trace.length; index++) if (marks[index]) found[length++] = trace.elapsed[index];
  return found.subarray(0, length).sort();
}

/** The time that so many of a hundred messages did not exceed. */
export function percentile(sorted, percent) {
  const rank = Math.max(1, Math.ceil((sorted.length * percent) / 100));
  return sorted[rank - 1] ?? 0;
}

/** Bars from 1, 2 or 5 times a power of ten to the next, from the fastest message to the slowest. */
export function bars(sorted) {
  const found = [];
  let at = 0;
  for (let from = 0, step = 0; at < sorted.length; step++) {
    const to = [1, 2, 5][step % 3] * 10 ** Math.floor(step / 3);
    const first = at;
    while (at < sorted.length && sorted[at] < to) at++;
    if (at > first || found.length > 0) found.push({ from, to, count: at - first });
    from = to;
  }
  return found;
}
