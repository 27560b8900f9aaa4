#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/event_batch.hpp"
#include "model/play_fact.hpp"
#include "sources/csv_layout.hpp"

namespace earprint::sources {

/// Turns the cells of one record into an event; one object a file, used by one thread.
class CsvRowParser {
 public:
  CsvRowParser(CsvLayout layout, std::string catalogue, std::string listener, std::int64_t latest_ms);

  /// Appends the record's event to the batch. Gives the reason when the record has to be refused, else an
  /// empty text. `is_unended`: the file ends within the record, so that cells may be missing or cut.
  std::string Parse(std::span<const std::string_view> cells, bool is_unended, model::EventBatch& batch);

  /// The record for the dead letters, without its personal cells; where a record's cells may have shifted,
  /// without all that follows the first of them. At most model::kRejectRawMax bytes of valid UTF-8.
  std::string Kept(std::span<const std::string_view> cells, char delimiter) const;

  /// The same for a record that could not be taken apart.
  std::string KeptBroken(std::string_view raw, char delimiter) const;

  const CsvLayout& layout() const { return layout_; }

 private:
  std::string ParsePlay(std::span<const std::string_view> cells, model::EventBatch& batch);
  std::string_view* PlainTextOf(Column column);
  std::optional<bool>* FlagOf(Column column);
  std::string TakePlayCell(const CsvColumn& column, std::string_view cell);
  std::string FinishPlay(model::EventBatch& batch);
  std::string ParseTrack(std::span<const std::string_view> cells, model::EventBatch& batch);
  void TakeFeature(const CsvColumn& column, std::string_view cell);
  void TakeAttribute(const CsvColumn& column, std::string_view cell);
  void TakeReleaseDate();
  std::size_t FirstPersonal() const;

  /// What the cells of the record at hand say, before it is judged.
  struct PlayRow {
    model::PlayFact play;
    std::optional<base::StatedInstant> ended;
    std::optional<std::int64_t> played_ms;
    std::string_view episode_id, episode_title, show, chapter_id, chapter_title, book_title;
  };
  struct TrackRow {
    model::FeatureFact fact;
    std::uint16_t id_rank = 0;
    std::optional<std::int64_t> year, month, day;
  };

  CsvLayout layout_;
  std::string catalogue_, listener_;
  std::int64_t latest_ms_;
  PlayRow row_;
  TrackRow track_;
  std::unordered_map<std::uint64_t, std::uint32_t> twins_;
};

}  // namespace earprint::sources
