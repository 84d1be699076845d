// The table's runner for hosts in Node: node main.js LIBRARY TABLE FOLDER. Prints the transcript.
const fs = require('node:fs');
const koffi = require('koffi');
const { bind, lent, registered, CallOptions } = require('./host.js');

const [library, table, folder] = process.argv.slice(2);
const rph = bind(library);
const faults = ['', 'module', 'host', 'operator'];
const levels = ['', 'error', 'warn', 'info', 'debug', 'trace'];

const told = { lines: [], messages: 0 };
const callbacks = registered({
  log: (level, instance, text) => told.lines.push([levels[level], instance, text].join('\t')),
  trace: () => told.messages++,
  clock: () => 1234567,
  random: (data) => data.fill(171),
  answer: (type, sender, payload) => type === 'embedder.refuse'
    ? { ok: false, response: '{"status":"error","error":"refused","code":"conflict","details":{"by":"embedder"}}' }
    : { ok: true, response: `{"status":"success","data":{"sender":${JSON.stringify(sender)},"payload":${payload}}}` },
});

const reply = rph.reply_new(0);
let host = null;
let subscription = null;
let instances = new Map();

function done(error) {
  if (error === null) return 'ok';
  const text = `error\t${rph.error_code(error)}\t${faults[rph.error_fault(error)]}`;
  rph.error_free(error);
  return text;
}

function shown(error, status) {
  if (error !== null) return done(error);
  const data = rph.reply_data(reply, null);
  if (status === 0) return `success\t${data ?? ''}`;
  const parts = ['failed', rph.reply_code(reply, null) ?? '', rph.reply_error(reply, null)];
  return (data === null ? parts : [...parts, data]).join('\t');
}

async function end() {
  for (const instance of instances.values()) rph.instance_free(instance);
  instances = new Map();
  rph.subscription_free(subscription);
  await rph.host_free.awaited(host);
  host = subscription = null;
}

function configure(builder, options) {
  const error = rph.builder_options(builder, ...lent(options));
  if (error !== null) return error;
  rph.builder_on_log(builder, callbacks.log, null, null);
  rph.builder_on_trace(builder, callbacks.trace, null, null);
  rph.builder_clock(builder, callbacks.clock, null, null);
  rph.builder_random(builder, callbacks.random, null, null);
  return rph.builder_service(builder, ...lent('embedder.echo'), callbacks.service, null, null)
    ?? rph.builder_service(builder, ...lent('embedder.refuse'), callbacks.service, null, null);
}

async function call(name, instance, kind, payload) {
  const options = { struct_size: koffi.sizeof(CallOptions), flags: 0, timeout_us: 0, cancel: null };
  if (name === 'unchecked') options.flags = 1;
  if (name === 'late') options.timeout_us = -1;
  if (name === 'cancelled') rph.cancel_now(options.cancel = rph.cancel_new());
  const send = ['call', 'unchecked'].includes(name) ? rph.call : rph.command;
  const status = [1];
  const error = await send.awaited(instance, ...lent(kind), ...lent(payload), options, reply, status);
  rph.cancel_free(options.cancel);
  if (name === 'unchecked' && error === null) return `ok\t${rph.reply_text(reply, null)}`;
  return shown(error, status[0]);
}

const steps = {
  async host(options) {
    await end();
    const builder = rph.builder_new();
    const error = configure(builder, options);
    if (error !== null) {
      rph.builder_free(builder);
      return done(error);
    }
    const out = [null];
    const outcome = done(await rph.builder_build.awaited(builder, out));
    host = out[0];
    return outcome;
  },
  async load(module, options) {
    if (host === null) return 'no host';
    const out = [null];
    const path = `${folder}/lib${module}.so`;
    const outcome = done(await rph.load.awaited(host, ...lent(path), ...lent(options), out));
    if (outcome === 'ok') instances.set(rph.instance_name(out[0]), out[0]);
    return outcome;
  },
  find(name) {
    const found = rph.find(host, ...lent(name));
    rph.instance_free(found);
    return `ok\t${found === null ? 'none' : 'found'}`;
  },
  subscribe(pattern, limit) {
    rph.subscription_free(subscription);
    const out = [null];
    const outcome = done(rph.subscribe(host, ...lent(pattern), Number(limit), out));
    subscription = out[0];
    return outcome;
  },
  next() {
    if (subscription === null) return 'no subscription';
    const error = rph.next(subscription, 0, reply);
    if (error !== null) return done(error);
    const { event, from, data = null } = JSON.parse(rph.reply_text(reply, null));
    return ['ok', event, from, JSON.stringify(data)].join('\t');
  },
  logged() {
    const lines = told.lines.splice(0);
    return ['ok', lines.length, ...lines.slice(-1)].join('\t');
  },
  traced() {
    const { messages } = told;
    told.messages = 0;
    return `ok\t${messages}`;
  },
  emit: (event, data) => done(rph.publish(host, ...lent(event), ...lent(data))),
  settle: async () => done(await rph.drain_events.awaited(host, 60000000)),
  close: async () => done(await rph.unload_all.awaited(host)),
};

async function step(name, first, second, third) {
  if (steps[name]) return steps[name](first, second);
  const instance = instances.get(first);
  if (instance === undefined) return 'no handle';
  if (name === 'ready') return `ok\t${rph.instance_is_ready(instance) !== 0}`;
  if (name === 'unload') return done(await rph.unload.awaited(instance));
  return call(name, instance, second, third);
}

async function main() {
  const lines = fs.readFileSync(table, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const [at, line] of lines.entries()) {
    const [name, first = '', second = '', third = ''] = line.split('\t');
    process.stdout.write(`${at + 1}\t${name}\t${await step(name, first, second, third)}\n`);
  }
  await end();
  rph.reply_free(reply);
}

main();
