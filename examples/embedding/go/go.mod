module rp/embedding

go 1.19
