#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace earprint::testing {

/// Copies to `path` what `make` makes of a folder, which it does once for as long as this program and `uses`,
/// other programs that it runs, are the same: each test is a process of its own, and most of them begin
/// alike.
///
/// Effects: the folder lies beside the program; tests that begin at the same time wait for the first.
inline void CopyPrepared(const std::string& name, const std::string& path,
                         const std::function<void(const std::string& path)>& make,
                         std::vector<std::string> uses = {}) {
  namespace fs = std::filesystem;
  const fs::path program = fs::read_symlink("/proc/self/exe");
  const fs::path room = program.parent_path() / "prepared" / program.filename() / name;
  std::string version = "of";
  uses.push_back(program);
  for (const std::string& each : uses)
    version += "-" + std::to_string(fs::last_write_time(each).time_since_epoch().count());
  fs::create_directories(room);
  const int turn = ::open((room / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  ASSERT_GE(turn, 0) << room;
  ASSERT_EQ(::flock(turn, LOCK_EX), 0);
  const fs::path made = room / version, in_the_making = room / "in-the-making";
  if (!fs::exists(made)) {
    for (const auto& entry : fs::directory_iterator(room)) {
      if (entry.is_directory()) fs::remove_all(entry.path());
    }
    fs::create_directory(in_the_making);
    make(in_the_making);
    // What failed is no folder for others.
    if (!::testing::Test::HasFailure()) fs::rename(in_the_making, made);
  }
  const fs::path& source = fs::exists(made) ? made : in_the_making;
  fs::copy(source, path, fs::copy_options::recursive);
  ::close(turn);
}

}  // namespace earprint::testing
