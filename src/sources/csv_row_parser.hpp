#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/event_batch.hpp"
#include "sources/csv_layout.hpp"

namespace earprint::sources {

/// Turns the cells of one record into an event; one object a file, used by one thread.
class CsvRowParser {
 public:
  CsvRowParser(CsvLayout layout, std::string catalogue, std::string listener, std::int64_t latest_ms);

  /// Appends the record's event to the batch. Gives the reason when the record has to be refused, else an empty text.
  std::string Parse(std::span<const std::string_view> cells, model::EventBatch& batch);

  /// The record without its personal cells, for the dead letters.
  std::string Kept(std::span<const std::string_view> cells) const;

  const CsvLayout& layout() const { return layout_; }

 private:
  std::string ParsePlay(std::span<const std::string_view> cells, model::EventBatch& batch);
  std::string ParseTrack(std::span<const std::string_view> cells, model::EventBatch& batch);
  void TakeFeature(model::Feature feature, std::string_view cell, std::string_view name, model::FeatureFact& fact) const;
  void TakeAttribute(Column column, std::string_view cell, model::FeatureFact& fact) const;

  CsvLayout layout_;
  std::string catalogue_, listener_;
  std::int64_t latest_ms_;
  std::unordered_map<std::uint64_t, std::uint32_t> twins_;
};

}  // namespace earprint::sources
