#include "sources/json_library_source.hpp"

#include <simdjson.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "model/library_fact.hpp"
#include "model/play_fact.hpp"
#include "sources/json_chunker.hpp"
#include "sources/personal_fields.hpp"

namespace earprint::sources {

namespace {

namespace dom = simdjson::dom;

// Readers of the lake take lines of up to 16 MiB; the largest playlist Spotify allows is a fifth of this.
constexpr std::uint32_t kPlaylistBytesMax = 12U << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kBorderBytes = 40;
constexpr int kEndTriesMax = 64;

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

/// Reads what a file states, element by element; a file that is damaged is read piece by piece.
class LibraryReader {
 public:
  LibraryReader(LibraryShape shape, const std::string& listener) : shape_(shape), listener_(listener) {}

  /// A sound file.
  void ReadRoot(const dom::element& root) {
    dom::array elements;
    if (root[ArrayName()].get_array().get(elements)) return;
    for (const dom::element element : elements) ReadElement(element);
  }

  void ReadDamaged(std::string_view text);

  model::EventBatch& batch() { return batch_; }

 private:
  std::string_view ArrayName() const { return shape_ == LibraryShape::kPlaylists ? "playlists" : "tracks"; }
  void ReadElement(const dom::element& element) {
    shape_ == LibraryShape::kPlaylists ? ReadPlaylist(element) : ReadSavedTrack(element);
  }
  void ReadPlaylist(const dom::element& playlist);
  void ReadSavedTrack(const dom::element& track);
  bool ReadPiece(std::string_view piece);
  std::optional<JsonCut> NextBorder(std::string_view text) const;

  LibraryShape shape_;
  const std::string& listener_;
  model::EventBatch batch_;
  std::unordered_map<std::string, std::uint32_t> ordinals_;
  dom::parser parser_;
};

void LibraryReader::ReadPlaylist(const dom::element& playlist) {
  dom::array items;
  const std::string_view name = Text(playlist, "name");
  if (playlist["items"].get_array().get(items)) {
    return AddReject("a playlist has no list of items", playlist, batch_);
  }
  model::PlaylistFact fact;
  fact.name = name;
  fact.ordinal = ordinals_[std::string(name)]++;
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
  model::AddPlaylist(fact, listener_, batch_);
  if (batch_.events.back().size > kPlaylistBytesMax) {
    batch_.lines.resize(batch_.events.back().begin);
    batch_.events.pop_back();
    return AddReject("the playlist is larger than any that Spotify allows (10,000 tracks)", playlist, batch_);
  }
  ++batch_.read;
}

void LibraryReader::ReadSavedTrack(const dom::element& track) {
  const model::NamedTrack named = ReadTrack(track, "track", "artist", "album", "uri");
  if (named.item_id.empty() && named.title.empty()) {
    return AddReject("a saved track has neither uri nor name", track, batch_);
  }
  const bool is_other = named.item_id.starts_with("spotify:") && !named.item_id.starts_with("spotify:local:");
  if (is_other) return AddReject("its uri is no track's", track, batch_);
  if (std::max({named.item_id.size(), named.title.size(), named.artist.size(), named.album.size()}) >
      model::kTextBytesMax) {
    return AddReject("a text of a saved track is longer than any name", track, batch_);
  }
  ++batch_.read;
  model::AddSavedTrack(named, listener_, batch_);
}

/// Where the next element of the array begins. A playlist's items are objects too, but only a playlist begins
/// with its name.
std::optional<JsonCut> LibraryReader::NextBorder(std::string_view text) const {
  for (std::size_t from = 0;;) {
    const auto cut = FirstCut(text, from);
    if (!cut || shape_ == LibraryShape::kYourLibrary) return cut;
    static constexpr std::string_view kName = "\"name\"";
    const std::string_view begin = base::Trim(text.substr(cut->next + 1, kBorderBytes));
    if (begin.starts_with(kName) || kName.starts_with(begin)) return cut;  // or cut off within it
    from = cut->next;
  }
}

/// Reads one element's text. False when it was the array's last: its end and more stood behind it.
bool LibraryReader::ReadPiece(std::string_view piece) {
  if (piece = base::Trim(piece); piece.ends_with(',')) piece.remove_suffix(1);
  dom::element element;
  if (!parser_.parse(simdjson::padded_string(piece)).get(element)) {
    ReadElement(element);
    return true;
  }
  int tries = 0;
  for (std::size_t close = piece.find(']'); close != std::string_view::npos && ++tries <= kEndTriesMax;
       close = piece.find(']', close + 1)) {
    const std::string_view shorter = base::Trim(piece.substr(0, close));
    if (!shorter.ends_with('}') || parser_.parse(simdjson::padded_string(shorter)).get(element)) continue;
    ReadElement(element);
    return false;
  }
  batch_.rejects.push_back({batch_.read++, 0, "the JSON is damaged here", WithoutPersonalFields(piece)});
  return true;
}

void LibraryReader::ReadDamaged(std::string_view text) {
  const std::size_t key = text.find("\"" + std::string(ArrayName()) + "\"");
  const std::size_t open = key == std::string_view::npos ? key : text.find('[', key);
  if (open == std::string_view::npos) return;
  text = base::Trim(text.substr(open + 1));
  while (!text.empty() && text.front() != ']') {
    const auto border = NextBorder(text);
    if (!ReadPiece(text.substr(0, border ? border->end : text.size())) || !border) return;
    text = text.substr(border->next);
  }
}

/// All bytes up to the end or to where the stream breaks, which is then told in `broken`.
std::string ReadWhole(ports::ByteReader& reader, std::optional<base::Error>& broken) {
  std::string bytes;
  constexpr std::size_t kStep = 1U << 20;
  for (;;) {
    base::Result<std::size_t> count = 0;
    const std::size_t size = bytes.size();
    bytes.resize_and_overwrite(size + kStep, [&](char* all, std::size_t) {
      count = reader.Read(std::span(all + size, kStep));
      return size + count.value_or(0);
    });
    if (!count) broken = count.error();
    if (!count || *count == 0) return bytes;
    if (bytes.size() > JsonLibrarySource::kLibraryBytesMax) {
      broken = base::Error{base::ErrorCode::kCorrupt, "read", "",
                           "the file is larger than any library (128 MiB)", ""};
      return {};
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
  if (std::exchange(done_, true)) {
    if (broken_) return std::unexpected(*std::exchange(broken_, std::nullopt));
    return std::nullopt;
  }
  std::string bytes = ReadWhole(*reader_, broken_);
  if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
  if (bytes.empty() && broken_) return std::unexpected(*std::exchange(broken_, std::nullopt));
  LibraryReader library(shape_, listener_);
  dom::parser parser;
  dom::element root;
  const auto error = parser.parse(simdjson::padded_string(bytes)).get(root);
  if (!error) {
    library.ReadRoot(root);
  } else {
    library.ReadDamaged(bytes);
    if (!broken_) {
      broken_ = base::Error{base::ErrorCode::kCorrupt, "read", "",
                            std::string("the JSON is damaged: ") + simdjson::error_message(error),
                            "download the export again"};
    }
  }
  auto batch = std::make_shared<model::EventBatch>(std::move(library.batch()));
  return [batch] { return std::move(*batch); };
}

}  // namespace earprint::sources
