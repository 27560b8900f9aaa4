// Any bytes as a CSV: layout guessed, rows read or refused with a reason, wherever reads end.
#include "sources/csv_source.hpp"
#include "tests/support/source_oracle.hpp"
#include "tests/support/string_reader.hpp"

using namespace earprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const char* as : {"auto", "history", "catalogue"}) {
    const auto read = [&](std::size_t step) {
      auto source = sources::OpenCsvSource(std::make_unique<testing::StringReader>(bytes, step),
                                           {"some.csv", "me", 1'900'000'000'000, as});
      return source ? testing::ReadAllOrAbort(**source) : source.error().Text();
    };
    if (read(1U << 20) != read(1 + size % 61)) testing::Broken("the size of reads changes nothing");
  }
  return 0;
}
