package body Module is

   --  One instance of the module, and what it keeps; it begins with zeros.
   type State is record
      Greeted     : Unsigned_64;
      Initialized : Boolean;
   end record;

   function Calloc (Count, Size : size_t) return Address with Import, Convention => C, External_Name => "calloc";
   procedure Free (Memory : Address) with Import, Convention => C, External_Name => "free";

   Description : constant char_array :=
     "{""commands"":[{""name"":""greet"",""description"":""Greets somebody."","
     & """args"":{""type"":""object"",""properties"":{""name"":{""type"":""string""}},""required"":[""name""]},"
     & """returns"":{""type"":""object"",""properties"":{""hello"":{""type"":""string""},"
     & """greeted"":{""type"":""integer"",""description"":""How many were greeted so far.""}},"
     & """required"":[""hello"",""greeted""]}}],""events"":{}}" & nul;

   function Create (Host : rp_host_constant) return Address is
      pragma Unreferenced (Host); --  a module that asks the host keeps it
   begin
      return Calloc (1, State'Size / 8);
   end Create;

   procedure Destroy (Instance : Address) is
   begin
      Free (Instance);
   end Destroy;

   function Greet (Self : in out State; Args : rp_json; Reply : rp_reply_access) return rp_status is
      Name : constant rp_json := rp_json_get (Args, "name" & nul);
      Data : rp_writer;
   begin
      if not rp_json_is (Name, RP_JSON_STRING) then
         return rp_answer_error (Reply, "invalid_payload" & nul, "name: expected a string" & nul);
      end if;
      Self.Greeted := Self.Greeted + 1;
      Data := rp_answer_start (Reply);
      rp_writer_key (Data, "hello" & nul);
      rp_writer_json (Data, Name);
      rp_writer_key (Data, "greeted" & nul);
      rp_writer_uint (Data, Self.Greeted);
      return rp_answer_finish (Data);
   end Greet;

   function Command (Self : in out State; Payload : rp_json; Reply : rp_reply_access) return rp_status is
      Name, Args : rp_json;
      Opened     : constant rp_status := rp_command_open (Payload, Reply, Name, Args);
   begin
      if Opened /= RP_OK then
         return Opened;
      elsif rp_json_equals (Name, "greet" & nul) then
         return Greet (Self, Args, Reply);
      else
         return rp_answer_error_json (Reply, "unknown_command" & nul, "unknown command: " & nul, Name);
      end if;
   end Command;

   function Initialize (Self : in out State; Reply : rp_reply_access) return rp_status is
   begin
      if Self.Initialized then
         return rp_answer_error (Reply, "conflict" & nul, "already initialized" & nul);
      end if;
      Self.Initialized := True;
      return rp_answer_empty (Reply);
   end Initialize;

   function Shutdown (Self : in out State; Reply : rp_reply_access) return rp_status is
   begin
      Self.Initialized := False;
      return rp_answer_empty (Reply);
   end Shutdown;

   function Answer (Self : in out State; Kind : rp_str; Payload : rp_json; Reply : rp_reply_access) return rp_status is
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
         Self : State with Import, Convention => C, Address => Instance;
      begin
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

end Module;
