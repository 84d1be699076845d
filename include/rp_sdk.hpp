// rp_sdk.hpp: modules in C++17, on top of rp_sdk.h. Header-only: copy it with rp_sdk.h, rp_sdk/ and rp_module.h.
//
// A whole module:
//
//     #include "rp_sdk.hpp"
//
//     struct greeting {
//         std::string hello;
//         static constexpr auto fields = rp::fields(rp::field("hello", &greeting::hello, "Who is greeted."));
//     };
//
//     class hello : public rp::module<hello> {
//     public:
//         greeting greet(const std::optional<std::string> &name) { return ++count_, greeting{name.value_or("world")}; }
//         std::uint64_t count() const { return count_; }
//
//         static constexpr auto handlers = rp::handlers(rp::on_command("greet", &hello::greet, "Greets.", "name"),
//                                                       rp::on_command("count", &hello::count, "Counts."));
//
//     private:
//         std::uint64_t count_ = 0;
//     };
//
//     RP_MODULE_CLASS(hello, RP_MANIFEST("hello", "0.1.0", "Greets."));
//
// Contents, each part in a header of its own
//   rp_sdk/json.hpp           rp::json: finds, walks and reads the values of a JSON text in place
//   rp_sdk/result.hpp         rp::error, rp::result<T>, RP_LET, RP_CHECK
//   rp_sdk/raw.hpp            rp::raw_json, rp::raw_object: JSON kept as it came, or as another library wrote it
//   rp_sdk/fields.hpp         rp::fields, rp::words: describe how a type is read and written
//   rp_sdk/read.hpp           reads JSON into types
//   rp_sdk/write.hpp          rp::writer, and what it can write; rp::object
//   rp_sdk/buffer.hpp         rp::buffer: a reply of your own
//   rp_sdk/reply.hpp          rp::response, what came back in one; rp::reply, the one to answer into
//   rp_sdk/host.hpp           rp::host: messages to it, log, time, randomness
//   rp_sdk/query_builder.hpp  rp::entity and the like; rp::query_builder
//   rp_sdk/steps.hpp          long work that can be cancelled and reports its progress
//   rp_sdk/message.hpp        rp::message, rp::command, rp::query, rp::mutation
//   rp_sdk/collection.hpp     rp::collection: entities that a module keeps itself
//   rp_sdk/handlers.hpp       rp::handlers, rp::on_command and the like
//   rp_sdk/module.hpp         rp::module<T>
//   rp_sdk/entry.hpp          RP_MODULE_CLASS
// and, behind these, base, ask, payload, filter, schema, parameters, dispatch and mistakes.
//
// Rules for all of it
//   It works with and without exceptions and RTTI. What a module throws becomes an error response: an rp::error as it
//   is, any other std::exception with its what() and code "internal". std::bad_alloc becomes RP_ERR_NO_MEMORY. Anything
//   else becomes RP_ERR_PANIC, and the host drops the instance. Of all this, only rp::result<T>::value() throws.
//   A wrong argument is answered with its path: "documents[0].citation: expected a string", code "invalid_payload",
//   details {"path":"documents[0].citation"}.
//   Reading values, writing and replies allocate only std::string (in rp::error, and where you ask for one) and
//   rp::buffer; a module itself allocates in create; the rest allocates what the standard containers in it do.
//   Texts and values (std::string_view, rp::json, rp::message ...) are borrowed: they are valid only until the call that
//   passed them returns. As in rp_sdk.h, every function is [any-thread] as far as its arguments are. rp::detail is
//   private.

#ifndef RP_SDK_HPP
#define RP_SDK_HPP

#include "rp_sdk/ask.hpp"
#include "rp_sdk/collection.hpp"
#include "rp_sdk/entry.hpp"
#include "rp_sdk/steps.hpp"

#endif
