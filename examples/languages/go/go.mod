module test-minimal-go

go 1.19
