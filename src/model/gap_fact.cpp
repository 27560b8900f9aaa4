#include "model/gap_fact.hpp"

#include <string>

#include "base/text.hpp"

namespace earprint::model {

void AddGap(const GapFact& fact, std::string_view listener, EventBatch& batch) {
  const std::string span =
      "\"from_ms\":" + std::to_string(fact.from_ms) + ",\"to_ms\":" + std::to_string(fact.to_ms);
  std::string payload = "{" + span + ",\"reason\":";
  base::AppendJsonString(fact.reason, payload);
  payload += '}';
  std::string identity(listener);
  identity += "\x1fgap\x1f";
  identity += fact.source;
  identity += '\x1f' + span;
  AddEvent({EventType::kGap, fact.source, identity, payload, fact.to_ms}, listener, batch);
}

}  // namespace earprint::model
