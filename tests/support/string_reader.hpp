#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ports/byte_reader.hpp"

namespace earprint::testing {

/// Bytes from memory, handed out a few at a time so that every border between two reads is met. Ends with
/// `fault` where there is one.
class StringReader final : public ports::ByteReader {
 public:
  explicit StringReader(std::string bytes, std::size_t step = 1U << 20)
      : bytes_(std::move(bytes)), step_(step) {}
  StringReader(std::string bytes, std::size_t step, base::Error fault)
      : bytes_(std::move(bytes)), step_(step), fault_(std::move(fault)) {}
  base::Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), step_, bytes_.size() - at_});
    if (count == 0 && fault_) return std::unexpected(*fault_);
    std::copy_n(bytes_.data() + at_, count, buffer.data());
    at_ += count;
    return count;
  }
  std::uint64_t PackedBytesRead() const override { return at_; }

 private:
  std::string bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
  std::optional<base::Error> fault_;
};

inline ports::InputFile FileOf(std::string base_name, std::string bytes) {
  return {base_name, base_name, bytes.size(),
          [bytes = std::move(bytes)]() -> base::Result<std::unique_ptr<ports::ByteReader>> {
            return std::make_unique<StringReader>(bytes);
          }};
}

}  // namespace earprint::testing
