#include "model/play_fact.hpp"
#include "sources/services/told_record.hpp"

namespace earprint::sources {

// docs/sources.md, "Other histories": its own reader of Spotify passes on what Spotify's list of recent plays
// gives.
std::string ReadBrainzRecord(JsonElement record, ToldPlay& told) {
  told.stamp_ms = ThousandthsOf(record, "/listened_at");
  if (!told.stamp_ms) {
    return PartOf(record, "/listened_at")
               ? "listened_at is no number of seconds"
               : "listened_at is missing: it tells what is playing, not what was played";
  }
  told.title = TextOf(record, "/track_metadata/track_name");
  told.artist = TextOf(record, "/track_metadata/artist_name");
  told.album = TextOf(record, "/track_metadata/release_name");
  const auto info = PartOf(record, "/track_metadata/additional_info");
  if (!info) return {};
  told.isrc = TextOf(*info, "/isrc");
  told.item_id = model::ItemId(TextOf(*info, "/spotify_id"), "track");
  if (told.item_id.empty()) told.item_id = model::ItemId(TextOf(*info, "/origin_url"), "track");
  if (const auto ms = ThousandthsOf(*info, "/duration_ms")) {
    told.length_ms = *ms / 1'000;
  } else {
    told.length_ms = ThousandthsOf(*info, "/duration");
  }
  told.heard_ms = ThousandthsOf(*info, "/duration_played");
  told.is_spotify_stamp = TextOf(*info, "/submission_client") == "listenbrainz" &&
                          TextOf(*info, "/music_service") == "spotify.com";
  return {};
}

}  // namespace earprint::sources
