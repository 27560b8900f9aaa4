#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/spotify/answers/json_fields.hpp"
#include "sources/spotify/answers/spotify_things.hpp"

namespace earprint::sources::spotify {

// Readers of the service's answers.
//
// Shape:   in: a JSON value, and its place in the answer; out: the thing. Fields that are not named in the
//          thing are passed over; what is null or absent is nothing.
// Errors:  a reject with the place and the reason: a value of another kind, a number out of range, an instant
//          that is none, or a thing that cannot be told from others (no id, uri or name).
// Effects: none; nothing is thrown.

Read<SpotifyArtist> ReadArtist(const boost::json::value& value, std::string place = {});
Read<SpotifyAlbum> ReadAlbum(const boost::json::value& value, std::string place = {});
Read<SpotifyTrack> ReadTrack(const boost::json::value& value, std::string place = {});
Read<SpotifyEpisode> ReadEpisode(const boost::json::value& value, std::string place = {});

/// A track or an episode, by its `type`; one without a type is a track.
Read<SpotifyItem> ReadItem(const boost::json::value& value, std::string place = {});
Read<PlayHistoryItem> ReadPlayHistoryItem(const boost::json::value& value, std::string place = {});
Read<SpotifyDevice> ReadDevice(const boost::json::value& value, std::string place = {});
Read<PlayerState> ReadPlayerState(const boost::json::value& value, std::string place = {});
Read<SpotifyPlaylist> ReadPlaylist(const boost::json::value& value, std::string place = {});

/// The new name `item`, else the old one `track`.
Read<PlaylistEntry> ReadPlaylistEntry(const boost::json::value& value, std::string place = {});
Read<SavedTrack> ReadSavedTrack(const boost::json::value& value, std::string place = {});
Read<AudioFeatures> ReadAudioFeatures(const boost::json::value& value, std::string place = {});
Read<SpotifyUser> ReadUser(const boost::json::value& value, std::string place = {});

/// An element that could not be read, with its text as it came.
struct RejectedElement {
  JsonReject why;
  std::string raw;
};

/// The elements of a list: one bad element never fails the others.
template <typename T>
struct ReadList {
  std::vector<T> elements;  ///< in the order of the list
  std::size_t nulls = 0;    ///< unknown ids of a batch, entries that left the catalogue
  std::vector<RejectedElement> rejects;
};

/// Reads a page's `items`, or a batch's list by its name. elements + nulls + rejects is the length of the
/// list.
template <typename T>
Read<ReadList<T>> ReadElements(const boost::json::value& answer,
                               Read<T> (*reader)(const boost::json::value&, std::string),
                               std::string_view list = "items") {
  JsonFields fields(answer, {});
  ReadList<T> read;
  const boost::json::array* array = fields.Array(list);
  if (array == nullptr) {
    fields.Refuse(list, "is not there");
    return fields.End(std::move(read));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::value& element = (*array)[i];
    if (element.is_null()) {
      ++read.nulls;
      continue;
    }
    auto thing = reader(element, std::string(list) + "[" + std::to_string(i) + "]");
    if (thing) {
      read.elements.push_back(std::move(*thing));
    } else {
      read.rejects.push_back({std::move(thing).error(), boost::json::serialize(element)});
    }
  }
  return read;
}

}  // namespace earprint::sources::spotify
