module pin.invalid/duckdb

go 1.21

require github.com/duckdb/duckdb-go-bindings/lib/linux-amd64 v0.10505.0
