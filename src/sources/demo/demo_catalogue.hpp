#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sources/demo/demo_genres.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::sources {

/// What an audio analysis would say of a track.
///
/// Units: shares in millionths; loudness thousandths of a dB; tempo thousandths of a beat a minute.
struct DemoFeatures {
  std::int32_t danceability = 0, energy = 0, loudness = 0, speechiness = 0, acousticness = 0;
  std::int32_t instrumentalness = 0, liveness = 0, valence = 0, tempo = 0;
  std::int16_t key = 0, mode = 0, time_signature = 0;
};

struct DemoTrack {
  std::string title;
  std::array<char, 22> id{};
  std::uint32_t artist = 0;
  std::uint32_t guest = kNobody;  ///< featured artist
  std::uint32_t album = 0;
  std::int32_t duration_ms = 0;
  std::int16_t popularity = 0;
  bool is_explicit = false;
  bool has_id_witness = false;    ///< stands in the first catalogue, under its id
  bool has_name_witness = false;  ///< stands in the second catalogue, under title and artist
  bool is_analysed = true;        ///< false: the first catalogue has zeros instead of features
  DemoFeatures features;

  static constexpr std::uint32_t kNobody = 0xffffffff;
  std::string_view Id() const { return {id.data(), id.size()}; }
};

struct DemoAlbum {
  std::string title;
  std::array<char, 22> id{};
  std::uint32_t artist = 0;
  std::uint32_t first_track = 0, tracks = 0;  ///< in order of the record
};

struct DemoArtist {
  std::string name;
  std::array<char, 22> id{};
  std::size_t genre = 0;
  DemoTongue tongue = DemoTongue::kEnglish;
  std::uint32_t first_album = 0, albums = 0;
  std::uint32_t first_track = 0, tracks = 0;
  double fame = 0;  ///< heavy-tailed weight
};

struct DemoShow {
  std::string title;
  std::array<char, 22> id{};
  std::int32_t length_ms = 0;
};

/// An invented catalogue of music and podcasts. Artists of a genre are neighbours, as are an artist's albums
/// and an album's tracks.
class DemoCatalogue {
 public:
  /// Shape: about `tracks` tracks (albums stay whole), names of artists unique, titles unique within an
  ///        artist.
  DemoCatalogue(std::uint64_t seed, std::size_t tracks);

  const std::vector<DemoTrack>& tracks() const { return tracks_; }
  const std::vector<DemoAlbum>& albums() const { return albums_; }
  const std::vector<DemoArtist>& artists() const { return artists_; }
  const std::vector<DemoShow>& shows() const { return shows_; }

  /// First artist of a genre; that of kDemoGenres is the number of artists.
  std::size_t FirstArtistOf(std::size_t genre) const { return genre_begins_[genre]; }

  const DemoArtist& ArtistOf(const DemoTrack& track) const { return artists_[track.artist]; }
  const DemoAlbum& AlbumOf(const DemoTrack& track) const { return albums_[track.album]; }

 private:
  void AddArtists(std::uint64_t seed, std::size_t artists);
  void AddAlbums(std::uint64_t seed, std::size_t tracks);
  void AddTracks(std::uint64_t seed, std::uint32_t album, DemoRandom& random);
  void AddShows(std::uint64_t seed);

  std::vector<DemoTrack> tracks_;
  std::vector<DemoAlbum> albums_;
  std::vector<DemoArtist> artists_;
  std::vector<DemoShow> shows_;
  std::vector<std::size_t> genre_begins_;
};

/// 22 base-62 characters, different for every seed, noun and ordinal.
std::array<char, 22> DemoItemId(std::uint64_t seed, std::string_view noun, std::uint64_t ordinal);

}  // namespace earprint::sources
