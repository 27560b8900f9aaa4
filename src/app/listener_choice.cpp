#include "app/listener_choice.hpp"

namespace earprint::app {

std::optional<std::string> OnlyListener(const std::vector<std::string>& listeners) {
  if (listeners.size() > 1) return {};
  return listeners.empty() ? "me" : listeners.front();
}

}  // namespace earprint::app
