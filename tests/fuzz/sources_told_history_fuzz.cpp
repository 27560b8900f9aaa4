// Any bytes as another service's history, JSON and CSV: every record is an event or a reject, and reads of
// any size give the same.
#include "sources/lastfm_csv_source.hpp"
#include "sources/personal_fields.hpp"
#include "sources/services/told_history_source.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace {

using namespace earprint;
using testing::Hold;

constexpr std::int64_t kNow = 1'900'000'000'000;

testing::Given ReadJson(const std::string& text, const sources::ToldHistory& history, std::size_t step) {
  sources::ToldHistorySource source(std::make_unique<testing::StringReader>(text, step), history,
                                    {"me", kNow, &sources::WithoutPersonalFields});
  testing::Given all = testing::Exhaust(source);
  Hold(all.unsound.empty(), all.unsound);
  return all;
}

void CheckJson(const std::string& text) {
  const auto history = sources::DetectToldHistory(text);
  if (!history) return;
  const testing::Given all = ReadJson(text, *history, 1U << 20);
  const testing::Given slowly = ReadJson(text, *history, 3);
  Hold(all.lines == slowly.lines && all.rejects.size() == slowly.rejects.size() && all.error == slowly.error,
       "reads of any size give the same");
  if (testing::SoundJson(text) && history->layout.first_name.size() > 1 &&
      text.find('\\') == std::string::npos)
    Hold(all.error.empty(), "a sound file is no damaged one: " + all.error);
}

void CheckCsv(const std::string& text) {
  if (!sources::IsLastFmCsv(text)) return;
  auto source = sources::OpenLastFmCsv(std::make_unique<testing::StringReader>(text), {"me", kNow});
  const testing::Given all = testing::Exhaust(*source);
  Hold(all.unsound.empty(), all.unsound);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckJson(text);
  CheckCsv(text);
  return 0;
}
