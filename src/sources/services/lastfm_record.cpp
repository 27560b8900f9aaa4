#include "base/utc_time.hpp"
#include "sources/services/told_record.hpp"

namespace earprint::sources {

namespace {

constexpr std::int64_t kLargestSecondsInMs = 100'000'000'000'000;  // above it the number was in milliseconds

/// "artist": "Ann", or {"#text": "Ann"}, or {"name": "Ann"}.
std::string_view NameOf(JsonElement record, const std::string& key) {
  for (const char* const form : {"", "/#text", "/name"}) {
    const std::string_view text = TextOf(record, key + form);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace

// Two shapes: the pages of the service's API, and lastfmstats.com's list with milliseconds.
std::string ReadLastFmRecord(JsonElement record, ToldPlay& told) {
  if (TextOf(record, "/@attr/nowplaying") == "true") return "it tells what is playing, not what was played";
  told.title = TextOf(record, PartOf(record, "/name") ? "/name" : "/track");
  told.artist = NameOf(record, "/artist");
  told.album = NameOf(record, "/album");
  told.stamp_ms = ThousandthsOf(record, "/date/uts");
  if (!told.stamp_ms) told.stamp_ms = ThousandthsOf(record, "/date");
  if (told.stamp_ms && *told.stamp_ms > kLargestSecondsInMs) *told.stamp_ms /= 1'000;
  if (!told.stamp_ms) {
    told.stamp_ms = ParseLastFmMinute(TextOf(record, "/date/#text"));
    told.stamp_precision_ms = base::kMsPerMinute;
  }
  return {};
}

}  // namespace earprint::sources
