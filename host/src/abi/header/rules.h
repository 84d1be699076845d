// RULES
//
//  1. Replies. The side that asks owns the reply and its memory. Never free what the other side
//     allocated. To answer, write at data + len, raise len, and call grow when there is no room;
//     touch nothing else. Never lower len below its value on entry. grow is never NULL; it may move
//     data, checks for overflow, leaves the reply unchanged when it fails, and calls neither host
//     nor module. Use a reply on one thread at a time. A module may pass its own reply on to send.
//     After the call the owner compares data, capacity, grow and context with a copy of its own,
//     requires old len <= len <= capacity, and reads nothing from a reply whose status has no
//     response.
//
//  2. Borrowed text. A message and its text are valid only until the call returns: copy what you
//     need later. Neither side passes text that lies inside the reply of the same call. All text is
//     UTF-8; the host validates what a module sends or answers before another module or a typed
//     caller sees it.
//
//  3. NULL. Message, reply, host and instance are never NULL; a module may still answer NULL with
//     an error rather than crash. Before you call a function that may be missing, test it with
//     RP_HAS.
//
//  4. Nothing unwinds. Let no panic, exception or longjmp leave a function. Never call exit or
//     abort, and never fork. Leave signal handlers, locale, working directory, umask,
//     floating-point mode and stdio as they are. The Rust SDK, and RP_MODULE in C++, catch panics
//     and exceptions and return RP_ERR_PANIC. send never returns RP_ERR_PANIC: when another module
//     panics, the sender gets an error response with code panic.
//
//  5. Threads. The host makes one call at a time per instance, on any thread; with RP_CONCURRENT it
//     may run handle_message on several threads at once. A call from the host's program waits until
//     the instance is free, up to its deadline (code timeout). A send that would have to wait for
//     itself, directly or through others, fails with code reentrant; so does a send to an instance
//     that is already in the current call chain, even with RP_CONCURRENT. When a thread sends on
//     behalf of a message, set cause to that message's id, which is valid until its handle_message
//     returns; the host never derives rights from cause. A handler has at least 256 KiB of stack.
//     Return on the thread and the stack that you were called on. Sends nest at most 32 deep.
//
//  6. Life. The host calls rp_module_v1, create, init, messages, shutdown, destroy, in this order.
//     rp_module_v1 must have no side effects and may be called repeatedly, from any thread. The
//     table and the manifest must be constant.
//     During create only write_log, random and now_us work; send fails with code not_initialized.
//     init runs alone; send works as soon as init starts. If init fails, the host calls destroy
//     without shutdown.
//     To end an instance, the host starts no new calls and lets those in flight finish. shutdown
//     then runs alone; send still works. Once shutdown has returned, every send returns
//     RP_ERR_CANCELLED, even one that is waiting, and cancelled returns non-zero. The host holds no
//     lock when it calls destroy. Join the module's threads in destroy.
//     After RP_ERR_PANIC the host makes no further call to the instance, not even destroy.
//     Never call the host from an atexit handler or from a static or thread-local destructor.
//
//  7. Cancellation. cancelled(id) is a hint, cheap enough for inner loops. It returns non-zero for
//     an id that is unknown or finished; with id 0 it tells whether the instance is being unloaded.
//     The host still accepts an answer given after cancellation. Native code in the host's process
//     is never interrupted; in a process of its own it is ended, with the process.
//
//  8. Memory. After RP_ERR_NO_MEMORY the instance must stay usable. The host treats an unknown
//     status as a fault of the module, not as a panic.
//
//  9. Capabilities. The host checks a send against the capabilities that the operator granted to
//     the instance that sends.
//
// 10. Libraries. The host keeps a library mapped for the life of the process. The table and its
//     functions must lie inside the library (a function may be a trampoline of the library's own).
//
// 11. Pointers. Pass host and reply on exactly as you got them, and call a function only with the
//     struct that holds it: never with a copy of rp_host or rp_reply, never with another
//     instance's.
