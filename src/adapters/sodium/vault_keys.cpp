#include "adapters/sodium/vault_keys.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/ensure.hpp"
#include "base/text.hpp"

namespace earprint::adapters {

namespace {

constexpr std::size_t kKeyFileBytesMax = 1'000;
constexpr char kIdPurpose[] = "earprint key id";
const std::string kOp = "load the key of the secrets";

base::Failure BadKey(const std::string& subject) {
  return base::Fail(base::ErrorCode::kInvalidInput, kOp, subject, "it holds no key",
                    "a key is 32 random bytes in base64, as `head -c 32 /dev/urandom | base64` writes them");
}

base::Failure Refused(const std::string& path) {
  return base::Fail(base::ErrorCode::kRetryLater, kOp, path, std::strerror(errno),
                    "look at the folder's owner and the disk's space");
}

bool ReadKey(std::string_view text, std::vector<VaultKey>& keys) {
  std::array<std::uint8_t, kVaultKeyBytes + 1> bytes{};
  bool is_key = false;
  for (const int alphabet : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                             sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
    std::size_t size = 0;
    is_key = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                               alphabet) == 0 &&
             size == kVaultKeyBytes;
    if (is_key) break;
  }
  if (is_key) keys.emplace_back(bytes.data());
  sodium_memzero(bytes.data(), bytes.size());
  return is_key;
}

base::Result<VaultKeys> ReadKeys(std::string_view text, char separator, const std::string& subject) {
  VaultKeys read;
  for (const std::string_view part : base::Split(text, separator)) {
    const std::string_view key = base::Trim(part);
    if (key.empty()) continue;
    if (read.keys.size() == kVaultKeysMax || !ReadKey(key, read.keys)) return BadKey(subject);
  }
  if (read.keys.empty()) return BadKey(subject);
  return read;
}

/// Why a key file cannot be trusted: whoever else can read it can open every secret.
base::Result<void> CheckOwner(int file, const std::string& path) {
  struct stat found{};
  if (::fstat(file, &found) != 0) return Refused(path);
  if (!S_ISREG(found.st_mode)) return BadKey(path);
  if (found.st_uid != ::geteuid()) {
    return base::Fail(base::ErrorCode::kUnauthorized, kOp, path, "it belongs to another user",
                      "run as the user who made it, or set EARPRINT_KEY");
  }
  if ((found.st_mode & 0077) != 0) {
    return base::Fail(base::ErrorCode::kUnauthorized, kOp, path, "others may read it",
                      "if no one did: chmod 600 " + path + "; else delete it and log in again");
  }
  return {};
}

base::Result<VaultKeys> ReadKeyFile(int file, const std::string& path) {
  if (auto sound = CheckOwner(file, path); !sound) return std::unexpected(sound.error());
  std::array<char, kKeyFileBytesMax + 1> text{};
  std::size_t size = 0;
  ssize_t read = 1;
  while (read > 0 && size < text.size()) {
    read = ::read(file, text.data() + size, text.size() - size);
    if (read > 0) size += static_cast<std::size_t>(read);
  }
  if (read < 0) return Refused(path);
  if (size > kKeyFileBytesMax) return BadKey(path);
  auto keys = ReadKeys({text.data(), size}, '\n', path);
  sodium_memzero(text.data(), text.size());
  return keys;
}

base::SecretText KeyLines(const std::vector<VaultKey>& keys) {
  constexpr std::size_t kLineBytes = sodium_base64_ENCODED_LEN(kVaultKeyBytes, sodium_base64_VARIANT_URLSAFE);
  std::string lines;
  lines.reserve(keys.size() * kLineBytes + 1);
  std::array<char, kLineBytes> line{};
  for (const VaultKey& key : keys) {
    sodium_bin2base64(line.data(), line.size(), key.bytes(), kVaultKeyBytes, sodium_base64_VARIANT_URLSAFE);
    lines += line.data();
    lines += '\n';
  }
  base::SecretText secret(lines);
  sodium_memzero(lines.data(), lines.size());
  sodium_memzero(line.data(), line.size());
  return secret;
}

}  // namespace

VaultKey::VaultKey() : bytes_(static_cast<std::uint8_t*>(sodium_malloc(kVaultKeyBytes))) {
  ENSURE(bytes_ != nullptr, "there is memory for a key");
}

VaultKey::VaultKey(const std::uint8_t* bytes) : VaultKey() {
  std::memcpy(bytes_.get(), bytes, kVaultKeyBytes);
  Name();
}

VaultKey VaultKey::Random() {
  VaultKey key;
  randombytes_buf(key.bytes_.get(), kVaultKeyBytes);
  key.Name();
  return key;
}

void VaultKey::Name() {
  std::array<std::uint8_t, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const std::uint8_t*>(kIdPurpose),
                     sizeof(kIdPurpose), bytes_.get(), kVaultKeyBytes);
  id_.assign(reinterpret_cast<const char*>(hash.data()), kVaultKeyIdBytes);
  sodium_mprotect_readonly(bytes_.get());
}

void VaultKey::Wipe::operator()(std::uint8_t* bytes) const { sodium_free(bytes); }

base::Result<VaultKeys> LoadVaultKeys(const std::string& key_path, const base::SecretText& environment) {
  ENSURE(sodium_init() >= 0, "libsodium starts");
  ForbidCoreFiles();
  if (!environment.empty()) {
    auto keys = ReadKeys(environment.Reveal(), ',', "EARPRINT_KEY");
    if (keys) keys->are_from_environment = true;
    return keys;
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int file = ::open(key_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file >= 0) {
      auto keys = ReadKeyFile(file, key_path);
      ::close(file);
      return keys;
    }
    if (errno != ENOENT) return Refused(key_path);
    std::vector<VaultKey> fresh;
    fresh.push_back(VaultKey::Random());
    if (auto made = WriteKeyFile(key_path, fresh); !made) return std::unexpected(made.error());
  }
  return Refused(key_path);
}

base::Result<void> WriteKeyFile(const std::string& key_path, const std::vector<VaultKey>& keys) {
  const std::filesystem::path folder = std::filesystem::path(key_path).parent_path();
  std::error_code failed;
  if (std::filesystem::create_directories(folder, failed)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  }
  const std::string beside = key_path + ".new";
  ::unlink(beside.c_str());  // left by a kill, or laid there by another
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return Refused(key_path);
  const base::SecretText lines = KeyLines(keys);
  const auto size = static_cast<ssize_t>(lines.Reveal().size());
  const bool is_written =
      ::write(file, lines.Reveal().data(), lines.Reveal().size()) == size && ::fsync(file) == 0;
  ::close(file);
  if (!is_written || ::rename(beside.c_str(), key_path.c_str()) != 0) return Refused(key_path);
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened >= 0) {
    ::fsync(opened);
    ::close(opened);
  }
  return {};
}

void ForbidCoreFiles() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // a core that is piped to a program heeds no limit
}

}  // namespace earprint::adapters
