! @name@, a module for rp. The command greet is an example: put your own in its place.
module @stem@
  use iso_c_binding
  use rp ! rp_module.h and the functions of rp_sdk.h, written by `rp header --bindings fortran`
  implicit none
  private

  type :: state
    integer(c_int64_t) :: greeted = 0 ! so far
    logical :: initialized = .false.
  end type state

  character(*), parameter :: nul = c_null_char

  character(*), parameter :: description = &
    '{"commands":[{"name":"greet","description":"Greets somebody.",' // &
    '"args":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]},' // &
    '"returns":{"type":"object","properties":{"hello":{"type":"string"},' // &
    '"greeted":{"type":"integer","description":"How many were greeted so far."}},' // &
    '"required":["hello","greeted"]}}],"events":{}}'

contains

  function create(host) result(instance) bind(C, name="module_create")
    type(c_ptr), value :: host ! a module that asks the host keeps it
    type(c_ptr) :: instance
    type(state), pointer :: self
    integer :: failed

    allocate (self, stat=failed)
    instance = c_null_ptr
    if (failed == 0) instance = c_loc(self)
  end function create

  subroutine destroy(instance) bind(C, name="module_destroy")
    type(c_ptr), value :: instance
    type(state), pointer :: self

    if (.not. c_associated(instance)) return
    call c_f_pointer(instance, self)
    deallocate (self)
  end subroutine destroy

  function handle_message(instance, message, reply) result(status) bind(C, name="module_handle_message")
    type(c_ptr), value :: instance, message, reply
    integer(c_int32_t) :: status
    type(state), pointer :: self
    type(rp_message), pointer :: asked
    type(rp_json) :: payload

    if (c_associated(instance)) call c_f_pointer(instance, self)
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

  function init(self, reply) result(status)
    type(state), intent(inout) :: self
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
    type(state), intent(inout) :: self
    type(rp_json), intent(in) :: payload
    type(c_ptr), intent(in) :: reply
    integer(c_int32_t) :: status
    type(rp_json) :: name, args

    status = rp_command_open(payload, reply, name, args)
    if (status /= RP_OK) return
    if (rp_json_equals(name, 'greet' // nul)) then
      status = greet(self, args, reply)
    else
      status = rp_answer_error_json(reply, 'unknown_command' // nul, 'unknown command: ' // nul, name)
    end if
  end function command

  function greet(self, args, reply) result(status)
    type(state), intent(inout) :: self
    type(rp_json), intent(in) :: args
    type(c_ptr), intent(in) :: reply
    integer(c_int32_t) :: status
    type(rp_json) :: name
    type(rp_writer) :: data

    name = rp_json_get(args, 'name' // nul)
    if (.not. rp_json_is(name, RP_JSON_STRING)) then
      status = rp_answer_error(reply, 'invalid_payload' // nul, 'name: expected a string' // nul)
      return
    end if
    self%greeted = self%greeted + 1
    data = rp_answer_start(reply)
    call rp_writer_key(data, 'hello' // nul)
    call rp_writer_json(data, name)
    call rp_writer_key(data, 'greeted' // nul)
    call rp_writer_uint(data, self%greeted)
    status = rp_answer_finish(data)
  end function greet

end module @stem@
