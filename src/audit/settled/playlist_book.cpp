#include "audit/settled/playlist_book.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "audit/lake/plain_text.hpp"

namespace earprint::audit {

namespace {

using Statements = std::vector<const PlaylistEvent*>;

/// What tells an entry from another: its track, when it was added, and which of equal ones it is.
struct EntryKey {
  std::uint32_t track = kNone;
  std::optional<std::int64_t> added_at_ms;
  std::size_t nth = 0;
  auto operator<=>(const EntryKey&) const = default;
};

/// In which statements an entry stands.
struct EntryRuns {
  std::vector<std::size_t> statements;
  std::vector<bool> is_track;
};

Stay StayOf(const EntryKey& key, const Statements& statements, std::size_t first, std::size_t last,
            bool is_track) {
  Stay stay{.track = key.track, .is_track = is_track, .added_at_ms = key.added_at_ms};
  const std::int64_t seen_ms = statements[first]->stated_at_ms;
  const bool is_told = key.added_at_ms && *key.added_at_ms <= seen_ms &&
                       (first == 0 || *key.added_at_ms > statements[first - 1]->stated_at_ms);
  stay.valid_from_ms = is_told ? *key.added_at_ms : seen_ms;
  if (last + 1 < statements.size()) stay.valid_to_ms = statements[last + 1]->stated_at_ms;
  return stay;
}

std::vector<Stay> StaysOf(const LakeEvents& lake, Statements statements) {
  std::erase_if(statements, [&](const PlaylistEvent* each) { return lake.texts.Or(each->held) == "barred"; });
  std::ranges::sort(statements, [](const PlaylistEvent* left, const PlaylistEvent* right) {
    return std::pair(left->stated_at_ms, right->id.details) <
           std::pair(right->stated_at_ms, left->id.details);
  });
  std::map<EntryKey, EntryRuns> entries;
  for (std::size_t no = 0; no < statements.size(); ++no) {
    std::map<std::pair<std::uint32_t, std::optional<std::int64_t>>, std::size_t> met;
    for (const ListedTrack& track : statements[no]->tracks) {
      const std::size_t nth = ++met[{track.track, track.added_at_ms}];
      EntryRuns& runs = entries[{track.track, track.added_at_ms, nth}];
      runs.statements.push_back(no);
      runs.is_track.push_back(lake.texts.Or(track.kind) == "track");
    }
  }
  std::vector<Stay> stays;
  for (const auto& [key, runs] : entries) {
    for (std::size_t i = 0; i < runs.statements.size();) {
      std::size_t end = i + 1;
      bool is_track = runs.is_track[i];
      for (; end < runs.statements.size() && runs.statements[end] == runs.statements[end - 1] + 1; ++end)
        is_track = is_track && runs.is_track[end];  // "episode" comes before "track"
      stays.push_back(StayOf(key, statements, runs.statements[i], runs.statements[end - 1], is_track));
      i = end;
    }
  }
  return stays;
}

bool IsLater(const PlaylistEvent* left, const PlaylistEvent* right) {
  return std::pair(left->stated_at_ms, right->id.details) > std::pair(right->stated_at_ms, left->id.details);
}

}  // namespace

std::vector<Playlist> SettlePlaylists(const LakeEvents& lake) {
  std::map<std::uint64_t, Statements> of_list;
  for (const PlaylistEvent& event : lake.playlists) of_list[event.id.identity].push_back(&event);
  std::vector<Playlist> lists;
  std::set<std::pair<std::uint32_t, std::string>> served_names;  // that the API holds
  std::vector<bool> is_account;
  for (const auto& [identity, statements] : of_list) {
    const PlaylistEvent* latest = nullptr;
    const PlaylistEvent* named = nullptr;
    Playlist list;
    for (const PlaylistEvent* each : statements) {
      if (latest == nullptr || IsLater(each, latest)) latest = each;
      if (each->name != kNone && (named == nullptr || IsLater(each, named))) named = each;
      list.is_read = list.is_read || lake.texts.Or(each->held) == "whole";
    }
    list.identity = identity;
    list.listener = latest->listener;
    list.source = latest->source;
    list.playlist_id = latest->playlist_id;
    list.name = named == nullptr ? kNone : named->name;
    if (lake.texts.Or(latest->held) == "ended") list.ended_at_ms = latest->stated_at_ms;
    list.stays = StaysOf(lake, statements);
    is_account.push_back(lake.texts.Or(latest->source) == "account");
    if (lake.texts.Or(latest->source) == "spotify" && lake.texts.Or(latest->held) == "whole" &&
        named != nullptr)
      served_names.emplace(list.listener, LowerText(lake.texts[list.name]));
    lists.push_back(std::move(list));
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    Playlist& list = lists[i];
    const bool means_another = is_account[i] && list.name != kNone &&
                               served_names.contains({list.listener, LowerText(lake.texts[list.name])});
    list.called = means_another ? kNone : list.name;
  }
  return lists;
}

}  // namespace earprint::audit
