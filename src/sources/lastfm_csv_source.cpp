#include "sources/lastfm_csv_source.hpp"

#include <charconv>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "sources/csv_columns.hpp"
#include "sources/csv_reader.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kBatchRecords = 4'000;
constexpr std::size_t kMissing = static_cast<std::size_t>(-1);
constexpr std::int64_t kLargestSeconds = 100'000'000'000;  // above it a stamp is in milliseconds
constexpr std::int64_t kLargestStampMs = 100'000'000'000'000;

/// Which cell tells what.
struct Columns {
  std::size_t artist = 0, album = 1, track = 2, stamp = 3, count = 4;
};

/// "Date#name" names the listener: what follows is not looked at.
std::string ColumnName(std::string_view cell) { return PlainHeader(cell.substr(0, cell.find('#'))); }

std::optional<Columns> HeaderOf(std::span<const std::string_view> cells) {
  Columns columns{kMissing, kMissing, kMissing, kMissing, cells.size()};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string name = ColumnName(cells[i]);
    if (name == "artist") columns.artist = i;
    if (name == "album") columns.album = i;
    if (name == "track") columns.track = i;
    if (name == "uts" || (name == "date" && columns.stamp == kMissing)) columns.stamp = i;
  }
  if (columns.artist == kMissing || columns.track == kMissing || columns.stamp == kMissing) return {};
  return columns;
}

class LastFmCsvSource final : public ports::EventSource {
 public:
  LastFmCsvSource(std::unique_ptr<ports::ByteReader> reader, ToldPlayOptions options)
      : reader_(std::move(reader)), options_(std::move(options)) {}

  std::string Kind() const override { return "Last.fm history (CSV)"; }

  base::Result<std::optional<model::BatchTask>> Next() override {
    auto batch = std::make_shared<model::EventBatch>();
    while (batch->read < kBatchRecords) {
      auto more = reader_.Next(record_);
      if (!more && batch->read == 0) return std::unexpected(more.error());
      if (!more || !*more) break;  // a broken stream says so again at the next call
      if (!std::exchange(has_begun_, true)) {
        if (const auto header = HeaderOf(record_.cells)) {
          columns_ = *header;
          reader_.ExpectCells(columns_.count);
          continue;
        }
      }
      Take(*batch);
    }
    if (batch->read == 0) return std::nullopt;
    return [batch] { return std::move(*batch); };
  }

 private:
  std::string_view Cell(std::size_t at) const {
    return at < record_.cells.size() ? base::Trim(record_.cells[at]) : std::string_view();
  }

  std::string ReadRow(ToldPlay& told) {
    if (!record_.fault.empty()) return std::string(record_.fault);
    if (record_.cells.size() != columns_.count)
      return "it has " + std::to_string(record_.cells.size()) + " cells of " + std::to_string(columns_.count);
    told.artist = Cell(columns_.artist);
    told.album = Cell(columns_.album);
    told.title = Cell(columns_.track);
    const std::string_view stamp = Cell(columns_.stamp);
    std::int64_t number = 0;
    const auto read = std::from_chars(stamp.data(), stamp.data() + stamp.size(), number);
    if (!stamp.empty() && read.ec == std::errc() && read.ptr == stamp.data() + stamp.size() && number >= 0 &&
        number < kLargestStampMs) {
      told.stamp_ms = number > kLargestSeconds ? number : number * base::kMsPerSecond;
      return {};
    }
    told.stamp_ms = ParseLastFmMinute(stamp);
    told.stamp_precision_ms = base::kMsPerMinute;
    if (!told.stamp_ms)
      return stamp.empty() ? "it does not tell when it was played" : "its date is no instant";
    const std::string key =
        std::string(told.title) + '\x1f' + std::string(told.artist) + '\x1f' + std::string(stamp);
    told.twin = twins_[base::HashBytes(key).high]++;
    return {};
  }

  void Take(model::EventBatch& batch) {
    ToldPlay told;
    std::string reason = ReadRow(told);
    if (reason.empty()) reason = AddToldPlay(told, HistoryService::kLastFm, options_, batch);
    if (!reason.empty()) {
      batch.rejects.push_back({batch.read, record_.byte, std::move(reason),
                               base::ToValidUtf8(record_.raw.substr(0, model::kRejectRawMax / 3))});
    }
    ++batch.read;
  }

  CsvReader reader_;
  ToldPlayOptions options_;
  Columns columns_;
  CsvRecord record_;
  std::unordered_map<std::uint64_t, std::uint32_t> twins_;
  bool has_begun_ = false;
};

}  // namespace

bool IsLastFmCsv(std::string_view head) {
  const std::string_view line = base::Trim(head.substr(0, head.find('\n')));
  for (const char delimiter : {',', ';', '\t'}) {
    const auto cells = base::Split(line, delimiter);
    bool has_uts = false, has_date = false;
    for (const std::string_view cell : cells) {
      has_uts = has_uts || ColumnName(cell) == "uts";
      has_date = has_date || (cell.contains('#') && ColumnName(cell) == "date");
    }
    if ((has_uts || has_date) && HeaderOf(cells)) return true;
  }
  // The minute stands last, in quotes where it has a comma.
  std::string_view last = line.ends_with('"') ? line.substr(0, line.size() - 1) : line;
  const std::size_t quote = line.ends_with('"') ? last.rfind('"') : std::string_view::npos;
  const std::size_t comma = last.find_last_of(",;\t");
  const std::size_t cut = quote != std::string_view::npos ? quote : comma;
  return cut != std::string_view::npos && ParseLastFmMinute(last.substr(cut + 1)).has_value();
}

std::unique_ptr<ports::EventSource> OpenLastFmCsv(std::unique_ptr<ports::ByteReader> reader,
                                                  ToldPlayOptions options) {
  return std::make_unique<LastFmCsvSource>(std::move(reader), std::move(options));
}

}  // namespace earprint::sources
