// Any conditions: understood and told back the same, or refused with the name of the one that is wrong.
#include "base/text.hpp"
#include "model/conditions.hpp"
#include "tests/support/source_oracle.hpp"

using namespace earprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  std::vector<model::ConditionPair> pairs;
  for (const std::string_view line : base::Split(all, '\n')) {
    const std::size_t cut = line.find('=');
    if (cut == std::string_view::npos) continue;
    pairs.emplace_back(std::string(line.substr(0, cut)), std::string(line.substr(cut + 1)));
  }
  auto conditions = model::ParseConditions(pairs, "UTC");
  if (!conditions) {
    if (conditions.error().cause.empty()) testing::Broken("a refusal has its cause");
    return 0;
  }
  const std::string told = model::ConditionsJson(*conditions);
  boost::json::error_code failed;
  const boost::json::value json = boost::json::parse(base::ToValidUtf8(told), failed);
  if (failed || !json.is_object()) testing::Broken("conditions are told as a JSON object");
  if (conditions->limit < 1 || conditions->limit > model::kLimitMax)
    testing::Broken("a limit is within bounds");
  if (conditions->min_ms < 0) testing::Broken("a threshold is not negative");
  return 0;
}
