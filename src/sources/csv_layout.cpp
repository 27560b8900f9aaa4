#include "sources/csv_layout.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "base/text.hpp"
#include "model/play_fact.hpp"
#include "sources/personal_fields.hpp"

namespace earprint::sources {

namespace {

using model::Feature;

constexpr Column Of(Feature feature) { return static_cast<Column>(feature); }

struct Synonym {
  std::string_view name;
  Column column;
};

/// Header spellings, with everything but letters and digits taken out and lower case.
constexpr auto kSynonyms = std::to_array<Synonym>({
    {"danceability", Of(Feature::kDanceability)}, {"dnce", Of(Feature::kDanceability)}, {"dance", Of(Feature::kDanceability)},
    {"energy", Of(Feature::kEnergy)}, {"nrgy", Of(Feature::kEnergy)},
    {"loudness", Of(Feature::kLoudness)}, {"loudnessdb", Of(Feature::kLoudness)}, {"db", Of(Feature::kLoudness)},
    {"speechiness", Of(Feature::kSpeechiness)}, {"spch", Of(Feature::kSpeechiness)}, {"speech", Of(Feature::kSpeechiness)},
    {"acousticness", Of(Feature::kAcousticness)}, {"acous", Of(Feature::kAcousticness)}, {"acoustic", Of(Feature::kAcousticness)},
    {"instrumentalness", Of(Feature::kInstrumentalness)}, {"instr", Of(Feature::kInstrumentalness)}, {"instrumental", Of(Feature::kInstrumentalness)},
    {"liveness", Of(Feature::kLiveness)}, {"live", Of(Feature::kLiveness)},
    {"valence", Of(Feature::kValence)}, {"val", Of(Feature::kValence)},
    {"tempo", Of(Feature::kTempo)}, {"tempobpm", Of(Feature::kTempo)}, {"bpm", Of(Feature::kTempo)}, {"beatsperminute", Of(Feature::kTempo)}, {"beatsperminutebpm", Of(Feature::kTempo)},
    {"key", Of(Feature::kKey)}, {"chord", Of(Feature::kKey)}, {"mode", Of(Feature::kMode)},
    {"timesignature", Of(Feature::kTimeSignature)},
    {"trackid", Column::kTrackId}, {"id", Column::kTrackId}, {"songid", Column::kTrackId}, {"spotifyid", Column::kTrackId}, {"spotifytrackid", Column::kTrackId},
    {"uri", Column::kTrackId}, {"trackuri", Column::kTrackId}, {"spotifyuri", Column::kTrackId}, {"spotifytrackuri", Column::kTrackId}, {"songuri", Column::kTrackId},
    {"url", Column::kTrackId}, {"trackurl", Column::kTrackId}, {"spotifyurl", Column::kTrackId}, {"songurl", Column::kTrackId}, {"trackhref", Column::kTrackId}, {"link", Column::kTrackId},
    {"isrc", Column::kIsrc},
    {"trackname", Column::kTitle}, {"name", Column::kTitle}, {"songname", Column::kTitle}, {"track", Column::kTitle}, {"title", Column::kTitle}, {"song", Column::kTitle}, {"songtitle", Column::kTitle}, {"tracktitle", Column::kTitle}, {"mastermetadatatrackname", Column::kTitle},
    {"artistname", Column::kArtist}, {"artists", Column::kArtist}, {"artist", Column::kArtist}, {"trackartist", Column::kArtist}, {"trackartists", Column::kArtist}, {"artistsname", Column::kArtist}, {"artistsnames", Column::kArtist}, {"artistnames", Column::kArtist}, {"artistnamess", Column::kArtist}, {"singer", Column::kArtist}, {"mastermetadataalbumartistname", Column::kArtist}, {"albumartistname", Column::kArtist},
    {"albumname", Column::kAlbum}, {"album", Column::kAlbum}, {"trackalbumname", Column::kAlbum}, {"albumtitle", Column::kAlbum}, {"mastermetadataalbumalbumname", Column::kAlbum},
    {"releasedate", Column::kReleaseDate}, {"trackalbumreleasedate", Column::kReleaseDate}, {"albumreleasedate", Column::kReleaseDate}, {"albumdate", Column::kReleaseDate}, {"released", Column::kReleaseDate},
    {"year", Column::kReleaseYear}, {"releaseyear", Column::kReleaseYear}, {"releasedyear", Column::kReleaseYear}, {"releasedmonth", Column::kReleaseMonth}, {"releasedday", Column::kReleaseDay},
    {"duration", Column::kDuration}, {"durationms", Column::kDuration}, {"trackdurationms", Column::kDuration}, {"trackduration", Column::kDuration}, {"durations", Column::kDuration}, {"durationsec", Column::kDuration}, {"durationseconds", Column::kDuration}, {"durationmin", Column::kDuration}, {"durationmins", Column::kDuration}, {"durationminutes", Column::kDuration}, {"dur", Column::kDuration}, {"length", Column::kDuration}, {"lengthms", Column::kDuration}, {"lengthduration", Column::kDuration}, {"songduration", Column::kDuration}, {"songdurationms", Column::kDuration},
    {"popularity", Column::kPopularity}, {"trackpopularity", Column::kPopularity}, {"songpopularity", Column::kPopularity}, {"pop", Column::kPopularity},
    {"explicit", Column::kExplicit}, {"isexplicit", Column::kExplicit}, {"trackexplicit", Column::kExplicit},
    {"genre", Column::kGenre}, {"genres", Column::kGenre}, {"trackgenre", Column::kGenre}, {"playlistgenre", Column::kGenre}, {"topgenre", Column::kGenre}, {"artistgenres", Column::kGenre}, {"artistgenre", Column::kGenre}, {"thegenreofthetrack", Column::kGenre}, {"musicgenre", Column::kGenre},
    {"ts", Column::kEndedAt}, {"endtime", Column::kEndedAt}, {"timestamp", Column::kEndedAt}, {"playedat", Column::kEndedAt}, {"endedat", Column::kEndedAt},
    {"msplayed", Column::kPlayedMs}, {"playedms", Column::kPlayedMs},
    {"platform", Column::kPlatform}, {"conncountry", Column::kCountry}, {"country", Column::kCountry},
    {"reasonstart", Column::kReasonStart}, {"reasonend", Column::kReasonEnd}, {"shuffle", Column::kShuffle}, {"skipped", Column::kSkipped},
    {"offline", Column::kOffline}, {"offlinetimestamp", Column::kOfflineAt}, {"incognitomode", Column::kPrivate},
    {"position", Column::kChartPosition}, {"rank", Column::kChartPosition}, {"streams", Column::kChartPosition},
});

std::string Normalised(std::string_view cell) {
  std::string plain;
  for (const char c : base::AsciiLower(cell)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
  }
  return plain;
}

bool Has(const CsvLayout& layout, Column column) { return std::ranges::find(layout.columns, column) != layout.columns.end(); }

std::size_t FeatureColumns(const CsvLayout& layout) {
  return static_cast<std::size_t>(std::ranges::count_if(
      layout.columns, [](Column column) { return column < Column::kTrackId; }));
}

/// Values of one column in the sample that are numbers.
std::vector<double> Numbers(const CsvLayout& layout, std::size_t column, std::span<const std::vector<std::string>> sample) {
  std::vector<double> numbers;
  for (const auto& cells : sample) {
    if (column >= cells.size()) continue;
    if (const auto number = ParseNumber(cells[column], layout.decimal_comma)) numbers.push_back(*number);
  }
  return numbers;
}

/// Percent when a header says so, or when at least two share columns reach beyond 1.
bool SharesInPercent(const CsvLayout& layout, std::span<const std::vector<std::string>> sample) {
  int beyond_one = 0;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (layout.columns[i] >= Column::kTrackId || !model::TraitOf(static_cast<Feature>(layout.columns[i])).is_share) continue;
    if (layout.names[i].find('%') != std::string::npos) return true;
    const auto numbers = Numbers(layout, i, sample);
    const auto large = std::ranges::count_if(numbers, [](double n) { return n > 1.5 && n <= 100; });
    // A few damaged cells do not make percents.
    if (large * 5 > static_cast<std::ptrdiff_t>(numbers.size())) ++beyond_one;
  }
  return beyond_one >= 2;
}

DurationUnit UnitOfDurations(const CsvLayout& layout, std::span<const std::vector<std::string>> sample) {
  const auto found = std::ranges::find(layout.columns, Column::kDuration);
  if (found == layout.columns.end()) return DurationUnit::kMilliseconds;
  const auto index = static_cast<std::size_t>(found - layout.columns.begin());
  const std::string name = Normalised(layout.names[index]);
  if (name.ends_with("ms")) return DurationUnit::kMilliseconds;
  if (name.find("min") != std::string::npos) return DurationUnit::kMinutes;
  if (name.find("sec") != std::string::npos) return DurationUnit::kSeconds;
  auto numbers = Numbers(layout, index, sample);
  if (numbers.empty()) return DurationUnit::kMilliseconds;
  std::ranges::nth_element(numbers, numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2));
  const double median = numbers[numbers.size() / 2];
  if (median >= 5'000) return DurationUnit::kMilliseconds;
  return median >= 25 ? DurationUnit::kSeconds : DurationUnit::kMinutes;
}

bool SampleHasIds(const CsvLayout& layout, std::span<const std::vector<std::string>> sample) {
  for (const auto& cells : sample) {
    for (std::size_t i = 0; i < layout.columns.size() && i < cells.size(); ++i) {
      if (layout.columns[i] == Column::kTrackId && !model::ItemId(cells[i], "track").empty()) return true;
    }
  }
  return false;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + (name.empty() ? "(no name)" : name);
  return text.size() > 300 ? text.substr(0, 300) + " …" : text;
}

}  // namespace

bool IsMissing(std::string_view cell) {
  static constexpr std::array<std::string_view, 9> kWords = {"", "na", "n/a", "nan", "null", "none", "-", "--", "#n/a"};
  if (cell.size() > 4) return false;
  const std::string lower = base::AsciiLower(cell);
  return std::ranges::find(kWords, lower) != kWords.end();
}

std::optional<double> ParseNumber(std::string_view cell, bool decimal_comma) {
  std::string plain;
  const bool comma_is_point = decimal_comma && std::ranges::count(cell, ',') == 1 && cell.find('.') == std::string_view::npos;
  for (const char c : base::Trim(cell)) {
    if (c == ',' && comma_is_point) {
      plain += '.';
    } else if (c != ',' && c != '%' && c != '\'') {
      plain += c;
    }
  }
  const char* begin = plain.data() + (plain.starts_with('+') ? 1 : 0);
  double number = 0;
  const auto read = std::from_chars(begin, plain.data() + plain.size(), number);
  if (read.ec != std::errc() || read.ptr != plain.data() + plain.size() || !std::isfinite(number)) return {};
  return number;
}

Column ColumnOf(std::string_view header_cell) {
  if (IsPersonalField(header_cell)) return Column::kPersonal;
  const std::string plain = Normalised(header_cell);
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.name == plain) return synonym.column;
  }
  return Column::kUnknown;
}

std::size_t KnownColumns(std::span<const std::string_view> cells) {
  return static_cast<std::size_t>(std::ranges::count_if(cells, [](std::string_view cell) {
    const Column column = ColumnOf(cell);
    return column != Column::kUnknown && column != Column::kPersonal;
  }));
}

base::Result<CsvLayout> DetectLayout(std::span<const std::string_view> header,
                                     std::span<const std::vector<std::string>> sample, std::string_view as,
                                     char delimiter) {
  CsvLayout layout;
  layout.decimal_comma = delimiter == ';';
  for (const std::string_view cell : header) {
    layout.names.emplace_back(cell);
    layout.columns.push_back(ColumnOf(cell));
  }
  const bool names_track = Has(layout, Column::kTitle) || SampleHasIds(layout, sample);
  const bool is_history = Has(layout, Column::kEndedAt) && Has(layout, Column::kPlayedMs) && names_track;
  const bool is_catalogue = FeatureColumns(layout) >= 3 && names_track;
  const bool is_chart = Has(layout, Column::kTitle) && Has(layout, Column::kArtist) && SampleHasIds(layout, sample);
  if (is_history && as != "catalogue") {
    layout.kind = CsvKind::kHistory;
    return layout;
  }
  if ((is_catalogue || is_chart) && as != "history") {
    layout.kind = is_catalogue ? CsvKind::kCatalogue : CsvKind::kChart;
    layout.shares_in_percent = SharesInPercent(layout, sample);
    layout.duration_unit = UnitOfDurations(layout, sample);
    return layout;
  }
  return base::Fail(base::ErrorCode::kUnsupported, "read CSV", "",
                    "its columns are neither those of a history nor of a catalogue: " + Joined(layout.names),
                    "a history has ts, ms_played and a track; a catalogue has track names or ids and audio features "
                    "such as danceability, energy, tempo");
}

}  // namespace earprint::sources
