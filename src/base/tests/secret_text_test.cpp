#include "base/secret_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <new>
#include <ostream>
#include <string>

namespace earprint::base {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Printable<SecretText>);
static_assert(!std::is_copy_constructible_v<SecretText> && !std::is_copy_assignable_v<SecretText>);
static_assert(!std::is_convertible_v<SecretText, std::string> &&
              !std::is_convertible_v<SecretText, std::string_view>);

TEST(SecretText, HoldsWhatItWasGiven) {
  const SecretText secret("key");
  EXPECT_EQ(secret.Reveal(), "key");
  EXPECT_EQ(secret.Copy().Reveal(), "key");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(SecretText().empty());
}

TEST(SecretText, LeavesNothingBehindWhenItIsMoved) {
  SecretText from("short");
  SecretText to(std::move(from));
  EXPECT_EQ(to.Reveal(), "short");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): what is left is what is tested
  from = SecretText("other");
  to = std::move(from);
  EXPECT_EQ(to.Reveal(), "other");
}

TEST(WipeBytes, OverwritesAll) {
  std::string bytes = "secret";
  WipeBytes(bytes.data(), bytes.size());
  EXPECT_EQ(bytes, std::string(6, '\0'));
  WipeBytes(nullptr, 0);
}

}  // namespace
}  // namespace earprint::base
