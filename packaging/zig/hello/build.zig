const std = @import("std");

pub fn build(b: *std.Build) void {
    const module = b.createModule(.{
        .target = b.standardTargetOptions(.{}),
        .optimize = b.standardOptimizeOption(.{}),
        .link_libc = true,
    });
    module.addIncludePath(b.dependency("rp_headers", .{}).namedLazyPath("include"));
    module.addCSourceFile(.{ .file = b.path("hello.c"), .flags = &.{ "-std=c99", "-fvisibility=hidden" } });
    b.installArtifact(b.addLibrary(.{ .name = "hello", .linkage = .dynamic, .root_module = module }));
}
