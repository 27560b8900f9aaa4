// The public catalogues that developers have beside the repository. catalogue_figures.csv tells each one's
// figures, computed by a second program that shares no code with this one (Python's csv and decimal).
#include <gtest/gtest.h>

#include <stdexcept>

#include "sources/csv_source.hpp"
#include "tests/support/catalogue_figures.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/real_files.hpp"
#include "tests/support/string_reader.hpp"
#include "tests/support/unpacked_bytes.hpp"

namespace earprint::sources {
namespace {

struct Expected {
  std::string file, kind;
  testing::CatalogueFigures figures;
};

void PrintTo(const Expected& expected, std::ostream* out) { *out << expected.file; }

/// The rows of catalogue_figures.csv whose files are there.
std::vector<Expected> ThoseThere() {
  const std::string table = testing::BytesOf("tests/real_data/catalogue_figures.csv");
  const auto lines = base::Split(table, '\n');
  const auto names = base::Split(lines.at(0), ',');
  if (names.size() < 3) throw std::runtime_error("there is no tests/real_data/catalogue_figures.csv");
  std::vector<Expected> found;
  for (const std::string_view line : lines) {
    const auto cells = base::Split(line, ',');
    if (testing::RealFiles(cells[0]) != std::vector{std::string(cells[0])}) continue;
    Expected& expected = found.emplace_back(std::string(cells[0]), std::string(cells.at(1)));
    for (std::size_t i = 2; i < names.size(); ++i) {
      expected.figures[std::string(names[i])] = std::stoll(std::string(cells.at(i)));
    }
  }
  return found;
}

class RealCatalogue : public ::testing::TestWithParam<Expected> {};

TEST_P(RealCatalogue, GivesTheFiguresOfASecondComputation) {
  const Expected& expected = GetParam();
  auto bytes = testing::UnpackedBytes(testing::RealPath(expected.file));
  ASSERT_TRUE(bytes);
  constexpr std::int64_t kNow = 1'800'000'000'000;
  const auto source = OpenCsvSource(std::make_unique<testing::StringReader>(std::move(*bytes)),
                                    {expected.file.substr(expected.file.rfind('/') + 1), "me", kNow});
  ASSERT_TRUE(source) << source.error().Text();
  EXPECT_EQ((*source)->Kind(), expected.kind);
  const testing::Gathered all = testing::Gather(**source);
  EXPECT_TRUE(all.rejects.empty()) << all.rejects[0].reason;
  EXPECT_EQ(testing::FiguresOf(all), expected.figures);
  for (const auto& data : all.data) {
    EXPECT_FALSE(data.contains("dropped")) << boost::json::serialize(data);
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealCatalogue);
INSTANTIATE_TEST_SUITE_P(, RealCatalogue, ::testing::ValuesIn(ThoseThere()),
                         [](const auto& of) { return testing::TestNameOf(of.param.file); });

}  // namespace
}  // namespace earprint::sources
