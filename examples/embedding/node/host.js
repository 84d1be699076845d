// A host in Node, by koffi: loads modules, calls them, answers them, hears events. Calls are made on other threads and
// awaited, since a callback of the host needs this one.
const koffi = require('koffi');
const { promisify } = require('node:util');

// Once a library is loaded it could no longer be changed. The host wants 256 KiB.
koffi.config({ async_stack_size: 2 << 20 });

const Text = koffi.struct('rp_str', { data: 'void *', len: 'size_t' });
const Message = koffi.struct('rp_message', {
  struct_size: 'uint32_t', flags: 'uint32_t', id: 'uint64_t', cause: 'uint64_t', type: Text, payload: Text,
});
const Grow = koffi.proto('int32_t rp_grow(void *reply, size_t additional)');
const Reply = koffi.struct('rp_reply', {
  struct_size: 'uint32_t', flags: 'uint32_t', context: 'void *', data: 'void *', len: 'size_t', capacity: 'size_t',
  grow: koffi.pointer(Grow),
});
const LogLine = koffi.struct('rph_log', {
  struct_size: 'uint32_t', level: 'int32_t', message_id: 'uint64_t', cause: 'uint64_t', instance: Text, module: Text,
  text: Text,
});
const CallOptions = koffi.struct('rph_call_options', {
  struct_size: 'uint32_t', flags: 'uint32_t', timeout_us: 'int64_t', cancel: 'void *',
});
const callbacks = {
  log: koffi.proto('void rph_log_fn(void *context, void *line)'),
  json: koffi.proto('void rph_json_fn(void *context, void *json, size_t len)'),
  clock: koffi.proto('int64_t rph_clock_fn(void *context)'),
  random: koffi.proto('void rph_random_fn(void *context, void *data, size_t len)'),
  service: koffi.proto('int32_t rph_service_fn(void *context, void *sender, void *message, void *reply)'),
};

const bytes = (data, len) => Buffer.from(koffi.view(data, Number(len)));
const copied = ({ data, len }) => bytes(data, len).toString();

// The functions of the library, by their names without rph_. Where a text goes in, so does its length.
function bind(path) {
  const library = koffi.load(path);
  const text = 'const char *, size_t';
  const declare = (result, name, ...parameters) => {
    const bound = library.func(`${result} rph_${name}(${parameters.join(', ')})`);
    return Object.assign((...given) => bound(...given), { awaited: promisify(bound.async) });
  };
  const on = (name, kind) => declare('void', `builder_${name}`, 'void *', `${kind} *`, 'void *', 'void *');
  return {
    error_code: declare('str', 'error_code', 'void *'),
    error_text: declare('str', 'error_text', 'void *'),
    error_fault: declare('int32_t', 'error_fault', 'void *'),
    error_free: declare('void', 'error_free', 'void *'),
    builder_new: declare('void *', 'builder_new'),
    builder_options: declare('void *', 'builder_options', 'void *', text),
    builder_on_log: on('on_log', 'rph_log_fn'),
    builder_on_trace: on('on_trace', 'rph_json_fn'),
    builder_clock: on('clock', 'rph_clock_fn'),
    builder_random: on('random', 'rph_random_fn'),
    builder_service: declare('void *', 'builder_service', 'void *', text, 'rph_service_fn *', 'void *', 'void *'),
    builder_build: declare('void *', 'builder_build', 'void *', '_Out_ void **'),
    builder_free: declare('void', 'builder_free', 'void *'),
    load: declare('void *', 'load', 'void *', text, text, '_Out_ void **'),
    find: declare('void *', 'find', 'void *', text),
    publish: declare('void *', 'publish', 'void *', text, text),
    drain_events: declare('void *', 'drain_events', 'void *', 'int64_t'),
    unload_all: declare('void *', 'unload_all', 'void *'),
    host_free: declare('void', 'host_free', 'void *'),
    command: declare('void *', 'command', 'void *', text, text, 'rph_call_options *', 'void *', '_Out_ int32_t *'),
    call: declare('void *', 'call', 'void *', text, text, 'rph_call_options *', 'void *', '_Out_ int32_t *'),
    instance_name: declare('str', 'instance_name', 'void *'),
    instance_is_ready: declare('int32_t', 'instance_is_ready', 'void *'),
    unload: declare('void *', 'unload', 'void *'),
    instance_free: declare('void', 'instance_free', 'void *'),
    reply_new: declare('void *', 'reply_new', 'size_t'),
    reply_text: declare('str', 'reply_text', 'void *', 'void *'),
    reply_data: declare('str', 'reply_data', 'void *', 'void *'),
    reply_error: declare('str', 'reply_error', 'void *', 'void *'),
    reply_code: declare('str', 'reply_code', 'void *', 'void *'),
    reply_free: declare('void', 'reply_free', 'void *'),
    cancel_new: declare('void *', 'cancel_new'),
    cancel_now: declare('void', 'cancel_now', 'void *'),
    cancel_free: declare('void', 'cancel_free', 'void *'),
    subscribe: declare('void *', 'subscribe', 'void *', text, 'uint32_t', '_Out_ void **'),
    next: declare('void *', 'next', 'void *', 'int64_t', 'void *'),
    subscription_free: declare('void', 'subscription_free', 'void *'),
  };
}

// A text as two arguments.
const lent = (text) => [text, Buffer.byteLength(text)];

// Appends a response to a reply, as rp_reply_write of rp_module.h does.
function write(reply, response) {
  const text = Buffer.from(response);
  let { len, capacity, grow } = koffi.decode(reply, Reply);
  if (Number(capacity) - Number(len) < text.length) {
    const status = koffi.decode(grow, Grow)(reply, text.length);
    if (status !== 0) return status;
  }
  const { data } = koffi.decode(reply, Reply);
  new Uint8Array(koffi.view(data, Number(len) + text.length)).set(text, Number(len));
  koffi.encode(reply, koffi.offsetof(Reply, 'len'), 'size_t', Number(len) + text.length);
  return 0;
}

// The callbacks of a host, for program: { log, trace, clock, random, answer }. They are kept as long as this process runs.
function registered(program) {
  const register = (kind, call) => koffi.register(call, koffi.pointer(callbacks[kind]));
  return {
    log: register('log', (_, line) => {
      const { level, instance, text } = koffi.decode(line, LogLine);
      program.log(level, copied(instance), copied(text));
    }),
    trace: register('json', (_, json, len) => program.trace(bytes(json, len).toString())),
    clock: register('clock', () => program.clock()),
    random: register('random', (_, data, len) => program.random(new Uint8Array(koffi.view(data, Number(len))))),
    service: register('service', (_, sender, message, reply) => {
      const { type, payload } = koffi.decode(message, Message);
      const { ok, response } = program.answer(copied(type), copied(koffi.decode(sender, Text)), copied(payload));
      return write(reply, response) || (ok ? 0 : 1);
    }),
  };
}

module.exports = { bind, lent, registered, CallOptions };
