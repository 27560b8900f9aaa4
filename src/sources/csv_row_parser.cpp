#include "sources/csv_row_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::sources {

namespace {

using model::Feature;

constexpr std::size_t kShownCellBytes = 40;
constexpr std::size_t kGenresMax = 64;
constexpr std::int64_t kPopularityMax = 100;
constexpr std::int64_t kLargestSeconds = 100'000'000'000;  // above it an instant is in milliseconds
constexpr std::int64_t kLargestInstantMs = 100'000'000'000'000;

std::string CutTo(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text = text.substr(0, limit);
  }
  return std::string(text);
}

std::string Complaint(std::string_view name, std::string_view wanted, std::string_view cell) {
  return fmt::format("{} is not {}: '{}'", name, wanted, CutTo(cell, kShownCellBytes));
}

/// An id in any of its forms, or the URI as it stands: local files, and what Spotify invents next.
std::string_view PlayedItem(std::string_view cell) {
  const std::string_view id = TrackIdIn(cell);
  return id.empty() && cell.starts_with("spotify:") ? cell : id;
}

bool IsTooLong(const model::FeatureFact& fact) {
  const auto is_long = [](const std::string& text) { return text.size() > model::kTextBytesMax; };
  return is_long(fact.title) || is_long(fact.album) || is_long(fact.isrc) ||
         std::ranges::any_of(fact.artists, is_long) || std::ranges::any_of(fact.genres, is_long);
}

}  // namespace

CsvRowParser::CsvRowParser(CsvLayout layout, std::string catalogue, std::string listener,
                           std::int64_t latest_ms)
    : layout_(std::move(layout)),
      catalogue_(std::move(catalogue)),
      listener_(std::move(listener)),
      latest_ms_(latest_ms) {}

std::string CsvRowParser::Parse(std::span<const std::string_view> cells, bool is_unended,
                                model::EventBatch& batch) {
  const std::size_t columns = layout_.columns.size();
  if (cells.size() < columns && is_unended) {
    return fmt::format("the file breaks off within it: {} cells of {}", cells.size(), columns);
  }
  if (cells.size() > columns) {
    const bool rest_is_empty =
        std::ranges::all_of(cells.subspan(columns), [](auto cell) { return cell.empty(); });
    if (!rest_is_empty) return fmt::format("it has {} cells where the header has {}", cells.size(), columns);
    cells = cells.first(columns);
  }
  return layout_.kind == CsvKind::kHistory ? ParsePlay(cells, batch) : ParseTrack(cells, batch);
}

std::size_t CsvRowParser::FirstPersonal() const {
  const auto found = std::ranges::find(layout_.columns, Column::kPersonal, &CsvColumn::meaning);
  return static_cast<std::size_t>(found - layout_.columns.begin());
}

std::string CsvRowParser::Kept(std::span<const std::string_view> cells, char delimiter) const {
  if (cells.size() != layout_.columns.size()) cells = cells.first(std::min(cells.size(), FirstPersonal()));
  std::string kept;
  for (std::size_t i = 0; i < cells.size() && kept.size() < model::kRejectRawMax; ++i) {
    if (i > 0) kept += delimiter;
    if (i < layout_.columns.size() && layout_.columns[i].meaning == Column::kPersonal) continue;
    kept += CutTo(cells[i], model::kRejectRawMax);
  }
  return CutTo(kept, model::kRejectRawMax);
}

std::string CsvRowParser::KeptBroken(std::string_view raw, char delimiter) const {
  const std::size_t personal = FirstPersonal();
  if (personal < layout_.columns.size()) {
    // Which cell is which cannot be told behind a quote.
    raw = raw.substr(0, raw.find('"'));
    std::size_t end = 0;
    for (std::size_t i = 0; i < personal && end != std::string_view::npos; ++i) {
      end = raw.find(delimiter, i == 0 ? 0 : end + 1);
    }
    raw = raw.substr(0, personal == 0 ? 0 : end);
  }
  return CutTo(base::ToValidUtf8(raw.substr(0, model::kRejectRawMax)), model::kRejectRawMax);
}

std::string CsvRowParser::ParsePlay(std::span<const std::string_view> cells, model::EventBatch& batch) {
  row_ = {};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    if (std::string complaint = TakePlayCell(layout_.columns[i], cells[i]); !complaint.empty())
      return complaint;
  }
  return FinishPlay(batch);
}

/// Where a cell that is kept as it stands goes; nothing for the others.
std::string_view* CsvRowParser::PlainTextOf(Column column) {
  model::PlayFact& play = row_.play;
  switch (column) {
    case Column::kTitle:
      return &play.title;
    case Column::kArtist:
      return &play.artist;
    case Column::kAlbum:
      return &play.album;
    case Column::kEpisodeTitle:
      return &row_.episode_title;
    case Column::kShow:
      return &row_.show;
    case Column::kChapterTitle:
      return &row_.chapter_title;
    case Column::kBookTitle:
      return &row_.book_title;
    case Column::kPlatform:
      return &play.platform;
    case Column::kCountry:
      return &play.country;
    case Column::kReasonStart:
      return &play.reason_start;
    case Column::kReasonEnd:
      return &play.reason_end;
    default:
      return nullptr;
  }
}

std::optional<bool>* CsvRowParser::FlagOf(Column column) {
  model::PlayFact& play = row_.play;
  switch (column) {
    case Column::kShuffle:
      return &play.shuffle;
    case Column::kSkipped:
      return &play.skipped;
    case Column::kOffline:
      return &play.offline;
    case Column::kPrivate:
      return &play.is_private;
    default:
      return nullptr;
  }
}

std::string CsvRowParser::TakePlayCell(const CsvColumn& column, std::string_view cell) {
  if (std::string_view* text = PlainTextOf(column.meaning)) {
    *text = cell;
    return {};
  }
  if (std::optional<bool>* flag = FlagOf(column.meaning)) {
    *flag = ParseFlag(cell);
    return {};
  }
  switch (column.meaning) {
    case Column::kEndedAt:
      row_.ended = ParseEnded(cell);
      return row_.ended ? "" : Complaint(column.name, "an instant", cell);
    case Column::kPlayedMs:
      row_.played_ms = ParseWhole(cell);
      return row_.played_ms ? "" : Complaint(column.name, "a whole number", cell);
    case Column::kPlayedSeconds:
      if (!row_.played_ms) row_.played_ms = ParseScaled(cell, 3, layout_.decimal_comma);
      return row_.played_ms ? "" : Complaint(column.name, "a number of seconds", cell);
    case Column::kTrackId:
      if (row_.play.item_id.empty()) row_.play.item_id = PlayedItem(cell);
      return {};
    case Column::kEpisodeId:
      row_.episode_id = model::ItemId(cell, "episode");
      return {};
    case Column::kChapterId:
      row_.chapter_id = model::ItemId(cell, "episode");
      return {};
    case Column::kOfflineAt:
      if (const auto at = ParseWhole(cell); at && *at > 0 && *at < kLargestInstantMs) {
        row_.play.offline_at_ms = *at > kLargestSeconds ? *at : *at * base::kMsPerSecond;
      }
      return {};
    default:
      return {};
  }
}

std::string CsvRowParser::FinishPlay(model::EventBatch& batch) {
  if (!row_.ended) return "the end of the play is missing";
  if (!row_.played_ms) return "the time played is missing";
  model::PlayFact& play = row_.play;
  play.source = "csv";
  play.ended_at_ms = row_.ended->at.value;
  play.played_ms = *row_.played_ms;
  if (IsMissingName(play.title) && IsMissingName(play.artist)) play.title = play.artist = {};  // R writes NA
  if (!play.item_id.empty() || !play.title.empty()) {
    play.kind = model::PlayKind::kTrack;
  } else if (!row_.book_title.empty() || !row_.chapter_id.empty()) {
    play.kind = model::PlayKind::kAudiobook;
    play.item_id = row_.chapter_id;
    play.title = row_.chapter_title;
    play.artist = row_.book_title;
  } else if (!row_.episode_id.empty() || !row_.episode_title.empty()) {
    play.kind = model::PlayKind::kEpisode;
    play.item_id = row_.episode_id;
    play.title = row_.episode_title;
    play.artist = row_.show;
  }
  if (auto impossible = model::WhyImpossible(play, latest_ms_)) return *impossible;
  if (row_.ended->precision_ms == base::kMsPerMinute) {
    play.ended_precision_ms = base::kMsPerMinute;
    const std::string twin =
        fmt::format("{}\x1f{}\x1f{}\x1f{}", play.title, play.artist, play.ended_at_ms, play.played_ms);
    play.twin = twins_[base::HashBytes(twin).high]++;
  }
  model::AddPlay(play, listener_, batch);
  return {};
}

void CsvRowParser::TakeFeature(const CsvColumn& column, std::string_view cell) {
  const auto feature = static_cast<Feature>(column.meaning);
  const model::FeatureTrait& trait = model::TraitOf(feature);
  if (feature == Feature::kKey && cell == "-1") return;  // Spotify's word for "no key was found"
  std::optional<std::int64_t> value;
  if (feature == Feature::kKey) {
    value = ParseKey(cell);
  } else if (feature == Feature::kMode) {
    value = ParseMode(cell);
  } else if (!trait.is_scaled) {
    value = ParseWhole(cell);
  } else {
    value = ParseScaled(cell, column.is_percent ? 4 : 6, layout_.decimal_comma);
  }
  const double scale = trait.is_scaled ? 1e6 : 1;
  const auto in_units = static_cast<double>(value.value_or(0));
  if (value && in_units >= trait.lowest * scale && in_units <= trait.highest * scale) {
    track_.fact[feature] = value;
  } else {
    track_.fact.dropped.push_back(column.name);
  }
}

void CsvRowParser::TakeAttribute(const CsvColumn& column, std::string_view cell) {
  model::FeatureFact& fact = track_.fact;
  switch (column.meaning) {
    case Column::kTrackId: {
      const std::string_view id = TrackIdIn(cell);
      if (id.empty() || (!fact.track_id.empty() && column.rank >= track_.id_rank)) break;
      fact.track_id = id;
      track_.id_rank = column.rank;
      break;
    }
    case Column::kIsrc:
      fact.isrc = cell;
      break;
    case Column::kReleaseDate:
      fact.release_date = ParseReleaseDate(cell, layout_.month_first);
      break;
    case Column::kReleaseYear:
      track_.year = ParseWhole(cell);
      break;
    case Column::kReleaseMonth:
      track_.month = ParseWhole(cell);
      break;
    case Column::kReleaseDay:
      track_.day = ParseWhole(cell);
      break;
    case Column::kDuration:
      fact.duration_ms = ParseDuration(cell, column.unit, layout_.decimal_comma);
      break;
    case Column::kPopularity:
      fact.popularity = ParseWhole(cell);
      if (fact.popularity && (*fact.popularity < 0 || *fact.popularity > kPopularityMax))
        fact.popularity.reset();
      break;
    case Column::kExplicit:
      fact.is_explicit = ParseFlag(cell);
      break;
    case Column::kGenre:
      for (std::string& genre : ParseList(cell, true)) {
        const bool is_new = std::ranges::find(fact.genres, genre) == fact.genres.end();
        if (is_new && fact.genres.size() < kGenresMax) fact.genres.push_back(std::move(genre));
      }
      break;
    default:
      break;
  }
}

/// Makes a date of the columns for year, month and day where no column tells the whole.
void CsvRowParser::TakeReleaseDate() {
  model::FeatureFact& fact = track_.fact;
  if (fact.release_date.empty() && track_.year) {
    std::string date = std::to_string(*track_.year);
    if (track_.month) date += fmt::format("-{:02}", *track_.month);
    if (track_.month && track_.day) date += fmt::format("-{:02}", *track_.day);
    fact.release_date = ParseReleaseDate(date, false);
  }
  if (!fact.release_date.empty())
    fact.release_year = ParseWhole(std::string_view(fact.release_date).substr(0, 4));
}

std::string CsvRowParser::ParseTrack(std::span<const std::string_view> cells, model::EventBatch& batch) {
  track_ = {};
  model::FeatureFact& fact = track_.fact;
  fact.catalogue = catalogue_;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CsvColumn& column = layout_.columns[i];
    const std::string_view cell = base::Trim(cells[i]);
    const bool is_name = column.meaning == Column::kTitle || column.meaning == Column::kArtist ||
                         column.meaning == Column::kAlbum;
    if (is_name ? IsMissingName(cell) : IsMissing(cell)) continue;
    if (column.meaning == Column::kTitle) {
      fact.title = cell;
    } else if (column.meaning == Column::kAlbum) {
      fact.album = cell;
    } else if (column.meaning == Column::kArtist) {
      fact.artists = ParseList(cell, layout_.comma_joins_artists);
    } else if (IsFeature(column.meaning)) {
      TakeFeature(column, cell);
    } else {
      TakeAttribute(column, cell);
    }
  }
  if (fact.track_id.empty() && (fact.title.empty() || fact.artists.empty())) {
    return "it names no track: neither a Spotify id nor title and artist";
  }
  if (IsTooLong(fact)) return fmt::format("a text has more than {} bytes", model::kTextBytesMax);
  TakeReleaseDate();
  const auto tells = [](const auto& value) { return value.has_value(); };
  if (std::ranges::none_of(fact.features, tells) && !fact.dropped.empty()) {
    return fmt::format("none of its features has a believable value, such as {}", fact.dropped.front());
  }
  model::DropUnanalysed(fact);
  model::AddFeatures(fact, batch);
  return {};
}

}  // namespace earprint::sources
