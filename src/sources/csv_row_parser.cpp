#include "sources/csv_row_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "model/play_fact.hpp"

namespace earprint::sources {

namespace {

using model::Feature;
constexpr std::size_t kShownCellBytes = 40;
constexpr std::size_t kListItemsMax = 64;

std::optional<bool> ParseFlag(std::string_view cell) {
  const std::string lower = base::AsciiLower(cell);
  if (lower == "true" || lower == "1" || lower == "yes") return true;
  if (lower == "false" || lower == "0" || lower == "no") return false;
  return {};
}

std::optional<std::int64_t> ParseInteger(std::string_view cell) {
  std::int64_t number = 0;
  const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (read.ec == std::errc() && read.ptr == cell.data() + cell.size()) return number;
  const auto real = ParseNumber(cell, false);  // "204053.0", "48,633,449"
  if (real && *real == std::floor(*real) && std::abs(*real) < 9e15) return static_cast<std::int64_t>(*real);
  return {};
}

/// "['A', \"B's\"]", "A;B", "A, B": the parts. A lone text is a list of one.
std::vector<std::string> ParseList(std::string_view cell, bool comma_separates) {
  std::vector<std::string> items;
  const auto add = [&items](std::string_view item) {
    if (const auto trimmed = base::Trim(item); !trimmed.empty() && items.size() < kListItemsMax) items.emplace_back(trimmed);
  };
  if (cell.starts_with('[') && cell.ends_with(']')) {
    std::string item;
    char quote = 0;
    for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
      const char c = cell[i];
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (quote != 0 && c == '\\' && i + 2 < cell.size()) {
        item += cell[++i];
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && c == ',') {
        add(std::exchange(item, {}));
      } else if (quote != 0 || c != ' ') {
        item += c;
      }
    }
    add(item);
    return items;
  }
  const char separator = cell.find(';') != std::string_view::npos ? ';' : ',';
  if (separator == ',' && !comma_separates) return {std::string(cell)};
  for (const std::string_view part : base::Split(cell, separator)) add(part);
  return items;
}

/// "C", "C#", "C♯", "C#/Db", "Db", "11": the pitch class 0..11.
std::optional<std::int64_t> ParseKey(std::string_view cell) {
  if (const auto number = ParseInteger(cell)) return *number >= 0 && *number <= 11 ? number : std::nullopt;
  if (cell.empty()) return {};
  static constexpr std::string_view kLetters = "C D EF G A B";
  const char letter = static_cast<char>(cell.front() >= 'a' ? cell.front() - 'a' + 'A' : cell.front());
  const std::size_t at = kLetters.find(letter);
  if (letter == ' ' || at == std::string_view::npos) return {};
  const std::string_view rest = cell.substr(1);
  if (rest.starts_with('#') || rest.starts_with("♯")) return static_cast<std::int64_t>((at + 1) % 12);
  if (rest.starts_with('b') || rest.starts_with("♭")) return static_cast<std::int64_t>((at + 11) % 12);
  return rest.empty() || rest.starts_with('/') || rest.starts_with(' ') ? std::optional(static_cast<std::int64_t>(at)) : std::nullopt;
}

std::optional<std::int64_t> ParseMode(std::string_view cell) {
  const std::string lower = base::AsciiLower(cell);
  if (lower == "major" || lower == "maj") return 1;
  if (lower == "minor" || lower == "min") return 0;
  const auto number = ParseInteger(cell);
  return number && (*number == 0 || *number == 1) ? number : std::nullopt;
}

/// A release date in the house's form: "YYYY", "YYYY-MM" or "YYYY-MM-DD"; empty when it is none.
std::string ParseReleaseDate(std::string_view cell) {
  std::vector<std::int64_t> parts;
  std::vector<std::size_t> sizes;
  cell = cell.substr(0, cell.find_first_of("T "));
  const char separator = cell.find('/') != std::string_view::npos ? '/' : cell.find('.') != std::string_view::npos ? '.' : '-';
  for (const std::string_view part : base::Split(cell, separator)) {
    const auto number = ParseInteger(part);
    if (!number || part.empty() || part.find_first_not_of("0123456789") != std::string_view::npos) return {};
    parts.push_back(*number);
    sizes.push_back(part.size());
  }
  if (parts.empty() || parts.size() > 3) return {};
  if (sizes.front() != 4 && sizes.back() == 4) std::ranges::reverse(parts);  // DD-MM-YYYY, written by a spreadsheet
  if (parts[0] < 1000 || parts[0] > 2200) return {};
  if (parts.size() == 3 && parts[1] > 12) std::swap(parts[1], parts[2]);  // MM/DD/YYYY
  if (parts.size() >= 2 && (parts[1] < 1 || parts[1] > 12)) return fmt::format("{:04}", parts[0]);
  if (parts.size() == 3 && !base::EpochDay(static_cast<int>(parts[0]), static_cast<int>(parts[1]), static_cast<int>(parts[2]))) {
    return fmt::format("{:04}-{:02}", parts[0], parts[1]);
  }
  if (parts.size() == 1) return fmt::format("{:04}", parts[0]);
  if (parts.size() == 2) return fmt::format("{:04}-{:02}", parts[0], parts[1]);
  return fmt::format("{:04}-{:02}-{:02}", parts[0], parts[1], parts[2]);
}

std::optional<std::int64_t> ParseDuration(std::string_view cell, DurationUnit unit, bool decimal_comma) {
  const std::size_t colon = cell.find(':');
  if (colon != std::string_view::npos) {  // m:ss
    const auto minutes = ParseInteger(cell.substr(0, colon));
    const auto seconds = ParseInteger(cell.substr(colon + 1));
    if (!minutes || !seconds || *minutes < 0 || *seconds < 0 || *seconds > 59) return {};
    return (*minutes * 60 + *seconds) * base::kMsPerSecond;
  }
  const auto number = ParseNumber(cell, decimal_comma);
  if (!number || *number <= 0) return {};
  const double factor = unit == DurationUnit::kMilliseconds ? 1 : unit == DurationUnit::kSeconds ? 1'000 : 60'000;
  const double ms = *number * factor;
  return ms < 86'400'000.0 * 7 ? std::optional(static_cast<std::int64_t>(std::llround(ms))) : std::nullopt;
}

std::string Complaint(std::string_view name, std::string_view wanted, std::string_view cell) {
  return fmt::format("{} is not {}: '{}'", name, wanted, cell.substr(0, kShownCellBytes));
}

}  // namespace

CsvRowParser::CsvRowParser(CsvLayout layout, std::string catalogue, std::string listener, std::int64_t latest_ms)
    : layout_(std::move(layout)), catalogue_(std::move(catalogue)), listener_(std::move(listener)), latest_ms_(latest_ms) {}

std::string CsvRowParser::Parse(std::span<const std::string_view> cells, model::EventBatch& batch) {
  if (cells.size() > layout_.columns.size()) {
    bool rest_is_empty = true;
    for (std::size_t i = layout_.columns.size(); i < cells.size(); ++i) rest_is_empty = rest_is_empty && cells[i].empty();
    if (!rest_is_empty) return fmt::format("it has {} cells where the header has {}", cells.size(), layout_.columns.size());
    cells = cells.first(layout_.columns.size());
  }
  return layout_.kind == CsvKind::kHistory ? ParsePlay(cells, batch) : ParseTrack(cells, batch);
}

std::string CsvRowParser::Kept(std::span<const std::string_view> cells) const {
  std::string kept;
  for (std::size_t i = 0; i < cells.size() && kept.size() < model::kRejectRawMax; ++i) {
    if (i > 0) kept += ',';
    if (i >= layout_.columns.size() || layout_.columns[i] != Column::kPersonal) kept += cells[i];
  }
  if (kept.size() > model::kRejectRawMax) kept.resize(model::kRejectRawMax);
  return kept;
}

std::string CsvRowParser::ParsePlay(std::span<const std::string_view> cells, model::EventBatch& batch) {
  model::PlayFact play;
  play.source = "csv";
  std::optional<base::StatedInstant> ended;
  std::optional<std::int64_t> played_ms;
  std::string complaint;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view cell = cells[i];
    if (cell.empty()) continue;
    const std::string& name = layout_.names[i];
    switch (layout_.columns[i]) {
      case Column::kEndedAt:
        ended = base::ParseInstant(cell);
        if (!ended || ended->precision_ms == base::kMsPerDay) return Complaint(name, "an instant", cell);
        break;
      case Column::kPlayedMs:
        played_ms = ParseInteger(cell);
        if (!played_ms) return Complaint(name, "a whole number", cell);
        break;
      case Column::kTrackId:
        if (play.item_id.empty()) play.item_id = model::ItemId(cell, "track");
        if (play.item_id.empty() && cell.starts_with("spotify:local:")) play.item_id = cell;
        break;
      case Column::kTitle: play.title = cell; break;
      case Column::kArtist: play.artist = cell; break;
      case Column::kAlbum: play.album = cell; break;
      case Column::kPlatform: play.platform = cell; break;
      case Column::kCountry: play.country = cell; break;
      case Column::kReasonStart: play.reason_start = cell; break;
      case Column::kReasonEnd: play.reason_end = cell; break;
      case Column::kShuffle: play.shuffle = ParseFlag(cell); break;
      case Column::kSkipped: play.skipped = ParseFlag(cell); break;
      case Column::kOffline: play.offline = ParseFlag(cell); break;
      case Column::kPrivate: play.is_private = ParseFlag(cell); break;
      default: break;
    }
  }
  if (!ended) return "the end of the play is missing";
  if (!played_ms) return "the milliseconds played are missing";
  play.ended_at_ms = ended->at.value;
  play.played_ms = *played_ms;
  play.kind = play.item_id.empty() && play.title.empty() ? model::PlayKind::kUnknown : model::PlayKind::kTrack;
  if (ended->precision_ms == base::kMsPerMinute) {
    play.ended_precision_ms = base::kMsPerMinute;
    const std::string twin = fmt::format("{}\x1f{}\x1f{}\x1f{}", play.title, play.artist, play.ended_at_ms, play.played_ms);
    play.twin = twins_[base::HashBytes(twin).high]++;
  }
  if (auto impossible = model::WhyImpossible(play, latest_ms_)) return *impossible;
  model::AddPlay(play, listener_, batch);
  return {};
}

void CsvRowParser::TakeFeature(Feature feature, std::string_view cell, std::string_view name, model::FeatureFact& fact) const {
  const model::FeatureTrait& trait = model::TraitOf(feature);
  std::optional<std::int64_t> value;
  if (feature == Feature::kKey) {
    value = ParseKey(cell);
  } else if (feature == Feature::kMode) {
    value = ParseMode(cell);
  } else if (auto number = ParseNumber(cell, layout_.decimal_comma)) {
    const double believed = trait.is_share && layout_.shares_in_percent ? *number / 100 : *number;
    if (believed >= trait.lowest && believed <= trait.highest) value = std::llround(trait.is_scaled ? believed * 1e6 : believed);
  }
  if (value) {
    fact[feature] = value;
  } else if (!IsMissing(cell)) {
    fact.dropped.emplace_back(name);
  }
}

void CsvRowParser::TakeAttribute(Column column, std::string_view cell, model::FeatureFact& fact) const {
  switch (column) {
    case Column::kTrackId:
      if (fact.track_id.empty()) fact.track_id = model::ItemId(cell, "track");
      break;
    case Column::kIsrc: fact.isrc = cell; break;
    case Column::kTitle: fact.title = cell; break;
    case Column::kArtist: fact.artists = ParseList(cell, true); break;
    case Column::kAlbum: fact.album = cell; break;
    case Column::kReleaseDate: fact.release_date = ParseReleaseDate(cell); break;
    case Column::kReleaseYear:
      if (fact.release_date.empty()) fact.release_date = ParseReleaseDate(cell);
      break;
    case Column::kDuration: fact.duration_ms = ParseDuration(cell, layout_.duration_unit, layout_.decimal_comma); break;
    case Column::kPopularity: fact.popularity = ParseInteger(cell); break;
    case Column::kExplicit: fact.is_explicit = ParseFlag(cell); break;
    case Column::kGenre:
      for (std::string& genre : ParseList(cell, false)) fact.genres.push_back(std::move(genre));
      break;
    default: break;
  }
}

std::string CsvRowParser::ParseTrack(std::span<const std::string_view> cells, model::EventBatch& batch) {
  model::FeatureFact fact;
  fact.catalogue = catalogue_;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Column column = layout_.columns[i];
    if (IsMissing(cells[i])) continue;
    if (column < Column::kTrackId) {
      TakeFeature(static_cast<Feature>(column), cells[i], layout_.names[i], fact);
    } else {
      TakeAttribute(column, cells[i], fact);
    }
  }
  if (fact.track_id.empty() && (fact.title.empty() || fact.artists.empty())) {
    return "it names no track: neither a track id nor title and artist";
  }
  if (fact.release_date.size() >= 4) fact.release_year = ParseInteger(std::string_view(fact.release_date).substr(0, 4));
  model::DropUnanalysed(fact);
  const bool tells_feature = std::ranges::any_of(fact.features, [](const auto& value) { return value.has_value(); });
  if (layout_.kind == CsvKind::kCatalogue && !tells_feature && !fact.dropped.empty()) {
    return "none of its features is a believable value: " + fact.dropped.front();
  }
  model::AddFeatures(fact, batch);
  return {};
}

}  // namespace earprint::sources
