#include "sources/spotify/sync/recent_plays.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "model/gap_fact.hpp"
#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/sync/heard_item.hpp"
#include "sources/spotify/sync/player_watch.hpp"

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

/// What tells one thing played from another.
std::string KeyOf(const HeardItem& item) {
  return item.item_id.empty() ? item.artist + '\x1f' + item.title : item.item_id;
}

model::Reject RejectOf(std::uint64_t record, const JsonReject& why, std::string raw) {
  raw.resize(std::min(raw.size(), model::kRejectRawMax));
  return {.record = record, .byte = 0, .reason = why.place + ": " + why.reason, .raw = std::move(raw)};
}

}  // namespace

RecentMark RecentMark::FromDocument(std::string_view document) {
  RecentMark mark;
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  if (object == nullptr) return mark;
  const auto array = [object](std::string_view key) {
    const json::value* found = object->if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : json::array();
  };
  for (const json::value& entry : array("known")) {
    if (!entry.is_array() || entry.get_array().size() != 2) continue;
    const json::value& stamp = entry.get_array()[0];
    const json::value& item = entry.get_array()[1];
    if (stamp.is_int64() && item.is_string()) mark.Add(std::string(item.get_string()), stamp.get_int64());
  }
  for (const json::value& hash : array("rejects")) {
    if (hash.is_int64()) mark.rejects_.push_back(static_cast<std::uint64_t>(hash.get_int64()));
  }
  const json::value* since = object->if_contains("since_ms");
  if (since != nullptr && since->is_int64()) mark.since_ms_ = std::max<std::int64_t>(0, since->get_int64());
  return mark;
}

std::string RecentMark::Document() const {
  json::array known, rejects;
  for (const auto& [stamp_ms, item] : known_) known.push_back(json::array{stamp_ms, item});
  for (const std::uint64_t hash : rejects_) rejects.push_back(static_cast<std::int64_t>(hash));
  return json::serialize(
      json::object{{"known", std::move(known)}, {"rejects", std::move(rejects)}, {"since_ms", since_ms_}});
}

bool RecentMark::HasReject(std::string_view raw) const {
  return std::ranges::find(rejects_, base::HashBytes(raw).high) != rejects_.end();
}

bool RecentMark::AddReject(std::string_view raw) {
  if (HasReject(raw)) return false;
  rejects_.push_back(base::HashBytes(raw).high);
  if (rejects_.size() > kRecentPlaysMax) rejects_.pop_front();
  return true;
}

std::size_t RecentMark::Count(std::int64_t stamp_ms, const std::string* item) const {
  const auto [begin, end] = known_.equal_range(stamp_ms);
  return static_cast<std::size_t>(std::count_if(
      begin, end, [item](const auto& known) { return item == nullptr || known.second == *item; }));
}

std::int64_t RecentMark::LastBefore(std::int64_t at_ms) const {
  const auto found = known_.lower_bound(at_ms);
  return found == known_.begin() ? 0 : std::prev(found)->first;
}

std::int64_t RecentMark::FirstAfter(std::int64_t at_ms) const {
  const auto found = known_.upper_bound(at_ms);
  return found == known_.end() ? 0 : found->first;
}

void RecentMark::Add(const std::string& item, std::int64_t stamp_ms) {
  known_.emplace(stamp_ms, item);
  if (known_.size() > kMarksMax) known_.erase(known_.begin());
}

Read<RecentReading> ReadRecentPlays(const json::value& page, const RecentMark& mark,
                                    std::string_view listener, std::int64_t shown_at_ms) {
  auto list = ReadElements<PlayHistoryItem>(page, ReadPlayHistoryItem);
  if (!list) return std::unexpected(std::move(list).error());
  RecentReading reading{.mark = mark};
  model::EventBatch& batch = reading.batch;
  std::int64_t oldest_ms = INT64_MAX;
  std::map<std::pair<std::int64_t, std::string>, std::size_t> shown_before;
  std::map<std::int64_t, std::size_t> shown_apart;
  std::ranges::reverse(
      list->elements);  // oldest first: of two with one stamp the first one ended when the other began
  for (const PlayHistoryItem& entry : list->elements) {
    const HeardItem item = ItemOf(entry.track);
    const std::string key = KeyOf(item);
    const std::int64_t stamp_ms = entry.played_at.value;
    const std::size_t ordinal = shown_before[{stamp_ms, key}]++;
    if (ordinal < mark.Count(stamp_ms, &key)) {
      oldest_ms = std::min(oldest_ms, stamp_ms);
      continue;
    }
    model::PlayFact fact;
    fact.source = "recent";
    item.Describe(fact);
    fact.ended_at_ms = stamp_ms;
    fact.played_ms = item.length_ms;
    fact.shown_at_ms = shown_at_ms;
    fact.twin = static_cast<std::uint32_t>(reading.mark.Count(stamp_ms) + shown_apart[stamp_ms]);
    if (entry.context && entry.context->uri) fact.context_uri = *entry.context->uri;
    const auto why = model::WhyImpossible(fact, shown_at_ms + base::kMsPerDay);
    const std::string stated = std::to_string(stamp_ms) + '\x1f' + key + '\x1f' + std::to_string(ordinal);
    if (!mark.HasReject(stated)) {
      if (why) {
        batch.rejects.push_back(RejectOf(batch.read, {"items", *why}, item.title));
      } else {
        model::AddPlay(fact, listener, batch);
      }
      ++batch.read;
    }
    // A stamp that cannot be, or not yet, tells nothing of what the list goes back to.
    if (why || stamp_ms > shown_at_ms + kClocksApartMs) {
      reading.mark.AddReject(stated);
      ++shown_apart[stamp_ms];
      continue;
    }
    reading.mark.Add(key, stamp_ms);
    oldest_ms = std::min(oldest_ms, stamp_ms);
  }
  for (RejectedElement& rejected : list->rejects) {
    if (!reading.mark.AddReject(rejected.raw)) continue;
    batch.rejects.push_back(RejectOf(batch.read++, rejected.why, std::move(rejected.raw)));
  }
  const std::size_t shown = list->elements.size() + list->nulls + list->rejects.size();
  std::int64_t known_ms = mark.LastBefore(oldest_ms);
  if (known_ms == 0 && mark.since_ms() < oldest_ms) known_ms = mark.since_ms();
  // Where the oldest is known, what came before it was shown. Where it is not, newer ones that are known say
  // nothing: plays come late, and below others.
  reading.has_gap =
      shown >= kRecentPlaysMax && oldest_ms != INT64_MAX && mark.Count(oldest_ms) == 0 && known_ms > 0;
  if (reading.has_gap) {
    model::AddGap({known_ms, oldest_ms, "recent",
                   "Spotify shows 50 plays at most, and the oldest of them was new: some before it may never "
                   "have been shown"},
                  listener, batch);
    ++batch.read;
  }
  return reading;
}

}  // namespace earprint::sources::spotify
