// Every metric against rows worked out by hand: sql/cases/given holds ten plays, two catalogues and three
// playlists, and each other folder there a metric's answers, one file a case, its conditions in the first
// line.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "base/utc_time.hpp"
#include "metrics/answer_writer.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::app {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = EARPRINT_SQL_CASES;

/// A store and the metrics over it; empty, or with the given rows imported.
struct Store {
  testing::TempFolder folder;
  testing::StoppedClock clock;
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

  /// The one with the given rows; made once, gone before the program ends.
  static Store& Given();
};

std::unique_ptr<Store> given;

// The engine does not outlive main: what its library keeps for the whole program is gone by then.
class GivenStore final : public ::testing::Environment {
  void TearDown() override { given.reset(); }
};
const auto* const given_store = ::testing::AddGlobalTestEnvironment(new GivenStore);

Store& Store::Given() {
  if (!given) {
    given = std::make_unique<Store>(
        std::vector{(kCases / "given/history.csv").string(), (kCases / "given/catalogue.csv").string(),
                    (kCases / "given/other.csv").string(), (kCases / "given/playlist1.json").string()});
  }
  return *given;
}

/// Every case's file, by name.
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
  for (const std::string& file : CaseFiles()) {
    if (fs::path(file).begin()->string() != GetParam()) continue;
    SCOPED_TRACE(file);
    const Case wanted = ReadCase(file);
    auto answer = Store::Given().asker->Ask(wanted.metric, "", wanted.conditions);
    ASSERT_TRUE(answer) << answer.error().Text();
    std::string told = metrics::AnswerCsv(**answer);
    std::erase(told, '\r');
    EXPECT_EQ(told, wanted.expected);
  }
}

std::vector<std::string> Metrics() {
  std::set<std::string> metrics;
  for (const std::string& file : CaseFiles()) metrics.insert(fs::path(file).begin()->string());
  return {metrics.begin(), metrics.end()};
}

INSTANTIATE_TEST_SUITE_P(Sql, MetricCase, ::testing::ValuesIn(Metrics()),
                         [](const auto& metric) { return metric.param; });

TEST(MetricCases, AreThereForEveryMetric) {
  const auto files = CaseFiles();
  for (const metrics::Metric& metric : Store::Given().asker->catalogue().all()) {
    EXPECT_TRUE(std::ranges::count(files, metric.name + "/default.csv")) << metric.name;
    const bool has_conditions = metric.order.find("conditions do not apply") == std::string::npos;
    EXPECT_EQ(std::ranges::count(files, metric.name + "/empty.csv"), has_conditions ? 1 : 0) << metric.name;
  }
}

// Sums of a life of listening: a sleeper's noise, night after night, weighs far more than 64 bits hold as
// products.
TEST(MetricCases, YearsOfOneTrackDoNotOverflow) {
  testing::TempFolder files;
  const std::string history = files / "history.csv", catalogue = files / "catalogue.csv";
  {
    std::ofstream out(history);
    out << "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
    for (std::int64_t week = 0; week < 1'000; ++week) {
      const std::int64_t ended_ms = 1'150'000'000'000 + week * 604'800'000;
      out << "0000000000000000000001," << base::FormatInstant({ended_ms}) << ",604800000,Rain,Noise\n";
    }
    std::ofstream(catalogue) << "id,name,artists,danceability,energy,loudness,valence,tempo\n"
                                "0000000000000000000001,Rain,Noise,0.999999,1,-59.999,1,249.999\n";
  }
  Store store({history, catalogue});
  for (const std::string weight : {"plays", "ms"}) {
    for (const std::string metric :
         {"taste_profile", "taste_timeline", "taste_clock", "taste_distribution", "taste_map"}) {
      auto answer = store.asker->Ask(
          metric, "", std::vector<model::ConditionPair>{{"weight", weight}, {"grain", "year"}});
      ASSERT_TRUE(answer) << metric << ": " << answer.error().Text();
      EXPECT_FALSE((*answer)->rows.empty());
      for (const auto& row : (*answer)->rows) {
        if (!metric.ends_with("profile")) break;
        const std::int64_t mean = row[2].number;  // the mean of one value is the value
        EXPECT_TRUE(row[0].text != "tempo" || mean == 249'999'000) << mean;
        EXPECT_TRUE(row[0].text != "loudness" || mean == -59'999'000) << mean;
        EXPECT_EQ(row[3].number, 0) << "and nothing deviates";
      }
    }
  }
}

TEST(MetricCases, AnEmptyStoreAnswersEveryMetric) {
  Store empty({});
  for (const metrics::Metric& metric : empty.asker->catalogue().all()) {
    auto answer = empty.asker->Ask(metric.name, "", {});
    ASSERT_TRUE(answer) << metric.name << ": " << answer.error().Text();
    const std::size_t rows = metric.name == "overview" ? 1
                             : metric.name == "clock"  ? 168
                             : metric.name == "rules"  ? 5
                                                       : 0;
    EXPECT_EQ((*answer)->rows.size(), rows) << metric.name;
    EXPECT_EQ((*answer)->columns.size(), metric.columns.size()) << metric.name;
  }
}

}  // namespace
}  // namespace earprint::app
