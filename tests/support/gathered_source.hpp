#pragma once

#include <boost/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/event_source.hpp"

namespace earprint::testing {

/// All that a source gave until its end.
struct Gathered {
  std::vector<boost::json::object> data;  ///< each event's payload
  std::set<std::uint64_t> identities;
  std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
  std::vector<model::Reject> rejects;
  std::uint64_t read = 0;
  std::optional<base::Error> error;  ///< with which it ended
  bool adds_up = true;               ///< in every batch, read == events + rejects
};

inline Gathered Gather(ports::EventSource& source) {
  Gathered all;
  for (;;) {
    auto task = source.Next();
    if (!task) all.error = task.error();
    if (!task || !*task) return all;
    const model::EventBatch batch = (**task)();
    all.adds_up = all.adds_up && batch.read == batch.events.size() + batch.rejects.size();
    all.read += batch.read;
    for (const model::EventRef& event : batch.events) {
      const boost::json::value line = boost::json::parse(batch.lines.substr(event.begin, event.size));
      all.data.push_back(line.at("data").as_object());
      all.identities.insert(event.id.identity);
      all.ids.emplace(event.id.identity, event.id.details);
    }
    all.rejects.insert(all.rejects.end(), batch.rejects.begin(), batch.rejects.end());
  }
}

/// The milliseconds of the plays among them, each once: plays that agree in item, end and length are one.
inline std::int64_t MsOfDistinctPlays(const Gathered& all) {
  std::set<std::string> counted;
  std::int64_t ms = 0;
  for (const auto& data : all.data) {
    const std::string play = boost::json::serialize(data.at("item_id")) + ' ' +
                             boost::json::serialize(data.at("ended_at_ms")) + ' ' +
                             boost::json::serialize(data.at("played_ms"));
    if (counted.insert(play).second) ms += data.at("played_ms").as_int64();
  }
  return ms;
}

}  // namespace earprint::testing
