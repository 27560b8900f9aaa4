#include "log/known_events.hpp"

#include <string>

namespace earprint::log {

base::Result<void> KnownEvents::Load(const std::string& condition) {
  for (const model::EventType type : model::kEventTypes) {
    const std::string sql =
        "select identity, details from raw_" + std::string(model::TypeName(type)) + " where " + condition;
    auto loaded = session_.QueryIntegers(sql, [this](std::span<const std::int64_t> row) {
      const model::EventId id{static_cast<std::uint64_t>(row[0]), static_cast<std::uint64_t>(row[1])};
      ids_.insert(id);
      identities_.insert(id.identity);
    });
    if (!loaded) return std::unexpected(std::move(loaded.error()).Within("load known events"));
  }
  return {};
}

base::Result<void> KnownEvents::Prepare(std::span<const model::EventRef> events) {
  if (complete_ || events.empty()) return {};
  looked_up_ += events.size();
  if (looked_up_ > kLookupsMax) {
    complete_ = true;
    return Load("true");
  }
  std::string condition = "identity in (";
  for (const model::EventRef& event : events) {
    if (condition.back() != '(') condition += ',';
    condition += std::to_string(event.id.identity);
  }
  return Load(condition + ")");
}

KnownEvents::Verdict KnownEvents::Judge(const model::EventRef& event) {
  if (!ids_.insert(event.id).second) return Verdict::kDuplicate;
  return identities_.insert(event.id.identity).second ? Verdict::kNew : Verdict::kRetold;
}

}  // namespace earprint::log
