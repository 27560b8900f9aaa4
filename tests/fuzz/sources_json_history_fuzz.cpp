// Any bytes as a streaming history, extended or account data: every record is an event or a reject, sound
// JSON has as many records as a strict parser counts, reads of any size give the same, stretches are cut
// between records, and what is personal is not kept.
#include <boost/json.hpp>

#include "sources/json_chunker.hpp"
#include "sources/json_history_source.hpp"
#include "sources/personal_fields.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace {

using namespace earprint;
using testing::Hold;

constexpr std::int64_t kNow = 1'800'000'000'000;

testing::Given Read(const std::string& text, sources::HistoryShape shape, std::size_t step) {
  sources::JsonHistorySource source(std::make_unique<testing::StringReader>(text, step),
                                    {.latest_ms = kNow, .shape = shape});
  testing::Given all = testing::Exhaust(source);
  Hold(all.unsound.empty(), all.unsound);
  return all;
}

bool IsFlat(const boost::json::array& records) {
  for (const auto& record : records) {
    if (!record.is_object()) return false;
    for (const auto& [name, value] : record.get_object()) {
      if (value.is_structured()) return false;
    }
  }
  return true;
}

/// In a sound array of flat records a cut never goes through one.
void CheckCuts(std::string_view text, std::size_t records) {
  const std::size_t open = text.find('[') + 1, close = text.rfind(']');
  const std::string_view elements = text.substr(open, close - open);
  for (std::size_t from = 0;;) {
    const auto cut = sources::FirstCut(elements, from);
    if (!cut) return;
    const auto front = testing::SoundJson("[" + std::string(elements.substr(0, cut->end)) + "]");
    const auto back = testing::SoundJson("[" + std::string(elements.substr(cut->next)) + "]");
    Hold(front && back, "both sides of a cut are sound JSON");
    Hold(front->get_array().size() + back->get_array().size() == records, "a cut loses no record");
    from = cut->next;
  }
}

/// A personal text that the seeds mark, and that stands nowhere else in the file, is neither in an event nor
/// in a reject.
void CheckPersonal(const boost::json::array& records, std::string_view text, const testing::Given& all) {
  for (const auto& record : records) {
    if (!record.is_object()) continue;
    for (const auto& [name, value] : record.get_object()) {
      if (!sources::IsPersonalField(name) || !value.is_string()) continue;
      const std::string_view secret = value.get_string();
      const std::size_t at = text.find(secret);
      if (!secret.starts_with("SECRET") || at == std::string_view::npos ||
          text.find(secret, at + 1) != text.npos)
        continue;
      Hold(all.lines.find(secret) == std::string::npos, "no event holds a personal value");
      for (const auto& reject : all.rejects)
        Hold(reject.raw.find(secret) == std::string::npos, "no reject holds a personal value");
    }
  }
}

/// The file as one stretch, without the reader: many times faster, since nothing is read in stretches of
/// megabytes.
testing::Given ParseDirectly(const std::string& text, sources::HistoryShape shape) {
  const std::size_t open = text.starts_with('[') ? 1 : 0;
  const std::size_t close = text.size() > open && text.ends_with(']') ? text.size() - 1 : text.size();
  sources::JsonChunk chunk{"[" + text.substr(open, close - open) + "]", open};
  chunk.text.reserve(chunk.text.size() + sources::JsonChunker::kPaddingBytes);
  std::unordered_map<std::uint64_t, std::uint32_t> twins;
  model::EventBatch batch = sources::ParseHistoryChunk(chunk, {.latest_ms = kNow, .shape = shape}, &twins);
  const std::string unsound = testing::WhyUnsound(batch);
  Hold(unsound.empty(), unsound);
  return {std::move(batch.lines), {}, std::move(batch.rejects), batch.read, {}, {}};
}

void Check(const std::string& text, sources::HistoryShape shape) {
  const testing::Given direct = ParseDirectly(text, shape);
  const auto strict = testing::SoundJson(text);
  const bool is_list = strict && strict->is_array();
  if (is_list && text.starts_with('[') && text.ends_with(']')) {
    const auto& records = strict->get_array();
    Hold(direct.read == records.size(),
         "each element of a sound array is one record: " + std::to_string(direct.read) + " of " +
             std::to_string(records.size()));
    CheckPersonal(records, text, direct);
    if (IsFlat(records)) CheckCuts(text, records.size());
  }
  if (std::hash<std::string>()(text) % 32 != 0) return;
  const testing::Given all = Read(text, shape, 1U << 20);
  const testing::Given slowly = Read(text, shape, 3);
  Hold(all.lines == slowly.lines && all.rejects.size() == slowly.rejects.size() && all.error == slowly.error,
       "reads of any size give the same");
  if (!is_list) return;
  Hold(all.read == strict->get_array().size(), "each element of a sound array is one record");
  Hold(all.error.empty(), "a sound array is no damaged file: " + all.error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Check(text, sources::HistoryShape::kExtended);
  Check(text, sources::HistoryShape::kAccount);
  return 0;
}
