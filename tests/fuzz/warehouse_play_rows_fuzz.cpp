// Any bytes as lines of the lake: either every line became a row whose item and context are told, or the
// error says what is damaged; never a part.
#include <algorithm>

#include "tests/support/fuzz_check.hpp"
#include "warehouse/play_rows.hpp"

using namespace earprint;
using testing::Hold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string lines(reinterpret_cast<const char*>(data), size);
  const auto rows = warehouse::ReadPlayLines(lines);
  if (!rows) {
    Hold(!rows.error().cause.empty() && !rows.error().hint.empty(), "an error has cause and remedy");
    return 0;
  }
  const std::size_t count = rows->identity.size();
  for (const auto* column : {&rows->details, &rows->item_key, &rows->context_key, &rows->ended_at_ms,
                             &rows->ended_precision_ms, &rows->played_ms}) {
    Hold(column->size() == count, "columns are of equal length");
  }
  Hold(rows->items.size() <= count && rows->contexts.size() <= count, "shared texts are told once");
  for (std::size_t i = 0; i < count; ++i) {
    Hold(std::ranges::count(rows->items, rows->item_key[i], &warehouse::PlayItem::key) == 1,
         "the item is told");
    Hold(std::ranges::count(rows->contexts, rows->context_key[i], &warehouse::PlayContext::key) == 1,
         "the context is told");
  }
  return 0;
}
