#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "ports/event_source.hpp"
#include "sources/json_chunker.hpp"

namespace earprint::sources {

/// Which of Spotify's history files a JSON array is.
enum class HistoryShape : std::uint8_t {
  kExtended,  ///< Streaming_History_Audio/Video_*.json, endsong_*.json, endvideo*.json
  kAccount,   ///< StreamingHistory_music/podcast/audiobook_N.json, StreamingHistoryN.json
};

struct HistoryOptions {
  std::string listener = "me";
  std::int64_t latest_ms = 0;  ///< a play that ends later than this has a broken clock
  HistoryShape shape = HistoryShape::kExtended;
  bool is_video = false;  ///< the file holds video plays, by its base name
};

/// Reads Spotify's streaming history, every vintage of fields, as the privacy export brings it.
///
/// Shape:  a record becomes one play event. In account data, which knows minutes only, rows of one file that
///         agree in all fields are told apart by `twin`.
/// Units:  `ts` and `endTime` are the END of a play in UTC; `ms_played` and `msPlayed` milliseconds heard.
/// Source: docs/sources.md, "Privacy export"
class JsonHistorySource final : public ports::EventSource {
 public:
  JsonHistorySource(std::unique_ptr<ports::ByteReader> reader, HistoryOptions options);

  std::string Kind() const override;
  base::Result<std::optional<model::BatchTask>> Next() override;

 private:
  JsonChunker chunker_;
  HistoryOptions options_;
  std::unordered_map<std::uint64_t, std::uint32_t> twins_;
  bool told_cut_off_ = false;
  std::uint64_t end_byte_ = 0;
};

/// Parses one stretch; pure. `twins` (may be null) counts equal rows of a minute-precise file.
model::EventBatch ParseHistoryChunk(const JsonChunk& chunk, const HistoryOptions& options,
                                    std::unordered_map<std::uint64_t, std::uint32_t>* twins);

}  // namespace earprint::sources
