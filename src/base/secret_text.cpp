#include "base/secret_text.hpp"

#include <algorithm>
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

std::string ShownAddress(std::string_view url) {
  const std::string_view shown = url.substr(0, url.find('?'));
  const std::size_t begin = shown.find("://");
  if (begin == std::string_view::npos) return std::string(shown.substr(0, shown.find(':')));
  const std::size_t colon = std::min(shown.find(':', begin + 3), shown.size());
  const std::string_view before = shown.substr(0, colon);
  if (const std::size_t at = shown.rfind('@'); at != std::string_view::npos)
    return std::string(before.substr(0, at)).append(shown.substr(at));
  // An @ among the settings, or behind a ? that stands in a password.
  const std::string_view port = shown.substr(colon, shown.find_first_of("/,", colon) - colon);
  const bool is_port = port.find_first_not_of("0123456789", 1) == std::string_view::npos;
  return std::string(url.contains('@') && !is_port ? before : shown);
}

}  // namespace earprint::base
