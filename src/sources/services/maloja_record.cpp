#include "sources/services/told_record.hpp"

namespace earprint::sources {

// `length` is the track's, `duration` what was heard of it; both in seconds.
std::string ReadMalojaRecord(JsonElement record, ToldPlay& told) {
  told.stamp_ms = ThousandthsOf(record, "/time");
  told.title = TextOf(record, "/track/title");
  told.artist = TextOf(record, "/track/artists/0");
  told.album = TextOf(record, "/track/album/albumtitle");
  told.length_ms = ThousandthsOf(record, "/track/length");
  told.heard_ms = ThousandthsOf(record, "/duration");
  return {};
}

}  // namespace earprint::sources
