#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret_text.hpp"

namespace earprint::sources::spotify {

/// What the browser brings back from the login page.
struct CallbackQuery {
  base::SecretText state;
  std::optional<base::SecretText> code;
  std::optional<std::string>
      error;  ///< a word of a-z and '_', as the service says it; "other" for any other text
};

/// Reads the query of a callback: exactly one state, and either one code or one error.
///
/// Shape:   in: what stands after the '?', at most 4,096 bytes; parameters of other names are passed over.
/// Errors:  kInvalidInput anything else; nothing of the query stands in the error.
/// Source:  RFC 6749, sections 4.1.2 and 4.1.2.1.
base::Result<CallbackQuery> ReadCallbackQuery(std::string_view query);

}  // namespace earprint::sources::spotify
