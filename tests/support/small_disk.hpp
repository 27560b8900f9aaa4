#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/temp_folder.hpp"

namespace earprint::testing {

/// A disk of a few mebibytes that can be filled up and freed again. To make one takes the right to mount: a
/// test that is not given one says so and is skipped.
class SmallDisk {
 public:
  explicit SmallDisk(int mib) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    std::filesystem::create_directory(path());
    const std::string size = "mode=0755,size=" + std::to_string(mib) + "m";
    is_there_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_there_) ::umount2(path().c_str(), MNT_DETACH);
  }

  bool is_there() const { return is_there_; }
  std::string path() const { return folder_.path() + "/disk"; }

  /// Gives the disk to another user.
  void GiveTo(const char* user) const {
    if (const passwd* found = ::getpwnam(user); found != nullptr && ::getuid() == 0) {
      EXPECT_EQ(::chown(path().c_str(), found->pw_uid, found->pw_gid), 0);
    }
  }

  /// Takes all room but this.
  void Fill(std::uint64_t left_bytes) const {
    struct statvfs room{};
    ASSERT_EQ(::statvfs(path().c_str(), &room), 0);
    const std::uint64_t free_bytes = std::uint64_t{room.f_bavail} * room.f_bsize;
    ASSERT_GT(free_bytes, left_bytes);
    const int file = ::open(Filler().c_str(), O_WRONLY | O_CREAT, 0600);
    EXPECT_EQ(::posix_fallocate(file, 0, static_cast<off_t>(free_bytes - left_bytes)), 0);
    ::close(file);
  }
  void Free() const { std::filesystem::remove(Filler()); }

 private:
  std::string Filler() const { return path() + "/filler"; }

  TempFolder folder_;
  bool is_there_ = false;
};

}  // namespace earprint::testing
