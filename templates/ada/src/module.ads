--  @name@, a module for rp. The command greet, in the body, is an example: put your own in its place.
--
--  The restrictions let the compiler refuse what would need Ada's run-time to be started, or memory that all threads share.
pragma Restrictions (No_Elaboration_Code);
pragma Restrictions (No_Secondary_Stack);
pragma Restrictions (No_Tasking);

with Interfaces;   use Interfaces;
with Interfaces.C; use Interfaces.C;
with Rp;           use Rp;
with System;       use System;

package Module is

   function Create (Host : rp_host_constant) return Address with Convention => C;

   procedure Destroy (Instance : Address) with Convention => C;

   function Handle_Message
     (Instance : Address; Message : rp_message_constant; Reply : rp_reply_access) return rp_status
   with Convention => C;

   Manifest : constant char_array :=
     "{""name"":""@name@"",""version"":""0.1.0"",""protocol"":""1.0"","
     & """description"":""@description@"",""license"":""MIT""}" & nul
   with Export, Convention => C, External_Name => "rp_manifest";

   Table : aliased constant rp_module :=
     (struct_size    => rp_module'Size / 8,
      flags          => 0,
      manifest       => Manifest'Address,
      create         => Create'Access,
      destroy        => Destroy'Access,
      handle_message => Handle_Message'Access);

   function Entry_Point return rp_module_constant
   is (Table'Access)
   with Export, Convention => C, External_Name => "rp_module_v1";

end Module;
