#include "adapters/sodium/sodium_token_vault.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "adapters/sodium/sodium_random.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

using base::ErrorCode;
using base::SecretText;
using testing::MemoryStateStore;
using testing::TempFolder;

const std::string kSecret = "SECRETrefresh-token";

SodiumTokenVault Vault(ports::StateStore& documents, const std::string& key_path) {
  auto keys = LoadVaultKeys(key_path, SecretText());
  EXPECT_TRUE(keys) << keys.error().Text();
  return {documents, std::move(*keys), key_path};
}

std::string Opened(ports::TokenStore& vault, const std::string& name) {
  const auto secret = vault.Open(name);
  if (!secret) return "error: " + secret.error().Text();
  return *secret ? std::string((*secret)->Reveal()) : "nothing";
}

TEST(SodiumTokenVault, OpensWhatItSealedAlsoAfterARestart) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  EXPECT_EQ(Opened(vault, "a"), "nothing");
  ASSERT_TRUE(vault.Seal("a", SecretText(kSecret)));
  ASSERT_TRUE(vault.Seal("empty", SecretText()));
  EXPECT_EQ(Opened(vault, "a"), kSecret);
  SodiumTokenVault again = Vault(documents, folder / "key");
  EXPECT_EQ(Opened(again, "a"), kSecret);
  EXPECT_EQ(Opened(again, "empty"), "");
  ASSERT_TRUE(again.Forget("a"));
  EXPECT_EQ(Opened(vault, "a"), "nothing");
}

TEST(SodiumTokenVault, KeepsNothingReadableAndNothingTwiceTheSame) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  std::set<std::string> sealed;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(vault.Seal("a", SecretText(kSecret)));
    EXPECT_EQ(documents.documents.at("a").find("SECRET"), std::string::npos);
    EXPECT_TRUE(sealed.insert(documents.documents.at("a")).second);
  }
}

TEST(SodiumTokenVault, ACopyWithoutItsKeyOpensNothing) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  ASSERT_TRUE(vault.Seal("a", SecretText(kSecret)));
  SodiumTokenVault elsewhere = Vault(documents, folder / "elsewhere/key");
  const auto opened = elsewhere.Open("a");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnauthorized);
  EXPECT_EQ(opened.error().hint,
            "bring back " + (folder / "elsewhere/key") + "; without it, log in or publish again");
}

TEST(SodiumTokenVault, RefusesADocumentThatWasChangedAnywhere) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  ASSERT_TRUE(vault.Seal("a", SecretText(kSecret)));
  const std::string sound = documents.documents.at("a");
  for (std::size_t at = 0; at < sound.size(); ++at) {
    std::string changed = sound;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    documents.documents["a"] = changed;
    const auto opened = vault.Open("a");
    ASSERT_FALSE(opened) << at;
    const bool is_key_id = at >= 4 && at < 4 + kVaultKeyIdBytes;
    EXPECT_EQ(opened.error().code, is_key_id ? ErrorCode::kUnauthorized : ErrorCode::kCorrupt) << at;
    EXPECT_EQ(opened.error().Text().find("SECRET"), std::string::npos);
  }
  for (std::size_t size = 0; size < sound.size(); ++size) {
    documents.documents["a"] = sound.substr(0, size);
    ASSERT_FALSE(vault.Open("a")) << size;
  }
  documents.documents["a"] = sound + "x";
  EXPECT_EQ(vault.Open("a").error().code, ErrorCode::kCorrupt);
}

TEST(SodiumTokenVault, RefusesADocumentUnderAnothersName) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  ASSERT_TRUE(vault.Seal("mine", SecretText(kSecret)));
  documents.documents["theirs"] = documents.documents.at("mine");
  EXPECT_EQ(vault.Open("theirs").error().code, ErrorCode::kCorrupt);
}

TEST(SodiumTokenVault, TellsWhenTheDocumentsCannotBeKept) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  documents.fails = true;
  EXPECT_EQ(vault.Seal("a", SecretText(kSecret)).error().code, ErrorCode::kRetryLater);
  EXPECT_EQ(vault.Seal("a", SecretText(std::string((1 << 20) + 1, 'x'))).error().code,
            ErrorCode::kInvalidInput);
}

TEST(SodiumTokenVault, ANewKeyOpensAllAndTheOldOneNothing) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  ASSERT_TRUE(vault.Seal("a", SecretText("one")));
  ASSERT_TRUE(vault.Seal("b", SecretText("two")));
  const std::string old_key = testing::BytesOf(folder / "key");
  ASSERT_TRUE(vault.RotateKey());
  EXPECT_NE(testing::BytesOf(folder / "key"), old_key);
  EXPECT_EQ(testing::BytesOf(folder / "key").size(), old_key.size()) << "the old key is gone";
  EXPECT_EQ(Opened(vault, "a"), "one");
  SodiumTokenVault again = Vault(documents, folder / "key");
  EXPECT_EQ(Opened(again, "b"), "two");
  SodiumTokenVault old(documents, *LoadVaultKeys("", SecretText(old_key)), "");
  EXPECT_EQ(old.Open("a").error().code, ErrorCode::kUnauthorized);
}

TEST(SodiumTokenVault, ARotationThatBrokeOffLeavesAllOpenableAndEndsTheNextTime) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  ASSERT_TRUE(vault.Seal("a", SecretText("one")));
  documents.fails = true;
  EXPECT_FALSE(vault.RotateKey());
  documents.fails = false;
  SodiumTokenVault again = Vault(documents, folder / "key");
  EXPECT_EQ(Opened(again, "a"), "one");
  ASSERT_TRUE(again.Seal("b", SecretText("two")));
  ASSERT_TRUE(again.Reseal());
  SodiumTokenVault last = Vault(documents, folder / "key");
  EXPECT_EQ(Opened(last, "a"), "one");
  EXPECT_EQ(Opened(last, "b"), "two");
}

TEST(SodiumTokenVault, MakesNoMoreKeysThanAKeyFileMayHold) {
  const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  ASSERT_TRUE(vault.Seal("a", SecretText("one")));
  documents.fails = true;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(vault.RotateKey());
  documents.fails = false;
  SodiumTokenVault again = Vault(documents, folder / "key");
  EXPECT_EQ(Opened(again, "a"), "one");
}

TEST(SodiumTokenVault, KeysOfTheEnvironmentChangeByOrder) {
  MemoryStateStore documents;
  const std::string one = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const std::string two = "__________________________________________8";
  SodiumTokenVault first(documents, *LoadVaultKeys("", SecretText(one)), "");
  ASSERT_TRUE(first.Seal("a", SecretText("one")));
  EXPECT_EQ(first.RotateKey().error().code, ErrorCode::kUnsupported);
  SodiumTokenVault both(documents, *LoadVaultKeys("", SecretText(two + "," + one)), "");
  EXPECT_EQ(Opened(both, "a"), "one");
  ASSERT_TRUE(both.Reseal());
  SodiumTokenVault second(documents, *LoadVaultKeys("", SecretText(two)), "");
  EXPECT_EQ(Opened(second, "a"), "one");
  EXPECT_EQ(first.Open("a").error().code, ErrorCode::kUnauthorized);
}

RC_GTEST_PROP(SodiumTokenVault, OpensAnySecretUnderAnyName, (const std::string& secret)) {
  static const TempFolder folder;
  MemoryStateStore documents;
  SodiumTokenVault vault = Vault(documents, folder / "key");
  RC_ASSERT(vault.Seal("n", SecretText(secret)).has_value());
  RC_ASSERT(Opened(vault, "n") == secret);
}

TEST(SodiumRandomness, FillsWithBytesThatDiffer) {
  const auto random = MakeSodiumRandomness();
  std::array<std::uint8_t, 32> one{}, two{};
  random->Fill(one);
  random->Fill(two);
  EXPECT_NE(one, two);
}

}  // namespace
}  // namespace earprint::adapters
