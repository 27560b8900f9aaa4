#include "app/serving/serving.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "base/text.hpp"
#include "metrics/answer_writer.hpp"

namespace earprint::app {

base::Result<void> CheckFormat(const std::string& format) {
  if (format == "json" || format == "csv" || format == "jsonl" || format == "table") return {};
  return base::Fail(base::ErrorCode::kInvalidInput, "answer", "format",
                    "'" + format.substr(0, 40) + "' is not allowed", "json, jsonl, csv or table");
}

server::WrittenAnswer WriteAnswer(const model::Answer& answer, const std::string& format) {
  if (format == "csv") return {metrics::AnswerCsv(answer), "text/csv; charset=utf-8", answer.data_version};
  if (format == "jsonl")
    return {metrics::AnswerJsonLines(answer), "application/x-ndjson", answer.data_version};
  if (format == "table")
    return {metrics::AnswerTable(answer, false), "text/plain; charset=utf-8", answer.data_version};
  return {metrics::AnswerJson(answer), "application/json", answer.data_version};
}

base::Result<std::string> ValuesJson(metrics::Answerer& answerer, const std::string& dimension,
                                     const std::string& text, const std::string& listener,
                                     std::int64_t limit) {
  auto values = answerer.Values(dimension, text, listener, limit);
  if (!values) return std::unexpected(values.error());
  std::string json = "{\"values\":[";
  for (const metrics::PickerValue& value : *values) {
    json += json.ends_with('[') ? "{\"value\":" : ",{\"value\":";
    base::AppendJsonString(value.value, json);
    json += ",\"plays\":" + std::to_string(value.plays) + "}";
  }
  return json + "]}";
}

base::Result<std::string> ListenersJson(const base::Result<std::vector<std::string>>& listeners) {
  if (!listeners) return std::unexpected(listeners.error());
  std::string json = "{\"listeners\":[";
  for (const std::string& name : *listeners) {
    if (!json.ends_with('[')) json += ',';
    base::AppendJsonString(name, json);
  }
  json += "],\"default\":";
  base::AppendJsonString(listeners->empty() ? "me" : listeners->front(), json);
  return json + "}";
}

base::Result<std::pair<std::string, std::uint16_t>> ParseListen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string address = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
  const std::string digits = colon == std::string::npos ? text : text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
    return base::Fail(base::ErrorCode::kInvalidInput, "listen", text, "it is no address with a port",
                      "127.0.0.1:8300");
  }
  return std::pair{address == "localhost" ? "127.0.0.1" : address, port};
}

void SayReady(const std::string& address, std::uint16_t port) {
  const std::string shown = address.find(':') == std::string::npos ? address : "[" + address + "]";
  fmt::print("Earprint is ready: http://{}:{}/  (Ctrl-C ends it)\n", shown, port);
  std::fflush(stdout);
}

}  // namespace earprint::app
