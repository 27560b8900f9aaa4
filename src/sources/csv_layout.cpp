#include "sources/csv_layout.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::sources {

namespace {

using model::Feature;

constexpr std::size_t kFeaturesMin = 3;
constexpr std::size_t kBelievableFeaturesMin = 2;
constexpr std::size_t kShownBytes = 300;

const CsvColumn* Find(const CsvLayout& layout, Column meaning) {
  const auto found = std::ranges::find(layout.columns, meaning, &CsvColumn::meaning);
  return found == layout.columns.end() ? nullptr : &*found;
}
bool Has(const CsvLayout& layout, Column meaning) { return Find(layout, meaning) != nullptr; }

/// Calls `take(cell)` for every cell of a column in the sample that says something.
template <typename Take>
void ForCells(CsvSample sample, std::size_t column, const Take& take) {
  for (const auto& cells : sample) {
    if (column < cells.size() && !IsMissing(base::Trim(cells[column]))) take(base::Trim(cells[column]));
  }
}

/// Of several columns of one meaning only the one with the most telling name is read. Ids and genres may be
/// several.
void KeepBestColumns(CsvLayout& layout) {
  for (CsvColumn& column : layout.columns) {
    if (column.meaning == Column::kTrackId || column.meaning == Column::kGenre ||
        column.meaning >= Column::kChart)
      continue;
    for (CsvColumn& other : layout.columns) {
      if (&other != &column && other.meaning == column.meaning && other.rank >= column.rank) {
        other.meaning = Column::kUnknown;
      }
    }
  }
}

/// Whether numbers of the sample have a comma for their point: "0,676", "-6,7". "1,021" may be a thousand.
bool HasDecimalComma(const CsvLayout& layout, CsvSample sample) {
  std::size_t with_comma = 0, with_point = 0;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (!IsFeature(layout.columns[i].meaning)) continue;
    ForCells(sample, i, [&](std::string_view cell) {
      const std::size_t comma = cell.find(',');
      if (cell.find('.') != std::string_view::npos) {
        ++with_point;
      } else if (comma != std::string_view::npos && (cell.size() - comma != 4 || cell.starts_with("0,"))) {
        with_comma += ParseScaled(cell, 6, true).has_value();
      }
    });
  }
  return with_comma > with_point;
}

/// Marks the columns that give a share in percent: by their name, or because more of their values lie above 1
/// than between 0 and 1 (a lone 7.3 is a damaged cell). A column without such values is like most others.
void DetectPercents(CsvLayout& layout, CsvSample sample) {
  constexpr std::int64_t kOne = 1'000'000;
  std::vector<std::size_t> unsure;
  std::size_t percents = 0, shares = 0;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    CsvColumn& column = layout.columns[i];
    if (!IsFeature(column.meaning) || !model::TraitOf(static_cast<Feature>(column.meaning)).is_share)
      continue;
    const std::string plain = PlainHeader(column.name);
    std::size_t above = 0, between = 0;
    ForCells(sample, i, [&](std::string_view cell) {
      const auto value = ParseScaled(cell, 6, layout.decimal_comma);
      above += value && *value > kOne && *value <= 100 * kOne;
      between += value && *value > 0 && *value < kOne;
    });
    column.is_percent = column.name.find('%') != std::string::npos || plain.ends_with("percent") ||
                        plain.ends_with("percentage") || plain.ends_with("pct") || above > between;
    if (!column.is_percent && between == 0) {
      unsure.push_back(i);
    } else {
      ++(column.is_percent ? percents : shares);
    }
  }
  for (const std::size_t i : unsure) layout.columns[i].is_percent = percents > shares;
}

DurationUnit UnitOf(std::string_view header_cell, std::vector<std::int64_t> values) {
  const std::string name = PlainHeader(header_cell);
  if (name.ends_with("ms") || name.find("milli") != std::string::npos) return DurationUnit::kMilliseconds;
  if (name.find("min") != std::string::npos) return DurationUnit::kMinutes;
  if (name.find("sec") != std::string::npos) return DurationUnit::kSeconds;
  if (values.empty()) return DurationUnit::kMilliseconds;
  // Half of all tracks are longer than 25 s and shorter than 25 min, in whatever unit.
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  const std::int64_t median = values[values.size() / 2];
  if (median >= 5'000'000) return DurationUnit::kMilliseconds;
  return median >= 25'000 ? DurationUnit::kSeconds : DurationUnit::kMinutes;
}

void DetectDurations(CsvLayout& layout, CsvSample sample) {
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (layout.columns[i].meaning != Column::kDuration) continue;
    std::vector<std::int64_t> thousandths;
    ForCells(sample, i, [&](std::string_view cell) {
      if (const auto value = ParseScaled(cell, 3, layout.decimal_comma)) thousandths.push_back(*value);
    });
    layout.columns[i].unit = UnitOf(layout.columns[i].name, std::move(thousandths));
  }
}

/// Whether release dates with the year last begin with the month: some second part is no month, and no first
/// part.
void DetectMonthFirst(CsvLayout& layout, CsvSample sample) {
  bool first_is_day = false, second_is_day = false;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (layout.columns[i].meaning != Column::kReleaseDate) continue;
    ForCells(sample, i, [&](std::string_view cell) {
      const std::size_t first = cell.find_first_of("-/.");
      const std::size_t second =
          cell.find_first_of("-/.", first == std::string_view::npos ? first : first + 1);
      if (second == std::string_view::npos || first > 2 || cell.size() - second != 5) return;
      first_is_day |= ParseWhole(cell.substr(0, first)).value_or(0) > 12;
      second_is_day |= ParseWhole(cell.substr(first + 1, second - first - 1)).value_or(0) > 12;
    });
  }
  layout.month_first = second_is_day && !first_is_day;
}

/// Decides whether ", " joins several artists or is part of a name. A file that joins by ';' or writes lists
/// does neither; else a header in the plural says so, or that a quarter of the names with a comma begin or
/// end with an artist who also stands alone.
void DetectJoinedArtists(CsvLayout& layout, CsvSample sample) {
  const CsvColumn* artist = Find(layout, Column::kArtist);
  if (artist == nullptr) return;
  std::set<std::string, std::less<>> alone;
  std::vector<std::string_view> with_comma;
  bool has_other_form = false;
  ForCells(sample, static_cast<std::size_t>(artist - layout.columns.data()), [&](std::string_view cell) {
    has_other_form |=
        cell.find(';') != std::string_view::npos || cell.starts_with("['") || cell.starts_with("[\"");
    if (cell.find(", ") == std::string_view::npos) {
      alone.emplace(cell);
    } else {
      with_comma.push_back(cell);
    }
  });
  if (has_other_form) return;
  const auto joined = std::ranges::count_if(with_comma, [&alone](std::string_view cell) {
    return alone.contains(cell.substr(0, cell.find(", "))) ||
           alone.contains(cell.substr(cell.rfind(", ") + 2));
  });
  const std::string plain = PlainHeader(artist->name);
  const bool is_plural = plain.find("artists") != std::string::npos || plain.ends_with("names");
  layout.comma_joins_artists = is_plural || (joined > 0 && joined * 4 >= std::ssize(with_comma));
}

bool SampleHasIds(const CsvLayout& layout, CsvSample sample) {
  bool has_id = false;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (layout.columns[i].meaning != Column::kTrackId) continue;
    ForCells(sample, i, [&](std::string_view cell) { has_id |= !TrackIdIn(cell).empty(); });
  }
  return has_id;
}

/// Whether at least half of what a feature's column says can be a value of it.
bool IsBelievable(const CsvLayout& layout, std::size_t index, CsvSample sample) {
  const CsvColumn& column = layout.columns[index];
  const auto feature = static_cast<Feature>(column.meaning);
  const model::FeatureTrait& trait = model::TraitOf(feature);
  std::size_t told = 0, believable = 0;
  ForCells(sample, index, [&](std::string_view cell) {
    ++told;
    if (feature == Feature::kKey || feature == Feature::kMode) {
      believable += (feature == Feature::kKey ? ParseKey(cell) : ParseMode(cell)).has_value();
      return;
    }
    const auto value = ParseScaled(cell, column.is_percent ? 4 : 6, layout.decimal_comma);
    believable += value && static_cast<double>(*value) >= trait.lowest * 1e6 &&
                  static_cast<double>(*value) <= trait.highest * 1e6;
  });
  return believable * 2 >= told;
}

/// What a file lacks to be a catalogue; nothing when it is one.
std::string WhyNoCatalogue(const CsvLayout& layout, CsvSample sample, bool names_tracks) {
  if (!names_tracks) return "no column with track names or Spotify ids";
  std::size_t features = 0, believable = 0;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (!IsFeature(layout.columns[i].meaning)) continue;
    ++features;
    believable += IsBelievable(layout, i, sample) ? 1 : 0;
  }
  if (features < kFeaturesMin) return "fewer than three columns with audio features";
  return believable < kBelievableFeaturesMin ? "the columns named like audio features hold other values" : "";
}

std::string WhyNoHistory(const CsvLayout& layout, CsvSample sample, bool names_tracks) {
  std::string missing;
  const auto add = [&missing](std::string_view what) {
    missing += (missing.empty() ? "no " : ", no ") + std::string(what);
  };
  if (!Has(layout, Column::kEndedAt)) add("end of plays (ts, endTime)");
  if (!Has(layout, Column::kPlayedMs) && !Has(layout, Column::kPlayedSeconds))
    add("time played (ms_played, msPlayed)");
  if (!names_tracks && !Has(layout, Column::kEpisodeId) && !Has(layout, Column::kEpisodeTitle)) add("track");
  if (!missing.empty()) return missing;
  const CsvColumn* ended = Find(layout, Column::kEndedAt);
  std::size_t told = 0, instants = 0;
  std::string other;
  ForCells(sample, static_cast<std::size_t>(ended - layout.columns.data()), [&](std::string_view cell) {
    ++told;
    const bool is_instant = ParseEnded(cell).has_value();
    instants += is_instant ? 1 : 0;
    if (!is_instant && other.empty()) other = cell.substr(0, 40);
  });
  if (told == 0 || instants > 0) return {};
  return "its column " + ended->name + " holds no instants (such as 2015-01-12 21:31:09) but '" + other + "'";
}

std::string ColumnNames(const CsvLayout& layout) {
  std::string text;
  for (const CsvColumn& column : layout.columns) {
    text += (text.empty() ? "" : ", ") + (column.name.empty() ? "(no name)" : column.name);
    if (text.size() > kShownBytes) return base::ToValidUtf8(text.substr(0, kShownBytes)) + " …";
  }
  return text;
}

}  // namespace

std::size_t KnownColumns(std::span<const std::string_view> cells) {
  return static_cast<std::size_t>(std::ranges::count_if(
      cells, [](std::string_view cell) { return MeaningOf(cell).column < Column::kUnknown; }));
}

base::Result<CsvLayout> DetectLayout(std::span<const std::string_view> header, CsvSample sample,
                                     std::string_view as) {
  CsvLayout layout;
  for (const std::string_view cell : header) {
    const HeaderMeaning meaning = MeaningOf(cell);
    layout.columns.push_back({meaning.column, meaning.rank, std::string(base::Trim(cell))});
  }
  KeepBestColumns(layout);
  layout.decimal_comma = HasDecimalComma(layout, sample);
  DetectPercents(layout, sample);
  DetectDurations(layout, sample);
  DetectMonthFirst(layout, sample);
  DetectJoinedArtists(layout, sample);
  const bool has_ids = SampleHasIds(layout, sample);
  const bool names_tracks = Has(layout, Column::kTitle) || has_ids;
  const std::string why_no_history =
      as == "catalogue" ? "asked for as a catalogue" : WhyNoHistory(layout, sample, names_tracks);
  if (why_no_history.empty()) {
    layout.kind = CsvKind::kHistory;
    return layout;
  }
  const std::string why_no_catalogue =
      as == "history" ? "asked for as a history" : WhyNoCatalogue(layout, sample, names_tracks);
  if (why_no_catalogue.empty()) return layout;
  if (as != "history" && has_ids && Has(layout, Column::kTitle) && Has(layout, Column::kArtist)) {
    layout.kind = CsvKind::kChart;
    return layout;
  }
  return base::Fail(
      base::ErrorCode::kUnsupported, "import", "",
      "it is no streaming history (" + why_no_history + ") and no catalogue (" + why_no_catalogue +
          "); its columns are: " + ColumnNames(layout),
      "a history has ts or endTime, ms_played and a track; a catalogue has track names or ids and at least "
      "three features such as danceability, energy, tempo");
}

}  // namespace earprint::sources
