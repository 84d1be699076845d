// Keeps a question in a log: node ask.js COMMAND..., the command that serves.
import { spawn } from "node:child_process";
import { Connection, ResearchLog, RpError } from "./research_log.js";

const [program = "rp", ...args] = process.argv.slice(2);
const rp = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
const connection = new Connection(rp.stdout, rp.stdin);
const client = new ResearchLog(connection);

const log = await client.createLog({ title: "Who was she?", tags: ["kept"] });
await client.addEntry({
  type: "question",
  title: "Who was she?",
  log: log.id,
});
const page = await client.listEntries({ log: log.id });
console.log(page.count, log.data.title, page.entries[0]?.data.type);
try {
  await client.createLog({ title: " " });
} catch (error) {
  if (!(error instanceof RpError)) throw error;
  console.log(error.code, error.message);
}
connection.close();
