#pragma once

#include <mutex>
#include <string>

#include "adapters/sodium/vault_keys.hpp"
#include "ports/state_store.hpp"
#include "ports/token_store.hpp"

namespace earprint::adapters {

/// Seals secrets with XChaCha20-Poly1305 and keeps them as documents of a store.
///
/// Shape:   a document is "EPS1", the key's id (8), a nonce (24), and the sealed bytes; the name is sealed
///          in, so that a document under another's name does not open.
/// Source:  docs/decisions/20261123_secrets.md
class SodiumTokenVault final : public ports::TokenStore {
 public:
  SodiumTokenVault(ports::StateStore& documents, VaultKeys keys, std::string key_path);

  base::Result<void> Seal(const std::string& name, const base::SecretText& secret) override;
  base::Result<std::optional<base::SecretText>> Open(const std::string& name) override;
  base::Result<void> Forget(const std::string& name) override;

  /// Makes a new key, seals everything with it and drops the old ones. May be killed anywhere and run again.
  /// Errors: kUnsupported the keys come from the environment: put the new one before the old one there, and
  ///         Reseal.
  base::Result<void> RotateKey();

  /// Seals every secret with the first key. Errors: the first secret that does not open, with the rest done.
  base::Result<void> Reseal();

 private:
  base::Result<void> SealWithFirst(const std::string& name, const base::SecretText& secret);
  base::Result<std::optional<base::SecretText>> OpenWithAny(const std::string& name);
  base::Result<void> ResealAll();

  ports::StateStore& documents_;
  std::mutex mutex_;
  VaultKeys keys_;
  std::string key_path_;
};

}  // namespace earprint::adapters
