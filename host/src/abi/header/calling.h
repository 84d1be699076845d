// The calling convention of every function between a module and its host: that of C. It has a name
// because compilers for 32-bit Windows can be told to use another one by default. Since ABI 1.
#if defined(_WIN32) && (defined(_M_IX86) || defined(__i386__))
#define RP_CALL __cdecl
#else
#define RP_CALL
#endif
