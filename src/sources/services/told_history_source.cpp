#include "sources/services/told_history_source.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "sources/services/told_record.hpp"

namespace earprint::sources {

namespace {

bool HasName(std::string_view head, std::string_view name) {
  return head.contains('"' + std::string(name) + '"');
}

std::string ReadRecord(HistoryService service, JsonElement record, ToldPlay& told) {
  if (!record.is_object()) return "the record is no object";
  switch (service) {
    case HistoryService::kBrainz:
      return ReadBrainzRecord(record, told);
    case HistoryService::kLastFm:
      return ReadLastFmRecord(record, told);
    case HistoryService::kMaloja:
      return ReadMalojaRecord(record, told);
    case HistoryService::kKoito:
      return ReadKoitoRecord(record, told);
  }
  return "";
}

/// Parses the records of a stretch; pure.
model::EventBatch ParseStretch(const RecordStretch& stretch, HistoryService service,
                               const ToldPlayOptions& options) {
  model::EventBatch batch;
  simdjson::dom::parser parser;
  for (const CutRecord& cut : stretch.records) {
    const std::string_view text = std::string_view(stretch.text).substr(cut.begin, cut.size);
    std::string reason;
    JsonElement record;
    if (!cut.is_whole) {
      reason = "the record is cut off or damaged";
    } else if (const auto error = parser.parse(text.data(), text.size()).get(record)) {
      reason = fmt::format("the record is no sound JSON: {}", simdjson::error_message(error));
    } else {
      ToldPlay told;
      reason = ReadRecord(service, record, told);
      if (reason.empty()) reason = AddToldPlay(told, service, options, batch);
    }
    if (!reason.empty()) {
      batch.rejects.push_back({batch.read, stretch.byte + cut.begin, std::move(reason),
                               options.kept(base::ToValidUtf8(text.substr(0, 2 * model::kRejectRawMax)))});
    }
    ++batch.read;
  }
  return batch;
}

}  // namespace

std::optional<ToldHistory> DetectToldHistory(std::string_view head) {
  if (HasName(head, "track_metadata")) {
    const std::size_t payload = std::min(head.find("\"payload\""), head.find("\"listens\""));
    if (payload > head.find("\"track_metadata\"")) return ToldHistory{HistoryService::kBrainz, {}};
    return ToldHistory{HistoryService::kBrainz, {FirstNameOf(head, {"payload", "listens"})}};
  }
  ToldHistory told;
  if (HasName(head, "listens") && HasName(head, "aliases")) {
    told = {HistoryService::kKoito, {FirstNameOf(head, {"listens"})}};
  } else if (HasName(head, "scrobbles")) {
    const bool is_maloja = HasName(head, "maloja") || HasName(head, "origin") || HasName(head, "time");
    told = {is_maloja ? HistoryService::kMaloja : HistoryService::kLastFm,
            {FirstNameOf(head, {"scrobbles"})}};
  } else if (HasName(head, "track") && HasName(head, "#text")) {
    told = {HistoryService::kLastFm, {FirstNameOf(head, {"track"})}};
  }
  return told.layout.first_name.empty() ? std::nullopt : std::optional(told);
}

ToldHistorySource::ToldHistorySource(std::unique_ptr<ports::ByteReader> reader, const ToldHistory& history,
                                     ToldPlayOptions options)
    : cutter_(std::move(reader), history.layout), service_(history.service), options_(std::move(options)) {}

std::string ToldHistorySource::Kind() const {
  switch (service_) {
    case HistoryService::kBrainz:
      return "ListenBrainz history";
    case HistoryService::kLastFm:
      return "Last.fm history";
    case HistoryService::kMaloja:
      return "Maloja history";
    case HistoryService::kKoito:
      return "Koito history";
  }
  return "";
}

base::Result<std::optional<model::BatchTask>> ToldHistorySource::Next() {
  auto stretch = cutter_.Next();
  if (!stretch) return std::unexpected(stretch.error());
  if (!*stretch) return std::nullopt;
  return [stretch = std::move(**stretch), service = service_, options = options_] {
    return ParseStretch(stretch, service, options);
  };
}

}  // namespace earprint::sources
