// What is told of one track's sound: what the models settle of it when it is played, before anyone plays it.
#include "metrics/track_sound.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "app/asker.hpp"
#include "base/embedded_file.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::app {
namespace {

namespace json = boost::json;

const std::string kCases = EARPRINT_SQL_CASES;

class TrackSound : public ::testing::Test {
 protected:
  void SetUp() override {
    pipeline_ = testing::OpenAt(folder_ / "s");
    // A third catalogue, of one row without an id.
    std::ofstream(folder_ / "names.csv") << "name,artists,danceability,energy,valence,tempo\n"
                                            "Nu,Ida,0.25,0.75,0.5,99.5\n";
    testing::MustImport(*pipeline_, {kCases + "/given/history.csv", kCases + "/given/catalogue.csv",
                                     kCases + "/given/other.csv", folder_ / "names.csv"});
    auto made = Asker::Make(*pipeline_, "UTC");
    ASSERT_TRUE(made) << made.error().Text();
    asker_ = std::move(*made);
  }

  json::object Sound(const std::string& id, const std::string& title = "", const std::string& artist = "") {
    auto told = metrics::TrackSoundJson(asker_->answerer(), base::sql_files(), {id, title, artist});
    EXPECT_TRUE(told) << told.error().Text();
    return told ? json::parse(*told).as_object() : json::object();
  }

  testing::TempFolder folder_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Asker> asker_;
};

TEST_F(TrackSound, IsWhatTheModelsSettledOfEveryTrackThatWasPlayed) {
  auto settled = asker_->answerer().Query(
      "select t.track_id, t.title, t.artist, f.feature, f.value_e3 from silver_track t join "
      "silver_feature_value f on f.track_key = t.track_key where t.track_id is not null order by t.track_id");
  ASSERT_TRUE(settled) << settled.error().Text();
  std::map<std::string, std::map<std::string, double>> wanted;
  std::map<std::string, json::object> told;
  for (const auto& row : settled->rows) {
    const auto text = [&row](std::size_t at) { return std::get<std::string>(row[at]); };
    wanted[text(0)][text(3)] = static_cast<double>(std::get<std::int64_t>(row[4])) / 1e3;
    told[text(0)] = Sound(text(0), text(1), text(2));
  }
  EXPECT_EQ(wanted.size(), 3U) << "one by its id, one by its names, one of both";
  for (const auto& [id, features] : wanted) {
    std::map<std::string, double> found;
    for (const auto& feature : told[id].at("features").as_object())
      found[std::string(feature.key())] = feature.value().to_number<double>();
    EXPECT_EQ(found, features) << id;
  }
}

TEST_F(TrackSound, IsKnownOfATrackThatNobodyPlayed) {
  const json::object by_id = Sound("0000000000000000000007");
  EXPECT_EQ(by_id.at("provenance"), "catalogue id");
  EXPECT_EQ(by_id.at("features").at("energy").to_number<double>(), 0.605);
  const json::object by_names = Sound("0000000000000000000099", "Nu", "Ida");
  EXPECT_EQ(by_names.at("provenance"), "catalogue names");
  EXPECT_EQ(by_names.at("features").at("tempo").to_number<double>(), 99.5);
  auto played = asker_->answerer().Query("select count(*) from silver_track where title in ('Omega', 'Nu')");
  ASSERT_TRUE(played);
  EXPECT_EQ(std::get<std::int64_t>(played->rows[0][0]), 0);
}

TEST_F(TrackSound, IsEmptyWhereNoCatalogueKnowsTheTrack) {
  const json::object unknown = Sound("it's none", "'); drop table silver_play; --", "p_listener()");
  EXPECT_TRUE(unknown.at("features").as_object().empty());
  EXPECT_TRUE(unknown.at("provenance").is_null());
  auto refused = metrics::TrackSoundJson(asker_->answerer(), base::sql_files(), {"", "Nu", "Ida"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace earprint::app
