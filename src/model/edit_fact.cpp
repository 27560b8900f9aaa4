#include "model/edit_fact.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace earprint::model {

namespace {

constexpr std::array<std::pair<EditKind, std::string_view>, 7> kNames = {{{EditKind::kDelete, "delete"},
                                                                          {EditKind::kExclude, "exclude"},
                                                                          {EditKind::kHide, "hide"},
                                                                          {EditKind::kMerge, "merge"},
                                                                          {EditKind::kSplit, "split"},
                                                                          {EditKind::kTravel, "travel"},
                                                                          {EditKind::kUndo, "undo"}}};

void AppendText(std::string_view key, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out += ",\"" + std::string(key) + "\":";
  base::AppendJsonString(value, out);
}

void AppendNumber(std::string_view key, const std::optional<std::int64_t>& value, std::string& out) {
  if (value) out += ",\"" + std::string(key) + "\":" + std::to_string(*value);
}

}  // namespace

std::string_view EditName(EditKind kind) {
  const auto* const found = std::ranges::find(kNames, kind, &std::pair<EditKind, std::string_view>::first);
  return found == kNames.end() ? "" : found->second;
}

std::optional<EditKind> EditOf(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &std::pair<EditKind, std::string_view>::second);
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

EventId AddEdit(const EditFact& fact, std::string_view listener, EventBatch& batch) {
  std::string payload = "{\"kind\":\"" + std::string(EditName(fact.kind)) + '"';
  AppendNumber("stated_at_ms", fact.stated_at_ms, payload);
  AppendNumber("from_ms", fact.from_ms, payload);
  AppendNumber("to_ms", fact.to_ms, payload);
  AppendNumber("at_ms", fact.at_ms, payload);
  AppendText("item_id", fact.item_id, payload);
  AppendText("title", fact.title, payload);
  AppendText("artist", fact.artist, payload);
  AppendText("platform", fact.platform, payload);
  AppendText("country", fact.country, payload);
  AppendText("zone", fact.zone, payload);
  AppendText("undoes", fact.undoes, payload);
  if (!fact.items.empty()) {
    payload += ",\"items\":[";
    for (std::size_t i = 0; i < fact.items.size(); ++i) {
      if (i > 0) payload += ',';
      base::AppendJsonString(fact.items[i], payload);
    }
    payload += ']';
  }
  AppendText("note", fact.note, payload);
  payload += '}';
  const std::string identity = std::string(listener) + "\x1f" + "edit\x1f" + payload;
  AddEvent({EventType::kEdit, "listener", identity, payload, fact.stated_at_ms}, listener, batch);
  return batch.events.back().id;
}

}  // namespace earprint::model
