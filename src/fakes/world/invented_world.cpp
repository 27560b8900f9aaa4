#include "fakes/world/invented_world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fakes/world/habits.hpp"
#include "sources/demo/demo_catalogue.hpp"
#include "sources/demo/demo_genres.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::fakes {

namespace {

using sources::DemoCatalogue;
using sources::DemoItemId;
using sources::DemoRandom;
constexpr double kMillionth = 1e-6;
constexpr double kThousandth = 1e-3;

std::string Id(std::uint64_t seed, std::string_view noun, std::uint64_t ordinal) {
  const auto id = DemoItemId(seed, noun, ordinal);
  return {id.data(), id.size()};
}

WorldFeatures FeaturesOf(const sources::DemoFeatures& from) {
  WorldFeatures to;
  to.danceability = from.danceability * kMillionth;
  to.energy = from.energy * kMillionth;
  to.loudness = from.loudness * kThousandth;
  to.speechiness = from.speechiness * kMillionth;
  to.acousticness = from.acousticness * kMillionth;
  to.instrumentalness = from.instrumentalness * kMillionth;
  to.liveness = from.liveness * kMillionth;
  to.valence = from.valence * kMillionth;
  to.tempo = from.tempo * kThousandth;
  to.key = from.key;
  to.mode = from.mode;
  to.time_signature = from.time_signature;
  return to;
}

void AddMusic(const WorldOptions& options, const DemoCatalogue& catalogue, SpotifyWorld& world) {
  for (const sources::DemoArtist& from : catalogue.artists()) {
    WorldArtist artist;
    artist.id.assign(from.id.data(), from.id.size());
    artist.name = from.name;
    artist.genres = {std::string(sources::DemoGenreTable()[from.genre].name)};
    artist.popularity = static_cast<int>(std::min(100.0, from.fame));
    artist.followers = static_cast<std::int64_t>(from.fame * 1'000);
    world.artists.push_back(std::move(artist));
  }
  for (const sources::DemoAlbum& from : catalogue.albums()) {
    WorldAlbum album;
    album.id.assign(from.id.data(), from.id.size());
    album.name = from.title;
    album.type = from.tracks == 1 ? "single" : "album";
    album.artists = {from.artist};
    const std::size_t place = world.albums.size();
    const std::size_t year = 1970 + place * 7 % 55;
    const std::size_t month = 1 + place % 12;
    album.precision = place % 3 == 0 ? "year" : place % 3 == 1 ? "month" : "day";
    album.release_date = place % 3 == 0   ? fmt::format("{}", year)
                         : place % 3 == 1 ? fmt::format("{}-{:02}", year, month)
                                          : fmt::format("{}-{:02}-17", year, month);
    album.label = "Invented Records";
    album.upc = fmt::format("{:012}", 400'000'000'000 + place);
    world.albums.push_back(std::move(album));
  }
  for (const sources::DemoTrack& from : catalogue.tracks()) {
    const std::size_t place = world.tracks.size();
    WorldTrack track;
    track.id = from.Id();
    track.name = from.title;
    track.album = from.album;
    track.artists = {from.artist};
    if (from.guest != sources::DemoTrack::kNobody) track.artists.push_back(from.guest);
    track.duration_ms = from.duration_ms;
    track.popularity = from.popularity;
    track.is_explicit = from.is_explicit;
    track.isrc = fmt::format("FRX{:02}{:05}", options.seed % 100, place);
    if (from.is_analysed) track.features = FeaturesOf(from.features);
    world.albums[track.album].tracks.push_back(place);
    track.number = static_cast<int>(world.albums[track.album].tracks.size());
    world.tracks.push_back(std::move(track));
  }
}

/// Every fortieth track exists twice (one recording, two ids), every hundredth cannot be played here.
void AddTwins(const WorldOptions& options, SpotifyWorld& world) {
  const std::size_t tracks = world.tracks.size();
  for (std::size_t place = 11; place < tracks; place += 40) {
    WorldTrack twin = world.tracks[place];
    twin.id = Id(options.seed, "twin", place);
    twin.plays_as = place;
    world.tracks.push_back(std::move(twin));
  }
  for (std::size_t place = 57; place < tracks; place += 100) world.tracks[place].is_barred = true;
}

void AddTalk(const WorldOptions& options, const DemoCatalogue& catalogue, SpotifyWorld& world) {
  for (const sources::DemoShow& from : catalogue.shows()) {
    const std::size_t place = world.shows.size();
    world.shows.push_back({std::string(from.id.data(), from.id.size()), from.title, "Invented Radio"});
    for (std::uint64_t number = 1; number <= 10; ++number) {
      WorldEpisode episode;
      episode.id = Id(options.seed, "episode", place * 100 + number);
      episode.name = fmt::format("{} #{}", from.title, number);
      episode.show = place;
      episode.duration_ms = from.length_ms;
      world.episodes.push_back(std::move(episode));
    }
  }
  world.local_files.push_back({"The Cellar Tapes", "Rehearsal", "Take Four", 187'000});
  world.local_files.push_back({"Grandmother", "", "Lullaby & Rain", 95'000});
}

void AddPlaylists(const WorldOptions& options, DemoRandom& random, SpotifyWorld& world,
                  WorldListener& listener) {
  constexpr std::size_t kLists = 6;
  for (std::size_t number = 0; number < kLists; ++number) {
    WorldPlaylist list;
    list.id = Id(options.seed, "playlist" + listener.id, number);
    list.name = fmt::format("{} {}", number == 0 ? "Empty" : "Evenings", number);
    list.owner = listener.id;
    if (number % 2 == 0) list.description = fmt::format("list & number {}", number);
    if (number == 3) list.is_public = std::nullopt;
    const std::size_t size = number == 0 ? 0 : 15 + 35 * (number - 1);
    for (std::size_t place = 0; place < size; ++place) {
      WorldEntry entry;
      entry.item = random.Below(world.tracks.size());
      entry.added =
          base::UtcMs{options.from.value - static_cast<std::int64_t>(size - place) * base::kMsPerDay};
      entry.added_by = listener.id;
      if (number == 2 && place == 5) entry = {ItemKind::kEpisode, 0, entry.added, entry.added_by};
      if (number == 2 && place == 7) entry = {ItemKind::kLocal, 0, entry.added, entry.added_by};
      if (number == 2 && place == 9) entry = {ItemKind::kAd, 0, entry.added, entry.added_by};
      if (number == 4) entry.added.reset();
      if (number == 4) entry.added_by.clear();
      list.entries.push_back(std::move(entry));
    }
    listener.playlists.push_back(list.id);
    world.playlists.push_back(std::move(list));
  }
  WorldPlaylist editorial;
  editorial.id = "37i9dQZF1DX0000" + Id(options.seed, "mix" + listener.id, 0).substr(0, 7);
  editorial.name = "Daily Mix 1";
  editorial.owner = "spotify";
  editorial.description = "";
  for (std::size_t place = 0; place < 10; ++place)
    editorial.entries.push_back({ItemKind::kTrack, place, options.from, "spotify"});
  listener.playlists.push_back(editorial.id);
  listener.playlists.emplace_back();
  world.playlists.push_back(std::move(editorial));
}

WorldListener Invent(const WorldOptions& options, std::size_t number, SpotifyWorld& world) {
  DemoRandom random(options.seed, fmt::format("listener {}", number));
  WorldListener listener;
  listener.id = fmt::format("listener{}", number + 1);
  if (number != 1) listener.name = fmt::format("Listener {}", number + 1);
  listener.account_id = Id(options.seed, "account", number);
  listener.email = listener.id + "@example.org";
  AddPlaylists(options, random, world, listener);
  for (std::int64_t day = 1; day <= 130; ++day) {
    listener.saved_tracks.push_back(
        {random.Below(world.tracks.size()), {options.from.value - day * base::kMsPerDay}});
  }
  for (std::int64_t day = 1; day <= 12; ++day) {
    listener.saved_albums.push_back(
        {random.Below(world.albums.size()), {options.from.value - day * base::kMsPerDay}});
  }
  for (std::size_t place = number; place < world.artists.size() && listener.followed_artists.size() < 30;
       place += 2) {
    listener.followed_artists.push_back(place);
  }
  for (std::size_t place = 0; place < std::min<std::size_t>(90, world.tracks.size()); ++place) {
    listener.top_tracks.push_back((place * 3 + number) % world.tracks.size());
  }
  for (std::size_t place = 0; place < world.artists.size(); ++place) {
    listener.top_artists.push_back((place + number) % world.artists.size());
  }
  WriteHabits({options.seed + number, options.from, options.days, options.plays_a_day, options.trips}, world,
              listener);
  return listener;
}

}  // namespace

SpotifyWorld InventWorld(const WorldOptions& options) {
  return InventWorld(options, DemoCatalogue(options.seed, options.tracks));
}

SpotifyWorld InventWorld(const WorldOptions& options, const DemoCatalogue& catalogue) {
  SpotifyWorld world;
  AddMusic(options, catalogue, world);
  AddTwins(options, world);
  AddTalk(options, catalogue, world);
  for (std::size_t number = 0; number < options.listeners; ++number) {
    world.listeners.push_back(Invent(options, number, world));
  }
  return world;
}

}  // namespace earprint::fakes
