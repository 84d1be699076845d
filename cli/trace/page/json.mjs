// JSON over several lines, token by token: numbers and escapes stay as they were written.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/gy;

/** The lines of a JSON text, each a list of tokens `[kind, text]`; null where it is none. */
export function prettyLines(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const lines = [[]];
  const push = (kind, token) => lines.at(-1).push([kind, token]);
  let depth = 0;
  const newLine = () => lines.push(depth > 0 ? [["space", "  ".repeat(depth)]] : []);
  const all = tokens(text);
  all.forEach((token, at) => {
    const next = all[at + 1];
    if (token === "{" || token === "[") {
      push("mark", token);
      depth++;
      if (next !== "}" && next !== "]") newLine();
    } else if (token === "}" || token === "]") {
      depth--;
      if (all[at - 1] !== "{" && all[at - 1] !== "[") newLine();
      push("mark", token);
    } else if (token === ",") {
      push("mark", token);
      newLine();
    } else if (token === ":") push("mark", ": ");
    else push(next === ":" ? "key" : kindOf(token), token);
  });
  return lines;
}

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    while (" \t\r\n".includes(text[at]) && at < text.length) at++;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) break;
    found.push(token[0]);
  }
  return found;
}

function kindOf(token) {
  if (token[0] === '"') return "string";
  return /^[-\d]/.test(token) ? "number" : "word";
}

/** The lines as plain texts; what is no JSON is cut where it has newlines. */
export function plainLines(text) {
  const lines = prettyLines(text);
  return lines ? lines.map((line) => line.map(([, token]) => token).join("")) : text.split("\n");
}
