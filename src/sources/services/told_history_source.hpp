#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ports/event_source.hpp"
#include "sources/services/record_cutter.hpp"
#include "sources/services/told_play.hpp"

namespace earprint::sources {

/// Which service's file a JSON text is, by its beginning, and how its records lie in it.
struct ToldHistory {
  HistoryService service = HistoryService::kBrainz;
  RecordLayout layout;
};
std::optional<ToldHistory> DetectToldHistory(std::string_view head);

/// Reads what another service keeps of a listener's plays: exports of ListenBrainz, Last.fm, Maloja and Koito
/// as JSON.
///
/// Shape:  a record becomes one play event or one reject. Names, ids, ISRC, stamp and lengths are kept;
///         who listened, with which program and at which addresses is not.
/// Units:  of each stamp sql/lake.md tells what it is.
/// Source: docs/sources.md, "Other histories"
class ToldHistorySource final : public ports::EventSource {
 public:
  ToldHistorySource(std::unique_ptr<ports::ByteReader> reader, const ToldHistory& history,
                    ToldPlayOptions options);

  std::string Kind() const override;
  base::Result<std::optional<model::BatchTask>> Next() override;

 private:
  RecordCutter cutter_;
  HistoryService service_;
  ToldPlayOptions options_;
};

}  // namespace earprint::sources
