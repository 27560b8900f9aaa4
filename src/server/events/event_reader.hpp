#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace earprint::server {

/// Takes events out of server-sent bytes, however they are cut.
///
/// Shape:   an event beyond kEventBytesMax is dropped; so is all that is neither its name nor its data.
/// Effects: calls `take` from Take. Not thread-safe.
class EventReader {
 public:
  static constexpr std::size_t kEventBytesMax = 1U << 20;
  using TakeEvent = std::function<void(std::string_view name, std::string_view data)>;

  explicit EventReader(TakeEvent take) : take_(std::move(take)) {}

  void Take(std::string_view bytes);

  /// What came and was no event, at most its beginning: the body of a refusal.
  const std::string& rest() const { return line_; }

 private:
  void TakeLine(std::string_view line);

  TakeEvent take_;
  std::string line_, name_, data_;
  bool dropped_ = false;  ///< the event that is coming is too long
};

}  // namespace earprint::server
