// What the three profiles have and have not: paths, fields, limits.
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

SpotifyWorld WithLists() {
  SpotifyWorld world = SmallWorld();
  world.playlists = {{.id = IdOf('p'),
                      .name = "Own",
                      .owner = "anna",
                      .entries = {{.item = 0, .added = kNoon, .added_by = "anna"}}},
                     {.id = IdOf('q'), .name = "Bruno's", .owner = "bruno", .entries = {{.item = 3}}},
                     {.id = IdOf('r'), .name = "Mix", .owner = "spotify", .entries = {{.item = 3}}}};
  world.listeners[0].playlists = {IdOf('p'), IdOf('q')};
  return world;
}

/// The fake of one profile, and whether it is an old one.
struct ProfiledFake : AskedFake {
  explicit ProfiledFake(Profile profile) : AskedFake(profile, WithLists()) {}
  bool Has(const std::string& path, const std::string& field) {
    return Read(path).as_object().contains(field);
  }
};

class EachProfile : public ::testing::TestWithParam<Profile> {
 protected:
  bool is_old() const { return GetParam() != Profile::kDevNew; }
  bool is_extended() const { return GetParam() == Profile::kExtended; }
  int OldStatus() const { return is_old() ? 200 : 403; }
  int ExtendedStatus() const { return is_extended() ? 200 : 403; }
  ProfiledFake asked{GetParam()};
};

TEST_P(EachProfile, OnlyOldOnesHaveTheOldPaths) {
  const std::string one = IdOf('1');
  for (const std::string& path :
       {"/tracks?ids=" + one, "/artists?ids=" + IdOf('A'), "/albums?ids=" + IdOf('C'),
        "/shows?ids=" + IdOf('S'), "/episodes?ids=" + IdOf('E'), "/artists/" + IdOf('A') + "/top-tracks",
        std::string("/markets"), std::string("/users/anna"), std::string("/users/anna/playlists"),
        "/playlists/" + IdOf('p') + "/tracks"}) {
    EXPECT_EQ(asked.Get(path).status, OldStatus()) << path;
  }
  if (!is_old()) {
    EXPECT_EQ(asked.Refusal("/playlists/" + IdOf('p') + "/tracks"), "403 Forbidden");
  }
}

TEST_P(EachProfile, OnlyExtendedOnesHaveWhatWasClosedIn2024) {
  const std::string one = IdOf('1');
  for (const std::string& path :
       {"/audio-features/" + one, "/audio-features?ids=" + one, "/recommendations?seed_tracks=" + one,
        "/artists/" + IdOf('A') + "/related-artists"}) {
    EXPECT_EQ(asked.Get(path).status, ExtendedStatus()) << path;
  }
  EXPECT_EQ(asked.Get("/audio-analysis/" + one).status, is_extended() ? 404 : 403);
}

TEST_P(EachProfile, AllHaveTheNewPaths) {
  for (const std::string& path : {std::string("/me"),
                                  std::string("/me/"),
                                  std::string("/me/playlists"),
                                  std::string("/me/tracks"),
                                  std::string("/me/albums"),
                                  std::string("/me/following?type=artist"),
                                  std::string("/me/top/tracks"),
                                  std::string("/me/top/artists"),
                                  std::string("/me/shows"),
                                  std::string("/me/episodes"),
                                  std::string("/me/player/recently-played"),
                                  "/tracks/" + IdOf('1'),
                                  "/artists/" + IdOf('A'),
                                  "/albums/" + IdOf('C'),
                                  "/albums/" + IdOf('C') + "/tracks",
                                  "/artists/" + IdOf('A') + "/albums",
                                  "/playlists/" + IdOf('p'),
                                  "/playlists/" + IdOf('p') + "/items",
                                  "/me/library/contains?uris=spotify:track:" + IdOf('1'),
                                  "/shows/" + IdOf('S'),
                                  "/episodes/" + IdOf('E')}) {
    EXPECT_EQ(asked.Get(path).status, 200) << path;
  }
}

TEST_P(EachProfile, OnlyOldOnesHaveTheFieldsThatWereTakenAway) {
  const std::string track = "/tracks/" + IdOf('1'), album = "/albums/" + IdOf('C'),
                    artist = "/artists/" + IdOf('A');
  EXPECT_EQ(asked.Has(track, "popularity"), is_old());
  EXPECT_EQ(asked.Has(track, "available_markets"), is_old());
  EXPECT_TRUE(asked.Has(track, "external_ids")) << "taken away in February 2026 and given back in March";
  EXPECT_EQ(asked.Has(album, "label"), is_old());
  EXPECT_EQ(asked.Has(album, "popularity"), is_old());
  EXPECT_EQ(asked.Has(album, "available_markets"), is_old());
  EXPECT_EQ(asked.Read(artist + "/albums").at("items").at(0).as_object().contains("album_group"), is_old());
  EXPECT_EQ(asked.Has(artist, "followers"), is_old());
  EXPECT_EQ(asked.Has(artist, "popularity"), is_old());
  EXPECT_TRUE(asked.Has(artist, "genres"));
  for (const char* field : {"country", "email", "product", "explicit_content", "followers"}) {
    EXPECT_EQ(asked.Has("/me", field), is_old()) << field;
  }
  EXPECT_EQ(asked.Read("/me").at("account_id"), Said("account-anna"));
  EXPECT_EQ(asked.Has("/shows/" + IdOf('S'), "publisher"), is_old());
}

TEST_P(EachProfile, MarketsAreNotListedWhenOneIsGiven) {
  EXPECT_FALSE(asked.Has("/tracks/" + IdOf('1') + "?market=FR", "available_markets"));
  EXPECT_TRUE(asked.Has("/tracks/" + IdOf('1') + "?market=FR", "is_playable"));
  EXPECT_FALSE(asked.Has("/tracks/" + IdOf('1'), "is_playable"));
}

TEST_P(EachProfile, PlaylistsHaveTheNamesOfTheirTime) {
  const auto list = asked.Read("/playlists/" + IdOf('p')).as_object();
  EXPECT_EQ(list.contains("tracks"), is_old());
  EXPECT_EQ(list.at("items").at("total"), Said(1));
  const auto entry = list.at("items").at("items").at(0).as_object();
  EXPECT_EQ(entry.at("item").at("id"), Said(IdOf('1')));
  EXPECT_EQ(entry.contains("track"), is_old());
  EXPECT_EQ(entry.at("item").at("track"), Said(true)) << "a flag within the track, a trap";
  EXPECT_EQ(entry.at("item").at("episode"), Said(false));
  EXPECT_EQ(asked.Read("/me/playlists").at("items").at(0).as_object().contains("tracks"), is_old());
}

TEST_P(EachProfile, APlaylistOfSomeoneElseKeepsItsEntriesInDevelopment) {
  const auto list = asked.Read("/playlists/" + IdOf('q')).as_object();
  EXPECT_EQ(list.contains("items"), is_extended());
  EXPECT_EQ(list.contains("tracks"), is_extended());
  EXPECT_EQ(asked.Get("/playlists/" + IdOf('q') + "/items").status, ExtendedStatus());
  EXPECT_EQ(asked.Get("/playlists/" + IdOf('r')).status, is_extended() ? 200 : 404) << "made by Spotify";
}

TEST_P(EachProfile, SearchAndArtistAlbumsHaveTheLimitsOfTheProfile) {
  const int most = is_old() ? 50 : 10, usual = is_old() ? 20 : 5;
  for (const std::string& path :
       {std::string("/search?q=o&type=track"), "/artists/" + IdOf('A') + "/albums?x=1"}) {
    const bool is_search = path.starts_with("/search");
    const auto page = [&](const std::string& more) {
      const auto body = asked.Read(path + more);
      return is_search ? body.at("tracks") : body;
    };
    EXPECT_EQ(page("").at("limit"), Said(usual)) << path;
    EXPECT_EQ(page("&limit=" + std::to_string(most)).at("limit"), Said(most)) << path;
    EXPECT_EQ(asked.Get(path + "&limit=" + std::to_string(most + 1)).status, 400) << path;
    EXPECT_EQ(asked.Get(path + "&limit=0").status, 400) << path;
  }
}

TEST_P(EachProfile, ARelinkedTrackComesUnderAnotherIdAndOldOnesSayWhich) {
  const auto track = asked.Read("/tracks/" + IdOf('2')).as_object();
  EXPECT_EQ(track.at("id"), Said(IdOf('1')));
  EXPECT_EQ(track.at("is_playable"), Said(true));
  EXPECT_EQ(track.contains("linked_from"), is_old());
  if (is_old()) {
    EXPECT_EQ(track.at("linked_from").at("id"), Said(IdOf('2')));
  }
  const auto barred = asked.Read("/tracks/" + IdOf('3') + "?market=FR");
  EXPECT_EQ(barred.at("id"), Said(IdOf('3')));
  EXPECT_EQ(barred.at("is_playable"), Said(false));
  EXPECT_EQ(barred.at("restrictions").at("reason"), Said("market"));
}

std::string NameOf(const ::testing::TestParamInfo<Profile>& info) {
  std::string name(ProfileName(info.param));
  std::erase(name, '-');
  return name;
}
INSTANTIATE_TEST_SUITE_P(SpotifyProfiles, EachProfile,
                         ::testing::Values(Profile::kExtended, Profile::kDevExisting, Profile::kDevNew),
                         NameOf);

}  // namespace
}  // namespace earprint::fakes
