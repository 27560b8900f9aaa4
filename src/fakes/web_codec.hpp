#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace earprint::fakes {

/// A text as one value of a query: everything but letters, digits and "-._~" in percent signs.
std::string PercentEncode(std::string_view text);

/// Bytes in base64 for URLs, without padding.
std::string Base64Url(std::string_view bytes);

/// The bytes of ordinary base64; nothing when it is none.
std::optional<std::string> ReadBase64(std::string_view text);

/// The 32 bytes of SHA-256.
std::string Sha256(std::string_view bytes);

}  // namespace earprint::fakes
