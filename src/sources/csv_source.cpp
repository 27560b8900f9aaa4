#include "sources/csv_source.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "sources/csv_layout.hpp"
#include "sources/csv_reader.hpp"
#include "sources/csv_row_parser.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kHeaderRecordsMax = 10;
constexpr std::size_t kSampleRecords = 500;
constexpr std::size_t kBatchRecords = 4'000;

/// A record kept beyond the reader's next step.
struct KeptRecord {
  std::vector<std::string> cells;
  std::string raw;
  std::uint64_t byte = 0;
  bool is_broken = false;
};

KeptRecord Keep(const CsvRecord& record) {
  return {{record.cells.begin(), record.cells.end()}, std::string(record.raw.substr(0, model::kRejectRawMax)), record.byte,
          record.is_broken};
}

/// "catalogues/spotify_songs.csv.gz" -> "spotify_songs".
std::string CatalogueName(std::string_view base_name) {
  return std::string(base_name.substr(0, base_name.find('.', 1)));
}

class CsvSource final : public ports::EventSource {
 public:
  CsvSource(CsvReader reader, CsvRowParser parser, std::vector<KeptRecord> sample, std::string kind)
      : reader_(std::move(reader)), parser_(std::move(parser)), sample_(std::move(sample)), kind_(std::move(kind)) {}

  std::string Kind() const override { return kind_; }

  base::Result<std::optional<model::BatchTask>> Next() override {
    auto batch = std::make_shared<model::EventBatch>();
    for (const KeptRecord& kept : std::exchange(sample_, {})) {
      Take({kept.cells.begin(), kept.cells.end()}, kept.raw, kept.byte, kept.is_broken, *batch);
    }
    CsvRecord record;
    while (batch->read < kBatchRecords) {
      auto more = reader_.Next(record);
      if (!more && batch->read == 0) return std::unexpected(more.error());
      if (!more) broken_ = more.error();
      if (!more || !*more) break;
      Take(record.cells, record.raw, record.byte, record.is_broken, *batch);
    }
    if (batch->read > 0) return [batch] { return std::move(*batch); };
    if (broken_) return std::unexpected(*std::exchange(broken_, std::nullopt));
    return std::nullopt;
  }

 private:
  void Take(const std::vector<std::string_view>& cells, std::string_view raw, std::uint64_t byte, bool is_broken,
            model::EventBatch& batch) {
    std::string reason = is_broken ? "a quote is never closed, or the record is longer than 1 MiB" : parser_.Parse(cells, batch);
    if (!reason.empty()) {
      std::string kept = is_broken ? std::string(raw.substr(0, model::kRejectRawMax)) : parser_.Kept(cells);
      batch.rejects.push_back({batch.read, byte, std::move(reason), std::move(kept)});
    }
    ++batch.read;
  }

  CsvReader reader_;
  CsvRowParser parser_;
  std::vector<KeptRecord> sample_;
  std::string kind_;
  std::optional<base::Error> broken_;
};

}  // namespace

base::Result<std::unique_ptr<ports::EventSource>> OpenCsvSource(std::unique_ptr<ports::ByteReader> bytes,
                                                                const CsvSourceOptions& options) {
  CsvReader reader(std::move(bytes));
  CsvRecord record;
  std::vector<std::string> first_cells;
  // The header is the first record that names two known columns; notes may stand before it.
  std::vector<std::string> header;
  for (std::size_t i = 0; i < kHeaderRecordsMax && header.empty(); ++i) {
    auto more = reader.Next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (KnownColumns(record.cells) >= 2) header.assign(record.cells.begin(), record.cells.end());
    if (first_cells.empty()) first_cells.assign(record.cells.begin(), record.cells.end());
  }
  if (header.empty()) {
    std::string shown;
    for (const std::string& cell : first_cells) shown += (shown.empty() ? "" : ", ") + cell;
    return base::Fail(base::ErrorCode::kUnsupported, "import", options.file_base_name,
                      "no line of its beginning is a header with known column names; it begins: " +
                          base::ToValidUtf8(shown.substr(0, 120)),
                      "a history has ts, ms_played and a track; a catalogue has track names or ids and audio features");
  }
  std::vector<KeptRecord> sample;
  std::vector<std::vector<std::string>> cells;
  while (sample.size() < kSampleRecords) {
    auto more = reader.Next(record);
    if (!more || !*more) break;  // a broken stream is told when reading goes on
    sample.push_back(Keep(record));
    cells.push_back(sample.back().cells);
  }
  const std::vector<std::string_view> names(header.begin(), header.end());
  auto layout = DetectLayout(names, cells, options.as, reader.delimiter());
  if (!layout) return std::unexpected(layout.error());
  const std::string catalogue = CatalogueName(options.file_base_name);
  std::string kind = layout->kind == CsvKind::kHistory     ? "streaming history (CSV)"
                     : layout->kind == CsvKind::kCatalogue ? "catalogue " + catalogue
                                                           : "chart " + catalogue;
  CsvRowParser parser(std::move(*layout), catalogue, options.listener, options.latest_ms);
  return std::make_unique<CsvSource>(std::move(reader), std::move(parser), std::move(sample), std::move(kind));
}

}  // namespace earprint::sources
