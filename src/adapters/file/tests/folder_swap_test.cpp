#include "adapters/file/folder_swap.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/file_bytes.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

namespace fs = std::filesystem;

class FolderSwapTest : public ::testing::Test {
 protected:
  void Make(const std::string& where, const std::string& text) {
    fs::create_directories(where);
    testing::WriteBytes(where + "/file", text);
  }
  std::string Text() { return fs::exists(path + "/file") ? testing::BytesOf(path + "/file") : "(none)"; }
  void ExpectTidy() {
    EXPECT_FALSE(fs::exists(swap.NextPath()));
    EXPECT_FALSE(fs::exists(swap.GonePath()));
  }

  testing::TempFolder folder;
  std::string path = folder / "lake";
  FolderSwap swap{path};
};

TEST_F(FolderSwapTest, PutsTheNextInPlace) {
  Make(path, "old");
  Make(swap.NextPath(), "new");
  ASSERT_TRUE(swap.Swap());
  EXPECT_EQ(Text(), "new");
  EXPECT_TRUE(fs::exists(swap.GonePath()));
  ASSERT_TRUE(swap.RemoveGone());
  ExpectTidy();
}

TEST_F(FolderSwapTest, WhatWasNotBegunIsNotDone) {
  Make(path, "old");
  Make(swap.NextPath(), "half of the n");
  EXPECT_EQ(*swap.Settle(), false);
  EXPECT_EQ(Text(), "old");
  ExpectTidy();
}

TEST_F(FolderSwapTest, WhatWasBegunIsDone) {
  Make(swap.GonePath(), "old");
  Make(swap.NextPath(), "new");
  EXPECT_EQ(*swap.Settle(), true);
  EXPECT_EQ(Text(), "new");
  ASSERT_TRUE(swap.RemoveGone());
  ExpectTidy();
}

TEST_F(FolderSwapTest, WhatWasDoneButNotTidiedIsToldAgain) {
  Make(swap.GonePath(), "old");
  Make(path, "new");
  EXPECT_EQ(*swap.Settle(), true);
  EXPECT_EQ(*swap.Settle(), true) << "until what is gone is removed";
  EXPECT_EQ(Text(), "new");
  ASSERT_TRUE(swap.RemoveGone());
  EXPECT_EQ(*swap.Settle(), false);
}

TEST_F(FolderSwapTest, WithoutANextAllStaysAsItIs) {
  Make(path, "old");
  EXPECT_FALSE(swap.Swap());
  EXPECT_EQ(Text(), "old");
  ExpectTidy();
}

TEST_F(FolderSwapTest, WhereThereIsNothingNothingIsToBeSettled) {
  EXPECT_EQ(*swap.Settle(), false);
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace earprint::adapters
