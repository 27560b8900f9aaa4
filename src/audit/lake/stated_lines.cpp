#include <simdjson.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>

#include "audit/lake/line_reader.hpp"
#include "audit/lake/plain_text.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

namespace dom = simdjson::dom;

std::string_view TextOf(const dom::element& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<std::int64_t> NumberOf(const dom::element& object, std::string_view name) {
  std::int64_t number = 0;
  if (object[name].get_int64().get(number) != simdjson::SUCCESS) return {};
  return number;
}

std::optional<std::int64_t> InstantOf(const dom::element& object, std::string_view name) {
  const auto instant = base::ParseInstant(TextOf(object, name));
  return instant ? std::optional(instant->at.value) : std::nullopt;
}

constexpr std::size_t kDateSize = 10;
constexpr std::int64_t kMicro = 1'000'000;

}  // namespace

struct StatedLineReader::Parser {
  explicit Parser(LakeEvents& to) : lake(to) {}

  LakeEvents& lake;
  dom::parser parser;
  std::array<boost::unordered_flat_set<std::pair<std::uint64_t, std::uint64_t>>, model::kEventTypes.size()>
      met = {};

  std::uint32_t Take(const dom::element& object, std::string_view name) {
    const std::string_view text = TextOf(object, name);
    return text.empty() ? kNone : lake.texts.Take(text);
  }

  base::Result<void> ReadLine(model::EventType type, std::string_view text, std::int64_t arrived_day) {
    dom::element line, data;
    auto error = parser.parse(text.data(), text.size(), false).get(line);
    if (!error) error = line["data"].get(data);
    if (error) return DamagedLine(text, simdjson::error_message(error));
    model::EventId id;
    if (!ReadId(TextOf(line, "id"), id)) return DamagedLine(text, "it has no id of 30 digits");
    // What a recording is, an edit says for everyone.
    const bool is_of_all = type == model::EventType::kAudioFeatures || type == model::EventType::kEdit;
    lake.Digest(is_of_all ? kNone : lake.texts.Take(TextOf(line, "subject")), text);
    if (!met[static_cast<std::size_t>(type)].insert({id.identity, id.details}).second) return {};
    switch (type) {
      case model::EventType::kAudioFeatures:
        ReadFeatures(id, line, data, arrived_day);
        break;
      case model::EventType::kPlaylist:
        ReadPlaylist(id, line, data);
        break;
      case model::EventType::kSavedTrack:
        lake.saved.push_back(TrackOf(data));
        break;
      case model::EventType::kSpotifyList:
        ReadServiceList(id, line, data);
        break;
      case model::EventType::kGap:
        lake.gaps.push_back({Take(line, "subject"), Take(line, "source"), Take(data, "reason"),
                             NumberOf(data, "from_ms").value_or(0), NumberOf(data, "to_ms").value_or(0)});
        break;
      case model::EventType::kEdit:
        ReadEdit(id, line, data);
        break;
      case model::EventType::kDeadLetter:
        lake.rejects.push_back({lake.texts.Take(TextOf(line, "subject")), Take(data, "source"),
                                Take(data, "file"), Take(data, "position"), Take(data, "reason")});
        break;
      case model::EventType::kSourceFile:
        ReadSourceFile(line, data);
        break;
      case model::EventType::kPlay:
        break;  // of another reader
    }
    return {};
  }

  void ReadSourceFile(const dom::element& line, const dom::element& data) {
    const auto number = [&data](std::string_view name) { return NumberOf(data, name).value_or(0); };
    SourceFileEvent file;
    file.listener = lake.texts.Take(TextOf(line, "subject"));
    file.file = lake.texts.Take(TextOf(data, "file"));
    file.kind = lake.texts.Take(TextOf(data, "kind"));
    file.file_key = number("file_key");
    file.imported_at_ms = number("imported_at_ms");
    file.part = number("part");
    file.accepted = number("accepted");
    file.retold = number("retold");
    file.duplicate = number("duplicate");
    file.rejected = number("rejected");
    dom::array again;
    if (data["again"].get_array().get(again) == simdjson::SUCCESS) {
      for (const dom::element stretch : again) {
        const auto at = [&stretch](std::size_t place) {
          std::int64_t told = 0;
          return stretch.at(place).get_int64().get(told) == simdjson::SUCCESS ? told : 0;
        };
        file.again.push_back({at(0), at(1), at(2), at(3)});
      }
    }
    lake.files.push_back(std::move(file));
  }

  void ReadEdit(const model::EventId& id, const dom::element& line, const dom::element& data) {
    EditEvent edit;
    edit.id = id;
    edit.listener = Take(line, "subject");
    edit.kind = Take(data, "kind");
    edit.stated_at_ms = NumberOf(data, "stated_at_ms").value_or(0);
    edit.from_ms = NumberOf(data, "from_ms");
    edit.to_ms = NumberOf(data, "to_ms");
    edit.at_ms = NumberOf(data, "at_ms");
    edit.title = Take(data, "title");
    edit.artist = Take(data, "artist");
    edit.platform = Take(data, "platform");
    edit.country = Take(data, "country");
    edit.zone = Take(data, "zone");
    const std::string_view item_id = TextOf(data, "item_id");
    if (!item_id.empty() || edit.title != kNone)
      edit.track = TrackNumber(lake, item_id, TextOf(data, "title"), TextOf(data, "artist"));
    if (edit.title != kNone)
      edit.names = lake.texts.Take(NamesText(TextOf(data, "title"), TextOf(data, "artist")));
    if (model::EventId undone; ReadId(TextOf(data, "undoes"), undone)) edit.undoes = undone.identity;
    dom::array items;
    if (data["items"].get_array().get(items) == simdjson::SUCCESS) {
      for (const dom::element item : items) {
        std::string_view text;
        if (item.get_string().get(text) == simdjson::SUCCESS)
          edit.items.push_back(TrackNumber(lake, text, "", ""));
      }
    }
    lake.edits.push_back(std::move(edit));
  }

  void ReadFeatures(const model::EventId& id, const dom::element& line, const dom::element& data,
                    std::int64_t arrived_day) {
    FeatureEvent event;
    event.id = id;
    event.source = Take(line, "source");
    event.catalogue = Take(data, "catalogue");
    event.isrc = Take(data, "isrc");
    event.track_id = Take(data, "track_id");
    event.arrived_day = arrived_day;
    if (event.track_id != kNone) event.track = TrackNumber(lake, TextOf(data, "track_id"), "", "");
    const std::string_view title = TextOf(data, "title"), artist = TextOf(data, "artist");
    if (!title.empty() && !artist.empty())
      event.name = lake.names.Take(NormalName(title) + '\x1f' + NormalName(artist));
    event.release_year = NumberOf(data, "release_year");
    event.duration_ms = NumberOf(data, "duration_ms");
    for (std::size_t i = 0; i < model::kFeatureCount; ++i) {
      const model::FeatureTrait& trait = model::TraitOf(static_cast<model::Feature>(i));
      std::string name(trait.name);
      if (trait.is_scaled) name += "_e6";
      event.e6[i] = NumberOf(data, name);
      if (event.e6[i] && !trait.is_scaled) *event.e6[i] *= kMicro;
    }
    dom::array genres;
    if (data["genres"].get_array().get(genres) == simdjson::SUCCESS) {
      for (const dom::element genre : genres) {
        std::string_view text;
        if (genre.get_string().get(text) == simdjson::SUCCESS && !text.empty())
          event.genres.push_back(lake.texts.Take(LowerText(text)));
      }
    }
    lake.features.push_back(std::move(event));
  }

  ListedTrack TrackOf(const dom::element& track) {
    ListedTrack listed;
    const std::string_view kind = TextOf(track, "kind");
    listed.kind = lake.texts.Take(kind.empty() ? "track" : kind);
    listed.item_id = Take(track, "item_id");
    listed.title = Take(track, "title");
    listed.artist = Take(track, "artist");
    listed.album = Take(track, "album");
    listed.isrc = Take(track, "isrc");
    listed.track =
        TrackNumber(lake, TextOf(track, "item_id"), TextOf(track, "title"), TextOf(track, "artist"));
    listed.added_at_ms = InstantOf(track, "added");
    if (TextOf(track, "added").size() == kDateSize) listed.added_precision_ms = base::kMsPerDay;
    return listed;
  }

  void ReadPlaylist(const model::EventId& id, const dom::element& line, const dom::element& data) {
    PlaylistEvent event;
    event.id = id;
    event.listener = Take(line, "subject");
    event.source = Take(line, "source");
    event.stated_at_ms = InstantOf(line, "time").value_or(0);
    event.playlist_id = Take(data, "playlist_id");
    event.name = Take(data, "name");
    const std::string_view held = TextOf(data, "held");
    event.held = lake.texts.Take(held.empty() ? "whole" : held);
    dom::array tracks;
    if (data["tracks"].get_array().get(tracks) == simdjson::SUCCESS) {
      for (const dom::element track : tracks) {
        if (TextOf(track, "item_id").empty() && TextOf(track, "title").empty()) continue;
        event.tracks.push_back(TrackOf(track));
      }
    }
    lake.playlists.push_back(std::move(event));
  }

  void ReadServiceList(const model::EventId& id, const dom::element& line, const dom::element& data) {
    ServiceListEvent event;
    event.id = id;
    event.listener = Take(line, "subject");
    event.list = Take(data, "list");
    event.range = Take(data, "range");
    event.stated_at_ms = InstantOf(line, "time").value_or(0);
    dom::array things;
    if (data["things"].get_array().get(things) == simdjson::SUCCESS) {
      for (const dom::element thing : things) {
        event.things.push_back({lake.texts.Take(TextOf(thing, "id")), lake.texts.Take(TextOf(thing, "name")),
                                Take(thing, "artist")});
      }
    }
    lake.service_lists.push_back(std::move(event));
  }
};

StatedLineReader::StatedLineReader(LakeEvents& lake) : parser_(std::make_unique<Parser>(lake)) {}
StatedLineReader::~StatedLineReader() = default;

base::Result<void> StatedLineReader::Read(model::EventType type, const std::string& lines,
                                          std::int64_t arrived_day) {
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view line(lines.data() + at, end - at);
    if (!line.empty()) {
      if (auto read = parser_->ReadLine(type, line, arrived_day); !read) return read;
    }
    at = end + 1;
  }
  return {};
}

}  // namespace earprint::audit
