package body Test_Minimal is

   type Counter is record
      Messages    : Unsigned_64; --  handed to this instance so far
      Initialized : Boolean;
   end record;

   Nothing : constant char_array := (0 => nul);

   function Calloc (Count, Size : size_t) return Address with Import, Convention => C, External_Name => "calloc";
   procedure Free (Memory : Address) with Import, Convention => C, External_Name => "free";

   Description : constant char_array :=
     "{""commands"":["
     & "{""name"":""echo"",""description"":""Gives its arguments back"","
     & """args"":{""type"":""object""},""returns"":{""type"":""object""}},"
     & "{""name"":""fail"",""description"":""Answers with an error"","
     & """args"":{""type"":""object"",""properties"":{""code"":{""type"":""string""},""text"":{""type"":""string""}}},"
     & """returns"":{}},"
     & "{""name"":""ping"",""description"":""Answers"",""args"":{""type"":""object""},"
     & """returns"":{""type"":""object"",""properties"":{""reply"":{""type"":""string""},""messages"":{""type"":""integer""}},"
     & """required"":[""reply"",""messages""]}},"
     & "{""name"":""status"",""description"":""Tells the state of the instance"",""args"":{""type"":""object""},"
     & """returns"":{""type"":""object"",""properties"":{""initialized"":{""type"":""boolean""},"
     & """messages"":{""type"":""integer""}},""required"":[""initialized"",""messages""]}}"
     & "],""events"":{}}" & nul;

   function Create (Host : rp_host_constant) return Address is
      pragma Unreferenced (Host); --  a module that asks the host keeps it
   begin
      return Calloc (1, Counter'Size / 8);
   end Create;

   procedure Destroy (Instance : Address) is
   begin
      Free (Instance);
   end Destroy;

   function Ping (Self : Counter; Reply : rp_reply_access) return rp_status is
      Data : rp_writer := rp_answer_start (Reply);
   begin
      rp_writer_key (Data, "reply" & nul);
      rp_writer_string (Data, "pong" & nul);
      rp_writer_key (Data, "messages" & nul);
      rp_writer_uint (Data, Self.Messages);
      return rp_answer_finish (Data);
   end Ping;

   function Status (Self : Counter; Reply : rp_reply_access) return rp_status is
      Data : rp_writer := rp_answer_start (Reply);
   begin
      rp_writer_key (Data, "initialized" & nul);
      rp_writer_bool (Data, rp_bool (Self.Initialized));
      rp_writer_key (Data, "messages" & nul);
      rp_writer_uint (Data, Self.Messages);
      return rp_answer_finish (Data);
   end Status;

   function Fail (Args : rp_json; Reply : rp_reply_access) return rp_status is
      Code : rp_json := rp_json_get (Args, "code" & nul);
      Text : rp_json := rp_json_get (Args, "text" & nul);
   begin
      if not rp_json_is (Code, RP_JSON_STRING) then
         Code := rp_json_literal ("""internal""" & nul);
      end if;
      if not rp_json_is (Text, RP_JSON_STRING) then
         Text := rp_json_literal ("""failed as asked""" & nul);
      end if;
      return rp_answer_error_values (Reply, Code, Text, rp_json_literal (Nothing));
   end Fail;

   function Command (Self : Counter; Payload : rp_json; Reply : rp_reply_access) return rp_status is
      Name, Args : rp_json;
      Opened     : constant rp_status := rp_command_open (Payload, Reply, Name, Args);
   begin
      if Opened /= RP_OK then
         return Opened;
      elsif rp_json_equals (Name, "echo" & nul) then
         return rp_answer_json (Reply, Args);
      elsif rp_json_equals (Name, "fail" & nul) then
         return Fail (Args, Reply);
      elsif rp_json_equals (Name, "ping" & nul) then
         return Ping (Self, Reply);
      elsif rp_json_equals (Name, "status" & nul) then
         return Status (Self, Reply);
      else
         return rp_answer_error_json (Reply, "unknown_command" & nul, "unknown command: " & nul, Name);
      end if;
   end Command;

   function Initialize (Self : in out Counter; Reply : rp_reply_access) return rp_status is
   begin
      if Self.Initialized then
         return rp_answer_error (Reply, "conflict" & nul, "already initialized" & nul);
      end if;
      Self.Initialized := True;
      return rp_answer_empty (Reply);
   end Initialize;

   function Shutdown (Self : in out Counter; Reply : rp_reply_access) return rp_status is
   begin
      Self.Initialized := False;
      return rp_answer_empty (Reply);
   end Shutdown;

   function Answer (Self : in out Counter; Kind : rp_str; Payload : rp_json; Reply : rp_reply_access) return rp_status is
   begin
      if rp_str_eq (Kind, "init" & nul) then
         return Initialize (Self, Reply);
      elsif rp_str_eq (Kind, "describe" & nul) then
         return rp_answer_json (Reply, rp_json_literal (Description));
      elsif not Self.Initialized then
         return rp_answer_error (Reply, "not_initialized" & nul, "the module is not initialized" & nul);
      elsif rp_str_eq (Kind, "command" & nul) then
         return Command (Self, Payload, Reply);
      elsif rp_str_eq (Kind, "event" & nul) then
         return rp_answer_empty (Reply);
      elsif rp_str_eq (Kind, "query" & nul) or else rp_str_eq (Kind, "mutation" & nul) then
         return rp_answer_error (Reply, "not_supported" & nul, "this module keeps no entities" & nul);
      elsif rp_str_eq (Kind, "shutdown" & nul) then
         return Shutdown (Self, Reply);
      else
         return rp_answer_error_str (Reply, "unknown_type" & nul, "unknown message type: " & nul, Kind);
      end if;
   end Answer;

   --  ANCHOR: handle_message
   function Handle_Message
     (Instance : Address; Message : rp_message_constant; Reply : rp_reply_access) return rp_status
   is
      Payload : rp_json;
      Opened  : rp_status;
   begin
      if Instance = Null_Address then
         return rp_message_open (Instance, Message, Reply, Payload);
      end if;
      declare
         Self : Counter with Import, Convention => C, Address => Instance;
      begin
         Self.Messages := Self.Messages + 1;
         Opened := rp_message_open (Instance, Message, Reply, Payload);
         if Opened /= RP_OK then
            return Opened;
         end if;
         return Answer (Self, Message.c_type, Payload, Reply);
      end;
   exception
      when Storage_Error =>
         return RP_ERR_NO_MEMORY;
      when others => --  a failed check too: a range, an index, an overflow
         return RP_ERR_PANIC;
   end Handle_Message;
   --  ANCHOR_END: handle_message

end Test_Minimal;
