//! @name@, a module for rp. The command `greet` is an example: put your own in its place.
const std = @import("std");
const rp = @import("rp_module"); // rp_module.h, as `zig translate-c` reads it

/// One instance of the module, and what it keeps.
const State = struct {
    greeted: u64 = 0,
    initialized: bool = false,
};

const manifest = "{\"name\":\"@name@\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"," ++
    "\"description\":\"@description@\",\"license\":\"MIT\"}";

const description = @embedFile("describe.json");

// C's memory; nothing is kept for a message but what its arena holds.
const memory = std.heap.c_allocator;

/// What an error response says.
const Failure = struct { code: []const u8, text: []const u8 };

const Answer = union(enum) { data: []const u8, failure: Failure };

const empty: Answer = .{ .data = "{}" };

fn failed(code: []const u8, text: []const u8) Answer {
    return .{ .failure = .{ .code = code, .text = text } };
}

fn create(_: [*c]const rp.rp_host) callconv(.c) ?*anyopaque {
    const self = memory.create(State) catch return null; // a module that asks the host keeps its pointer
    self.* = .{};
    return self;
}

fn destroy(instance: ?*anyopaque) callconv(.c) void {
    const self: *State = @ptrCast(@alignCast(instance orelse return));
    memory.destroy(self);
}

fn handleMessage(
    instance: ?*anyopaque,
    message: [*c]const rp.rp_message,
    reply: [*c]rp.rp_reply,
) callconv(.c) rp.rp_status {
    if (reply == null) return rp.RP_ERR_NO_MEMORY;
    var arena = std.heap.ArenaAllocator.init(memory);
    defer arena.deinit();
    return respond(arena.allocator(), @ptrCast(@alignCast(instance)), message, reply) catch rp.RP_ERR_NO_MEMORY;
}

fn respond(
    arena: std.mem.Allocator,
    self: ?*State,
    message: [*c]const rp.rp_message,
    reply: [*c]rp.rp_reply,
) !rp.rp_status {
    switch (try answer(arena, self, message)) {
        .data => |data| return write(arena, reply, rp.RP_OK, "{{\"status\":\"success\",\"data\":{s}}}", .{data}),
        .failure => |failure| return write(arena, reply, rp.RP_FAILED, "{f}", .{
            std.json.fmt(.{ .status = "error", .@"error" = failure.text, .code = failure.code }, .{}),
        }),
    }
}

/// Appends all of a response or nothing of it.
fn write(
    arena: std.mem.Allocator,
    reply: [*c]rp.rp_reply,
    status: rp.rp_status,
    comptime format: []const u8,
    arguments: anytype,
) !rp.rp_status {
    const text = try std.fmt.allocPrint(arena, format, arguments);
    const written = rp.rp_reply_write(reply, text.ptr, text.len);
    return if (written == rp.RP_OK) status else written;
}

fn answer(arena: std.mem.Allocator, instance: ?*State, message: [*c]const rp.rp_message) !Answer {
    const self = instance orelse return failed("invalid_payload", "NULL instance");
    if (message == null) return failed("invalid_payload", "NULL message");
    if (message.*.flags != 0) return failed("not_supported", "unknown message flags");
    const payload = slice(message.*.payload);
    if (!try std.json.validate(arena, payload)) return failed("invalid_json", "the payload is not valid JSON");
    if (!isObject(payload)) return failed("invalid_payload", "the payload is not an object");

    const kind = slice(message.*.type);
    if (is(kind, "init")) return initialize(self);
    if (is(kind, "describe")) return .{ .data = std.mem.trim(u8, description, "\n") };
    if (!self.initialized) return failed("not_initialized", "the module is not initialized");
    if (is(kind, "command")) return command(arena, self, payload);
    if (is(kind, "event")) return empty;
    if (is(kind, "query") or is(kind, "mutation")) return failed("not_supported", "this module keeps no entities");
    if (is(kind, "shutdown")) {
        self.initialized = false;
        return empty;
    }
    return failed("unknown_type", try std.mem.concat(arena, u8, &.{ "unknown message type: ", kind }));
}

fn initialize(self: *State) Answer {
    if (self.initialized) return failed("conflict", "already initialized");
    self.initialized = true;
    return empty;
}

fn command(arena: std.mem.Allocator, self: *State, payload: []const u8) !Answer {
    const name = try string(arena, try member(arena, payload, "name")) orelse
        return failed("invalid_payload", "name: expected a string");
    const args = try member(arena, payload, "args") orelse "{}";
    if (!isObject(args)) return failed("invalid_payload", "args: expected an object");
    if (is(name, "greet")) return greet(arena, self, args);
    return failed("unknown_command", try std.mem.concat(arena, u8, &.{ "unknown command: ", name }));
}

fn greet(arena: std.mem.Allocator, self: *State, args: []const u8) !Answer {
    const name = try string(arena, try member(arena, args, "name")) orelse
        return failed("invalid_payload", "name: expected a string");
    self.greeted += 1;
    return encoded(arena, .{ .hello = name, .greeted = self.greeted });
}

fn encoded(arena: std.mem.Allocator, value: anytype) !Answer {
    return .{ .data = try std.json.Stringify.valueAlloc(arena, value, .{}) };
}

/// The text of an object's member, as it stands there; the object is known to be valid.
fn member(arena: std.mem.Allocator, object: []const u8, key: []const u8) !?[]const u8 {
    var scanner = std.json.Scanner.initCompleteInput(arena, object);
    _ = try scanner.next();
    while (true) {
        const name = switch (try scanner.nextAlloc(arena, .alloc_if_needed)) {
            inline .string, .allocated_string => |text| text,
            else => return null,
        };
        _ = try scanner.peekNextTokenType(); // goes past the colon, and the space around it
        const start = scanner.cursor;
        try scanner.skipValue();
        if (is(name, key)) return object[start..scanner.cursor];
    }
}

fn string(arena: std.mem.Allocator, value: ?[]const u8) !?[]const u8 {
    const text = value orelse return null;
    if (text[0] != '"') return null;
    return try std.json.parseFromSliceLeaky([]const u8, arena, text, .{});
}

fn isObject(valid: []const u8) bool {
    return std.mem.trimStart(u8, valid, " \t\r\n")[0] == '{';
}

fn is(text: []const u8, other: []const u8) bool {
    return std.mem.eql(u8, text, other);
}

fn slice(text: rp.rp_str) []const u8 {
    return text.data[0..text.len];
}

export const rp_manifest: [manifest.len:0]u8 = manifest.*;

const table: rp.rp_module = .{
    .struct_size = @sizeOf(rp.rp_module),
    .manifest = &rp_manifest,
    .create = create,
    .destroy = destroy,
    .handle_message = handleMessage,
};

export fn rp_module_v1() *const rp.rp_module {
    return &table;
}
