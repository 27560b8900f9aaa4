#include "adapters/file/file_state_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/file_bytes.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TempFolder;

TEST(FileStateStore, GivesBackWhatWasSavedLast) {
  const TempFolder folder;
  FileStateStore store(folder / "deep/state");
  EXPECT_EQ(*store.Load("budget"), std::nullopt);
  EXPECT_THAT(*store.Names(), IsEmpty());
  ASSERT_TRUE(store.Save("budget", "old"));
  ASSERT_TRUE(store.Save("budget", std::string_view("a\0b", 3)));
  ASSERT_TRUE(store.Save("empty-1", ""));
  FileStateStore again(folder / "deep/state");
  EXPECT_EQ(*again.Load("budget"), std::string("a\0b", 3));
  EXPECT_EQ(*again.Load("empty-1"), "");
  EXPECT_THAT(*again.Names(), ElementsAre("budget", "empty-1"));
}

TEST(FileStateStore, RemovesADocumentAndIsContentWithoutOne) {
  const TempFolder folder;
  FileStateStore store(folder / "state");
  ASSERT_TRUE(store.Remove("a"));
  ASSERT_TRUE(store.Save("a", "1"));
  ASSERT_TRUE(store.Remove("a"));
  EXPECT_EQ(*store.Load("a"), std::nullopt);
}

TEST(FileStateStore, IsReadableByItsOwnerOnly) {
  const TempFolder folder;
  FileStateStore store(folder / "state");
  ASSERT_TRUE(store.Save("a", "1"));
  struct stat found{};
  ASSERT_EQ(::stat((folder / "state").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat((folder / "state/a").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST(FileStateStore, TakesNoNameThatLeadsElsewhere) {
  const TempFolder folder;
  FileStateStore store(folder / "state");
  for (const std::string name : {"", "..", "a/b", "../a", ".a", "A", "a b", "ä"}) {
    EXPECT_EQ(store.Save(name, "x").error().code, base::ErrorCode::kInvalidInput) << name;
    EXPECT_EQ(store.Load(name).error().code, base::ErrorCode::kInvalidInput) << name;
    EXPECT_EQ(store.Remove(name).error().code, base::ErrorCode::kInvalidInput) << name;
  }
  EXPECT_TRUE(store.Save(std::string(100, 'a'), "x"));
  EXPECT_FALSE(store.Save(std::string(101, 'a'), "x"));
}

TEST(FileStateStore, SaysWhenTheDiskRefuses) {
  const TempFolder folder;
  testing::WriteBytes(folder / "state", "a file, where a folder should be");
  FileStateStore store(folder / "state");
  EXPECT_EQ(store.Save("a", "x").error().code, base::ErrorCode::kRetryLater);
  EXPECT_EQ(store.Load("a").error().code, base::ErrorCode::kRetryLater);
  FileStateStore whole(folder / "whole");
  EXPECT_EQ(whole.Save("a", std::string((16 << 20) + 1, 'x')).error().code, base::ErrorCode::kInvalidInput);
}

TEST(FileStateStore, AKillWhileSavingLeavesTheOldOrTheNewWhole) {
  const TempFolder folder;
  const std::string one(100'000, '1'), two(100'000, '2');
  for (int round = 0; round < 10; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      FileStateStore store(folder / "state");
      for (;;) {
        (void)store.Save("a", one);
        (void)!::write(ready[1], "x", 1);
        (void)store.Save("a", two);
      }
    }
    char byte = 0;
    for (int i = 0; i <= round; ++i) ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    const auto kept = *FileStateStore(folder / "state").Load("a");
    ASSERT_TRUE(kept == one || kept == two);
  }
}

}  // namespace
}  // namespace earprint::adapters
