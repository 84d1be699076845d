// Two texts, line by line: what went, what came, what stayed.

/** More lines than this are not compared with each other one by one, but as a whole. */
const MOST_LINES = 2000;

/** Steps `["=" | "-" | "+", line]` from one list of lines to the other. */
export function diffLines(before, after) {
  let [first, last] = [0, 0];
  const least = Math.min(before.length, after.length);
  while (first < least && before[first] === after[first]) first++;
  while (last < least - first && before.at(-1 - last) === after.at(-1 - last)) last++;
  const same = (lines) => lines.map((line) => ["=", line]);
  const middle = [before.slice(first, before.length - last), after.slice(first, after.length - last)];
  return [...same(before.slice(0, first)), ...changed(...middle), ...same(before.slice(before.length - last))];
}

function changed(before, after) {
  const [rows, columns] = [before.length, after.length];
  if (rows > MOST_LINES || columns > MOST_LINES) {
    return [...before.map((line) => ["-", line]), ...after.map((line) => ["+", line])];
  }
  // The longest common lines from each place on.
  const width = columns + 1;
  const common = new Uint16Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const at = row * width + column;
      common[at] = before[row] === after[column] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
    }
  }
  const steps = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    const at = row * width + column;
    if (row < rows && column < columns && before[row] === after[column]) {
      steps.push(["=", before[row++]]);
      column++;
    } else if (column === columns || (row < rows && common[at + width] >= common[at + 1])) steps.push(["-", before[row++]]);
    else steps.push(["+", after[column++]]);
  }
  return steps;
}

/** The steps with at most `around` lines that stayed before and after each change; null stands for lines left out. */
export function excerpt(steps, around = 2) {
  const near = steps.map((_, at) => steps.slice(Math.max(0, at - around), at + around + 1).some(([sign]) => sign !== "="));
  const shown = [];
  steps.forEach((step, at) => {
    if (near[at]) shown.push(step);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}
