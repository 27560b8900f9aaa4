#include "adapters/sodium/vault_keys.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/file_bytes.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

using base::ErrorCode;
using base::SecretText;
using testing::TempFolder;

const std::string kKey = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY";  // ABC…f in base64

std::string KeyOf(const base::Result<VaultKeys>& keys, std::size_t at = 0) {
  return {reinterpret_cast<const char*>(keys->keys.at(at).bytes()), kVaultKeyBytes};
}

TEST(LoadVaultKeys, MakesAKeyOnFirstUseAndKeepsIt) {
  const TempFolder folder;
  const std::string path = folder / "config/earprint/key";
  const auto made = LoadVaultKeys(path, SecretText());
  ASSERT_TRUE(made) << made.error().Text();
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  const auto again = LoadVaultKeys(path, SecretText());
  ASSERT_TRUE(again);
  EXPECT_EQ(KeyOf(made), KeyOf(again));
  EXPECT_EQ(made->keys.at(0).id(), again->keys.at(0).id());
  const auto other = LoadVaultKeys(folder / "other", SecretText());
  EXPECT_NE(KeyOf(made), KeyOf(other));
  EXPECT_NE(made->keys.at(0).id(), other->keys.at(0).id());
}

TEST(LoadVaultKeys, TheEnvironmentWinsAndTouchesNoFile) {
  const TempFolder folder;
  const auto keys = LoadVaultKeys(folder / "key", SecretText(kKey));
  ASSERT_TRUE(keys) << keys.error().Text();
  EXPECT_EQ(KeyOf(keys), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef");
  EXPECT_TRUE(keys->are_from_environment);
  EXPECT_FALSE(std::filesystem::exists(folder / "key"));
}

TEST(LoadVaultKeys, ReadsEverySpellingOfBase64) {
  for (const std::string& text : {kKey, kKey + "=", " " + kKey + "=\n"}) {
    const auto keys = LoadVaultKeys("", SecretText(text));
    ASSERT_TRUE(keys) << text;
    EXPECT_EQ(KeyOf(keys), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef");
  }
  EXPECT_TRUE(LoadVaultKeys("", SecretText("//////////////////////////////////////////8=")));
  EXPECT_TRUE(LoadVaultKeys("", SecretText("__________________________________________8")));
}

TEST(LoadVaultKeys, RefusesWhatIsNoKeyAndRepeatsNothingOfIt) {
  for (const std::string& text : {std::string("SECRETpassword"), kKey.substr(1), kKey + kKey,
                                  "," + std::string(43, '!'), kKey + "," + "SECRET", std::string(" ,\n"),
                                  kKey + ("," + kKey) + "," + kKey + "," + kKey + "," + kKey + "," + kKey +
                                      "," + kKey + "," + kKey + "," + kKey}) {
    const auto keys = LoadVaultKeys("", SecretText(text));
    ASSERT_FALSE(keys) << text;
    EXPECT_EQ(keys.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(keys.error().subject, "EARPRINT_KEY");
    EXPECT_EQ(keys.error().Text().find("SECRET"), std::string::npos);
  }
}

TEST(LoadVaultKeys, RefusesAFileThatOthersMayRead) {
  const TempFolder folder;
  const std::string path = folder / "key";
  ASSERT_TRUE(LoadVaultKeys(path, SecretText()));
  for (const mode_t mode : {0640U, 0604U, 0660U, 0601U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const auto keys = LoadVaultKeys(path, SecretText());
    ASSERT_FALSE(keys) << mode;
    EXPECT_EQ(keys.error().code, ErrorCode::kUnauthorized);
    EXPECT_NE(keys.error().hint.find("chmod 600 " + path), std::string::npos) << keys.error().hint;
  }
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  EXPECT_TRUE(LoadVaultKeys(path, SecretText()));
}

TEST(LoadVaultKeys, RefusesAFileThatIsNone) {
  const TempFolder folder;
  const auto refused = [](const std::string& path) {
    const auto keys = LoadVaultKeys(path, SecretText());
    return !keys && keys.error().Text().find("SECRET") == std::string::npos;
  };
  for (const std::string& bytes : {std::string(), std::string("SECRET"), std::string(5'000, 'A')}) {
    testing::WriteBytes(folder / "bad", bytes);
    ASSERT_EQ(::chmod((folder / "bad").c_str(), 0600), 0);
    EXPECT_TRUE(refused(folder / "bad"));
  }
  std::filesystem::create_directory(folder / "folder");
  EXPECT_TRUE(refused(folder / "folder"));
  ASSERT_TRUE(LoadVaultKeys(folder / "key", SecretText()));
  std::filesystem::create_symlink(folder / "key", folder / "link");
  EXPECT_TRUE(refused(folder / "link")) << "a link may be laid by another";
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(refused(folder / "pipe"));
}

TEST(LoadVaultKeys, LeavesNoWayToReadTheMemoryOfTheProcess) {
  const TempFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_CORE, &all);
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (::chdir(folder.path().c_str()) != 0 || !LoadVaultKeys("key", SecretText())) ::_exit(1);
    rlimit limit{1, 1};
    ::getrlimit(RLIMIT_CORE, &limit);
    if (limit.rlim_cur != 0 || limit.rlim_max != 0 || ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) ::_exit(2);
    ::signal(SIGABRT, SIG_DFL);
    ::raise(SIGABRT);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  EXPECT_FALSE(WCOREDUMP(status));
}

TEST(LoadVaultKeys, ForbidsCoreFilesForAKeyOfTheEnvironmentToo) {
  ASSERT_TRUE(LoadVaultKeys("", SecretText(kKey)));
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
}

}  // namespace
}  // namespace earprint::adapters
