#include "sources/spotify/sync/heard_item.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "sources/spotify/answers/json_fields.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::string_view kUriScheme = "spotify:";

std::string FirstName(const std::vector<SpotifyArtist>& artists) {
  return artists.empty() ? std::string() : artists.front().name;
}

HeardItem ItemOfEpisode(const SpotifyEpisode& episode) {
  return {.kind = model::PlayKind::kEpisode,
          .item_id = episode.id.value_or(""),
          .title = episode.name,
          .artist = episode.show_name.value_or(""),
          .length_ms = std::min(kLengthMsMax, episode.duration_ms.value_or(0))};
}

}  // namespace

bool HeardItem::IsSame(const HeardItem& other) const {
  if (kind != other.kind) return false;
  if (!item_id.empty() || !other.item_id.empty()) return item_id == other.item_id;
  return title == other.title && artist == other.artist;
}

void HeardItem::Describe(model::PlayFact& fact) const {
  fact.kind = kind;
  fact.item_id = item_id;
  fact.title = title;
  fact.artist = artist;
  fact.album = album;
  fact.isrc = isrc;
}

HeardItem ItemOf(const SpotifyTrack& track) {
  HeardItem item{.kind = model::PlayKind::kTrack,
                 .item_id = track.id.value_or(""),
                 .title = track.name,
                 .isrc = track.isrc.value_or(""),
                 .length_ms = std::min(kLengthMsMax, track.duration_ms.value_or(0))};
  if (item.item_id.empty() && track.uri && track.uri->starts_with(kUriScheme))
    item.item_id = track.uri->substr(kUriScheme.size());
  if (track.album) {
    item.album = track.album->name;
    item.artist = FirstName(track.album->artists);
  }
  if (item.artist.empty()) item.artist = FirstName(track.artists);
  return item;
}

HeardItem ItemOf(const SpotifyItem& item) {
  const auto* track = std::get_if<SpotifyTrack>(&item);
  return track != nullptr ? ItemOf(*track) : ItemOfEpisode(std::get<SpotifyEpisode>(item));
}

boost::json::object WriteItem(const HeardItem& item) {
  return {{"kind", static_cast<std::int64_t>(item.kind)},
          {"item_id", item.item_id},
          {"title", item.title},
          {"artist", item.artist},
          {"album", item.album},
          {"isrc", item.isrc},
          {"length_ms", item.length_ms}};
}

std::optional<HeardItem> ReadItem(const boost::json::value& value) {
  JsonFields fields(value, "");
  const auto kind = fields.Whole("kind", 0, static_cast<std::int64_t>(model::PlayKind::kUnknown));
  const auto text = [&fields](std::string_view key) { return fields.Text(key).value_or(""); };
  HeardItem item{.kind = static_cast<model::PlayKind>(kind.value_or(0)),
                 .item_id = text("item_id"),
                 .title = text("title"),
                 .artist = text("artist"),
                 .album = text("album"),
                 .isrc = text("isrc"),
                 .length_ms = fields.Whole("length_ms", 0, kLengthMsMax).value_or(0)};
  auto read = fields.End(std::move(item));
  return read ? std::optional(std::move(*read)) : std::nullopt;
}

}  // namespace earprint::sources::spotify
