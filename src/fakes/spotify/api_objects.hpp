#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "fakes/spotify/api_call.hpp"

namespace earprint::fakes {

/// What a local file has in place of an id: "local:artist:album:title:seconds".
std::string LocalId(const WorldLocalFile& file);

/// The objects of the API, with the fields that the call's profile has.
///
/// Source: the service's reference as of August 2026; what is not known stands in docs/fakes.md
class ApiObjects {
 public:
  /// The call must outlive this.
  explicit ApiObjects(const ApiCall& call) : call_(call) {}

  boost::json::object Track(std::size_t place) const;
  /// As Track, but what really comes to a listener or with a market: perhaps another id.
  boost::json::object RelinkedTrack(std::size_t place) const;
  boost::json::object AlbumTrack(std::size_t place) const;
  boost::json::object Album(std::size_t place) const;  ///< simplified
  boost::json::object WholeAlbum(std::size_t place) const;
  boost::json::object Artist(std::size_t place) const;  ///< simplified
  boost::json::object WholeArtist(std::size_t place) const;
  boost::json::object Show(std::size_t place) const;
  boost::json::object WholeShow(std::size_t place) const;
  boost::json::object Episode(std::size_t place) const;  ///< without its show
  boost::json::object WholeEpisode(std::size_t place) const;
  boost::json::object LocalFile(std::size_t place) const;
  boost::json::object Features(std::size_t place) const;
  boost::json::object User(std::string_view id) const;  ///< as owners are told, with a name
  boost::json::object UserInEntry(std::string_view id) const;
  boost::json::object Me() const;
  boost::json::object Playlist(const WorldPlaylist& playlist) const;  ///< simplified
  boost::json::value Entry(const WorldEntry& entry) const;
  boost::json::value Context(std::string_view uri) const;  ///< null for no text

  /// What plays: a track, an episode, a local file; null for an ad.
  boost::json::value Item(ItemKind kind, std::size_t item) const;

  bool Owns(const WorldPlaylist& playlist) const;

 private:
  boost::json::object Base(std::string_view type, std::string_view id, std::string_view name) const;
  const ApiCall& call_;
};

}  // namespace earprint::fakes
