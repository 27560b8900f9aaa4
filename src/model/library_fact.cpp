#include "model/library_fact.hpp"

#include <string>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::model {

namespace {

void AppendText(std::string_view key, std::string_view value, bool& first, std::string& out) {
  if (value.empty()) return;
  out += first ? "\"" : ",\"";
  first = false;
  out += key;
  out += "\":";
  base::AppendJsonString(value, out);
}

void AppendTrack(const NamedTrack& track, std::string& out) {
  bool first = true;
  out += '{';
  AppendText("item_id", track.item_id, first, out);
  AppendText("title", track.title, first, out);
  AppendText("artist", track.artist, first, out);
  AppendText("album", track.album, first, out);
  AppendText("added", track.added, first, out);
  out += '}';
}

std::int64_t DateMs(std::string_view date) {
  const auto at = base::ParseInstant(date);
  return at ? at->at.value : 0;
}

void AddEvent(EventType type, std::string_view identity, std::string_view payload, std::string_view listener,
              std::int64_t time_ms, EventBatch& batch) {
  EventRef ref;
  ref.type = type;
  ref.id = {base::HashBytes(identity).high & kIdMask, base::HashBytes(payload).high & kIdMask};
  ref.begin = static_cast<std::uint32_t>(batch.lines.size());
  AppendEnvelope(type, ref.id, "account", listener, time_ms, batch.lines);
  batch.lines += payload;
  batch.lines += "}\n";
  ref.size = static_cast<std::uint32_t>(batch.lines.size()) - ref.begin;
  batch.events.push_back(ref);
}

}  // namespace

void AddPlaylist(const PlaylistFact& fact, std::string_view listener, EventBatch& batch) {
  std::string identity(listener);
  identity += "\x1fplaylist\x1f";
  identity += fact.name;
  identity += '\x1f' + std::to_string(fact.ordinal);
  std::string id;
  base::AppendHex(base::HashBytes(identity).high & kIdMask, 15, id);
  std::string payload = "{\"playlist_id\":\"" + id + "\"";
  bool first = false;
  AppendText("name", fact.name, first, payload);
  AppendText("modified", fact.modified, first, payload);
  payload += ",\"tracks\":[";
  for (std::size_t i = 0; i < fact.tracks.size(); ++i) {
    if (i > 0) payload += ',';
    AppendTrack(fact.tracks[i], payload);
  }
  payload += "]}";
  AddEvent(EventType::kPlaylist, identity, payload, listener, DateMs(fact.modified), batch);
}

void AddSavedTrack(const NamedTrack& track, std::string_view listener, EventBatch& batch) {
  std::string payload;
  AppendTrack(track, payload);
  std::string identity(listener);
  identity += "\x1fsaved\x1f";
  identity += track.item_id.empty() ? payload : std::string(track.item_id);
  AddEvent(EventType::kSavedTrack, identity, payload, listener, 0, batch);
}

}  // namespace earprint::model
