#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/file/file_state_store.hpp"
#include "adapters/sodium/sodium_token_vault.hpp"
#include "app/data_folder.hpp"
#include "base/error.hpp"

namespace earprint::app {

/// Remembers which listeners were published to which stores, so that they can be forgotten there. Sealed,
/// since a URL may hold a password.
///
/// Errors: of every call: those of the key and of the vault.
class PublishedStores {
 public:
  struct Store {
    std::string url;
    std::set<std::string> listeners;
  };

  static base::Result<std::unique_ptr<PublishedStores>> Open(const DataFolder& folder);

  /// Whether anything may have been published from here.
  static bool WereThere(const DataFolder& folder);

  const std::vector<Store>& all() const { return stores_; }

  /// Who was published to the place that a URL leads to, whatever its password and settings.
  std::set<std::string> ListenersAt(const std::string& url) const;

  /// To be called before anything is sent. A URL that differs in its password alone takes the place of the
  /// old one.
  base::Result<void> Note(const std::string& url, const std::string& listener);
  base::Result<void> Drop(const std::string& url, const std::string& listener);

 private:
  PublishedStores(const DataFolder& folder, adapters::VaultKeys keys, const std::string& key_path);
  base::Result<void> Save();

  adapters::FileStateStore secrets_;
  adapters::SodiumTokenVault vault_;
  std::vector<Store> stores_;
};

}  // namespace earprint::app
