#include "log/erasure_filter.hpp"

#include "base/text.hpp"
#include "model/event_line.hpp"

namespace earprint::log {

ErasureFilter::ErasureFilter(const ports::Erasure& what)
    : is_api_only_(what.is_api_only), types_(what.types) {
  base::AppendJsonString(what.listener, subject_json_);
}

base::Result<bool> ErasureFilter::Keeps(model::EventType type, std::string_view line) {
  const auto head = model::HeadOf(line);
  if (!head) {
    return base::Fail(base::ErrorCode::kCorrupt, "tell whose an event is", std::string(model::TypeName(type)),
                      "a line of the log has another shape", "restore the lake folder from a backup");
  }
  // What catalogues tell is nobody's, also where somebody has that name; what a listener's login brought is
  // theirs.
  const bool is_meant = types_.empty() || types_.contains(type);
  if (!is_meant || !model::GoesWithListener(type, head->source) || head->subject_json != subject_json_ ||
      (is_api_only_ && !model::IsFromApi(head->source))) {
    ++kept_;
    return true;
  }
  ++erased_[{std::string(model::TypeName(type)), std::string(head->source)}];
  return false;
}

ports::ErasedSummary ErasureFilter::Summary() const {
  ports::ErasedSummary summary;
  summary.kept_events = kept_;
  for (const auto& [name, events] : erased_) {
    summary.counts.push_back({name.first, name.second, events});
    summary.events += events;
  }
  return summary;
}

}  // namespace earprint::log
