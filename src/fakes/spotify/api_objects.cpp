#include "fakes/spotify/api_objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "fakes/spotify/consent_page.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;
const json::array kMarkets{"DE", "FR", "IT", "JP"};

json::array Images(std::string_view of, std::initializer_list<int> sizes_px) {
  json::array images;
  for (const int size : sizes_px) {
    images.push_back(
        {{"height", size}, {"url", fmt::format("https://i.example/{}/{}", of, size)}, {"width", size}});
  }
  return images;
}

json::object External(std::string_view type, std::string_view id) {
  return {{"spotify", fmt::format("https://open.spotify.com/{}/{}", type, id)}};
}

/// As local URIs write their parts.
std::string Plus(std::string_view text) {
  std::string encoded = PercentEncode(text);
  for (std::size_t at = encoded.find("%20"); at != std::string::npos; at = encoded.find("%20", at)) {
    encoded.replace(at, 3, "+");
  }
  return encoded;
}

}  // namespace

std::string LocalId(const WorldLocalFile& file) {
  return fmt::format("local:{}:{}:{}:{}", Plus(file.artist), Plus(file.album), Plus(file.title),
                     file.duration_ms / base::kMsPerSecond);
}

json::object ApiObjects::Base(std::string_view type, std::string_view id, std::string_view name) const {
  return {{"external_urls", External(type, id)},
          {"href", fmt::format("{}/{}s/{}", call_.api, type, id)},
          {"id", id},
          {"name", name},
          {"type", type},
          {"uri", fmt::format("spotify:{}:{}", type, id)}};
}

json::object ApiObjects::Artist(std::size_t place) const {
  const WorldArtist& artist = call_.world.artists[place];
  return Base("artist", artist.id, artist.name);
}

json::object ApiObjects::WholeArtist(std::size_t place) const {
  const WorldArtist& artist = call_.world.artists[place];
  json::object object = Artist(place);
  object["genres"] = json::array(artist.genres.begin(), artist.genres.end());
  object["images"] = Images(artist.id, {640, 320, 160});
  if (call_.switches.HasOldFields()) {
    object["followers"] = {{"href", nullptr}, {"total", artist.followers}};
    object["popularity"] = artist.popularity;
  }
  return object;
}

json::object ApiObjects::Album(std::size_t place) const {
  const WorldAlbum& album = call_.world.albums[place];
  json::object object = Base("album", album.id, album.name);
  json::array artists;
  for (const std::size_t artist : album.artists) artists.push_back(Artist(artist));
  object["album_type"] = album.type;
  object["artists"] = std::move(artists);
  object["images"] = Images(album.id, {640, 300, 64});
  object["release_date"] = album.release_date;
  object["release_date_precision"] = album.precision;
  object["total_tracks"] = album.tracks.size();
  if (call_.switches.HasOldFields() && !call_.HasMarket()) object["available_markets"] = kMarkets;
  if (call_.HasMarket()) object["is_playable"] = true;
  return object;
}

json::object ApiObjects::WholeAlbum(std::size_t place) const {
  const WorldAlbum& album = call_.world.albums[place];
  json::object object = Album(place);
  object["copyrights"] = json::array{json::object{{"text", "2026 " + album.label}, {"type", "C"}}};
  object["external_ids"] = {{"upc", album.upc}};
  object["genres"] = json::array();
  PageRules rules{"/albums/" + album.id + "/tracks", 50, 50, 100'000, {}};
  ApiCall whole{WebRequest(),   call_.parts,    call_.api,    call_.now,  call_.world,
                call_.switches, call_.listener, call_.scopes, call_.shown};
  object["tracks"] = PageOf(whole, rules, album.tracks.size(), [&](std::size_t at) {
                       return AlbumTrack(album.tracks[at]);
                     }).page;
  if (call_.switches.HasOldFields()) {
    object["label"] = album.label;
    object["popularity"] = album.popularity;
  }
  return object;
}

json::object ApiObjects::AlbumTrack(std::size_t place) const {
  const WorldTrack& track = call_.world.tracks[place];
  json::object object = Base("track", track.id, track.name);
  json::array artists;
  for (const std::size_t artist : track.artists) artists.push_back(Artist(artist));
  object["artists"] = std::move(artists);
  object["disc_number"] = 1;
  object["duration_ms"] = track.duration_ms;
  object["explicit"] = track.is_explicit;
  object["is_local"] = false;
  object["preview_url"] = nullptr;
  object["track_number"] = track.number;
  if (call_.HasMarket()) object["is_playable"] = !track.is_barred;
  if (call_.HasMarket() && track.is_barred) object["restrictions"] = {{"reason", "market"}};
  if (call_.switches.HasOldFields() && !call_.HasMarket()) object["available_markets"] = kMarkets;
  return object;
}

json::object ApiObjects::Track(std::size_t place) const {
  const WorldTrack& track = call_.world.tracks[place];
  json::object object = AlbumTrack(place);
  object["album"] = Album(track.album);
  object["external_ids"] = {{"isrc", track.isrc}};
  if (call_.switches.HasOldFields()) object["popularity"] = track.popularity;
  return object;
}

json::object ApiObjects::RelinkedTrack(std::size_t place) const {
  const WorldTrack& asked = call_.world.tracks[place];
  if (!asked.plays_as || (!call_.HasMarket() && call_.listener == nullptr)) return Track(place);
  json::object object = Track(*asked.plays_as);
  object["is_playable"] = true;
  if (call_.switches.HasOldFields()) {
    object["linked_from"] = Base("track", asked.id, "");
    object["linked_from"].as_object().erase("name");
  }
  return object;
}

json::object ApiObjects::Show(std::size_t place) const {
  const WorldShow& show = call_.world.shows[place];
  json::object object = Base("show", show.id, show.name);
  object["copyrights"] = json::array();
  object["description"] = "An invented show.";
  object["explicit"] = false;
  object["html_description"] = "<p>An invented show.</p>";
  object["images"] = Images(show.id, {640, 300, 64});
  object["is_externally_hosted"] = false;
  object["languages"] = json::array{"en"};
  object["media_type"] = "audio";
  object["total_episodes"] = std::ranges::count(call_.world.episodes, place, &WorldEpisode::show);
  if (call_.switches.HasOldFields()) {
    object["publisher"] = show.publisher;
    object["available_markets"] = kMarkets;
  }
  return object;
}

json::object ApiObjects::Episode(std::size_t place) const {
  const WorldEpisode& episode = call_.world.episodes[place];
  json::object object = Base("episode", episode.id, episode.name);
  object["audio_preview_url"] = nullptr;
  object["description"] = "An invented episode.";
  object["duration_ms"] = episode.duration_ms;
  object["explicit"] = false;
  object["html_description"] = "<p>An invented episode.</p>";
  object["images"] = Images(episode.id, {640, 300, 64});
  object["is_externally_hosted"] = false;
  object["is_playable"] = true;
  object["language"] = "en";
  object["languages"] = json::array{"en"};
  object["release_date"] = episode.release_date;
  object["release_date_precision"] = "day";
  if (call_.scopes.contains("user-read-playback-position")) {
    object["resume_point"] = {{"fully_played", false}, {"resume_position_ms", 0}};
  }
  return object;
}

json::object ApiObjects::WholeEpisode(std::size_t place) const {
  json::object object = Episode(place);
  object["show"] = Show(call_.world.episodes[place].show);
  return object;
}

json::object ApiObjects::WholeShow(std::size_t place) const {
  json::object object = Show(place);
  std::vector<std::size_t> episodes;
  for (std::size_t at = 0; at < call_.world.episodes.size(); ++at) {
    if (call_.world.episodes[at].show == place) episodes.push_back(at);
  }
  ApiCall whole{WebRequest(),   call_.parts,    call_.api,    call_.now,  call_.world,
                call_.switches, call_.listener, call_.scopes, call_.shown};
  object["episodes"] =
      PageOf(whole, {"/shows/" + call_.world.shows[place].id + "/episodes", 50, 50, 100'000, {}},
             episodes.size(), [&](std::size_t at) { return Episode(episodes[at]); })
          .page;
  return object;
}

json::object ApiObjects::LocalFile(std::size_t place) const {
  const WorldLocalFile& file = call_.world.local_files[place];
  json::object album{{"album_type", nullptr},
                     {"artists", json::array()},
                     {"available_markets", json::array()},
                     {"external_urls", json::object()},
                     {"href", nullptr},
                     {"id", nullptr},
                     {"images", json::array()},
                     {"name", file.album},
                     {"release_date", nullptr},
                     {"release_date_precision", nullptr},
                     {"type", "album"},
                     {"uri", nullptr}};
  json::object artist{{"external_urls", json::object()},
                      {"href", nullptr},
                      {"id", nullptr},
                      {"name", file.artist},
                      {"type", "artist"},
                      {"uri", nullptr}};
  json::object object{{"album", std::move(album)},
                      {"artists", json::array{std::move(artist)}},
                      {"available_markets", json::array()},
                      {"disc_number", 0},
                      {"duration_ms", file.duration_ms},
                      {"explicit", false},
                      {"external_ids", json::object()},
                      {"external_urls", json::object()},
                      {"href", nullptr},
                      {"id", nullptr},
                      {"is_local", true},
                      {"name", file.title},
                      {"popularity", 0},
                      {"preview_url", nullptr},
                      {"track_number", 0},
                      {"type", "track"},
                      {"uri", fmt::format("spotify:{}", LocalId(file))}};
  if (!call_.switches.HasOldFields()) {
    object.erase("available_markets");
    object.erase("popularity");
    object["album"].as_object().erase("available_markets");
  }
  return object;
}

json::object ApiObjects::Features(std::size_t place) const {
  const WorldTrack& track = call_.world.tracks[place];
  const WorldFeatures& of = *track.features;
  return {{"danceability", of.danceability},
          {"energy", of.energy},
          {"key", of.key},
          {"loudness", of.loudness},
          {"mode", of.mode},
          {"speechiness", of.speechiness},
          {"acousticness", of.acousticness},
          {"instrumentalness", of.instrumentalness},
          {"liveness", of.liveness},
          {"valence", of.valence},
          {"tempo", of.tempo},
          {"type", "audio_features"},
          {"id", track.id},
          {"uri", "spotify:track:" + track.id},
          {"track_href", call_.api + "/tracks/" + track.id},
          {"analysis_url", call_.api + "/audio-analysis/" + track.id},
          {"duration_ms", track.duration_ms},
          {"time_signature", of.time_signature}};
}

json::object ApiObjects::UserInEntry(std::string_view id) const {
  json::object object = Base("user", id, "");
  object.erase("name");
  return object;
}

json::object ApiObjects::User(std::string_view id) const {
  json::object object = UserInEntry(id);
  object["display_name"] = nullptr;
  if (id == "spotify") object["display_name"] = "Spotify";
  const WorldListener* listener = call_.world.ListenerOf(id);
  if (listener != nullptr && listener->name) object["display_name"] = *listener->name;
  return object;
}

json::object ApiObjects::Me() const {
  const WorldListener& listener = *call_.listener;
  json::object object = User(listener.id);
  object["images"] = json::array();
  object["account_id"] = listener.account_id;
  if (!call_.switches.HasOldFields()) return object;
  object["followers"] = {{"href", nullptr}, {"total", 3}};
  if (call_.scopes.contains("user-read-email")) object["email"] = listener.email;
  if (call_.scopes.contains("user-read-private")) {
    object["country"] = listener.country;
    object["product"] = listener.product;
    object["explicit_content"] = {{"filter_enabled", false}, {"filter_locked", false}};
  }
  return object;
}

bool ApiObjects::Owns(const WorldPlaylist& playlist) const {
  if (call_.listener == nullptr) return false;
  return playlist.owner == call_.listener->id ||
         std::ranges::count(playlist.collaborators, call_.listener->id) > 0;
}

json::object ApiObjects::Playlist(const WorldPlaylist& playlist) const {
  json::object object = Base("playlist", playlist.id, playlist.name);
  object["collaborative"] = playlist.is_collaborative;
  object["description"] = nullptr;
  if (playlist.description) object["description"] = EscapeHtml(*playlist.description);
  object["images"] = nullptr;
  if (!playlist.entries.empty()) {
    const std::string host = call_.api.substr(0, call_.api.rfind('/'));
    object["images"] = json::array{
        {{"height", nullptr}, {"url", fmt::format("{}/image/{}", host, playlist.id)}, {"width", nullptr}}};
  }
  object["owner"] = User(playlist.owner);
  object["primary_color"] = nullptr;
  object["public"] = nullptr;
  if (playlist.is_public) object["public"] = *playlist.is_public;
  object["snapshot_id"] = Base64Url(fmt::format("{},{}", playlist.version, playlist.id));
  const std::string href = call_.api + "/playlists/" + playlist.id;
  object["items"] = {{"href", href + "/items"}, {"total", playlist.entries.size()}};
  if (call_.switches.HasOldFields()) {
    object["tracks"] = {{"href", href + "/tracks"}, {"total", playlist.entries.size()}};
  }
  return object;
}

json::value ApiObjects::Item(ItemKind kind, std::size_t item) const {
  switch (kind) {
    case ItemKind::kTrack:
      return Track(item);
    case ItemKind::kEpisode:
      return WholeEpisode(item);
    case ItemKind::kLocal:
      return LocalFile(item);
    case ItemKind::kAd:
      return nullptr;
  }
  return nullptr;
}

json::value ApiObjects::Entry(const WorldEntry& entry) const {
  json::value item =
      entry.kind == ItemKind::kTrack ? json::value(RelinkedTrack(entry.item)) : Item(entry.kind, entry.item);
  if (item.is_object()) {
    item.as_object()["track"] = entry.kind != ItemKind::kEpisode;
    item.as_object()["episode"] = entry.kind == ItemKind::kEpisode;
  }
  json::object object{{"added_at", nullptr},
                      {"added_by", nullptr},
                      {"is_local", entry.kind == ItemKind::kLocal},
                      {"primary_color", nullptr},
                      {"video_thumbnail", {{"url", nullptr}}}};
  if (entry.added) object["added_at"] = base::FormatInstant({entry.added->value / 1'000 * 1'000});
  if (!entry.added_by.empty()) object["added_by"] = UserInEntry(entry.added_by);
  if (call_.switches.HasOldFields()) object["track"] = item;
  object["item"] = std::move(item);
  return object;
}

json::value ApiObjects::Context(std::string_view uri) const {
  const auto parts = base::Split(uri, ':');
  if (parts.size() < 3) return nullptr;
  const std::string type(parts[1]), id(parts[2]);
  return json::object{{"external_urls", External(type, id)},
                      {"href", fmt::format("{}/{}s/{}", call_.api, type, id)},
                      {"type", type},
                      {"uri", uri}};
}

}  // namespace earprint::fakes
