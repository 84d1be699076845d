#if defined(__cplusplus)
}  // extern "C"
#endif

#endif  // RP_HOST_H
