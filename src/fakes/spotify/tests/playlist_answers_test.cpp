// Playlists: pages, odd entries, snapshots, and changes by others in the middle of reading.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

using ::testing::ElementsAre;

const std::string kLong = IdOf('p'), kOdd = IdOf('o'), kEmpty = IdOf('e');

SpotifyWorld WithLists() {
  SpotifyWorld world = SmallWorld();
  WorldPlaylist many{.id = kLong, .name = "Long", .owner = "anna", .description = "a & b"};
  for (std::size_t number = 0; number < 120; ++number) {
    many.entries.push_back({.item = number % 2 == 0 ? 0U : 3U, .added = kNoon, .added_by = "anna"});
  }
  world.playlists = {many,
                     {.id = kOdd,
                      .name = "Odd",
                      .owner = "anna",
                      .is_public = std::nullopt,
                      .entries = {{.kind = ItemKind::kAd, .added = kNoon},
                                  {.kind = ItemKind::kLocal, .added = kNoon, .added_by = "bruno"},
                                  {.kind = ItemKind::kEpisode, .added = kNoon},
                                  {.item = 1}}},
                     {.id = kEmpty,
                      .name = "Empty",
                      .owner = "anna",
                      .collaborators = {"bruno"},
                      .is_public = false,
                      .is_collaborative = true}};
  world.listeners[0].playlists = {kLong, "", kOdd, kEmpty};
  world.listeners[1].playlists = {kEmpty};
  return world;
}

struct ListedFake : AskedFake {
  explicit ListedFake(Profile profile = Profile::kDevNew) : AskedFake(profile, WithLists()) {}
  std::string SnapshotOf(const std::string& list) {
    return TextOf(Read("/playlists/" + list).at("snapshot_id"));
  }
  std::int64_t TotalOf(const std::string& list) {
    return Read("/playlists/" + list + "/items").at("total").as_int64();
  }
  std::vector<std::string> UrisOf(const std::string& list) {
    std::vector<std::string> uris;
    const auto page = Read("/playlists/" + list + "/items");
    for (const auto& entry : page.at("items").as_array()) uris.push_back(TextOf(entry.at("item").at("uri")));
    return uris;
  }
};

std::string Track(char letter) { return "spotify:track:" + IdOf(letter); }

TEST(PlaylistAnswers, PagesLeadOnByAbsoluteAddresses) {
  ListedFake asked;
  std::string path = "/playlists/" + kLong + "/items?limit=50";
  std::vector<std::size_t> sizes;
  while (!path.empty()) {
    const auto page = asked.Read(path);
    EXPECT_EQ(page.at("total"), Said(120));
    sizes.push_back(page.at("items").as_array().size());
    const std::string api = "http://127.0.0.1:80/v1";
    if (!page.at("next").is_null()) {
      EXPECT_EQ(TextOf(page.at("next")).substr(0, api.size()), api);
    }
    path = page.at("next").is_null() ? "" : TextOf(page.at("next")).substr(api.size());
  }
  EXPECT_THAT(sizes, ElementsAre(50, 50, 20));
  const auto second = asked.Read("/playlists/" + kLong + "/items?limit=50&offset=50&market=FR");
  EXPECT_EQ(second.at("previous"),
            Said("http://127.0.0.1:80/v1/playlists/" + kLong + "/items?offset=0&limit=50&market=FR"));
  EXPECT_EQ(asked.Get("/playlists/" + kLong + "/items?limit=51").status, 400);
}

TEST(PlaylistAnswers, TheOldPathHasPagesOfAHundred) {
  ListedFake asked(Profile::kExtended);
  EXPECT_EQ(asked.Read("/playlists/" + kLong + "/tracks").at("items").as_array().size(), 100U);
  EXPECT_EQ(asked.Read("/playlists/" + kLong).at("tracks").at("items").as_array().size(), 100U);
}

TEST(PlaylistAnswers, AmongTheListsIsANullAndAnEmptyOneWithoutPicture) {
  ListedFake asked;
  const auto page = asked.Read("/me/playlists");
  EXPECT_EQ(page.at("total"), Said(4));
  EXPECT_TRUE(page.at("items").at(1).is_null());
  EXPECT_TRUE(page.at("items").at(3).at("images").is_null());
  EXPECT_TRUE(page.at("items").at(2).at("public").is_null());
  EXPECT_EQ(page.at("items").at(0).at("description"), Said("a &amp; b")) << "the service escapes it";
  EXPECT_EQ(page.at("items").at(0).at("items").at("total"), Said(120));
}

TEST(PlaylistAnswers, WithoutTheirScopesPrivateAndSharedListsAreNotListed) {
  ListedFake asked;
  const auto names = [&asked](const std::set<std::string>& scopes) {
    asked.token = asked.TokenFor("anna", scopes);
    std::vector<std::string> all;
    const auto page = asked.Read("/me/playlists");
    for (const auto& list : page.at("items").as_array()) {
      all.push_back(list.is_null() ? "null" : TextOf(list.at("name")));
    }
    return all;
  };
  EXPECT_THAT(names({}), ElementsAre("Long", "null"));
  EXPECT_THAT(names({"playlist-read-private"}), ElementsAre("Long", "null", "Odd"));
  EXPECT_THAT(names({"playlist-read-collaborative"}), ElementsAre("Long", "null", "Empty"));
}

TEST(PlaylistAnswers, EntriesMayBeGoneLocalAnEpisodeOrOld) {
  ListedFake asked;
  const auto entries = asked.Read("/playlists/" + kOdd + "/items").at("items");
  EXPECT_TRUE(entries.at(0).at("item").is_null()) << "gone from the catalogue";
  EXPECT_EQ(entries.at(1).at("is_local"), Said(true));
  EXPECT_TRUE(entries.at(1).at("item").at("id").is_null());
  EXPECT_EQ(entries.at(1).at("added_by").at("id"), Said("bruno"));
  EXPECT_EQ(entries.at(2).at("item").at("type"), Said("episode"));
  EXPECT_EQ(entries.at(2).at("item").at("episode"), Said(true));
  EXPECT_TRUE(entries.at(3).at("added_at").is_null());
  EXPECT_TRUE(entries.at(3).at("added_by").is_null());
  EXPECT_EQ(entries.at(3).at("item").at("id"), Said(IdOf('1'))) << "relinked within the playlist too";
}

TEST(PlaylistAnswers, ACollaboratorReadsTheEntriesInDevelopment) {
  ListedFake asked;
  asked.token = asked.TokenFor("bruno", AllScopes());
  EXPECT_EQ(asked.Get("/playlists/" + kEmpty + "/items").status, 200);
  EXPECT_EQ(asked.Refusal("/playlists/" + kLong + "/items"), "403 Forbidden");
  EXPECT_EQ(asked.Refusal("/playlists/" + IdOf('z')), "404 Resource not found");
}

TEST(PlaylistAnswers, TheSnapshotChangesWithTheListAndOnlyThen) {
  ListedFake asked;
  const std::string before = asked.SnapshotOf(kLong), other = asked.SnapshotOf(kOdd);
  EXPECT_EQ(asked.SnapshotOf(kLong), before);
  const WebAnswer added =
      asked.Ask("POST", "/playlists/" + kLong + "/items", R"({"uris":[")" + Track('3') + R"("]})");
  EXPECT_EQ(added.status, 201);
  const std::string after = asked.SnapshotOf(kLong);
  EXPECT_NE(after, before);
  EXPECT_EQ(boost::json::parse(added.body).at("snapshot_id"), Said(after));
  EXPECT_EQ(asked.SnapshotOf(kOdd), other);
  EXPECT_EQ(asked.TotalOf(kLong), 121);
}

TEST(PlaylistAnswers, SomeoneElseChangesTheListBetweenTwoPages) {
  ListedFake asked;
  asked.Set(R"({"playlist_change_share":1})");
  const std::string snapshot = asked.SnapshotOf(kLong);
  std::set<std::int64_t> totals;
  for (int page = 0; page < 20; ++page) {
    totals.insert(asked.TotalOf(kLong));
    asked.clock.Advance(1'000);
  }
  EXPECT_NE(asked.SnapshotOf(kLong), snapshot);
  EXPECT_GT(totals.size(), 2U) << "both additions and removals";
  asked.Set(R"({"playlist_change_share":0})");
  EXPECT_EQ(asked.TotalOf(kLong), asked.TotalOf(kLong));
}

TEST(PlaylistAnswers, FillingReorderingAndRemoving) {
  ListedFake asked;
  const std::string items = "/playlists/" + kEmpty + "/items";
  EXPECT_EQ(asked
                .Ask("PUT", items,
                     R"({"uris":[")" + Track('1') + R"(",")" + Track('3') + R"(",")" + Track('4') + R"("]})")
                .status,
            200);
  EXPECT_THAT(asked.UrisOf(kEmpty), ElementsAre(Track('1'), Track('3'), Track('4')));
  EXPECT_EQ(asked.Ask("PUT", items, R"({"range_start":0,"insert_before":3})").status, 200);
  EXPECT_THAT(asked.UrisOf(kEmpty), ElementsAre(Track('3'), Track('4'), Track('1')));
  EXPECT_EQ(asked.Ask("PUT", items, R"({"range_start":1,"insert_before":0,"range_length":2})").status, 200);
  EXPECT_THAT(asked.UrisOf(kEmpty), ElementsAre(Track('4'), Track('1'), Track('3')));
  EXPECT_EQ(asked.Ask("DELETE", items, R"({"items":[{"uri":")" + Track('1') + R"("}]})").status, 200);
  EXPECT_THAT(asked.UrisOf(kEmpty), ElementsAre(Track('4'), Track('3')));
  EXPECT_EQ(asked.Ask("POST", items + "?position=0&uris=" + Track('1')).status, 201);
  EXPECT_THAT(asked.UrisOf(kEmpty), ElementsAre(Track('1'), Track('4'), Track('3')));
  EXPECT_EQ(asked.Ask("POST", items, R"({"uris":["nonsense"]})").status, 400);
  EXPECT_EQ(asked.Ask("POST", items, R"({"position":4,"uris":[")" + Track('1') + R"("]})").status, 400);
  EXPECT_EQ(asked.Ask("PUT", items, R"({"range_start":2,"insert_before":0,"range_length":2})").status, 400);
}

TEST(PlaylistAnswers, ANewListIsPublicUnlessSaidOtherwise) {
  ListedFake asked;
  const WebAnswer made = asked.Ask("POST", "/me/playlists", R"({"name":"New"})");
  EXPECT_EQ(made.status, 201);
  const auto list = boost::json::parse(made.body);
  EXPECT_EQ(list.at("public"), Said(true));
  EXPECT_EQ(list.at("owner").at("id"), Said("anna"));
  EXPECT_EQ(asked.TotalOf(TextOf(list.at("id"))), 0);
  EXPECT_EQ(asked.Ask("POST", "/me/playlists", "{}").status, 400);
  EXPECT_EQ(asked.Ask("POST", "/me/playlists", R"({"name":"n","collaborative":true})").status, 400);
  asked.token = asked.TokenFor("anna", {"playlist-modify-private"});
  EXPECT_EQ(asked.Ask("POST", "/me/playlists", R"({"name":"n"})").status, 403);
  EXPECT_EQ(asked.Ask("POST", "/me/playlists", R"({"name":"n","public":false})").status, 201);
  EXPECT_EQ(asked.Ask("POST", "/users/anna/playlists", R"({"name":"n"})").status, 403) << "the old path";
}

TEST(PlaylistAnswers, FieldsLeaveWhatTheyName) {
  ListedFake asked;
  const auto page =
      asked.Read("/playlists/" + kLong + "/items?limit=1&fields=total,items(item(uri))").as_object();
  EXPECT_EQ(boost::json::serialize(page),
            R"({"items":[{"item":{"uri":")" + Track('1') + R"("}}],"total":120})");
}

}  // namespace
}  // namespace earprint::fakes
