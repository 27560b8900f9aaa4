// Tracks, albums, artists, features and search, the library and the top lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> NamesOf(const boost::json::value& page) {
  std::vector<std::string> names;
  for (const auto& item : page.at("items").as_array()) names.push_back(TextOf(item.at("name")));
  return names;
}

TEST(CatalogueAnswers, UnknownIdsAre404AndNonsenseIs400) {
  AskedFake asked;
  EXPECT_EQ(asked.Refusal("/tracks/" + IdOf('9')), "404 Resource not found");
  EXPECT_EQ(asked.Refusal("/tracks/short"), "400 Invalid base62 id");
  EXPECT_EQ(asked.Get("/nothing").status, 404);
}

TEST(CatalogueAnswers, ABatchHasANullForWhatIsUnknown) {
  AskedFake asked(Profile::kExtended);
  const auto tracks = asked.Read("/tracks?ids=" + IdOf('4') + "," + IdOf('9')).at("tracks");
  EXPECT_EQ(tracks.at(0).at("id"), Said(IdOf('4')));
  EXPECT_TRUE(tracks.at(1).is_null());
  std::string many = IdOf('4');
  for (int number = 0; number < 50; ++number) many += "," + IdOf('4');
  EXPECT_EQ(asked.Get("/tracks?ids=" + many).status, 400) << "51";
  EXPECT_EQ(asked.Get("/tracks?ids=" + many.substr(23)).status, 200);
  EXPECT_EQ(asked.Get("/albums?ids=" + many).status, 400);
  EXPECT_EQ(asked.Get("/tracks?ids=").status, 400);
}

TEST(CatalogueAnswers, SomeTracksHaveNoFeatures) {
  AskedFake asked(Profile::kExtended);
  EXPECT_EQ(asked.Read("/audio-features/" + IdOf('1')).at("type"), Said("audio_features"));
  EXPECT_EQ(asked.Refusal("/audio-features/" + IdOf('4')), "404 analysis not found");
  const auto several = asked.Read("/audio-features?ids=" + IdOf('4') + "," + IdOf('1')).at("audio_features");
  EXPECT_TRUE(several.at(0).is_null());
  EXPECT_EQ(several.at(1).at("id"), Said(IdOf('1')));
}

TEST(CatalogueAnswers, AnAlbumHoldsItsTracks) {
  AskedFake asked;
  const auto album = asked.Read("/albums/" + IdOf('C'));
  EXPECT_EQ(album.at("total_tracks"), Said(3));
  EXPECT_THAT(NamesOf(album.at("tracks")), ElementsAre("One", "Two", "Three"));
  EXPECT_TRUE(album.at("genres").as_array().empty());
  EXPECT_THAT(NamesOf(asked.Read("/albums/" + IdOf('C') + "/tracks?limit=1&offset=1")), ElementsAre("Two"));
}

TEST(CatalogueAnswers, AnArtistsAlbumsComeByGroup) {
  AskedFake asked;
  EXPECT_THAT(NamesOf(asked.Read("/artists/" + IdOf('B') + "/albums")), ElementsAre("Dew"));
  EXPECT_THAT(NamesOf(asked.Read("/artists/" + IdOf('B') + "/albums?include_groups=album")), ElementsAre());
}

TEST(CatalogueAnswers, SearchTakesWordsAndFilters) {
  AskedFake asked;
  const auto found = [&asked](const std::string& q) {
    return NamesOf(asked.Read("/search?type=track&q=" + PercentEncode(q)).at("tracks"));
  };
  EXPECT_THAT(found("four"), ElementsAre("Four"));
  EXPECT_THAT(found("FOUR birch"), ElementsAre("Four"));
  EXPECT_THAT(found("four arum"), ElementsAre());
  EXPECT_THAT(found("isrc:FR4"), ElementsAre("Four"));
  EXPECT_THAT(found("track:\"four\" artist:birch"), ElementsAre("Four"));
  EXPECT_THAT(found("track:four artist:arum"), ElementsAre());
  EXPECT_THAT(found("album:clay track:three"), ElementsAre("Three"));
}

TEST(CatalogueAnswers, SearchHasAPageForEachTypeAndEndsAtAThousand) {
  AskedFake asked;
  const auto body = asked.Read("/search?q=e&type=track,artist,album,playlist&limit=1").as_object();
  EXPECT_EQ(body.size(), 4U);
  EXPECT_EQ(body.at("tracks").at("items").as_array().size(), 1U);
  EXPECT_EQ(asked.Get("/search?q=e&type=track&offset=1000").status, 200);
  EXPECT_EQ(asked.Get("/search?q=e&type=track&offset=1001").status, 400);
  EXPECT_EQ(asked.Get("/search?q=e&type=nonsense").status, 400);
  EXPECT_EQ(asked.Get("/search?q=&type=track").status, 400);
  EXPECT_EQ(asked.Get("/search?q=e").status, 400);
  const std::string next = TextOf(body.at("tracks").at("next"));
  EXPECT_EQ(next,
            "http://127.0.0.1:80/v1/search?offset=1&limit=1&q=e&type=track%2Cartist%2Calbum%2Cplaylist");
}

TEST(CatalogueAnswers, TheLibraryRemembersWhatIsKept) {
  AskedFake asked;
  const std::string uris = "spotify:track:" + IdOf('1') + ",spotify:album:" + IdOf('D');
  const auto contains = [&] {
    return boost::json::serialize(asked.Read("/me/library/contains?uris=" + uris));
  };
  EXPECT_EQ(contains(), "[false,false]");
  EXPECT_EQ(asked.Ask("PUT", "/me/library?uris=" + uris).status, 200);
  EXPECT_EQ(contains(), "[true,true]");
  const auto saved = asked.Read("/me/tracks").at("items").at(0);
  EXPECT_EQ(saved.at("track").at("id"), Said(IdOf('1')));
  EXPECT_EQ(saved.at("added_at"), Said("2026-01-01T12:00:00Z"));
  EXPECT_EQ(asked.Ask("DELETE", "/me/library", R"({"uris":["spotify:track:)" + IdOf('1') + R"("]})").status,
            200);
  EXPECT_EQ(contains(), "[false,true]");
  std::string many = "spotify:track:" + IdOf('1');
  for (int number = 0; number < 40; ++number) many += ",spotify:track:" + IdOf('1');
  EXPECT_EQ(asked.Get("/me/library/contains?uris=" + many).status, 400) << "41";
  EXPECT_EQ(asked.Get("/me/library/contains?uris=nonsense").status, 400);
  EXPECT_EQ(asked.Get("/me/library/contains").status, 400);
}

TEST(CatalogueAnswers, FollowedArtistsComeByCursor) {
  SpotifyWorld world = SmallWorld();
  world.listeners[0].followed_artists = {0, 1};
  AskedFake asked(Profile::kDevNew, world);
  const auto first = asked.Read("/me/following?type=artist&limit=1").at("artists");
  EXPECT_THAT(NamesOf(first), ElementsAre("Arum"));
  EXPECT_EQ(first.at("cursors").at("after"), Said(IdOf('A')));
  const std::string next = TextOf(first.at("next"));
  const auto last = asked.Read(next.substr(next.find("/me/"))).at("artists");
  EXPECT_THAT(NamesOf(last), ElementsAre("Birch"));
  EXPECT_TRUE(last.at("next").is_null());
  EXPECT_TRUE(last.at("cursors").at("after").is_null());
  EXPECT_EQ(asked.Get("/me/following?type=user").status, 400);
}

TEST(CatalogueAnswers, TopListsDifferByRange) {
  SpotifyWorld world = SmallWorld();
  world.listeners[0].top_tracks = {0, 2, 3};
  AskedFake asked(Profile::kDevNew, world);
  EXPECT_THAT(NamesOf(asked.Read("/me/top/tracks?time_range=short_term&limit=2")),
              ElementsAre("One", "Three"));
  EXPECT_EQ(NamesOf(asked.Read("/me/top/tracks")),
            NamesOf(asked.Read("/me/top/tracks?time_range=medium_term")));
  EXPECT_NE(NamesOf(asked.Read("/me/top/tracks")),
            NamesOf(asked.Read("/me/top/tracks?time_range=short_term")));
  EXPECT_EQ(asked.Get("/me/top/tracks?time_range=forever").status, 400);
}

TEST(CatalogueAnswers, AListenerMayHaveNoName) {
  AskedFake asked;
  EXPECT_EQ(asked.Read("/me").at("display_name"), Said("Anna"));
  asked.token = asked.TokenFor("bruno", AllScopes());
  EXPECT_TRUE(asked.Read("/me").at("display_name").is_null());
}

}  // namespace
}  // namespace earprint::fakes
