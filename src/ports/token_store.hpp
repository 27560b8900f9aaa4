#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret_text.hpp"

namespace earprint::ports {

/// Keeps small secrets by name, sealed.
///
/// Shape:   names as those of a StateStore; a secret is at most 1 MiB.
/// Errors:  kUnauthorized it was sealed with another key · kCorrupt it was changed, cut, or is another name's
///          · kInvalidInput a name that is none · kRetryLater the disk refused. No error holds a part of a
///          secret.
/// Effects: what Seal gave back for done survives a kill and a loss of power. Several threads may call.
class TokenStore {
 public:
  virtual ~TokenStore() = default;

  virtual base::Result<void> Seal(const std::string& name, const base::SecretText& secret) = 0;

  /// Nothing when there is none of this name.
  virtual base::Result<std::optional<base::SecretText>> Open(const std::string& name) = 0;

  /// Removes a secret; done as well when there was none.
  virtual base::Result<void> Forget(const std::string& name) = 0;
};

}  // namespace earprint::ports
