#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/catalogues/catalogue_desk.hpp"
#include "tests/support/acted_kaggle.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {

namespace kaggle = sources::kaggle;
using base::ErrorCode;
using fakes::KaggleSwitches;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

inline constexpr std::size_t kRows = 2'000;

/// A catalogue of tracks with an energy of their own.
inline std::string Catalogue(std::size_t rows, const std::string& energy = "0.5") {
  std::string text =
      "track_id,track_name,artists,danceability,energy,key,loudness,mode,speechiness,acousticness,"
      "instrumentalness,liveness,valence,tempo,duration_ms,time_signature\n";
  for (std::size_t row = 0; row < rows; ++row) {
    std::string id = std::to_string(row);
    id.insert(0, 22 - id.size(), '0');
    text += id + ",Track " + id + ",Ann,0.5," + energy + ",0,-6,1,0.05,0.1,0,0.1,0.9,120,180000,4\n";
  }
  return text;
}

class CatalogueFollowTest : public ::testing::Test {
 protected:
  CatalogueFollowTest() {
    for (const char* name : {"KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"})
      ::unsetenv(name);
    ::setenv("HOME", (folder / "home").c_str(), 1);
    ::setenv("EARPRINT_KAGGLE_URL", web.address().c_str(), 1);
    web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows)}});
    web.shelf.SetAccess("anna/tracks", fakes::KaggleAccess::kAccount);
  }
  void UseToken() { ::setenv("KAGGLE_API_TOKEN", web.account.token.c_str(), 1); }
  void Change(const std::function<void(KaggleSwitches&)>& change) { web.fake.Change(change); }

  base::Result<kaggle::RefreshOutcome> Add(const std::string& file = "", const std::string& slug = "tracks") {
    auto pipeline = testing::OpenAt(data.path);
    auto desk = CatalogueDesk::Open(data, *pipeline, clock);
    if (!desk) return std::unexpected(desk.error());
    return (*desk)->follower().Add({"anna", slug}, file);
  }
  std::vector<kaggle::FollowedCatalogue> Followed() {
    adapters::FileStateStore states(data.States());
    return kaggle::CatalogueBook(states).Load().value_or(std::vector<kaggle::FollowedCatalogue>());
  }
  /// The ranges that the storage was asked for.
  std::vector<std::string> Ranges() {
    std::vector<std::string> ranges;
    for (const fakes::KaggleSeen& seen : web.fake.Seen()) {
      if (seen.is_storage) ranges.push_back(seen.range);
    }
    return ranges;
  }
  /// What lies in the folder of downloads beside its lock.
  std::size_t PartsLeft() {
    std::size_t parts = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data.Downloads()))
      parts += entry.is_directory() ? 1 : 0;
    return parts;
  }

  testing::TempFolder folder;
  testing::ActedKaggle web;
  DataFolder data{folder / "data"};
  testing::StoppedClock clock;
};

inline void ExpectImported(const base::Result<kaggle::RefreshOutcome>& outcome, std::int64_t version,
                           std::size_t rows) {
  ASSERT_TRUE(outcome) << outcome.error().Text();
  ASSERT_TRUE(outcome->imported);
  EXPECT_EQ(outcome->version, version);
  const ports::FileReport& total = outcome->imported->total;
  EXPECT_EQ(total.accepted + total.retold, rows) << "told anew, or with other figures than before";
  EXPECT_EQ(outcome->imported->files[0].kind, "catalogue tracks") << "as its file is called";
}

}  // namespace earprint::app
