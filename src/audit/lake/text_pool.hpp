#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace earprint::audit {

/// Stands for a text, or any other thing that has a number, that is not told.
inline constexpr std::uint32_t kNone = UINT32_MAX;

/// Texts, each once, under numbers from 0 in the order in which they came.
class TextPool {
 public:
  std::uint32_t Take(std::string_view text) {
    if (const auto found = numbers_.find(text); found != numbers_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back(text);
    numbers_.emplace(texts_.back(), number);
    return number;
  }

  /// kNone where the text was never taken.
  std::uint32_t Find(std::string_view text) const {
    const auto found = numbers_.find(text);
    return found == numbers_.end() ? kNone : found->second;
  }

  const std::string& operator[](std::uint32_t number) const { return texts_[number]; }
  /// The text of a number, empty for kNone.
  std::string_view Or(std::uint32_t number) const {
    return number == kNone ? std::string_view() : std::string_view(texts_[number]);
  }
  std::size_t size() const { return texts_.size(); }

  /// Orders two numbers as their texts by UTF-8 bytes, kNone last: negative, 0 or positive.
  int Compare(std::uint32_t left, std::uint32_t right) const {
    if (left == right) return 0;
    if (left == kNone || right == kNone) return left == kNone ? 1 : -1;
    return texts_[left].compare(texts_[right]);
  }

 private:
  std::deque<std::string> texts_;  // in place for ever, since the numbers' keys point there
  boost::unordered_flat_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace earprint::audit
