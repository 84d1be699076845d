//! The headers of rp. A project asks for their folder: `b.dependency("rp_headers", .{}).namedLazyPath("include")`.
const std = @import("std");

pub fn build(b: *std.Build) void {
    b.addNamedLazyPath("include", b.path("include"));
}
