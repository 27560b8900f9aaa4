#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/secret_text.hpp"

namespace earprint::adapters {

inline constexpr std::size_t kVaultKeyBytes = 32;
inline constexpr std::size_t kVaultKeyIdBytes = 8;
inline constexpr std::size_t kVaultKeysMax = 8;

/// A key in memory that is locked, kept out of core files, and wiped when it goes.
class VaultKey {
 public:
  explicit VaultKey(const std::uint8_t* bytes);
  static VaultKey Random();

  const std::uint8_t* bytes() const { return bytes_.get(); }

  /// Names a key without telling anything of it: a hash under a purpose of its own.
  const std::string& id() const { return id_; }

 private:
  struct Wipe {
    void operator()(std::uint8_t* bytes) const;
  };
  VaultKey();
  void Name();
  std::unique_ptr<std::uint8_t, Wipe> bytes_;
  std::string id_;
};

/// The keys of this machine's user: the first seals, all open.
struct VaultKeys {
  std::vector<VaultKey> keys;
  bool are_from_environment = false;
};

/// Takes the keys from the environment's text, if there is one, else from the key file, which is made when
/// there is none.
///
/// Shape:   a key is 32 bytes in base64 (either alphabet, padding or not); several are parted by commas or
///          lines, the newest first, at most 8.
/// Errors:  kInvalidInput a text that is no key · kUnauthorized the file is open to others or another's ·
///          kRetryLater the disk refused. None holds a part of a key.
/// Effects: forbids core files and debuggers for this process (docs/decisions/20261123_secrets.md); the file
///          is made with mode 0600.
base::Result<VaultKeys> LoadVaultKeys(const std::string& key_path, const base::SecretText& environment);

/// Writes the key file anew, whole or not at all.
base::Result<void> WriteKeyFile(const std::string& key_path, const std::vector<VaultKey>& keys);

/// No core file of this process, and no other process of this user may read its memory.
void ForbidCoreFiles();

}  // namespace earprint::adapters
