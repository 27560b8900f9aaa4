# DuckDB 1.5.5: header and static archives from the Go module pinned in third_party/duckdb.
# go.sum holds the checksum; a changed archive stops the configuration. Works offline once fetched.
set(DUCKDB_CACHE ${CMAKE_SOURCE_DIR}/.deps/gomod CACHE PATH "module cache for DuckDB")
find_program(GO_EXECUTABLE go REQUIRED HINTS /usr/local/go/bin /usr/lib/go/bin)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env GOMODCACHE=${DUCKDB_CACHE} GOFLAGS=-modcacherw GOTOOLCHAIN=local
          ${GO_EXECUTABLE} mod download -json github.com/duckdb/duckdb-go-bindings/lib/linux-amd64
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/third_party/duckdb
  OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE rc)
if(NOT rc EQUAL 0)
  message(FATAL_ERROR "DuckDB: ${err}${out}")
endif()
string(JSON DUCKDB_DIR GET "${out}" Dir)
file(GLOB archives "${DUCKDB_DIR}/*.a")
list(FILTER archives EXCLUDE REGEX jemalloc) # not in DuckDB's own link line either
find_package(Threads REQUIRED)
add_library(duckdb INTERFACE IMPORTED GLOBAL)
add_library(DuckDB::duckdb ALIAS duckdb)
target_include_directories(duckdb SYSTEM INTERFACE "${DUCKDB_DIR}")
target_compile_definitions(duckdb INTERFACE DUCKDB_STATIC_BUILD)
target_link_libraries(duckdb INTERFACE -Wl,--start-group ${archives} -Wl,--end-group Threads::Threads
                                       ${CMAKE_DL_LIBS})
