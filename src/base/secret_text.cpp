#include "base/secret_text.hpp"

#include <cstring>
#include <utility>

namespace earprint::base {

SecretText::SecretText(SecretText&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

SecretText::~SecretText() { Wipe(); }

void SecretText::Wipe() { WipeBytes(bytes_.data(), bytes_.size()); }

void WipeBytes(void* bytes, std::size_t size) {
  if (size > 0) ::explicit_bzero(bytes, size);
}

}  // namespace earprint::base
