#include "sources/json_library_source.hpp"

#include <simdjson.h>

#include <unordered_map>
#include <utility>

#include "model/library_fact.hpp"
#include "model/play_fact.hpp"
#include "sources/personal_fields.hpp"

namespace earprint::sources {

namespace {

namespace dom = simdjson::dom;

// Readers of the lake take lines of up to 16 MiB; the largest playlist Spotify allows is a fifth of this.
constexpr std::uint32_t kPlaylistBytesMax = 12U << 20;

std::string_view Text(const dom::element& object, std::string_view key) {
  std::string_view text;
  return object[key].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

model::NamedTrack ReadTrack(const dom::element& track, std::string_view title, std::string_view artist,
                            std::string_view album, std::string_view uri) {
  model::NamedTrack named;
  const std::string_view stated = Text(track, uri);
  named.item_id = model::ItemId(stated, "track");
  if (named.item_id.empty()) named.item_id = stated;
  named.title = Text(track, title);
  named.artist = Text(track, artist);
  named.album = Text(track, album);
  return named;
}

void AddReject(std::string reason, const dom::element& element, model::EventBatch& batch) {
  batch.rejects.push_back(
      {batch.read++, 0, std::move(reason), WithoutPersonalFields(simdjson::minify(element))});
}

void ReadPlaylists(const dom::element& root, const std::string& listener, model::EventBatch& batch) {
  dom::array playlists;
  if (root["playlists"].get_array().get(playlists)) return;
  std::unordered_map<std::string, std::uint32_t> ordinals;
  for (const dom::element playlist : playlists) {
    dom::array items;
    const std::string_view name = Text(playlist, "name");
    if (playlist["items"].get_array().get(items)) {
      AddReject("a playlist has no list of items", playlist, batch);
      continue;
    }
    model::PlaylistFact fact;
    fact.name = name;
    fact.ordinal = ordinals[std::string(name)]++;
    fact.modified = Text(playlist, "lastModifiedDate");
    for (const dom::element item : items) {
      for (const std::string_view kind : {"track", "localTrack"}) {
        dom::element track;
        if (item[kind].get(track) || !track.is_object()) continue;
        model::NamedTrack named = ReadTrack(track, "trackName", "artistName", "albumName", "trackUri");
        if (named.item_id.empty()) named.item_id = Text(track, "uri");
        named.added = Text(item, "addedDate");
        fact.tracks.push_back(named);
      }
    }
    model::AddPlaylist(fact, listener, batch);
    if (batch.events.back().size > kPlaylistBytesMax) {
      batch.lines.resize(batch.events.back().begin);
      batch.events.pop_back();
      AddReject("the playlist is larger than any that Spotify allows (10,000 tracks)", playlist, batch);
      continue;
    }
    ++batch.read;
  }
}

void ReadLibrary(const dom::element& root, const std::string& listener, model::EventBatch& batch) {
  dom::array tracks;
  if (root["tracks"].get_array().get(tracks)) return;
  for (const dom::element track : tracks) {
    const model::NamedTrack named = ReadTrack(track, "track", "artist", "album", "uri");
    if (named.item_id.empty() && named.title.empty()) {
      AddReject("a saved track has neither uri nor name", track, batch);
      continue;
    }
    ++batch.read;
    model::AddSavedTrack(named, listener, batch);
  }
}

base::Result<std::string> ReadWhole(ports::ByteReader& reader) {
  std::string bytes;
  constexpr std::size_t kStep = 1U << 20;
  for (;;) {
    const std::size_t size = bytes.size();
    bytes.resize(size + kStep);
    auto count = reader.Read(std::span(bytes).subspan(size));
    if (!count) return std::unexpected(count.error());
    bytes.resize(size + *count);
    if (*count == 0) return bytes;
    if (bytes.size() > JsonLibrarySource::kLibraryBytesMax) {
      return base::Fail(base::ErrorCode::kCorrupt, "read", "",
                        "the file is larger than any library (128 MiB)");
    }
  }
}

}  // namespace

JsonLibrarySource::JsonLibrarySource(std::unique_ptr<ports::ByteReader> reader, std::string listener,
                                     LibraryShape shape)
    : reader_(std::move(reader)), listener_(std::move(listener)), shape_(shape) {}

std::string JsonLibrarySource::Kind() const {
  return shape_ == LibraryShape::kPlaylists ? "playlists" : "saved library";
}

base::Result<std::optional<model::BatchTask>> JsonLibrarySource::Next() {
  if (std::exchange(done_, true)) return std::nullopt;
  auto bytes = ReadWhole(*reader_);
  if (!bytes) return std::unexpected(bytes.error());
  dom::parser parser;
  dom::element root;
  if (const auto error = parser.parse(simdjson::padded_string(*bytes)).get(root)) {
    return base::Fail(base::ErrorCode::kCorrupt, "read", "", simdjson::error_message(error),
                      "download the export again");
  }
  auto batch = std::make_shared<model::EventBatch>();
  if (shape_ == LibraryShape::kPlaylists) {
    ReadPlaylists(root, listener_, *batch);
  } else {
    ReadLibrary(root, listener_, *batch);
  }
  return [batch] { return std::move(*batch); };
}

}  // namespace earprint::sources
