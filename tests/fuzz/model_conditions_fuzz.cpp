// Any names and values as conditions, "name=value" a line: an error names the condition and what is allowed;
// what is understood is sound JSON, and reading that again gives the same.
#include <boost/json.hpp>

#include "base/text.hpp"
#include "model/conditions.hpp"
#include "tests/support/condition_pairs.hpp"
#include "tests/support/fuzz_check.hpp"

namespace {

using namespace earprint;
using testing::Hold;

std::vector<model::ConditionPair> PairsOf(std::string_view text) {
  std::vector<model::ConditionPair> pairs;
  for (const std::string_view line : base::Split(text, '\n')) {
    const std::size_t equals = std::min(line.find('='), line.size());
    pairs.emplace_back(line.substr(0, equals), line.substr(std::min(equals + 1, line.size())));
  }
  return pairs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto conditions = model::ParseConditions(PairsOf(text), "Europe/Paris");
  if (!conditions) {
    Hold(conditions.error().code == base::ErrorCode::kInvalidInput, "a malformed condition is invalid input");
    Hold(!conditions.error().hint.empty(), "an error says what is allowed");
    return 0;
  }
  const std::string json = model::ConditionsJson(*conditions);
  boost::json::error_code failed;
  const auto parsed = boost::json::parse(json, failed);
  Hold(!failed, "conditions are sound JSON: " + json);
  const auto again = model::ParseConditions(testing::PairsOfJson(parsed.as_object()), "UTC");
  Hold(again.has_value(), "what was understood is understood again: " + json);
  Hold(model::ConditionsJson(*again) == json, "and means the same: " + json);
  return 0;
}
