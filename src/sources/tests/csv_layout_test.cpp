#include "sources/csv_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"

namespace earprint::sources {
namespace {

using model::Feature;
using ::testing::AllOf;
using ::testing::HasSubstr;

base::Result<CsvLayout> Detect(std::string_view header, const std::vector<std::string>& rows,
                               std::string_view as = "auto") {
  std::vector<std::vector<std::string>> sample;
  for (const std::string& row : rows) {
    const auto cells = base::Split(row, '|');
    sample.emplace_back(cells.begin(), cells.end());
  }
  return DetectLayout(base::Split(header, '|'), sample, as);
}

TEST(CsvLayout, KnowsHeadersHoweverTheyAreSpelled) {
  const std::vector<std::pair<std::string_view, Column>> headers = {
      {"track_id", Column::kTrackId},
      {"Song ID", Column::kTrackId},
      {"spotify_id", Column::kTrackId},
      {"Track URI", Column::kTrackId},
      {"artist(s)_name", Column::kArtist},
      {" Artist Name(s) ", Column::kArtist},
      {"Duration (ms)", Column::kDuration},
      {"song_duration_ms", Column::kDuration},
      {"danceability_%", ColumnOf(Feature::kDanceability)},
      {"audio_features.energy", ColumnOf(Feature::kEnergy)},
      {"Energy (percent)", ColumnOf(Feature::kEnergy)},
      {"nrgy", ColumnOf(Feature::kEnergy)},
      {"Beats Per Minute (BPM)", ColumnOf(Feature::kTempo)},
      {"audio_mode", ColumnOf(Feature::kMode)},
      {"Loudness (dB)", ColumnOf(Feature::kLoudness)},
      {"Time Signature", ColumnOf(Feature::kTimeSignature)},
      {"msPlayed", Column::kPlayedMs},
      {"seconds played", Column::kPlayedSeconds},
      {"master_metadata_album_artist_name", Column::kArtist},
      {"ip_addr_decrypted", Column::kPersonal},
      {"User Name", Column::kPersonal},
      {"user_agent", Column::kPersonal},
      {"track_number", Column::kUnknown},
      {"track_score", Column::kUnknown},
      {"playlist_id", Column::kUnknown},
      {"", Column::kUnknown},
  };
  for (const auto& [header, column] : headers) EXPECT_EQ(MeaningOf(header).column, column) << header;
}

TEST(CsvLayout, TellsHistoriesCataloguesAndChartsApart) {
  EXPECT_EQ(Detect("ts|ms_played|track_name", {"2015-01-12 21:31:09|1|x"})->kind, CsvKind::kHistory);
  EXPECT_EQ(Detect("title|artist|energy|tempo|valence", {"x|y|0.5|120|0.1"})->kind, CsvKind::kCatalogue);
  EXPECT_EQ(Detect("Position|Track Name|Artist|Streams|URL",
                   {"1|x|y|5|https://open.spotify.com/track/3tjFYV6RSFtuktYl3ZtYcq"})
                ->kind,
            CsvKind::kChart);
}

TEST(CsvLayout, RefusesOtherTablesAndSaysWhatIsMissing) {
  const auto other = Detect("id|city|temperature", {"1|Lyon|21"});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, base::ErrorCode::kUnsupported);
  EXPECT_THAT(other.error().cause, AllOf(HasSubstr("ts, endTime"), HasSubstr("id, city, temperature")));
  EXPECT_THAT(other.error().hint, HasSubstr("ms_played"));
  EXPECT_THAT(Detect("name|energy|tempo", {"x|0.5|120"}).error().cause, HasSubstr("fewer than three"));
  EXPECT_THAT(Detect("name|energy|mode|live", {"x|high|on air|yes", "y|low|off|no"}).error().cause,
              HasSubstr("other values"));
  EXPECT_THAT(Detect("ts|ms_played|track_name", {"monday|1|x"}).error().cause, HasSubstr("'monday'"));
  EXPECT_THAT(Detect("energy|tempo|valence", {"0.5|120|0.1"}).error().cause,
              HasSubstr("no column with track names"));
}

TEST(CsvLayout, ObeysWhatIsAskedFor) {
  EXPECT_FALSE(Detect("ts|ms_played|track_name", {"2015-01-12 21:31:09|1|x"}, "catalogue"));
  EXPECT_FALSE(Detect("title|artist|energy|tempo|valence", {"x|y|0.5|120|0.1"}, "history"));
}

TEST(CsvLayout, FindsPercentsColumnByColumn) {
  const auto percent =
      Detect("title|energy|valence|instrumentalness|tempo", {"x|80|1|0|120", "y|7|45|0|100", "z|64|30|0|90"});
  EXPECT_TRUE(percent->columns[1].is_percent);
  EXPECT_TRUE(percent->columns[2].is_percent);
  EXPECT_TRUE(percent->columns[3].is_percent) << "a column of zeros is like the others";
  EXPECT_FALSE(percent->columns[4].is_percent) << "no share";
  const auto shares =
      Detect("title|energy|valence|tempo", {"x|0.8|1|120", "y|7.3|0.45|100", "z|0.64|0.3|90"});
  EXPECT_FALSE(shares->columns[1].is_percent) << "one damaged cell is no percent";
  EXPECT_TRUE(Detect("title|energy_%|valence|tempo", {"x|1|0.5|120"})->columns[1].is_percent);
}

TEST(CsvLayout, FindsTheUnitOfDurations) {
  const auto unit = [](std::string_view name, std::string_view value) {
    return Detect("title|energy|valence|tempo|" + std::string(name), {"x|0.5|0.5|120|" + std::string(value)})
        ->columns[4]
        .unit;
  };
  EXPECT_EQ(unit("duration_ms", "4000"), DurationUnit::kMilliseconds);
  EXPECT_EQ(unit("duration", "210000"), DurationUnit::kMilliseconds);
  EXPECT_EQ(unit("dur", "217"), DurationUnit::kSeconds);
  EXPECT_EQ(unit("duration (sec)", "4000"), DurationUnit::kSeconds);
  EXPECT_EQ(unit("duration", "3.5"), DurationUnit::kMinutes);
}

TEST(CsvLayout, ReadsOfSeveralColumnsTheMostTelling) {
  const auto layout =
      Detect("name|duration_min|track_name|duration_ms|energy|valence|tempo", {"p|3.5|x|210000|0.5|0.5|120"});
  EXPECT_EQ(layout->columns[0].meaning, Column::kUnknown);
  EXPECT_EQ(layout->columns[1].meaning, Column::kUnknown);
  EXPECT_EQ(layout->columns[2].meaning, Column::kTitle);
  EXPECT_EQ(layout->columns[3].meaning, Column::kDuration);
}

TEST(CsvLayout, FindsDecimalCommas) {
  EXPECT_TRUE(Detect("title|energy|valence|tempo", {"x|0,676|0,5|120,1"})->decimal_comma);
  EXPECT_FALSE(Detect("title|energy|valence|tempo", {"x|0.676|0.5|120.1"})->decimal_comma);
}

TEST(CsvLayout, FindsDatesThatBeginWithTheMonth) {
  const std::string header = "title|energy|valence|tempo|release_date";
  EXPECT_FALSE(Detect(header, {"x|0.5|0.5|120|01-06-1922", "x|0.5|0.5|120|22-02-1922"})->month_first);
  EXPECT_TRUE(Detect(header, {"x|0.5|0.5|120|1/6/1922", "x|0.5|0.5|120|2/22/1922"})->month_first);
}

TEST(CsvLayout, FindsOutWhetherACommaJoinsArtists) {
  const auto joins = [](std::string_view header, const std::vector<std::string>& artists) {
    std::vector<std::string> rows;
    for (const std::string& artist : artists) rows.push_back("x|0.5|0.5|120|" + artist);
    return Detect("title|energy|valence|tempo|" + std::string(header), rows)->comma_joins_artists;
  };
  EXPECT_TRUE(joins("artist(s)_name", {"Latto, Jung Kook"}));
  EXPECT_TRUE(joins("artist", {"Lady Gaga, Bruno Mars", "Bruno Mars"}));
  EXPECT_FALSE(joins("artist", {"Earth, Wind & Fire", "Tyler, The Creator", "Bruno Mars"}));
  EXPECT_FALSE(joins("artists", {"Tyler, The Creator", "Ingrid Michaelson;ZAYN"}));
  EXPECT_FALSE(joins("artists", {"['Tyler, The Creator', 'Kali Uchis']"}));
}

}  // namespace
}  // namespace earprint::sources
