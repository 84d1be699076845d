// TAGS, the last line of a function's comment
//
//   [any-thread]     may be called on any thread, and on several at once
//   [instance]       called on any thread, one call at a time per instance; with RP_CONCURRENT,
//                    handle_message may run on several threads at once
//   [reply]          may be called on any thread, one call at a time per reply
//   [alive]          works from the start of create until destroy returns
//   [active]         works from the start of init until shutdown returns; otherwise it refuses, as
//                    rule 6 says
//   [may-block]      may wait for other work
//   [may-call-host]  may itself call the functions of rp_host that work at that time
//
// The lines above the tags say who owns each pointer and how long it is valid. "Since ABI n"
// applies to what follows it, up to the next such label.
