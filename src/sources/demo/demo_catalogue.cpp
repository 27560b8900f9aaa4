#include "sources/demo/demo_catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "sources/demo/demo_genres.hpp"
#include "sources/demo/demo_names.hpp"

namespace earprint::sources {

namespace {

constexpr double kTracksAnAlbum = 11.0;
constexpr double kIdWitnessShare = 0.92;
constexpr double kNameWitnessShare = 0.55;    // of those without an id witness
constexpr double kDisagreementShare = 0.004;  // of those with one
constexpr double kUnanalysedShare = 0.001;
constexpr double kMillion = 1'000'000;
constexpr double kFameOffset = 9.0;  // the rank at which fame has halved
constexpr double kHolidayFame = 0.03;

/// One layer of noise over a genre's mean; genre + artist + album + track make a track's sound.
struct Shift {
  double dance = 0, energy = 0, speech = 0, acoustic = 0, instrumental = 0, live = 0, valence = 0, tempo = 0;

  static Shift Draw(double size, DemoRandom& random) {
    return {random.Normal() * size, random.Normal() * size, random.Normal() * size, random.Normal() * size,
            random.Normal() * size, random.Normal() * size, random.Normal() * size, random.Normal() * size};
  }

  Shift operator+(const Shift& other) const {
    return {dance + other.dance,
            energy + other.energy,
            speech + other.speech,
            acoustic + other.acoustic,
            instrumental + other.instrumental,
            live + other.live,
            valence + other.valence,
            tempo + other.tempo};
  }
};

/// Moves a share up or down by its odds, so that it nears 0 and 1 without piling up there.
std::int32_t Share(double mean, double shift) {
  const double size = shift > 0 ? 1 + shift : 1 - shift;
  const double odds = mean / (1 - mean) * (shift > 0 ? size * size : 1 / (size * size));
  const double moved = odds / (1 + odds);
  const double whole = std::clamp(moved, 0.0, 0.999) * kMillion;
  const auto millionths = static_cast<std::int32_t>(whole);
  return millionths < 10'000 ? millionths / 10 * 10
                             : millionths / 1'000 * 1'000;  // three digits, as published
}

DemoFeatures Analyse(const DemoGenre& genre, const Shift& shift, DemoRandom& random) {
  DemoFeatures features;
  features.danceability = Share(genre.danceability, shift.dance);
  features.energy = Share(genre.energy, shift.energy - 0.4 * shift.acoustic);
  features.speechiness = Share(genre.speechiness, shift.speech);
  features.acousticness = Share(genre.acousticness, shift.acoustic * 2 - shift.energy * 0.6);
  features.instrumentalness = Share(genre.instrumentalness, shift.instrumental * 3);
  features.liveness = Share(genre.liveness, random.Chance(0.06) ? 2.5 : shift.live);
  features.valence = Share(genre.valence, shift.valence + 0.3 * shift.dance);
  const double louder = static_cast<double>(features.energy) / kMillion - genre.energy;
  features.loudness = static_cast<std::int32_t>(
      std::clamp((genre.loudness + louder * 9 + random.Normal() * 1.3) * 1000, -42'000.0, -800.0));
  double tempo = genre.tempo + genre.tempo_spread * shift.tempo * 1.6;
  if (random.Chance(0.05)) tempo = tempo > 120 ? tempo / 2 : tempo * 2;  // as analyses do
  features.tempo = static_cast<std::int32_t>(std::clamp(tempo, 46.0, 212.0) * 1000);
  static constexpr std::array<double, 12> kKeys = {12, 10, 11, 4, 9, 9, 6, 11, 7, 10, 6, 8};
  static const DemoLots kKeyLots{kKeys};
  features.key = static_cast<std::int16_t>(kKeyLots.Draw(random));
  features.mode = random.Chance(genre.minor_share) ? 0 : 1;
  const double beat = random.Unit();
  features.time_signature = beat < 0.90 ? 4 : beat < 0.975 ? 3 : beat < 0.99 ? 5 : 1;
  return features;
}

}  // namespace

std::array<char, 22> DemoItemId(std::uint64_t seed, std::string_view noun, std::uint64_t ordinal) {
  static constexpr std::string_view kDigits =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  DemoRandom random(seed ^ (ordinal * 0x9e3779b97f4a7c15U), noun);
  std::array<char, 22> id{};
  id[0] = kDigits[random.Below(8)];  // 62^22 is a little more than 2^128
  for (std::size_t i = 1; i < id.size(); ++i) id[i] = kDigits[random.Below(kDigits.size())];
  return id;
}

DemoCatalogue::DemoCatalogue(std::uint64_t seed, std::size_t tracks) {
  AddArtists(seed, std::max<std::size_t>(kDemoGenres * 2, tracks / 27 + 160));
  AddAlbums(seed, tracks);
  AddShows(seed);
}

void DemoCatalogue::AddArtists(std::uint64_t seed, std::size_t artists) {
  DemoRandom random(seed, "artists");
  std::set<std::string> taken;
  for (std::size_t genre = 0; genre < kDemoGenres; ++genre) {
    genre_begins_.push_back(artists_.size());
    const DemoGenre& profile = DemoGenreTable()[genre];
    const auto count =
        std::max<std::size_t>(2, static_cast<std::size_t>(profile.share * static_cast<double>(artists)));
    for (std::size_t i = 0; i < count; ++i) {
      DemoArtist artist;
      artist.genre = genre;
      artist.tongue = random.Pick(profile.tongues);
      do artist.name = InventArtistName(artist.tongue, random);
      while (!taken.insert(artist.name).second);
      artist.id = DemoItemId(seed, "artist", artists_.size());
      artists_.push_back(std::move(artist));
    }
  }
  genre_begins_.push_back(artists_.size());
  const std::size_t lasting = genre_begins_[kDemoHolidayGenre];
  for (std::size_t i = 0; i < artists_.size(); ++i) {
    artists_[i].fame = i < lasting ? 1.0 / (static_cast<double>(i) + kFameOffset) : kHolidayFame;
  }
  for (std::size_t i = lasting; i > 1; --i) std::swap(artists_[i - 1].fame, artists_[random.Below(i)].fame);
}

void DemoCatalogue::AddAlbums(std::uint64_t seed, std::size_t tracks) {
  DemoRandom random(seed, "albums");
  const double wanted = static_cast<double>(tracks) / kTracksAnAlbum;
  const double spare = std::max(0.0, wanted - static_cast<double>(artists_.size()));
  double fame = 0, owed = 0;
  for (const DemoArtist& artist : artists_) fame += std::sqrt(artist.fame);
  for (std::uint32_t i = 0; i < artists_.size(); ++i) {
    owed += spare * std::sqrt(artists_[i].fame) / fame;  // the famous have recorded more
    const auto more = static_cast<std::uint32_t>(owed);
    owed -= more;
    artists_[i].first_album = static_cast<std::uint32_t>(albums_.size());
    artists_[i].first_track = static_cast<std::uint32_t>(tracks_.size());
    artists_[i].albums = 1 + more;
    for (std::uint32_t a = 0; a < artists_[i].albums; ++a) {
      DemoAlbum album;
      album.artist = i;
      album.id = DemoItemId(seed, "album", albums_.size());
      albums_.push_back(album);
      AddTracks(seed, static_cast<std::uint32_t>(albums_.size() - 1), random);
    }
    artists_[i].tracks = static_cast<std::uint32_t>(tracks_.size()) - artists_[i].first_track;
  }
}

void DemoCatalogue::AddTracks(std::uint64_t seed, std::uint32_t album_index, DemoRandom& random) {
  DemoAlbum& album = albums_[album_index];
  const DemoArtist& artist = artists_[album.artist];
  const DemoGenre& genre = DemoGenreTable()[artist.genre];
  DemoRandom of_artist(seed + album.artist, "sound");  // the same for all albums of one artist
  const Shift base = Shift::Draw(0.32, of_artist) + Shift::Draw(0.16, random);
  std::set<std::string> taken;
  for (std::size_t i = artist.first_track; i < tracks_.size(); ++i) taken.insert(tracks_[i].title);
  std::set<std::string> records;
  for (std::size_t i = artist.first_album; i < album_index; ++i) records.insert(albums_[i].title);
  do album.title = random.Chance(0.12) ? artist.name : InventTitle(artist.tongue, random);
  while (records.contains(album.title));
  album.first_track = static_cast<std::uint32_t>(tracks_.size());
  album.tracks = static_cast<std::uint32_t>(random.Between(8, 14));
  for (std::uint32_t i = 0; i < album.tracks; ++i) {
    DemoTrack track;
    do track.title = InventTitle(artist.tongue, random);
    while (!taken.insert(track.title).second);
    track.id = DemoItemId(seed, "track", tracks_.size());
    track.artist = album.artist;
    track.album = album_index;
    if (random.Chance(0.07)) {
      const std::size_t begin = genre_begins_[artist.genre], end = genre_begins_[artist.genre + 1];
      const auto guest = static_cast<std::uint32_t>(begin + random.Below(end - begin));
      if (guest != album.artist) track.guest = guest;
    }
    const double seconds = genre.length * (1.0 + 0.22 * random.Normal());
    track.duration_ms = static_cast<std::int32_t>(std::clamp(seconds, 62.0, 900.0) * 1000) +
                        static_cast<std::int32_t>(random.Below(1000));
    const double popularity = 18 + 9 * random.Normal() + 110 * std::sqrt(artist.fame);
    track.popularity = static_cast<std::int16_t>(std::clamp(popularity, 0.0, 97.0));
    track.is_explicit = random.Chance(genre.explicit_share);
    track.features = Analyse(genre, base + Shift::Draw(0.22, random), random);
    track.has_id_witness = random.Chance(kIdWitnessShare);
    track.has_name_witness = random.Chance(track.has_id_witness ? kDisagreementShare : kNameWitnessShare);
    track.is_analysed = !(track.has_id_witness && random.Chance(kUnanalysedShare));
    tracks_.push_back(std::move(track));
  }
}

void DemoCatalogue::AddShows(std::uint64_t seed) {
  static constexpr std::array<std::pair<std::string_view, std::int32_t>, 7> kShows = {
      {{"The Slow Commute", 34},
       {"Der kleine Umweg", 47},
       {"Signal & Tide", 58},
       {"Deux minutes de retard", 26},
       {"Maps Nobody Folded", 71},
       {"Kitchen Radio Hour", 62},
       {"Night Desk", 18}}};
  for (const auto& [title, minutes] : kShows) {
    DemoShow show;
    show.title = title;
    show.id = DemoItemId(seed, "show", shows_.size());
    show.length_ms = minutes * 60'000;
    shows_.push_back(std::move(show));
  }
}

}  // namespace earprint::sources
