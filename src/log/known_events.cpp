#include "log/known_events.hpp"

#include <algorithm>

namespace earprint::log {

base::Result<void> KnownEvents::Load(const std::string& condition) {
  for (const model::EventType type : model::kEventTypes) {
    const bool has_places = type == model::EventType::kPlay;
    const std::string sql = std::string("select identity, details") +
                            (has_places ? ", file_key, row_no" : "") + " from raw_" +
                            std::string(model::TypeName(type)) + " where " + condition;
    auto loaded = session_->QueryIntegers(sql, [this](std::span<const std::int64_t> row) {
      const model::EventId id{static_cast<std::uint64_t>(row[0]), static_cast<std::uint64_t>(row[1])};
      Place place;
      if (row.size() == 4) place = {static_cast<std::uint64_t>(row[2]), static_cast<std::uint32_t>(row[3])};
      ids_.emplace(id, Shortened(place));
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
    if (span_ == Span::kFewBatches) return LoadThose(events);
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

base::Result<void> KnownEvents::LoadThose(std::span<const model::EventRef> events) {
  std::vector<std::int64_t> identities;
  identities.reserve(events.size());
  for (const model::EventRef& event : events)
    identities.push_back(static_cast<std::int64_t>(event.id.identity));
  const ports::AppendColumn column = std::move(identities);
  auto made = session_->Query("create or replace temp table judged_identity (identity bigint)");
  if (!made) return std::unexpected(std::move(made.error()).Within("load known events"));
  auto appended = session_->Append("judged_identity", {&column, 1});
  if (!appended) return std::unexpected(std::move(appended.error()).Within("load known events"));
  auto loaded = Load("identity in (select identity from judged_identity)");
  if (auto dropped = session_->Query("drop table judged_identity"); !dropped && loaded)
    return std::unexpected(std::move(dropped.error()).Within("load known events"));
  return loaded;
}

KnownEvents::ShortPlace KnownEvents::Shortened(const Place& place) {
  if (place.file == 0) return {};
  // Files come one after the other, so that the last is mostly the one.
  const auto found = std::ranges::find(files_.rbegin(), files_.rend(), place.file);
  if (found != files_.rend()) return {static_cast<std::uint32_t>(files_.rend() - found - 1), place.row};
  files_.push_back(place.file);
  return {static_cast<std::uint32_t>(files_.size() - 1), place.row};
}

Place KnownEvents::FirstToldAt(const model::EventId& id) const {
  const auto found = ids_.find(id);
  if (found == ids_.end()) return {};
  return {files_[found->second.file_no], found->second.row};
}

KnownEvents::Verdict KnownEvents::Judge(const model::EventRef& event, const Place& place) {
  if (!ids_.emplace(event.id, Shortened(place)).second) return Verdict::kDuplicate;
  return identities_.insert(event.id.identity).second ? Verdict::kNew : Verdict::kRetold;
}

}  // namespace earprint::log
