#include "model/play_fact.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::model {

namespace {

constexpr char kUnitSeparator = '\x1f';
constexpr std::size_t kSpotifyIdSize = 22;

bool IsBase62(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

void AppendInt(std::int64_t value, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void AppendText(std::string_view key, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out += ",\"";
  out += key;
  out += "\":";
  base::AppendJsonString(value, out);
}

void AppendNumber(std::string_view key, std::int64_t value, std::string& out) {
  out += ",\"";
  out += key;
  out += "\":";
  AppendInt(value, out);
}

void AppendFlag(std::string_view key, std::optional<bool> value, std::string& out) {
  if (!value) return;
  out += ",\"";
  out += key;
  out += *value ? "\":true" : "\":false";
}

/// What makes two statements speak of the same play.
std::uint64_t IdentityHash(const PlayFact& fact, std::string_view listener) {
  thread_local std::string key;
  key.assign(listener);
  key += kUnitSeparator;
  key += KindName(fact.kind);
  key += kUnitSeparator;
  if (fact.item_id.empty()) {
    key += fact.title;
    key += kUnitSeparator;
    key += fact.artist;
  } else {
    key += fact.item_id;
  }
  key += kUnitSeparator;
  AppendInt(fact.ended_at_ms, key);
  key += kUnitSeparator;
  AppendInt(fact.played_ms, key);
  if (fact.ended_precision_ms != base::kMsPerSecond || fact.twin > 0) {
    key += kUnitSeparator;
    AppendInt(fact.ended_precision_ms, key);
    key += kUnitSeparator;
    AppendInt(fact.twin, key);
  }
  return base::HashBytes(key).high & kIdMask;
}

void AppendPayload(const PlayFact& fact, std::string& out) {
  out += "{\"kind\":\"";
  out += KindName(fact.kind);
  out += '"';
  AppendNumber("ended_at_ms", fact.ended_at_ms, out);
  AppendNumber("played_ms", fact.played_ms, out);
  if (fact.ended_precision_ms != base::kMsPerSecond || fact.twin > 0) {
    AppendNumber("ended_precision_ms", fact.ended_precision_ms, out);
    AppendNumber("twin", fact.twin, out);
  }
  AppendText("item_id", fact.item_id, out);
  AppendText("title", fact.title, out);
  AppendText("artist", fact.artist, out);
  AppendText("album", fact.album, out);
  AppendText("platform", fact.platform, out);
  AppendText("country", fact.country, out);
  AppendText("reason_start", fact.reason_start, out);
  AppendText("reason_end", fact.reason_end, out);
  AppendFlag("shuffle", fact.shuffle, out);
  AppendFlag("skipped", fact.skipped, out);
  AppendFlag("offline", fact.offline, out);
  AppendFlag("private", fact.is_private, out);
  if (fact.offline_at_ms) AppendNumber("offline_at_ms", *fact.offline_at_ms, out);
  if (fact.is_video) AppendFlag("video", true, out);
  if (fact.began_at_ms) AppendNumber("began_at_ms", *fact.began_at_ms, out);
  if (fact.looked_before_ms) AppendNumber("looked_before_ms", *fact.looked_before_ms, out);
  if (fact.last_seen_ms) AppendNumber("last_seen_ms", *fact.last_seen_ms, out);
  if (fact.looked_after_ms) AppendNumber("looked_after_ms", *fact.looked_after_ms, out);
  AppendText("isrc", fact.isrc, out);
  AppendText("context_uri", fact.context_uri, out);
  out += '}';
}

}  // namespace

std::string_view KindName(PlayKind kind) {
  switch (kind) {
    case PlayKind::kTrack:
      return "track";
    case PlayKind::kEpisode:
      return "episode";
    case PlayKind::kAudiobook:
      return "audiobook";
    case PlayKind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<std::string> WhyImpossible(const PlayFact& fact, std::int64_t latest_ms) {
  if (fact.ended_at_ms < kEarliestPlayMs) {
    return "ends on " + base::FormatInstant({fact.ended_at_ms}) + ", before Spotify existed";
  }
  if (fact.ended_at_ms > latest_ms)
    return "ends on " + base::FormatInstant({fact.ended_at_ms}) + ", in the future";
  if (fact.played_ms < 0) return "milliseconds played are negative (" + std::to_string(fact.played_ms) + ")";
  if (fact.played_ms > kPlayedMsMax) {
    return "milliseconds played are more than a week (" + std::to_string(fact.played_ms) + ")";
  }
  for (const std::string_view text :
       {fact.item_id, fact.title, fact.artist, fact.album, fact.platform, fact.country, fact.reason_start,
        fact.reason_end, fact.isrc, fact.context_uri}) {
    if (text.size() > kTextBytesMax) return "a text has " + std::to_string(text.size()) + " bytes";
  }
  return {};
}

void AddPlay(const PlayFact& fact, std::string_view listener, EventBatch& batch) {
  thread_local std::string payload;
  payload.clear();
  AppendPayload(fact, payload);
  EventRef ref;
  ref.type = EventType::kPlay;
  payload += fact.source;  // the source is part of the statement: two sources are two witnesses
  ref.id = {IdentityHash(fact, listener), base::HashBytes(payload).high & kIdMask};
  payload.resize(payload.size() - fact.source.size());
  if (fact.shown_at_ms) {
    payload.pop_back();
    AppendNumber("shown_at_ms", *fact.shown_at_ms, payload);
    payload += '}';
  }
  ref.begin = static_cast<std::uint32_t>(batch.lines.size());
  AppendEnvelope(ref.type, ref.id, fact.source, listener, fact.ended_at_ms, batch.lines);
  batch.lines += payload;
  batch.lines += "}\n";
  ref.size = static_cast<std::uint32_t>(batch.lines.size()) - ref.begin;
  batch.events.push_back(ref);
}

std::string_view ItemId(std::string_view text, std::string_view noun) {
  if (text.size() == kSpotifyIdSize && IsBase62(text)) return text;
  const std::size_t at = text.find(noun);
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + noun.size());
  if (rest.size() <= kSpotifyIdSize || (rest.front() != ':' && rest.front() != '/')) return {};
  rest.remove_prefix(1);
  const std::string_view id = rest.substr(0, kSpotifyIdSize);
  const bool ends =
      rest.size() == kSpotifyIdSize || rest[kSpotifyIdSize] == '?' || rest[kSpotifyIdSize] == '/';
  return ends && IsBase62(id) ? id : std::string_view{};
}

}  // namespace earprint::model
