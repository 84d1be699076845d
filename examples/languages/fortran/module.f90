! A module in Fortran: it answers every kind of message, counts them, and keeps nothing else. entry.c exports it.
module test_minimal
  use iso_c_binding
  use rp ! rp_module.h and the functions of rp_sdk.h, written by `rp header --bindings fortran`
  implicit none
  private

  type :: counter
    integer(c_int64_t) :: messages = 0 ! handed to this instance so far
    logical :: initialized = .false.
  end type counter

  character(*), parameter :: nul = c_null_char

  character(*), parameter :: description = '{"commands":[' // &
    '{"name":"echo","description":"Gives its arguments back",' // &
    '"args":{"type":"object"},"returns":{"type":"object"}},' // &
    '{"name":"fail","description":"Answers with an error",' // &
    '"args":{"type":"object","properties":{"code":{"type":"string"},"text":{"type":"string"}}},"returns":{}},' // &
    '{"name":"ping","description":"Answers","args":{"type":"object"},' // &
    '"returns":{"type":"object","properties":{"reply":{"type":"string"},"messages":{"type":"integer"}},' // &
    '"required":["reply","messages"]}},' // &
    '{"name":"status","description":"Tells the state of the instance","args":{"type":"object"},' // &
    '"returns":{"type":"object","properties":{"initialized":{"type":"boolean"},"messages":{"type":"integer"}},' // &
    '"required":["initialized","messages"]}}' // &
    '],"events":{}}'

contains

  function create(host) result(instance) bind(C, name="test_minimal_create")
    type(c_ptr), value :: host ! a module that asks the host keeps it
    type(c_ptr) :: instance
    type(counter), pointer :: self
    integer :: failed

    allocate (self, stat=failed)
    instance = c_null_ptr
    if (failed == 0) instance = c_loc(self)
  end function create

  subroutine destroy(instance) bind(C, name="test_minimal_destroy")
    type(c_ptr), value :: instance
    type(counter), pointer :: self

    if (.not. c_associated(instance)) return
    call c_f_pointer(instance, self)
    deallocate (self)
  end subroutine destroy

  ! ANCHOR: handle_message
  function handle_message(instance, message, reply) result(status) bind(C, name="test_minimal_handle_message")
    type(c_ptr), value :: instance, message, reply
    integer(c_int32_t) :: status
    type(counter), pointer :: self
    type(rp_message), pointer :: asked
    type(rp_json) :: payload

    if (c_associated(instance)) then
      call c_f_pointer(instance, self)
      self%messages = self%messages + 1
    end if
    status = rp_message_open(instance, message, reply, payload)
    if (status /= RP_OK) return
    call c_f_pointer(message, asked)

    if (is('init' // nul)) then
      status = init(self, reply)
    else if (is('describe' // nul)) then
      status = rp_answer_json(reply, rp_json_literal(description // nul))
    else if (.not. self%initialized) then
      status = rp_answer_error(reply, 'not_initialized' // nul, 'the module is not initialized' // nul)
    else if (is('command' // nul)) then
      status = command(self, payload, reply)
    else if (is('event' // nul)) then
      status = rp_answer_empty(reply)
    else if (is('query' // nul) .or. is('mutation' // nul)) then
      status = rp_answer_error(reply, 'not_supported' // nul, 'this module keeps no entities' // nul)
    else if (is('shutdown' // nul)) then
      self%initialized = .false.
      status = rp_answer_empty(reply)
    else
      status = rp_answer_error_str(reply, 'unknown_type' // nul, 'unknown message type: ' // nul, asked%type)
    end if

  contains

    logical function is(kind)
      character(*), intent(in) :: kind ! with a NUL: to put one behind a variable takes memory

      is = rp_str_eq(asked%type, kind)
    end function is

  end function handle_message
  ! ANCHOR_END: handle_message

  function init(self, reply) result(status)
    type(counter), intent(inout) :: self
    type(c_ptr), intent(in) :: reply
    integer(c_int32_t) :: status

    if (self%initialized) then
      status = rp_answer_error(reply, 'conflict' // nul, 'already initialized' // nul)
    else
      self%initialized = .true.
      status = rp_answer_empty(reply)
    end if
  end function init

  function command(self, payload, reply) result(status)
    type(counter), intent(in) :: self
    type(rp_json), intent(in) :: payload
    type(c_ptr), intent(in) :: reply
    integer(c_int32_t) :: status
    type(rp_json) :: name, args
    type(rp_writer) :: data

    status = rp_command_open(payload, reply, name, args)
    if (status /= RP_OK) return
    if (rp_json_equals(name, 'echo' // nul)) then
      status = rp_answer_json(reply, args)
    else if (rp_json_equals(name, 'fail' // nul)) then
      status = fail(args, reply)
    else if (rp_json_equals(name, 'ping' // nul)) then
      data = rp_answer_start(reply)
      call rp_writer_key(data, 'reply' // nul)
      call rp_writer_string(data, 'pong' // nul)
      call rp_writer_key(data, 'messages' // nul)
      call rp_writer_uint(data, self%messages)
      status = rp_answer_finish(data)
    else if (rp_json_equals(name, 'status' // nul)) then
      data = rp_answer_start(reply)
      call rp_writer_key(data, 'initialized' // nul)
      call rp_writer_bool(data, logical(self%initialized, c_bool))
      call rp_writer_key(data, 'messages' // nul)
      call rp_writer_uint(data, self%messages)
      status = rp_answer_finish(data)
    else
      status = rp_answer_error_json(reply, 'unknown_command' // nul, 'unknown command: ' // nul, name)
    end if
  end function command

  function fail(args, reply) result(status)
    type(rp_json), intent(in) :: args
    type(c_ptr), intent(in) :: reply
    integer(c_int32_t) :: status
    type(rp_json) :: code, text

    code = rp_json_get(args, 'code' // nul)
    text = rp_json_get(args, 'text' // nul)
    if (.not. rp_json_is(code, RP_JSON_STRING)) code = rp_json_literal('"internal"' // nul)
    if (.not. rp_json_is(text, RP_JSON_STRING)) text = rp_json_literal('"failed as asked"' // nul)
    status = rp_answer_error_values(reply, code, text, rp_json_literal(nul))
  end function fail

end module test_minimal
