//! `zig build --release` builds the module, `zig build --release check` tests it.
const std = @import("std");

pub fn build(b: *std.Build) void {
    const target = b.standardTargetOptions(.{});
    const optimize = b.standardOptimizeOption(.{ .preferred_optimize_mode = .safe });
    const header = b.addTranslateC(.{
        .root_source_file = b.path("include/rp_module.h"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
    });
    header.defineCMacro("RP_NO_ENTRY", "1"); // the module exports its entry itself
    const module = b.createModule(.{
        .root_source_file = b.path("src/module.zig"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
        .strip = optimize != .debug,
        .imports = &.{.{ .name = "rp_module", .module = header.createModule() }},
    });
    // By LLVM, whose linker puts segments in the order that loaders want, without optimisation too.
    const library = b.addLibrary(.{ .name = "@stem@", .linkage = .dynamic, .root_module = module, .use_llvm = true });
    const install = b.addInstallArtifact(library, .{ .dest_dir = .{ .override = .{ .custom = "../build" } } });
    b.getInstallStep().dependOn(&install.step);

    const check = b.step("check", "Checks the module against the rules of the header, and runs tests/session.jsonl");
    const rules = b.addSystemCommand(&.{ "rp", "check", "build/@library@" });
    const session = b.addSystemCommand(&.{ "rp", "run", "--strict", "--modules", "build", "tests/session.jsonl" });
    rules.step.dependOn(&install.step);
    session.step.dependOn(&rules.step);
    check.dependOn(&session.step);
}
