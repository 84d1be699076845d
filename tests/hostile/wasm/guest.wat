;; A guest that does what it should. A test replaces a piece between two @ by something hostile; what stands here is the
;; good form. Layout: the table at 512, its manifest at 1024, a response at 2048, a message of its own at 3072, a reply of
;; its own at 3136, an answer's room at 3200; the allocator hands out what follows 8192 and never takes anything back.
(module
  @imports@@
  (type $map (func (param i32) (result i32)))
  (type $take (func (param i32)))
  (type $grow (func (param i32 i32) (result i32)))
  (type $send (func (param i32 i32 i32) (result i32)))
  (type $log (func (param i32 i64 i32 i32 i32)))
  (type $random (func (param i32 i32 i32)))
  @memory@(memory (export "memory") 2)@
  @table@(table (export "__indirect_function_table") 6 funcref)@
  (elem (i32.const 1) $create $destroy $handle $grow $lost)
  @manifest@(global (export "rp_manifest") i32 (i32.const 1024))@
  (data (i32.const 512) "\@size@18@\00\00\00\@flags@00@\00\00\00@address@\00\04\00\00@\@create_index@01@\00\00\00\02\00\00\00\@handle_index@03@\00\00\00")
  (data (i32.const 1024) "{\"name\":\"hostile\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}\00")
  (data (i32.const 1536) "{\"name\":\"another\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}\00")
  (data (i32.const 2048) "@response@{\22status\22:\22success\22,\22data\22:{}}@")
  ;; command, {"module":"hostile","name":"x"}: sent to this instance itself
  (data (i32.const 3072) "\28\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00@own_type@\80\0c\00\00\07\00\00\00@@own_payload@\88\0c\00\00\1f\00\00\00@")
  (data (i32.const 3136) "\1c\00\00\00\00\00\00\00\00\00\00\00@own_room@\00\0d\00\00\00\00\00\00\00\00\00\00@@own_grow@\04\00\00\00@")
  (data (i32.const 3200) "command\00{\22module\22:\22hostile\22,\22name\22:\22x\22}")
  (global $next (mut i32) (i32.const 8192))
  (global $host (mut i32) (i32.const 0))
  @more@@

  (func (export "@entry@rp_module_v1@") (result i32) @entry_body@(i32.const 512)@)
  (func $alloc (export "@alloc@rp_alloc@") (param $size @alloc_type@i32@) (result i32) (local $at i32)
    @alloc_body@
    (local.set $at (global.get $next))
    (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (block $fits (loop $more
      (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
      (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
      (return (i32.const 0))))
    (local.get $at)@)
  (func (export "rp_free") (param i32 i32) @free_body@@)
  (func $create (param $given i32) (result i32)
    (global.set $host (local.get $given))
    @create_body@(i32.const 4096)@)
  (func $destroy (param i32) @destroy_body@@)
  (func $lost (param i64))
  ;; Room of its own for what comes back from send: 64 bytes at 3328.
  (func $grow (param $reply i32) (param $additional i32) (result i32)
    @grow_body@
    (i32.store offset=20 (local.get $reply) (i32.const 1024))
    (i32.const 0)@)
  (func $answer (param $reply i32) (result i32)
    (memory.copy (i32.load offset=12 (local.get $reply)) (i32.const 2048) (i32.const 30))
    (i32.store offset=16 (local.get $reply) (i32.const 30))
    (i32.const 0))
  ;; Asks the host to send the message at 3072; the answer goes into the reply at 3136.
  (func $send (param $message i32) (param $reply i32) (result i32)
    (call_indirect (type $send) (global.get $host) (local.get $message) (local.get $reply)
      (i32.load offset=12 (global.get $host))))
  (func $handle (param $self i32) (param $message i32) (param $reply i32) (result i32)
    ;; Only commands are hostile, so that it gets as far as them.
    (if (i32.ne (i32.load8_u (i32.load offset=24 (local.get $message))) (i32.const 99))
      (then (return (call $answer (local.get $reply)))))
    @handle_body@(call $answer (local.get $reply))@)
)
