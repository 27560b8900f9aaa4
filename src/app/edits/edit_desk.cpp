#include "app/edits/edit_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "metrics/zone_table.hpp"
#include "model/play_fact.hpp"

namespace earprint::app {

namespace {

using base::ErrorCode;
using model::EditKind;

constexpr std::size_t kTextBytesMax = 1'000;
constexpr std::size_t kItemsMax = 100;
constexpr std::size_t kIdDigitsMin = 6;

base::Failure Malformed(std::string_view name, std::string cause, std::string hint) {
  return base::Fail(ErrorCode::kInvalidInput, "edit", std::string(name), std::move(cause), std::move(hint));
}

/// What each kind takes, beside a note.
std::string_view NamesOf(EditKind kind) {
  switch (kind) {
    case EditKind::kDelete:
      return "at track title artist";
    case EditKind::kExclude:
      return "from to artist track platform country";
    case EditKind::kHide:
      return "artist";
    case EditKind::kMerge:
    case EditKind::kSplit:
      return "track";
    case EditKind::kTravel:
      return "from to zone";
    case EditKind::kUndo:
      return "edit";
  }
  return "";
}

base::Result<void> SetWhen(std::optional<std::int64_t>& field, std::string_view name,
                           const std::string& value, const std::string& zone) {
  auto at = metrics::LocalToUtcMs(value, zone);
  if (!at)
    return Malformed(name, "'" + base::ToValidUtf8(value.substr(0, 60)) + "' is no date or instant",
                     "2020-01-31 or 2020-01-31T12:00:00Z");
  field = *at;
  return {};
}

base::Result<void> SetOne(model::EditFact& fact, std::string_view name, const std::string& value,
                          const std::string& zone) {
  if (name == "from") return SetWhen(fact.from_ms, name, value, zone);
  if (name == "to") return SetWhen(fact.to_ms, name, value, zone);
  if (name == "at") return SetWhen(fact.at_ms, name, value, zone);
  if (name == "track") {
    const std::string_view id = model::ItemId(value, "track");
    if (id.empty())
      return Malformed(name, "'" + value.substr(0, 60) + "' is no track id", "22 letters and digits");
    const bool is_list = fact.kind == EditKind::kMerge || fact.kind == EditKind::kSplit;
    if (is_list) fact.items.emplace_back(id);
    if (!is_list) fact.item_id = id;
    return {};
  }
  if (name == "zone") {
    if (auto known = metrics::CheckZone(value); !known) return known;
    fact.zone = value;
  }
  if (name == "title") fact.title = value;
  if (name == "artist") fact.artist = value;
  if (name == "platform") fact.platform = value;
  if (name == "country") fact.country = value;
  if (name == "edit") fact.undoes = base::AsciiLower(value);
  if (name == "note") fact.note = value;
  return {};
}

/// Whether all that the kind needs is there.
base::Result<void> Check(const model::EditFact& fact) {
  const bool is_backward = fact.from_ms && fact.to_ms && *fact.from_ms >= *fact.to_ms;
  if (is_backward) return Malformed("to", "it is not after from", "a span has a length");
  switch (fact.kind) {
    case EditKind::kDelete:
      if (!fact.at_ms) return Malformed("at", "it is missing", "the end of the play: `earprint query plays`");
      if (fact.item_id.empty() && (fact.title.empty() || fact.artist.empty()))
        return Malformed("track", "it is missing", "the track's id, or title and artist");
      return {};
    case EditKind::kExclude:
      if (!fact.from_ms && !fact.to_ms && fact.item_id.empty() && fact.artist.empty() &&
          fact.platform.empty() && fact.country.empty())
        return Malformed("from", "nothing says which plays",
                         "from and to, an artist, a track, a platform or a country");
      return {};
    case EditKind::kHide:
      return fact.artist.empty() ? Malformed("artist", "it is missing", "the artist's name")
                                 : base::Result<void>();
    case EditKind::kMerge:
      return fact.items.size() < 2 ? Malformed("track", "a merge needs two tracks or more", "their ids")
                                   : base::Result<void>();
    case EditKind::kSplit:
      return fact.items.empty() ? Malformed("track", "it is missing", "the track's id")
                                : base::Result<void>();
    case EditKind::kTravel:
      if (!fact.from_ms || !fact.to_ms)
        return Malformed("from", "a travel has a from and a to", "2024-07-01");
      return fact.zone.empty() ? Malformed("zone", "it is missing", "a zone such as Europe/Lisbon")
                               : base::Result<void>();
    case EditKind::kUndo:
      return fact.undoes.size() < kIdDigitsMin
                 ? Malformed("edit", "it is missing or too short",
                             "an id of `earprint edit list`, or its first six digits")
                 : base::Result<void>();
  }
  return {};
}

}  // namespace

base::Result<model::EditFact> ParseEdit(std::span<const model::ConditionPair> pairs,
                                        const std::string& zone) {
  model::EditFact fact;
  const auto kind = std::ranges::find(pairs, "kind", &model::ConditionPair::first);
  const auto known = kind == pairs.end() ? std::nullopt : model::EditOf(kind->second);
  if (!known)
    return Malformed("kind", "it is missing or unknown",
                     "delete, exclude, hide, merge, split, travel or undo");
  fact.kind = *known;
  const auto names = base::Split(NamesOf(fact.kind), ' ');
  std::vector<std::string_view> met;
  for (const auto& [name, stated] : pairs) {
    if (name == "kind") continue;
    if (name != "note" && std::ranges::find(names, name) == names.end())
      return Malformed(name.substr(0, 60), fmt::format("a {} takes no such name", model::EditName(fact.kind)),
                       fmt::format("{}, note", fmt::join(names, ", ")));
    const std::string value(base::Trim(stated));
    if (value.empty() || value.size() > kTextBytesMax || base::ToValidUtf8(value) != value)
      return Malformed(name, "a value is a text of 1 to 1000 bytes", "");
    const bool is_list = name == "track" && names.size() == 1;
    if ((!is_list && std::ranges::find(met, name) != met.end()) || met.size() >= kItemsMax)
      return Malformed(name, "it is given too often", "");
    met.push_back(name);
    if (auto set = SetOne(fact, name, value, zone); !set) return std::unexpected(set.error());
  }
  if (auto checked = Check(fact); !checked) return std::unexpected(checked.error());
  return fact;
}

/// The id of an edit that holds, by its first digits.
base::Result<std::string> EditDesk::IdInForce(const std::string& listener, const std::string& prefix) {
  auto answer = asker_.Ask("edits", listener, {});
  if (!answer) return std::unexpected(answer.error());
  std::vector<std::string> found;
  for (const auto& row : (*answer)->rows) {
    if (row[0].text.starts_with(prefix) && row[6].text == "yes") found.push_back(row[0].text);
  }
  if (found.size() == 1) return found[0];
  return base::Fail(ErrorCode::kNotFound, "undo an edit", prefix.substr(0, 60),
                    found.empty() ? "no edit in force has that id" : "several edits begin so",
                    "`earprint edit list` tells them");
}

base::Result<std::string> EditDesk::Take(const std::string& listener,
                                         std::span<const model::ConditionPair> pairs) {
  auto chosen = asker_.ListenerOr(listener);
  if (!chosen) return std::unexpected(chosen.error());
  auto fact = ParseEdit(pairs, asker_.home_zone());
  if (!fact) return std::unexpected(fact.error());
  if (fact->kind == EditKind::kUndo) {
    auto id = IdInForce(*chosen, fact->undoes);
    if (!id) return id;
    fact->undoes = *id;
  }
  fact->stated_at_ms = clock_.Now().value;
  model::EventBatch batch;
  const model::EventId id = model::AddEdit(*fact, *chosen, batch);
  batch.read = 1;
  auto taken = pipeline_.Take(std::move(batch), "edit", *chosen);
  if (!taken) return std::unexpected(taken.error());
  std::string text;
  id.AppendHexTo(text);
  return text;
}

}  // namespace earprint::app
