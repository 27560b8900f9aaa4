#include "app/listener_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace earprint::app {

std::optional<std::string> OnlyListener(const std::vector<std::string>& listeners) {
  if (listeners.size() > 1) return {};
  return listeners.empty() ? "me" : listeners.front();
}

base::Result<std::string> ChooseListener(const std::vector<std::string>& listeners,
                                         const std::string& named) {
  if (const auto only = OnlyListener(listeners); named.empty() && only) return *only;
  const std::string names = fmt::format("{}", fmt::join(listeners, ", "));
  if (named.empty()) {
    return base::Fail(base::ErrorCode::kInvalidInput, "choose listener", "", "there are several",
                      "--listener with one of: " + names);
  }
  if (!listeners.empty() && std::ranges::find(listeners, named) == listeners.end()) {
    return base::Fail(base::ErrorCode::kNotFound, "choose listener", named.substr(0, 60),
                      "there is no such listener", "one of: " + names);
  }
  return named;
}

}  // namespace earprint::app
