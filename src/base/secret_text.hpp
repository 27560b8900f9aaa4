#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace earprint::base {

/// A secret that is wiped from memory when it goes, is not copied by accident and cannot be printed.
///
/// Shape:   any bytes; empty when moved from.
/// Effects: the bytes are overwritten before their memory is given back. A vector, not a string, since moving
///          a short string would leave its bytes behind.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view secret) : bytes_(secret.begin(), secret.end()) {}
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  ~SecretText();

  /// A second one, on purpose.
  SecretText Copy() const { return SecretText(Reveal()); }

  /// The secret itself; it stands nowhere but where the outside asks for it.
  std::string_view Reveal() const { return {bytes_.data(), bytes_.size()}; }
  bool empty() const { return bytes_.empty(); }

 private:
  void Wipe();
  std::vector<char> bytes_;
};

/// An address, scheme://user:password@host/name?settings, as it may be shown: without password and settings,
/// and where it cannot be told what is a password, without what may be one.
std::string ShownAddress(std::string_view url);

/// Overwrites bytes so that no compiler leaves it out.
void WipeBytes(void* bytes, std::size_t size);

}  // namespace earprint::base
