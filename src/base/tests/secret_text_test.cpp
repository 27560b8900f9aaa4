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

TEST(ShownAddress, HasNoPasswordHoweverItIsWritten) {
  EXPECT_EQ(ShownAddress("mongodb://u:secret@h:1,i:2/db?appName=a@b"), "mongodb://u@h:1,i:2/db");
  EXPECT_EQ(ShownAddress("mongodb://h:27017/db?appName=a@b"), "mongodb://h:27017/db");
  EXPECT_EQ(ShownAddress("postgresql://h/db?password=secret"), "postgresql://h/db");
  EXPECT_EQ(ShownAddress("postgresql://u@h/db"), "postgresql://u@h/db");
  for (const char* url :
       {"mongodb://u:secret@h/db?tlsCertificateKeyFile=me@corp.pem", "postgresql://u:sec?ret@h/db",
        "postgresql://u:p@secret@h", "postgresql://u:12?secret@h", "mongodb:/u:secret@h", "u:secret@h"})
    EXPECT_FALSE(ShownAddress(url).contains("sec")) << ShownAddress(url);
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
