#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/secret_text.hpp"
#include "ports/randomness.hpp"

namespace earprint::sources::spotify {

/// Random bytes as text of letters, digits, '-' and '_': 32 bytes make 43 characters.
base::SecretText RandomWord(ports::Randomness& random, std::size_t bytes);

/// What goes to the browser in the verifier's place: the verifier proves later that the code was asked for by
/// us. Source: RFC 7636, section 4.2, method S256.
std::string ChallengeOf(const base::SecretText& verifier);

/// Whether two texts agree, in a time that does not tell where they differ.
bool IsSameSecret(std::string_view left, std::string_view right);

}  // namespace earprint::sources::spotify
