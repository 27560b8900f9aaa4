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
set(archives -Wl,--start-group ${archives} -Wl,--end-group)
if(CMAKE_CXX_FLAGS_DEBUG MATCHES "fsanitize=address")
  # A library of its own that holds all it needs, so that none of its allocations is the sanitizer's.
  file(READ "${DUCKDB_DIR}/duckdb.h" header)
  string(REGEX MATCHALL "duckdb_[a-z0-9_]+\\(" functions "${header}")
  list(REMOVE_DUPLICATES functions)
  list(TRANSFORM functions REPLACE "(duckdb_[a-z0-9_]+)." "-Wl,-u,\\1")
  add_library(duckdb_apart SHARED ${CMAKE_SOURCE_DIR}/cmake/duckdb_memory.c)
  set_target_properties(duckdb_apart PROPERTIES LINKER_LANGUAGE CXX)
  set(wrapped malloc calloc realloc free memalign aligned_alloc posix_memalign)
  list(TRANSFORM wrapped PREPEND "-Wl,--wrap=")
  target_compile_options(duckdb_apart PRIVATE -fno-sanitize=all)
  target_link_options(duckdb_apart PRIVATE ${functions} ${wrapped} -fno-sanitize=all -static-libstdc++ -static-libgcc
                      -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/duckdb_exports.map)
  target_link_libraries(duckdb_apart PRIVATE ${archives} Threads::Threads ${CMAKE_DL_LIBS})
  set(archives duckdb_apart)
endif()
target_link_libraries(duckdb INTERFACE ${archives} Threads::Threads ${CMAKE_DL_LIBS})
