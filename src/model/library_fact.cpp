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
  AppendText("kind", track.kind, first, out);
  AppendText("linked_from", track.linked_from, first, out);
  AppendText("isrc", track.isrc, first, out);
  out += '}';
}

/// The last field of a payload, and its end.
void AppendTracks(const std::vector<NamedTrack>& tracks, std::string& payload) {
  payload += ",\"tracks\":[";
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (i > 0) payload += ',';
    AppendTrack(tracks[i], payload);
  }
  payload += "]}";
}

std::int64_t DateMs(std::string_view date) {
  const auto at = base::ParseInstant(date);
  return at ? at->at.value : 0;
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
  AppendTracks(fact.tracks, payload);
  AddEvent({EventType::kPlaylist, "account", identity, payload, DateMs(fact.modified)}, listener, batch);
}

std::string_view HeldName(PlaylistHeld held) {
  switch (held) {
    case PlaylistHeld::kWhole:
      return "whole";
    case PlaylistHeld::kBarred:
      return "barred";
    case PlaylistHeld::kEnded:
      return "ended";
  }
  return "";
}

void AddServedPlaylist(const ServedPlaylistFact& fact, std::string_view listener, EventBatch& batch) {
  std::string identity(listener);
  identity += "\x1fplaylist\x1fspotify\x1f";
  identity += fact.playlist_id;
  std::string payload = "{";
  bool first = true;
  AppendText("playlist_id", fact.playlist_id, first, payload);
  AppendText("name", fact.name, first, payload);
  AppendText("held", HeldName(fact.held), first, payload);
  AppendText("snapshot", fact.snapshot, first, payload);
  payload += ",\"turn\":" + std::to_string(fact.turn);
  AppendTracks(fact.tracks, payload);
  AddEvent({EventType::kPlaylist, "spotify", identity, payload, fact.stated_at_ms}, listener, batch);
}

void AddSavedTrack(const NamedTrack& track, std::string_view listener, EventBatch& batch) {
  std::string payload;
  AppendTrack(track, payload);
  std::string identity(listener);
  identity += "\x1fsaved\x1f";
  identity += track.item_id.empty() ? payload : std::string(track.item_id);
  AddEvent({EventType::kSavedTrack, "account", identity, payload}, listener, batch);
}

}  // namespace earprint::model
