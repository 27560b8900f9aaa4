#include "app/leaving/pending_leaves.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

namespace earprint::app {

namespace {

namespace json = boost::json;

const std::string kDocument = "leaving";
constexpr std::string_view kAll = "all", kFromApi = "api";
constexpr std::array<std::string_view, 4> kSteps = {"login", "log", "lake",
                                                    "stores"};  // as LeaveStep has them

std::string TextOf(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Nothing where it is none. A step of a later version is the first one: to do all again does no harm.
std::optional<PendingLeave> ReadLeave(const json::value& value) {
  if (!value.is_object()) return {};
  const json::object& object = value.get_object();
  PendingLeave leave{.listener = TextOf(object, "listener")};
  const std::string part = TextOf(object, "part");
  if (leave.listener.empty() || (part != kAll && part != kFromApi)) return {};
  leave.part = part == kAll ? model::ForgottenPart::kAll : model::ForgottenPart::kFromApi;
  const auto* const step = std::ranges::find(kSteps, TextOf(object, "step"));
  if (step != kSteps.end()) leave.step = static_cast<LeaveStep>(step - kSteps.begin());
  const json::value* was_logged_in = object.if_contains("was_logged_in");
  leave.was_logged_in = was_logged_in != nullptr && *was_logged_in == json::value(true);
  return leave;
}

}  // namespace

base::Result<std::vector<PendingLeave>> PendingLeaves::All() {
  auto document = states_.Load(kDocument);
  if (!document) return std::unexpected(document.error());
  std::vector<PendingLeave> all;
  boost::system::error_code failed;
  const json::value told = json::parse(document->value_or("[]"), failed);
  if (failed || !told.is_array()) return all;
  for (const json::value& each : told.get_array()) {
    if (auto leave = ReadLeave(each)) all.push_back(std::move(*leave));
  }
  std::ranges::sort(all, {}, &PendingLeave::listener);
  return all;
}

base::Result<std::optional<PendingLeave>> PendingLeaves::Of(const std::string& listener) {
  auto all = All();
  if (!all) return std::unexpected(all.error());
  const auto found = std::ranges::find(*all, listener, &PendingLeave::listener);
  return found != all->end() ? std::optional(*found) : std::nullopt;
}

base::Result<void> PendingLeaves::Keep(const PendingLeave& leave) {
  auto all = All();
  if (!all) return std::unexpected(all.error());
  std::erase_if(*all, [&leave](const PendingLeave& each) { return each.listener == leave.listener; });
  all->push_back(leave);
  return Save(*all);
}

base::Result<void> PendingLeaves::Drop(const std::string& listener) {
  auto all = All();
  if (!all) return std::unexpected(all.error());
  std::erase_if(*all, [&listener](const PendingLeave& each) { return each.listener == listener; });
  return all->empty() ? states_.Remove(kDocument) : Save(*all);
}

base::Result<void> PendingLeaves::Save(const std::vector<PendingLeave>& all) {
  json::array told;
  for (const PendingLeave& leave : all) {
    told.push_back(json::object{{"listener", leave.listener},
                                {"part", leave.part == model::ForgottenPart::kAll ? kAll : kFromApi},
                                {"step", kSteps.at(static_cast<std::size_t>(leave.step))},
                                {"was_logged_in", leave.was_logged_in}});
  }
  return states_.Save(kDocument, json::serialize(told));
}

}  // namespace earprint::app
