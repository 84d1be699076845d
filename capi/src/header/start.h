#ifndef RP_HOST_H
#define RP_HOST_H

#if !defined(RP_MODULE_H) && !defined(RP_NO_ENTRY)
#define RP_NO_ENTRY  // a host has no entry; RP_MODULE still works
#include "rp_module.h"
#undef RP_NO_ENTRY
#else
#include "rp_module.h"  // rp_str, rp_message, rp_reply, rp_status, RP_CALL, rp_module
#endif

// RPH_STATIC: define it for a program that is linked with librp_host.a on Windows.
#if defined(_WIN32) && !defined(RPH_STATIC)
#define RPH_API __declspec(dllimport)
#else
#define RPH_API
#endif
#if defined(__GNUC__)
#define RPH_CHECK __attribute__((warn_unused_result))
#else
#define RPH_CHECK
#endif

#if defined(__cplusplus)
extern "C" {
#endif
