#include "app/listener_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "base/text.hpp"
#include "model/event_line.hpp"

namespace earprint::app {

namespace {

constexpr std::size_t kNamesMax = 20;  ///< that a person is shown

std::string SomeOf(const std::vector<std::string>& listeners) {
  const std::span some(listeners.data(), std::min(listeners.size(), kNamesMax));
  return fmt::format("{}{}", fmt::join(some, ", "), listeners.size() > kNamesMax ? ", …" : "");
}

}  // namespace

std::optional<std::string> OnlyListener(const std::vector<std::string>& listeners) {
  if (listeners.size() > 1) return {};
  return listeners.empty() ? "me" : listeners.front();
}

base::Result<std::string> ChooseListener(const std::vector<std::string>& listeners,
                                         const std::string& named) {
  if (const auto only = OnlyListener(listeners); named.empty() && only) return *only;
  if (named.empty()) {
    return base::Fail(base::ErrorCode::kInvalidInput, "choose listener", "", "there are several",
                      "--listener with one of: " + SomeOf(listeners));
  }
  if (!listeners.empty() && std::ranges::find(listeners, named) == listeners.end()) {
    return base::Fail(base::ErrorCode::kNotFound, "choose listener", named.substr(0, 60),
                      "there is no such listener", "one of: " + SomeOf(listeners));
  }
  return named;
}

base::Result<void> CheckListenerName(const std::string& name) {
  if (name.empty() || model::IsListenerName(name)) return {};
  return base::Fail(base::ErrorCode::kInvalidInput, "name a listener", base::ToValidUtf8(name).substr(0, 60),
                    "a name has 1 to 100 bytes of UTF-8 without control characters or blanks around it");
}

}  // namespace earprint::app
