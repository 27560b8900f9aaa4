#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/temp_folder.hpp"

namespace earprint::testing {

/// libpqxx 6.4 drops a result when a line breaks, which the sanitizer finds in the programs that tests run.
class ForgivenPqxx {
 public:
  ForgivenPqxx() {
    std::ofstream(folder_ / "known") << "leak:libpqxx\n";
    ::setenv("LSAN_OPTIONS", ("print_suppressions=0:suppressions=" + (folder_ / "known")).c_str(), 1);
  }
  ~ForgivenPqxx() { ::unsetenv("LSAN_OPTIONS"); }
  ForgivenPqxx(const ForgivenPqxx&) = delete;
  ForgivenPqxx& operator=(const ForgivenPqxx&) = delete;

 private:
  TempFolder folder_;
};

}  // namespace earprint::testing
