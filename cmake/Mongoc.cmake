# Debian's libmongoc, from its archives: the shared one begins before anything of this program's, and makes a file in shared memory for
# counters that nobody reads. A process that is killed leaves its file, and a later one of the same number writes a warning into the answers
# of commands that have nothing to do with MongoDB. From the archive it can be told not to (adapters/mongo/mongo_link.cpp).
pkg_check_modules(mongoc_parts REQUIRED libmongoc-1.0)
find_library(mongoc_archive NAMES libmongoc-static-1.0.a REQUIRED)
find_library(bson_archive NAMES libbson-static-1.0.a REQUIRED)
foreach(part sasl2 snappy mongocrypt resolv)
  find_library(mongoc_${part} NAMES ${part} REQUIRED)
endforeach()
add_library(mongoc INTERFACE)
target_include_directories(mongoc SYSTEM INTERFACE ${mongoc_parts_INCLUDE_DIRS})
target_compile_definitions(mongoc INTERFACE MONGOC_STATIC BSON_STATIC)
target_link_libraries(mongoc INTERFACE ${mongoc_archive} ${bson_archive} ${mongoc_sasl2} ${mongoc_snappy} ${mongoc_mongocrypt}
  ${mongoc_resolv} ssl crypto z zstd icuuc)
