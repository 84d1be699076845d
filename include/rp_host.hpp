// rp_host.hpp: the host for programs in C++17, on top of rp_host.h. Header-only.
//
// A whole program:
//
//     #include "rp_host.hpp"
//     #include <iostream>
//
//     int main()
//     {
//         const rph::host host = rph::host::builder()
//                                    .options(R"({"name":"my-program"})")
//                                    .on_log([](const rph::log_line &line) { std::cerr << line.text << '\n'; })
//                                    .build()
//                                    .value();
//         const rph::instance module = host.load("./libhello.so").value();
//         const rph::reply reply = module.command("greet").value();
//         std::cout << reply.data().text() << '\n';
//     }
//
// Contents, each part in a header of its own
//   rp_host/error.hpp         rph::error, rph::result<T>
//   rp_host/reply.hpp         rph::reply: a response
//   rp_host/call.hpp          rph::call_options, rph::cancel_token
//   rp_host/instance.hpp      rph::instance: calls of one instance, as JSON and with types, waiting or not
//   rp_host/turn.hpp          rph::turn: many calls of one instance, with no other between them
//   rp_host/subscription.hpp  rph::subscription: events for the program
//   rp_host/callbacks.hpp     rph::log_line, rph::request: what the host calls the program with
//   rp_host/builder.hpp       rph::host_builder
//   rp_host/host.hpp          rph::host: load, find, publish
// JSON is read and written by rp_sdk.hpp, which may be included beside it; its names are in namespace rp, these in rph.
//
// Rules for all of it
//   It works with and without exceptions and RTTI: what can fail returns an rph::result<T>, and only its value() throws,
//   the rph::error. RP_LET and RP_CHECK of rp_sdk/result.hpp pass an error on, in functions that return an rph::result.
//   A response that says "error" is no error of the call: rph::reply::is_success() tells, and only the calls with types make
//   an rph::error of it, with the module's own code.
//   An object frees what it owns. One that was moved from can only be destroyed, and assigned to.
//   Functions given to a host are called on any thread, several at once. What they throw goes no further: a service answers
//   with it, everything else drops it.
//   Texts that come out (std::string_view, rp::json) are valid as long as the object that was asked, and those of an
//   rph::reply until it is used again. rph::detail is private.

#ifndef RP_HOST_HPP
#define RP_HOST_HPP

#include "rp_host/host.hpp"

#endif
