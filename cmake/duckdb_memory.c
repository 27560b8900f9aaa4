/* Memory of DuckDB's own for sanitized builds.
 *
 * DuckDB is not compiled by us, so that a sanitizer checks nothing in it but that each of its millions of small allocations
 * comes and goes as it should, which took some 40 % of the time of most tests. Its allocations go to the C library here. What the
 * C library allocated by itself (strdup) and DuckDB frees is the sanitizer's, and known by its address. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);
void* __real_realloc(void* memory, size_t size);
void __real_free(void* memory);

/* AddressSanitizer's allocator on x86-64 Linux has 4 TiB from there on; nothing else is mapped into them. */
static int is_sanitizers(const void* memory) { return (uintptr_t)memory >> 42 == 0x500000000000U >> 42; }

void* __wrap_malloc(size_t size) { return __libc_malloc(size); }
void* __wrap_calloc(size_t count, size_t size) { return __libc_calloc(count, size); }
void* __wrap_memalign(size_t alignment, size_t size) { return __libc_memalign(alignment, size); }
void* __wrap_aligned_alloc(size_t alignment, size_t size) { return __libc_memalign(alignment, size); }
int __wrap_posix_memalign(void** memory, size_t alignment, size_t size) {
  *memory = __libc_memalign(alignment, size);
  return *memory == NULL ? ENOMEM : 0;
}
void* __wrap_realloc(void* memory, size_t size) {
  return is_sanitizers(memory) ? __real_realloc(memory, size) : __libc_realloc(memory, size);
}
void __wrap_free(void* memory) {
  if (is_sanitizers(memory))
    __real_free(memory);
  else
    __libc_free(memory);
}
