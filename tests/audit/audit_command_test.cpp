// The audit as a person meets it: the command, its exit code, and a server that audits by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "app/asker.hpp"
#include "app/audit/audit_desk.hpp"
#include "audit/audit_report.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Ran {
  int code = -1;
  std::string out;
};

Ran RunProgram(const std::string& arguments) {
  std::FILE* pipe = ::popen((std::string(EARPRINT_BINARY) + " " + arguments + " 2>&1").c_str(), "r");
  Ran ran;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) ran.out.append(buffer, size);
  const int status = ::pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

class AuditCommand : public ::testing::Test {
 protected:
  AuditCommand() {
    std::ofstream out(folder_ / "history.csv");
    out << "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
    for (int i = 0; i < 40; ++i) {
      out << "000000000000000000000" << i % 9 << ","
          << base::FormatInstant({1'600'000'000'000 + i * 7'000'000LL}) << "," << 20'000 + i * 1'000
          << ",Song " << i % 9 << ",Singer " << i % 4 << "\n";
    }
    out.close();
    EXPECT_EQ(RunProgram("--data " + store_ + " import " + (folder_ / "history.csv")).code, 0);
  }

  testing::TempFolder folder_;
  const std::string store_ = folder_ / "s";
};

TEST_F(AuditCommand, EndsWithZeroWhereAllIsEqual) {
  const Ran ran = RunProgram("--data " + store_ + " audit --samples 3");
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr(", 0 differ"));
  const Ran json = RunProgram("--data " + store_ + " audit --samples 3 --seed 9 --format json");
  auto report = audit::ReadReport(json.out);
  ASSERT_TRUE(report) << json.out;
  EXPECT_EQ(report->seed, 9);
  EXPECT_EQ(report->plays, 40);
  EXPECT_TRUE(report->not_audited.empty());
}

TEST_F(AuditCommand, EndsWithFourAndNamesTheEventsWhereAStoredFigureWasChanged) {
  {
    auto pipeline = testing::OpenAt(store_);
    auto changed =
        (*pipeline->engine().Connect())
            ->Query("update silver_play set played_ms = played_ms + 1 where ended_at_ms = 1600140000000");
    ASSERT_TRUE(changed) << changed.error().Text();
  }
  const Ran ran = RunProgram("--data " + store_ + " audit --samples 0");
  EXPECT_EQ(ran.code, 4) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("from the lake"));
  EXPECT_THAT(ran.out, HasSubstr("event "));
  const Ran csv = RunProgram("--data " + store_ + " audit --samples 0 --format csv");
  EXPECT_EQ(csv.code, 4);
  EXPECT_THAT(csv.out, HasSubstr("calendar,me,"));
  // From the lake alone all is well again.
  EXPECT_EQ(RunProgram("--data " + store_ + " rebuild").code, 0);
  EXPECT_EQ(RunProgram("--data " + store_ + " audit --samples 0").code, 0);
}

TEST_F(AuditCommand, SaysThatThereIsNoSuchListener) {
  const Ran ran = RunProgram("--data " + store_ + " --listener nobody audit");
  EXPECT_EQ(ran.code, 2) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("there is no such listener"));
}

// The desk beside a server.
TEST(AuditDesk, LeavesOutWhoWasEqualAndHasNothingNew) {
  testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  testing::OddHousehold household;
  auto first = household.First();
  first.read = first.events.size();
  ASSERT_TRUE(pipeline->Take(std::move(first), "test", "ann"));
  auto asker = Asker::Make(*pipeline, "Europe/Paris");
  ASSERT_TRUE(asker);
  const testing::StoppedClock clock;
  AuditDesk desk({folder / "s"}, *pipeline, **asker, clock, "Europe/Paris");
  EXPECT_THAT(desk.StateJson(), HasSubstr("\"report\":null"));
  auto whole = desk.Run({.samples = 1});
  ASSERT_TRUE(whole) << whole.error().Text();
  EXPECT_EQ(whole->differing, 0) << audit::ReportTable(*whole);
  EXPECT_EQ(whole->listeners.size(), 2);
  auto again = desk.Run({.samples = 1, .leaves_out_unchanged = true});
  ASSERT_TRUE(again);
  EXPECT_THAT(again->listeners, IsEmpty());
  EXPECT_EQ(again->unchanged.size(), 2);
  EXPECT_EQ(again->figures, 0);
  // A play of hers that nobody else's figures know of.
  model::EventBatch batch;
  model::PlayFact fact;
  fact.source = "extended";
  fact.kind = model::PlayKind::kTrack;
  fact.item_id = "0000000000000000000ann";
  fact.title = "Hers";
  fact.artist = "Hers alone";
  fact.ended_at_ms = 1'690'500'000'000;
  fact.played_ms = 60'000;
  model::AddPlay(fact, "ann", batch);
  batch.read = 1;
  ASSERT_TRUE(pipeline->Take(std::move(batch), "test", "ann"));
  // Another desk, as after a restart, remembers.
  AuditDesk other({folder / "s"}, *pipeline, **asker, clock, "Europe/Paris");
  EXPECT_THAT(other.StateJson(), HasSubstr("\"figures\":0"));
  auto after = other.Run({.samples = 1, .leaves_out_unchanged = true});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->listeners, std::vector<std::string>{"ann"});
  EXPECT_EQ(after->differing, 0) << audit::ReportTable(*after);
}

TEST(AuditDesk, LeavesTheEngineLessMemoryWhileItRuns) {
  testing::TempFolder folder;
  const testing::StoppedClock clock;
  auto pipeline = Pipeline::Open({folder / "s"}, clock, 2 * kImportMemoryBytes);
  ASSERT_TRUE(pipeline) << pipeline.error().Text();
  testing::OddHousehold household;
  auto first = household.First();
  first.read = first.events.size();
  ASSERT_TRUE((*pipeline)->Take(std::move(first), "test", "ann"));
  auto asker = Asker::Make(**pipeline, "Europe/Paris");
  ASSERT_TRUE(asker);
  const auto limit = [&pipeline] {
    auto told = (*(*pipeline)->Connect())->Query("select current_setting('memory_limit')");
    EXPECT_TRUE(told) << told.error().Text();
    return told ? std::get<std::string>(told->rows[0][0]) : "";
  };
  EXPECT_EQ(limit(), "512.0 MiB");
  std::string during;
  AuditDesk desk({folder / "s"}, **pipeline, **asker, clock, "Europe/Paris");
  auto report = desk.Run({.samples = 0, .listener = "ann", .on_progress = [&](const audit::AuditProgress&) {
                            if (during.empty()) during = limit();
                          }});
  ASSERT_TRUE(report) << report.error().Text();
  EXPECT_EQ(during, "256.0 MiB");
  EXPECT_EQ(limit(), "512.0 MiB");
}

TEST(AuditDesk, RefusesAWishThatIsNone) {
  for (const std::string wish : {"[]", "{\"seed\":-1}", "{\"samples\":10001}", "{\"what\":1}", "{"}) {
    auto read = ReadWish(wish);
    ASSERT_FALSE(read) << wish;
    EXPECT_EQ(read.error().code, base::ErrorCode::kInvalidInput);
  }
  EXPECT_TRUE(ReadWish(""));
  EXPECT_EQ(ReadWish(WishJson({.seed = 3, .samples = 4, .listener = "x"}))->listener, "x");
}

}  // namespace
}  // namespace earprint::app
