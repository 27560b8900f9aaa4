#include "sources/csv_columns.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "sources/personal_fields.hpp"

namespace earprint::sources {

namespace {

using model::Feature;

struct Spelling {
  std::string_view name;
  Column column;
};

/// Spellings of headers as PlainHeader gives them; of one column the more telling first.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"danceability", ColumnOf(Feature::kDanceability)},
    {"dnce", ColumnOf(Feature::kDanceability)},
    {"dance", ColumnOf(Feature::kDanceability)},
    {"energy", ColumnOf(Feature::kEnergy)},
    {"nrgy", ColumnOf(Feature::kEnergy)},
    {"loudness", ColumnOf(Feature::kLoudness)},
    {"loudnessdb", ColumnOf(Feature::kLoudness)},
    {"loudnessindb", ColumnOf(Feature::kLoudness)},
    {"db", ColumnOf(Feature::kLoudness)},
    {"speechiness", ColumnOf(Feature::kSpeechiness)},
    {"spch", ColumnOf(Feature::kSpeechiness)},
    {"speech", ColumnOf(Feature::kSpeechiness)},
    {"acousticness", ColumnOf(Feature::kAcousticness)},
    {"acous", ColumnOf(Feature::kAcousticness)},
    {"acoustic", ColumnOf(Feature::kAcousticness)},
    {"instrumentalness", ColumnOf(Feature::kInstrumentalness)},
    {"instrumental", ColumnOf(Feature::kInstrumentalness)},
    {"instr", ColumnOf(Feature::kInstrumentalness)},
    {"inst", ColumnOf(Feature::kInstrumentalness)},
    {"liveness", ColumnOf(Feature::kLiveness)},
    {"live", ColumnOf(Feature::kLiveness)},
    {"valence", ColumnOf(Feature::kValence)},
    {"val", ColumnOf(Feature::kValence)},
    {"tempo", ColumnOf(Feature::kTempo)},
    {"tempobpm", ColumnOf(Feature::kTempo)},
    {"bpm", ColumnOf(Feature::kTempo)},
    {"beatsperminute", ColumnOf(Feature::kTempo)},
    {"beatsperminutebpm", ColumnOf(Feature::kTempo)},
    {"key", ColumnOf(Feature::kKey)},
    {"chord", ColumnOf(Feature::kKey)},
    {"mode", ColumnOf(Feature::kMode)},
    {"timesignature", ColumnOf(Feature::kTimeSignature)},
    {"timesig", ColumnOf(Feature::kTimeSignature)},

    {"spotifytrackuri", Column::kTrackId},
    {"trackid", Column::kTrackId},
    {"spotifytrackid", Column::kTrackId},
    {"spotifyid", Column::kTrackId},
    {"songid", Column::kTrackId},
    {"trackuri", Column::kTrackId},
    {"songuri", Column::kTrackId},
    {"spotifyuri", Column::kTrackId},
    {"trackhref", Column::kTrackId},
    {"trackurl", Column::kTrackId},
    {"songurl", Column::kTrackId},
    {"spotifyurl", Column::kTrackId},
    {"tracklink", Column::kTrackId},
    {"id", Column::kTrackId},
    {"uri", Column::kTrackId},
    {"url", Column::kTrackId},
    {"href", Column::kTrackId},
    {"link", Column::kTrackId},
    {"isrc", Column::kIsrc},

    {"trackname", Column::kTitle},
    {"mastermetadatatrackname", Column::kTitle},
    {"songname", Column::kTitle},
    {"tracktitle", Column::kTitle},
    {"songtitle", Column::kTitle},
    {"title", Column::kTitle},
    {"name", Column::kTitle},
    {"track", Column::kTitle},
    {"song", Column::kTitle},

    {"artistname", Column::kArtist},
    {"mastermetadataalbumartistname", Column::kArtist},
    {"artists", Column::kArtist},
    {"artist", Column::kArtist},
    {"artistnames", Column::kArtist},
    {"artistsname", Column::kArtist},
    {"artistsnames", Column::kArtist},
    {"artistnamess", Column::kArtist},
    {"trackartist", Column::kArtist},
    {"trackartists", Column::kArtist},
    {"singer", Column::kArtist},
    {"albumartistname", Column::kArtist},
    {"albumartist", Column::kArtist},

    {"albumname", Column::kAlbum},
    {"mastermetadataalbumalbumname", Column::kAlbum},
    {"trackalbumname", Column::kAlbum},
    {"albumtitle", Column::kAlbum},
    {"album", Column::kAlbum},

    {"releasedate", Column::kReleaseDate},
    {"trackalbumreleasedate", Column::kReleaseDate},
    {"albumreleasedate", Column::kReleaseDate},
    {"albumdate", Column::kReleaseDate},
    {"released", Column::kReleaseDate},
    {"releaseyear", Column::kReleaseYear},
    {"releasedyear", Column::kReleaseYear},
    {"yearreleased", Column::kReleaseYear},
    {"yearofrelease", Column::kReleaseYear},
    {"year", Column::kReleaseYear},
    {"releasedmonth", Column::kReleaseMonth},
    {"releasemonth", Column::kReleaseMonth},
    {"releasedday", Column::kReleaseDay},
    {"releaseday", Column::kReleaseDay},

    {"durationms", Column::kDuration},
    {"durationinms", Column::kDuration},
    {"durationmilliseconds", Column::kDuration},
    {"lengthms", Column::kDuration},
    {"duration", Column::kDuration},
    {"length", Column::kDuration},
    {"durationseconds", Column::kDuration},
    {"durationinseconds", Column::kDuration},
    {"durationsec", Column::kDuration},
    {"durationsecs", Column::kDuration},
    {"durations", Column::kDuration},
    {"lengthseconds", Column::kDuration},
    {"lengthsec", Column::kDuration},
    {"lengths", Column::kDuration},
    {"durationminutes", Column::kDuration},
    {"durationinminutes", Column::kDuration},
    {"durationmins", Column::kDuration},
    {"durationmin", Column::kDuration},
    {"lengthmin", Column::kDuration},
    {"lengthduration", Column::kDuration},
    {"dur", Column::kDuration},

    {"trackpopularity", Column::kPopularity},
    {"popularity", Column::kPopularity},
    {"pop", Column::kPopularity},
    {"explicit", Column::kExplicit},
    {"isexplicit", Column::kExplicit},
    {"trackexplicit", Column::kExplicit},

    {"genre", Column::kGenre},
    {"genres", Column::kGenre},
    {"trackgenre", Column::kGenre},
    {"trackgenres", Column::kGenre},
    {"playlistgenre", Column::kGenre},
    {"topgenre", Column::kGenre},
    {"artistgenres", Column::kGenre},
    {"artistgenre", Column::kGenre},
    {"musicgenre", Column::kGenre},

    {"ts", Column::kEndedAt},
    {"endtime", Column::kEndedAt},
    {"endedat", Column::kEndedAt},
    {"timestamp", Column::kEndedAt},
    {"playedat", Column::kEndedAt},
    {"msplayed", Column::kPlayedMs},
    {"playedms", Column::kPlayedMs},
    {"millisecondsplayed", Column::kPlayedMs},
    {"secondsplayed", Column::kPlayedSeconds},
    {"playedseconds", Column::kPlayedSeconds},
    {"secplayed", Column::kPlayedSeconds},
    {"playedsec", Column::kPlayedSeconds},
    {"secsplayed", Column::kPlayedSeconds},
    {"splayed", Column::kPlayedSeconds},
    {"playeds", Column::kPlayedSeconds},
    {"spotifyepisodeuri", Column::kEpisodeId},
    {"episodename", Column::kEpisodeTitle},
    {"episodeshowname", Column::kShow},
    {"podcastname", Column::kShow},
    {"audiobookchapteruri", Column::kChapterId},
    {"audiobookchaptertitle", Column::kChapterTitle},
    {"audiobooktitle", Column::kBookTitle},
    {"platform", Column::kPlatform},
    {"conncountry", Column::kCountry},
    {"country", Column::kCountry},
    {"reasonstart", Column::kReasonStart},
    {"reasonend", Column::kReasonEnd},
    {"shuffle", Column::kShuffle},
    {"skipped", Column::kSkipped},
    {"offline", Column::kOffline},
    {"offlinetimestamp", Column::kOfflineAt},
    {"incognitomode", Column::kPrivate},

    {"position", Column::kChart},
    {"rank", Column::kChart},
    {"streams", Column::kChart},
});

// What may stand before or behind a spelling without changing its meaning: "Track Duration (ms)",
// "energy_pct".
constexpr auto kPrefixes =
    std::to_array<std::string_view>({"track", "song", "spotify", "audiofeatures", "audiofeature", "features",
                                     "feature", "audio", "avg", "mean"});
constexpr auto kSuffixes =
    std::to_array<std::string_view>({"percentage", "percent", "pct", "score", "value"});
constexpr std::uint16_t kRankOfStripped = 1'000;

constexpr auto kPersonal =
    std::to_array<std::string_view>({"ip", "email", "emailaddress", "user", "userid", "addedby"});

HeaderMeaning Exactly(std::string_view plain) {
  const auto found = std::ranges::find(kSpellings, plain, &Spelling::name);
  if (found == kSpellings.end()) return {};
  return {found->column, static_cast<std::uint16_t>(found - kSpellings.begin())};
}

}  // namespace

std::string PlainHeader(std::string_view header_cell) {
  std::string plain;
  for (const char c : base::AsciiLower(header_cell)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
  }
  return plain;
}

HeaderMeaning MeaningOf(std::string_view header_cell) {
  const std::string plain = PlainHeader(header_cell);
  if (IsPersonalField(header_cell) || IsPersonalField(plain) ||
      std::ranges::find(kPersonal, plain) != kPersonal.end()) {
    return {Column::kPersonal};
  }
  std::string_view rest = plain;
  HeaderMeaning meaning = Exactly(rest);
  for (const std::string_view suffix : kSuffixes) {
    if (meaning.column == Column::kUnknown && rest.ends_with(suffix)) {
      rest.remove_suffix(suffix.size());
      meaning = Exactly(rest);
    }
  }
  for (const std::string_view prefix : kPrefixes) {
    if (meaning.column == Column::kUnknown && rest.starts_with(prefix)) {
      rest.remove_prefix(prefix.size());
      meaning = Exactly(rest);
    }
  }
  // Stripped names are too vague for what makes a file a history or names its tracks.
  const bool is_vague = meaning.column == Column::kTitle || meaning.column == Column::kTrackId ||
                        (meaning.column >= Column::kEndedAt && meaning.column < Column::kUnknown);
  if (rest.size() < plain.size() && is_vague) return {};
  if (rest.size() < plain.size()) meaning.rank = static_cast<std::uint16_t>(meaning.rank + kRankOfStripped);
  return meaning;
}

}  // namespace earprint::sources
