#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace earprint::base {

/// The sums by which a store of files tells whether a file came whole. Against damage, not against malice.
enum class ChecksumKind : std::uint8_t { kMd5, kCrc32c };

/// Sums bytes as they come.
///
/// Shape:   the sum is 16 bytes of MD5, or the 4 bytes of CRC-32C with the highest first.
class ChecksumRun {
 public:
  explicit ChecksumRun(ChecksumKind kind);
  ~ChecksumRun();
  ChecksumRun(const ChecksumRun&) = delete;
  ChecksumRun& operator=(const ChecksumRun&) = delete;

  void Add(std::string_view bytes);
  /// The sum of all that was added; nothing may be added after it.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace earprint::base
