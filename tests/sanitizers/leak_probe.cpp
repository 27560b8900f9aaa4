// Loses memory, for a test of the tests: the options that they run with must let the sanitizer tell of it.
#include <cstdlib>

int main() {
  // A row of them, of which registers and the stack still hold the last.
  for (int i = 0; i < 100; ++i) {
    void* volatile lost = std::malloc(16);
    (void)lost;
  }
  return 0;
}
