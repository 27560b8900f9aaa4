#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_batch.hpp"
#include "ports/event_source.hpp"

namespace earprint::testing {

/// Parses JSON strictly, however deep it nests; nothing when it is not sound.
inline std::optional<boost::json::value> SoundJson(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 1'000;
  boost::json::error_code failed;
  auto value = boost::json::parse(text, failed, {}, options);
  return failed ? std::nullopt : std::optional(std::move(value));
}

/// Says which rule of model::EventBatch a batch breaks; empty when it keeps all of them.
inline std::string WhyUnsound(const model::EventBatch& batch) {
  if (batch.read != batch.events.size() + batch.rejects.size()) return "read is not events + rejects";
  std::size_t at = 0;
  for (const model::EventRef& event : batch.events) {
    if (event.begin != at || at + event.size > batch.lines.size()) return "events do not tile the lines";
    at += event.size;
    const auto line = std::string_view(batch.lines).substr(event.begin, event.size);
    if (line.find('\n') != line.size() - 1) return "an event is not one line";
    const auto json = SoundJson(line.substr(0, line.size() - 1));
    if (!json || !json->is_object()) return "an event line is no sound JSON: " + std::string(line);
    const auto* data = json->get_object().if_contains("data");
    if (data == nullptr || !data->is_object()) return "an event has no payload";
    std::string id;
    event.id.AppendHexTo(id);
    if (json->at("id") != boost::json::value(id)) return "an event's id is not its reference's";
    if (json->at("type") != boost::json::value(model::TypeName(event.type))) return "an event's type differs";
  }
  if (at != batch.lines.size()) return "there are lines that are no event's";
  for (const model::Reject& reject : batch.rejects) {
    if (reject.reason.empty()) return "a reject has no reason";
    if (reject.raw.size() > model::kRejectRawMax) return "a reject keeps too many bytes";
    if (reject.record >= batch.read) return "a reject's number is none of the batch's";
  }
  return {};
}

/// All that a source gave until its end, kept as it came.
struct Given {
  std::string lines;
  std::vector<model::EventRef> events;  ///< begin and size are the batches' own
  std::vector<model::Reject> rejects;   ///< record is the batches' own
  std::uint64_t read = 0;
  std::string error, unsound;  ///< with which it ended; the first rule that a batch broke
};

inline Given Exhaust(ports::EventSource& source) {
  Given all;
  for (;;) {
    auto task = source.Next();
    if (!task) all.error = task.error().Text();
    if (!task || !*task) return all;
    const model::EventBatch batch = (**task)();
    if (all.unsound.empty()) all.unsound = WhyUnsound(batch);
    all.lines += batch.lines;
    all.events.insert(all.events.end(), batch.events.begin(), batch.events.end());
    all.rejects.insert(all.rejects.end(), batch.rejects.begin(), batch.rejects.end());
    all.read += batch.read;
  }
}

}  // namespace earprint::testing
