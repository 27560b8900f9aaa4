#include "adapters/sodium/sodium_token_vault.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "base/ensure.hpp"

namespace earprint::adapters {

namespace {

constexpr std::string_view kMark = "EPS1";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHeadBytes = 4 + kVaultKeyIdBytes + kNonceBytes;
constexpr std::size_t kSecretBytesMax = 1 << 20;

const std::uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}
std::uint8_t* Bytes(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

/// What is sealed in with a secret: what it is, and whose.
std::string Bound(const std::string& name) { return std::string(kMark) + '\0' + name; }

base::Failure Damaged(const std::string& name, const std::string& cause) {
  return base::Fail(base::ErrorCode::kCorrupt, "open a sealed secret", name, cause,
                    "log in again, which makes it anew");
}

}  // namespace

SodiumTokenVault::SodiumTokenVault(ports::StateStore& documents, VaultKeys keys, std::string key_path)
    : documents_(documents), keys_(std::move(keys)), key_path_(std::move(key_path)) {
  ENSURE(!keys_.keys.empty(), "a vault has a key");
}

base::Result<void> SodiumTokenVault::Seal(const std::string& name, const base::SecretText& secret) {
  const std::lock_guard lock(mutex_);
  return SealWithFirst(name, secret);
}

base::Result<std::optional<base::SecretText>> SodiumTokenVault::Open(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return OpenWithAny(name);
}

base::Result<void> SodiumTokenVault::Forget(const std::string& name) { return documents_.Remove(name); }

base::Result<void> SodiumTokenVault::SealWithFirst(const std::string& name, const base::SecretText& secret) {
  const std::string_view plain = secret.Reveal();
  if (plain.size() > kSecretBytesMax) {
    return base::Fail(base::ErrorCode::kInvalidInput, "seal a secret", name, "it is too large");
  }
  const VaultKey& key = keys_.keys.front();
  std::string document = std::string(kMark) + key.id();
  document.resize(kHeadBytes + plain.size() + kTagBytes);
  std::uint8_t* nonce = Bytes(document) + kHeadBytes - kNonceBytes;
  randombytes_buf(nonce, kNonceBytes);
  const std::string bound = Bound(name);
  crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(document) + kHeadBytes, nullptr, Bytes(plain),
                                             plain.size(), Bytes(bound), bound.size(), nullptr, nonce,
                                             key.bytes());
  return documents_.Save(name, document);
}

base::Result<std::optional<base::SecretText>> SodiumTokenVault::OpenWithAny(const std::string& name) {
  auto found = documents_.Load(name);
  if (!found) return std::unexpected(std::move(found).error().Within("open a sealed secret"));
  if (!*found) return std::nullopt;
  const std::string_view document = **found;
  if (!document.starts_with(kMark)) return Damaged(name, "it is no sealed secret");
  if (document.size() < kHeadBytes + kTagBytes) return Damaged(name, "it is cut short");
  const std::string_view id = document.substr(kMark.size(), kVaultKeyIdBytes);
  const auto key = std::find_if(keys_.keys.begin(), keys_.keys.end(),
                                [id](const VaultKey& one) { return one.id() == id; });
  if (key == keys_.keys.end()) {
    return base::Fail(
        base::ErrorCode::kUnauthorized, "open a sealed secret", name, "it was sealed with another key",
        keys_.are_from_environment ? "set EARPRINT_KEY to that key; without it, log in or publish again"
                                   : "bring back " + key_path_ + "; without it, log in or publish again");
  }
  const std::string_view sealed = document.substr(kHeadBytes);
  const std::string bound = Bound(name);
  std::string plain(sealed.size() - kTagBytes, '\0');
  const bool opens = crypto_aead_xchacha20poly1305_ietf_decrypt(
                         Bytes(plain), nullptr, nullptr, Bytes(sealed), sealed.size(), Bytes(bound),
                         bound.size(), Bytes(document) + kHeadBytes - kNonceBytes, key->bytes()) == 0;
  if (!opens) return Damaged(name, "it was changed, or is another's");
  base::SecretText secret(plain);
  sodium_memzero(plain.data(), plain.size());
  return secret;
}

base::Result<void> SodiumTokenVault::RotateKey() {
  const std::lock_guard lock(mutex_);
  if (keys_.are_from_environment) {
    return base::Fail(base::ErrorCode::kUnsupported, "change the key of the secrets", "EARPRINT_KEY",
                      "the key comes from the environment",
                      "set EARPRINT_KEY to the new key, a comma, and the old one");
  }
  if (keys_.keys.size() >= kVaultKeysMax) {
    return base::Fail(base::ErrorCode::kConflict, "change the key of the secrets", key_path_,
                      "secrets are still sealed with older keys",
                      "log in again where a secret does not open");
  }
  // Both keys are in the file before anything is sealed with the new one: a kill leaves all secrets openable.
  std::vector<VaultKey> keys;
  keys.push_back(VaultKey::Random());
  for (VaultKey& old : keys_.keys) keys.push_back(std::move(old));
  keys_.keys = std::move(keys);
  if (auto written = WriteKeyFile(key_path_, keys_.keys); !written) {
    keys_.keys.erase(keys_.keys.begin());
    return written;
  }
  return ResealAll();
}

base::Result<void> SodiumTokenVault::Reseal() {
  const std::lock_guard lock(mutex_);
  return ResealAll();
}

base::Result<void> SodiumTokenVault::ResealAll() {
  auto names = documents_.Names();
  if (!names) return std::unexpected(names.error());
  base::Result<void> all;
  for (const std::string& name : *names) {
    auto secret = OpenWithAny(name);
    base::Result<void> sealed;
    if (!secret) {
      sealed = std::unexpected(secret.error());
    } else if (*secret) {
      sealed = SealWithFirst(name, **secret);
    }
    if (!sealed && all) all = sealed;
  }
  if (!all || keys_.are_from_environment || keys_.keys.size() == 1) return all;
  keys_.keys.erase(keys_.keys.begin() + 1, keys_.keys.end());
  return WriteKeyFile(key_path_, keys_.keys);
}

}  // namespace earprint::adapters
