#include "app/streams/share_words.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/command.hpp"

namespace earprint::app {

void ShareTeller::Look(const sources::spotify::ShareState& state) {
  const std::lock_guard lock(mutex_);
  if (state.trouble == told_) return;
  if (state.trouble.empty()) {
    fmt::print(stderr, "earprint: listeners are shared again\n");
  } else {
    fmt::print(
        stderr,
        "earprint: listeners that are this collector's are not followed: {}\n  tried again by itself\n",
        state.trouble);
  }
  told_ = state.trouble;
}

std::string ShareFigures(const sources::spotify::ShareState& state) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view type, std::string_view help,
                           std::uint64_t value) {
    text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
  };
  add("earprint_share_partitions", "gauge", "Shares of the listeners' topic that are this collector's.",
      state.partitions);
  add("earprint_share_listeners", "gauge", "Listeners that are this collector's.", state.listeners);
  add("earprint_share_errors_total", "counter", "Faults that the broker or the way to it had.", state.errors);
  add("earprint_share_failures_total", "counter",
      "Times that a listener could not be told of, taken in or taken over.", state.failures);
  add("earprint_share_is_troubled", "gauge", "Whether something keeps listeners from being followed here.",
      state.trouble.empty() ? 0 : 1);
  return text;
}

std::function<void(const sources::spotify::HouseholdState& state)> TellShareTroubles() {
  // Shared by the copies of the function.
  return [teller = std::make_shared<ShareTeller>()](const sources::spotify::HouseholdState& state) {
    if (state.share) teller->Look(*state.share);
  };
}

std::string ShareFiguresText(const sources::spotify::HouseholdState& state) {
  return state.share ? ShareFigures(*state.share) : std::string();
}

}  // namespace earprint::app
