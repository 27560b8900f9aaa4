#include "sources/spotify/answers/spotify_json.hpp"

#include <utility>

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {

Read<SpotifyImage> ReadImage(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyImage image;
  image.url = fields.Text("url").value_or("");
  image.width_px = fields.Whole("width");
  image.height_px = fields.Whole("height");
  return fields.End(std::move(image));
}

Read<SpotifyContext> ReadContext(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyContext context;
  context.type = fields.Text("type");
  context.uri = fields.Text("uri");
  return fields.End(std::move(context));
}

/// The texts of a list; nulls are left out.
std::vector<std::string> Texts(JsonFields& fields, std::string_view key) {
  std::vector<std::string> texts;
  const json::array* array = fields.Array(key);
  if (array == nullptr) return texts;
  for (const json::value& value : *array) {
    if (value.is_string()) {
      texts.emplace_back(value.get_string());
    } else if (!value.is_null()) {
      fields.Refuse(key, "holds " + std::string(KindOf(value)) + ", not texts alone");
    }
  }
  return texts;
}

/// A text or a number of an object inside, nothing where that object is not.
std::optional<std::string> TextWithin(JsonFields& fields, std::string_view outer, std::string_view key) {
  const json::value* object = fields.Object(outer);
  if (object == nullptr) return std::nullopt;
  JsonFields inner(*object, fields.PlaceOf(outer));
  auto text = inner.Text(key);
  if (auto sound = inner.End(0); !sound) fields.Refuse(outer, std::string(key) + " " + sound.error().reason);
  return text;
}

std::optional<std::int64_t> WholeWithin(JsonFields& fields, std::string_view outer, std::string_view key) {
  const json::value* object = fields.Object(outer);
  if (object == nullptr) return std::nullopt;
  JsonFields inner(*object, fields.PlaceOf(outer));
  const auto whole = inner.Whole(key);
  if (auto sound = inner.End(0); !sound) fields.Refuse(outer, std::string(key) + " " + sound.error().reason);
  return whole;
}

/// A duration; local files once told theirs as an object.
std::optional<std::int64_t> Duration(const json::value& value, JsonFields& fields) {
  const json::value* found = value.is_object() ? value.get_object().if_contains("duration_ms") : nullptr;
  if (found != nullptr && found->is_object()) return WholeWithin(fields, "duration_ms", "totalMilliseconds");
  return fields.Whole("duration_ms");
}

}  // namespace

Read<SpotifyArtist> ReadArtist(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyArtist artist;
  artist.id = fields.Text("id");
  artist.uri = fields.Text("uri");
  artist.name = fields.Text("name").value_or("");
  artist.genres = Texts(fields, "genres");
  artist.popularity = fields.Whole("popularity");
  artist.followers = WholeWithin(fields, "followers", "total");
  artist.images = fields.Children("images", &ReadImage);
  return fields.End(std::move(artist));
}

Read<SpotifyAlbum> ReadAlbum(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyAlbum album;
  album.id = fields.Text("id");
  album.uri = fields.Text("uri");
  album.name = fields.Text("name").value_or("");
  album.album_type = fields.Text("album_type");
  album.release_date = fields.Text("release_date");
  album.release_date_precision = fields.Text("release_date_precision");
  album.total_tracks = fields.Whole("total_tracks");
  album.upc = TextWithin(fields, "external_ids", "upc");
  album.artists = fields.Children("artists", &ReadArtist);
  album.images = fields.Children("images", &ReadImage);
  return fields.End(std::move(album));
}

Read<SpotifyTrack> ReadTrack(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyTrack track;
  track.id = fields.Text("id");
  track.uri = fields.Text("uri");
  track.name = fields.Text("name").value_or("");
  track.duration_ms = Duration(value, fields);
  track.is_explicit = fields.Flag("explicit");
  track.is_local = fields.Flag("is_local").value_or(false);
  track.is_playable = fields.Flag("is_playable");
  track.disc_number = fields.Whole("disc_number");
  track.track_number = fields.Whole("track_number");
  track.isrc = TextWithin(fields, "external_ids", "isrc");
  track.popularity = fields.Whole("popularity");
  track.linked_from_id = TextWithin(fields, "linked_from", "id");
  track.restriction = TextWithin(fields, "restrictions", "reason");
  track.album = fields.Child("album", &ReadAlbum);
  track.artists = fields.Children("artists", &ReadArtist);
  if (!track.id && !track.uri && track.name.empty())
    fields.Refuse("id", "is not there, nor a uri, nor a name");
  return fields.End(std::move(track));
}

Read<SpotifyEpisode> ReadEpisode(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyEpisode episode;
  episode.id = fields.Text("id");
  episode.uri = fields.Text("uri");
  episode.name = fields.Text("name").value_or("");
  episode.duration_ms = fields.Whole("duration_ms");
  episode.is_explicit = fields.Flag("explicit");
  episode.release_date = fields.Text("release_date");
  episode.show_id = TextWithin(fields, "show", "id");
  episode.show_name = TextWithin(fields, "show", "name");
  if (const json::value* resume = fields.Object("resume_point")) {
    JsonFields inner(*resume, fields.PlaceOf("resume_point"));
    episode.is_fully_played = inner.Flag("fully_played");
    episode.resume_position_ms = inner.Whole("resume_position_ms");
    if (auto sound = inner.End(0); !sound) fields.Refuse("resume_point", sound.error().reason);
  }
  if (!episode.id && !episode.uri && episode.name.empty())
    fields.Refuse("id", "is not there, nor a uri, nor a name");
  return fields.End(std::move(episode));
}

Read<SpotifyItem> ReadItem(const json::value& value, std::string place) {
  JsonFields fields(value, place);
  const std::string type = fields.Text("type").value_or("track");
  if (type == "track") {
    auto track = ReadTrack(value, std::move(place));
    if (!track) return std::unexpected(std::move(track).error());
    return SpotifyItem(std::move(*track));
  }
  if (type == "episode") {
    auto episode = ReadEpisode(value, std::move(place));
    if (!episode) return std::unexpected(std::move(episode).error());
    return SpotifyItem(std::move(*episode));
  }
  fields.Refuse("type", "is neither a track nor an episode");
  return fields.End(SpotifyItem());
}

Read<PlayHistoryItem> ReadPlayHistoryItem(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  PlayHistoryItem item;
  auto track = fields.Child("track", &ReadTrack);
  if (!track) fields.Refuse("track", "is not there");
  const auto played_at = fields.Instant("played_at");
  if (!played_at) fields.Refuse("played_at", "is not there");
  item.context = fields.Child("context", &ReadContext);
  if (track) item.track = std::move(*track);
  if (played_at) item.played_at = *played_at;
  return fields.End(std::move(item));
}

Read<SpotifyDevice> ReadDevice(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyDevice device;
  device.id = fields.Text("id");
  device.name = fields.Text("name").value_or("");
  device.type = fields.Text("type");
  device.is_active = fields.Flag("is_active").value_or(false);
  device.is_private_session = fields.Flag("is_private_session").value_or(false);
  device.is_restricted = fields.Flag("is_restricted").value_or(false);
  device.volume_percent = fields.Whole("volume_percent");
  return fields.End(std::move(device));
}

Read<PlayerState> ReadPlayerState(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  PlayerState state;
  if (const auto timestamp = fields.Whole("timestamp")) state.changed_at = base::UtcMs{*timestamp};
  state.progress_ms = fields.Whole("progress_ms");
  state.is_playing = fields.Flag("is_playing").value_or(false);
  // Of another kind, as a chapter of a book: it plays what has no name here, as an advertisement does.
  const std::string kind = TextWithin(fields, "item", "type").value_or("track");
  if (kind == "track" || kind == "episode") state.item = fields.Child("item", &ReadItem);
  const bool is_episode = state.item && std::holds_alternative<SpotifyEpisode>(*state.item);
  const std::string told = !state.item  ? "unknown"
                           : is_episode ? "episode"
                                        : "track";  // old answers leave it out
  state.playing_type = fields.Text("currently_playing_type").value_or(told);
  state.context = fields.Child("context", &ReadContext);
  state.device = fields.Child("device", &ReadDevice);
  state.repeat_state = fields.Text("repeat_state");
  state.is_shuffled = fields.Flag("shuffle_state");
  state.is_smart_shuffled = fields.Flag("smart_shuffle");
  if (const json::value* actions = fields.Object("actions")) {
    if (const json::value* disallows = actions->get_object().if_contains("disallows");
        disallows != nullptr && disallows->is_object()) {
      for (const auto& [name, is_disallowed] : disallows->get_object()) {
        if (is_disallowed.is_bool() && is_disallowed.get_bool()) state.disallowed.emplace_back(name);
      }
    }
  }
  return fields.End(std::move(state));
}

Read<SpotifyPlaylist> ReadPlaylist(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyPlaylist playlist;
  playlist.id = fields.Text("id").value_or("");
  if (playlist.id.empty()) fields.Refuse("id", "is not there");
  playlist.uri = fields.Text("uri");
  playlist.name = fields.Text("name").value_or("");
  playlist.description = fields.Text("description");
  playlist.is_public = fields.Flag("public");
  playlist.is_collaborative = fields.Flag("collaborative");
  playlist.snapshot_id = fields.Text("snapshot_id");
  playlist.owner_id = TextWithin(fields, "owner", "id");
  playlist.owner_name = TextWithin(fields, "owner", "display_name");
  playlist.items_total = WholeWithin(fields, "items", "total");
  if (!playlist.items_total) playlist.items_total = WholeWithin(fields, "tracks", "total");
  playlist.images = fields.Children("images", &ReadImage);
  return fields.End(std::move(playlist));
}

Read<PlaylistEntry> ReadPlaylistEntry(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  PlaylistEntry entry;
  entry.added_at = fields.Instant("added_at");
  entry.added_by_id = TextWithin(fields, "added_by", "id");
  entry.is_local = fields.Flag("is_local").value_or(false);
  entry.item = fields.Child(fields.Has("item") ? "item" : "track", &ReadItem);
  return fields.End(std::move(entry));
}

Read<SavedTrack> ReadSavedTrack(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SavedTrack saved;
  saved.added_at = fields.Instant("added_at");
  auto track = fields.Child("track", &ReadTrack);
  if (!track) fields.Refuse("track", "is not there");
  if (track) saved.track = std::move(*track);
  return fields.End(std::move(saved));
}

Read<AudioFeatures> ReadAudioFeatures(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  AudioFeatures features;
  features.id = fields.Text("id");
  features.acousticness = fields.Number("acousticness");
  features.danceability = fields.Number("danceability");
  features.energy = fields.Number("energy");
  features.instrumentalness = fields.Number("instrumentalness");
  features.liveness = fields.Number("liveness");
  features.loudness_db = fields.Number("loudness");
  features.speechiness = fields.Number("speechiness");
  features.tempo_bpm = fields.Number("tempo");
  features.valence = fields.Number("valence");
  features.key = fields.Whole("key", -1);
  features.mode = fields.Whole("mode", -1);
  features.time_signature = fields.Whole("time_signature");
  features.duration_ms = fields.Whole("duration_ms");
  return fields.End(std::move(features));
}

Read<SpotifyUser> ReadUser(const json::value& value, std::string place) {
  JsonFields fields(value, std::move(place));
  SpotifyUser user;
  user.id = fields.Text("id").value_or("");
  if (user.id.empty()) fields.Refuse("id", "is not there");
  user.account_id = fields.Text("account_id");
  user.display_name = fields.Text("display_name");
  user.country = fields.Text("country");
  user.product = fields.Text("product");
  user.images = fields.Children("images", &ReadImage);
  return fields.End(std::move(user));
}

}  // namespace earprint::sources::spotify
