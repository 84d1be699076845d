// Times as people read and write them.

const UNITS = { ns: 1, us: 1e3, "µs": 1e3, ms: 1e6, s: 1e9 };

/** Nanoseconds in a readable unit. */
export function duration(ns) {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

/** The nanoseconds of `5ms` and the like; null where it is no time. */
export function parseTime(text) {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s)\s*$/.exec(text);
  return parts && Number(parts[1]) * UNITS[parts[2]];
}

/** A round step of 1, 2 or 5 times a power of ten, the first that is not below `least`. */
export function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power;
}

/** A point of the timeline, as exact as the steps between the marks. */
export function mark(ns, step) {
  const [unit, scale] = step >= 1e9 ? ["s", 1e9] : step >= 1e6 ? ["ms", 1e6] : step >= 1e3 ? ["µs", 1e3] : ["ns", 1];
  return `${(Math.round(ns / scale) || 0).toLocaleString("en")} ${unit}`;
}

/** When a message was sent: the time since the first, exact to a microsecond. */
export function offset(ns) {
  return `${ns < 0 ? "−" : "+"}${(Math.abs(ns) / 1e6).toFixed(3)} ms`;
}
