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
constexpr std::size_t kSampleBytes = 2U << 20;
constexpr std::size_t kBatchRecords = 4'000;
constexpr std::size_t kBatchBytes = 4U << 20;
constexpr std::size_t kColumnsMax = 2'000;
constexpr std::size_t kShownHeaderBytes = 120;

/// A record kept beyond the reader's next step.
struct KeptRecord {
  std::vector<std::string> cells;
  std::string raw;
  std::string_view fault;
  std::uint64_t byte = 0;
  bool is_unended = false;
};

/// "spotify_songs.csv.gz" -> "spotify_songs".
std::string CatalogueName(std::string_view base_name) {
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view extension : {".gz", ".csv", ".tsv", ".txt"}) {
      if (base_name.size() <= extension.size()) continue;
      const std::string_view end = base_name.substr(base_name.size() - extension.size());
      if (!base::EqualsIgnoringCase(end, extension)) continue;
      base_name.remove_suffix(extension.size());
      cut = true;
    }
  }
  return base::ToValidUtf8(base_name);
}

class CsvSource final : public ports::EventSource {
 public:
  CsvSource(CsvReader reader, CsvRowParser parser, std::vector<KeptRecord> sample, std::string kind,
            bool is_history)
      : reader_(std::move(reader)),
        parser_(std::move(parser)),
        sample_(std::move(sample)),
        kind_(std::move(kind)),
        is_history_(is_history) {}

  std::string Kind() const override { return kind_; }
  bool NeedsListener() const override { return is_history_; }

  base::Result<std::optional<model::BatchTask>> Next() override {
    auto batch = std::make_shared<model::EventBatch>();
    for (const KeptRecord& kept : std::exchange(sample_, {})) {
      record_.cells.assign(kept.cells.begin(), kept.cells.end());
      record_.raw = kept.raw;
      record_.fault = kept.fault;
      record_.byte = kept.byte;
      record_.is_unended = kept.is_unended;
      Take(*batch);
    }
    while (batch->read < kBatchRecords && batch->lines.size() < kBatchBytes) {
      auto more = reader_.Next(record_);
      if (!more && batch->read == 0) return std::unexpected(more.error());
      if (!more || !*more) break;  // a broken stream says so again at the next call
      Take(*batch);
    }
    if (batch->read == 0) return std::nullopt;
    return [batch] { return std::move(*batch); };
  }

 private:
  void Take(model::EventBatch& batch) {
    const bool is_broken = !record_.fault.empty();
    std::string reason(record_.fault);
    if (!is_broken) reason = parser_.Parse(record_.cells, record_.is_unended, batch);
    if (!reason.empty()) {
      std::string raw = is_broken ? parser_.KeptBroken(record_.raw, reader_.delimiter())
                                  : parser_.Kept(record_.cells, reader_.delimiter());
      batch.rejects.push_back({batch.read, record_.byte, std::move(reason), std::move(raw)});
    }
    ++batch.read;
  }

  CsvReader reader_;
  CsvRowParser parser_;
  std::vector<KeptRecord> sample_;
  std::string kind_;
  bool is_history_;
  CsvRecord record_;
};

/// The first record that names two known columns; notes may stand before it.
base::Result<std::vector<std::string>> ReadHeader(CsvReader& reader, const std::string& file) {
  CsvRecord record;
  std::string first;
  for (std::size_t i = 0; i < kHeaderRecordsMax; ++i) {
    auto more = reader.Next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (record.cells.size() > kColumnsMax) {
      return base::Fail(base::ErrorCode::kUnsupported, "import", file,
                        "its beginning has " + std::to_string(record.cells.size()) + " columns");
    }
    if (KnownColumns(record.cells) >= 2)
      return std::vector<std::string>(record.cells.begin(), record.cells.end());
    if (first.empty()) first = record.raw.substr(0, kShownHeaderBytes);
  }
  return base::Fail(
      base::ErrorCode::kUnsupported, "import", file,
      "none of its first lines is a header that names a history's or a catalogue's columns; it begins: " +
          base::ToValidUtf8(first),
      "a history has ts or endTime, ms_played and a track; a catalogue has track names or ids and at least "
      "three features such as danceability, energy, tempo");
}

std::vector<KeptRecord> ReadSample(CsvReader& reader) {
  std::vector<KeptRecord> sample;
  CsvRecord record;
  for (std::size_t bytes = 0; sample.size() < kSampleRecords && bytes < kSampleBytes;
       bytes += record.raw.size()) {
    auto more = reader.Next(record);
    if (!more || !*more) break;  // a broken stream says so again when reading goes on
    sample.push_back({{record.cells.begin(), record.cells.end()},
                      std::string(record.raw.substr(0, model::kRejectRawMax)),
                      record.fault,
                      record.byte,
                      record.is_unended});
  }
  return sample;
}

}  // namespace

base::Result<std::unique_ptr<ports::EventSource>> OpenCsvSource(std::unique_ptr<ports::ByteReader> bytes,
                                                                const CsvSourceOptions& options) {
  CsvReader reader(std::move(bytes));
  auto header = ReadHeader(reader, options.file_base_name);
  if (!header) return std::unexpected(header.error());
  reader.ExpectCells(header->size());
  std::vector<KeptRecord> sample = ReadSample(reader);
  std::vector<std::vector<std::string>> cells;
  for (const KeptRecord& kept : sample) cells.push_back(kept.cells);
  const std::vector<std::string_view> names(header->begin(), header->end());
  auto layout = DetectLayout(names, cells, options.as);
  if (!layout) {
    layout.error().subject = options.file_base_name;
    return std::unexpected(layout.error());
  }
  const std::string catalogue = CatalogueName(options.file_base_name);
  std::string kind = layout->kind == CsvKind::kHistory     ? "streaming history (CSV)"
                     : layout->kind == CsvKind::kCatalogue ? "catalogue " + catalogue
                                                           : "chart " + catalogue;
  const bool is_history = layout->kind == CsvKind::kHistory;
  CsvRowParser parser(std::move(*layout), catalogue, options.listener, options.latest_ms);
  return std::make_unique<CsvSource>(std::move(reader), std::move(parser), std::move(sample), std::move(kind),
                                     is_history);
}

}  // namespace earprint::sources
