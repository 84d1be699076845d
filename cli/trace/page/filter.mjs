// Which messages are looked at: those that every part of the filter accepts, as with the options of `rp trace`.

export const EVERYTHING = { module: "", kind: "", code: "", slower: null, text: "" };

/** A mark for each message that the filter accepts. */
export function accepted(trace, filter) {
  const tests = [
    filter.module && byString(trace, "to", filter.module),
    filter.kind && ofKind(trace, filter.kind),
    filter.code && withCode(trace, filter.code),
    filter.slower !== null && ((index) => trace.elapsed[index] > filter.slower),
    filter.text && withText(trace, filter.text.toLowerCase()),
  ].filter(Boolean);
  const marks = new Uint8Array(trace.length);
  if (tests.length === 0) return marks.fill(1);
  for (let index = 0; index < trace.length; index++) marks[index] = tests.every((test) => test(index)) ? 1 : 0;
  return marks;
}

function byString(trace, column, text) {
  const wanted = trace.strings.indexOf(text);
  return (index) => trace[column][index] === wanted;
}

/** A type, or a type and a name. */
function ofKind(trace, kind) {
  const ofType = byString(trace, "type", kind);
  return (index) => ofType(index) || (kind.includes(" ") && trace.label(index) === kind);
}

/** `*` is every failure. */
function withCode(trace, code) {
  return code === "*" ? (index) => trace.isFailed(index) : byString(trace, "code", code);
}

/** In names, ids, payloads and responses; the case of letters does not count. */
function withText(trace, needle) {
  const found = trace.strings.map((text) => text.toLowerCase().includes(needle));
  const names = ["from", "to", "type", "name", "code"];
  return (index) =>
    names.some((column) => found[trace[column][index]]) ||
    `#${trace.id[index]}` === needle ||
    trace.texts.of(trace.place[index]).some((text) => text.toLowerCase().includes(needle));
}

export function count(marks) {
  let sum = 0;
  for (const mark of marks) sum += mark;
  return sum;
}
