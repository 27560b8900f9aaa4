// Every metric against rows worked out by hand: sql/cases/given holds ten plays and two catalogues, and each
// other folder there a metric's answers, one file a case, its conditions in the first line.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "metrics/answer_writer.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::app {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = EARPRINT_SQL_CASES;

class FixedClock final : public ports::Clock {
 public:
  base::UtcMs Now() const override { return {1'795'400'000'000}; }  // 2026-11-23
};

/// A store and the metrics over it; empty, or with the given rows imported.
struct Store {
  testing::TempFolder folder;
  FixedClock clock;
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<Asker> asker;

  explicit Store(const std::vector<std::string>& imported) {
    auto opened = Pipeline::Open({folder / "s"}, clock);
    if (!opened) throw std::runtime_error(opened.error().Text());
    pipeline = std::move(*opened);
    if (!imported.empty()) {
      if (auto done = pipeline->Import({.paths = imported}, {}); !done)
        throw std::runtime_error(done.error().Text());
    }
    auto made = Asker::Make(*pipeline, "UTC");
    if (!made) throw std::runtime_error(made.error().Text());
    asker = std::move(*made);
  }

  static Store& Given() {
    static Store store({(kCases / "given/history.csv").string(), (kCases / "given/catalogue.csv").string(),
                        (kCases / "given/other.csv").string()});
    return store;
  }
};

/// The case files of a metric, or of all.
std::vector<std::string> CaseFiles() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(kCases)) {
    const fs::path file = fs::relative(entry.path(), kCases);
    if (entry.is_regular_file() && file.begin()->string() != "given") files.push_back(file.string());
  }
  std::ranges::sort(files);
  return files;
}

struct Case {
  std::string metric;
  std::vector<model::ConditionPair> conditions;
  std::string expected;
};

Case ReadCase(const std::string& file) {
  std::ifstream in(kCases / file);
  std::string first;
  std::getline(in, first);
  std::stringstream rest;
  rest << in.rdbuf();
  Case read{fs::path(file).begin()->string(), {}, rest.str()};
  std::istringstream words(first);
  for (std::string word; words >> word;) {
    if (const auto cut = word.find('='); cut != std::string::npos)
      read.conditions.push_back({word.substr(0, cut), word.substr(cut + 1)});
  }
  return read;
}

class MetricCase : public ::testing::TestWithParam<std::string> {};

TEST_P(MetricCase, GivesTheRowsExpected) {
  const Case wanted = ReadCase(GetParam());
  auto answer = Store::Given().asker->Ask(wanted.metric, "", wanted.conditions);
  ASSERT_TRUE(answer) << answer.error().Text();
  std::string given = metrics::AnswerCsv(**answer);
  std::erase(given, '\r');
  EXPECT_EQ(given, wanted.expected);
}

INSTANTIATE_TEST_SUITE_P(Sql, MetricCase, ::testing::ValuesIn(CaseFiles()), [](const auto& file) {
  std::string name = file.param.substr(0, file.param.find('.'));
  std::ranges::replace(name, '/', '_');
  return name;
});

TEST(MetricCases, AreThereForEveryMetric) {
  const auto files = CaseFiles();
  for (const metrics::Metric& metric : Store::Given().asker->catalogue().all()) {
    EXPECT_TRUE(std::ranges::count(files, metric.name + "/default.csv")) << metric.name;
    const bool has_conditions = metric.order.find("conditions do not apply") == std::string::npos;
    EXPECT_EQ(std::ranges::count(files, metric.name + "/empty.csv"), has_conditions ? 1 : 0) << metric.name;
  }
}

TEST(MetricCases, AnEmptyStoreAnswersEveryMetric) {
  Store empty({});
  for (const metrics::Metric& metric : empty.asker->catalogue().all()) {
    auto answer = empty.asker->Ask(metric.name, "", {});
    ASSERT_TRUE(answer) << metric.name << ": " << answer.error().Text();
    const std::size_t rows = metric.name == "overview" ? 1 : metric.name == "clock" ? 168 : 0;
    EXPECT_EQ((*answer)->rows.size(), rows) << metric.name;
    EXPECT_EQ((*answer)->columns.size(), metric.columns.size()) << metric.name;
  }
}

}  // namespace
}  // namespace earprint::app
