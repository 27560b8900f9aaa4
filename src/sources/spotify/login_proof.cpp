#include "sources/spotify/login_proof.hpp"

#include <sodium.h>

#include <array>
#include <vector>

namespace earprint::sources::spotify {

namespace {

std::string Base64Url(const std::uint8_t* bytes, std::size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the library ends it with a zero
  return text;
}

}  // namespace

base::SecretText RandomWord(ports::Randomness& random, std::size_t bytes) {
  std::vector<std::uint8_t> drawn(bytes);
  random.Fill(drawn);
  std::string text = Base64Url(drawn.data(), drawn.size());
  base::SecretText word(text);
  base::WipeBytes(text.data(), text.size());
  base::WipeBytes(drawn.data(), drawn.size());
  return word;
}

std::string ChallengeOf(const base::SecretText& verifier) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const std::uint8_t*>(verifier.Reveal().data()),
                     verifier.Reveal().size());
  return Base64Url(hash.data(), hash.size());
}

bool IsSameSecret(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace earprint::sources::spotify
