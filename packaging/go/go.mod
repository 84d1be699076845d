module rp

go 1.19
