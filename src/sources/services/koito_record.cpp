#include "base/utc_time.hpp"
#include "sources/services/told_record.hpp"

namespace earprint::sources {

namespace {

bool IsTrue(JsonElement element, std::string_view pointer) {
  const auto part = PartOf(element, pointer);
  bool is_true = false;
  return part && !part->get_bool().get(is_true) && is_true;
}

/// The name that the listener chose, else the first.
std::string_view NameOf(JsonElement thing) {
  const auto aliases = PartOf(thing, "/aliases");
  simdjson::dom::array list;
  if (!aliases || aliases->get_array().get(list)) return {};
  std::string_view name;
  for (const JsonElement alias : list) {
    const std::string_view text = TextOf(alias, "/alias");
    if (name.empty() || (IsTrue(alias, "/is_primary") && !text.empty())) name = text;
    if (IsTrue(alias, "/is_primary")) break;
  }
  return name;
}

}  // namespace

std::string ReadKoitoRecord(JsonElement record, ToldPlay& told) {
  const std::string_view when = TextOf(record, "/listened_at");
  if (const auto at = base::ParseInstant(when)) told.stamp_ms = at->at.value;
  if (const auto track = PartOf(record, "/track")) {
    told.title = NameOf(*track);
    told.length_ms = ThousandthsOf(*track, "/duration");
  }
  if (const auto album = PartOf(record, "/album")) told.album = NameOf(*album);
  const auto artists = PartOf(record, "/artists");
  simdjson::dom::array list;
  if (!artists || artists->get_array().get(list)) return {};
  for (const JsonElement artist : list) {
    const bool is_primary = IsTrue(artist, "/is_primary");
    if (told.artist.empty() || is_primary) told.artist = NameOf(artist);
    if (is_primary) break;
  }
  return {};
}

}  // namespace earprint::sources
