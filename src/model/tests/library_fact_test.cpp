#include "model/library_fact.hpp"

#include <gtest/gtest.h>

#include "tests/support/sound_batch.hpp"

namespace earprint::model {
namespace {

PlaylistFact Playlist() {
  PlaylistFact fact;
  fact.name = "Li\"st";
  fact.modified = "2020-02-01";
  fact.tracks = {{"2J3n32GeLmMjwuAzyhcSNe", "T", "A", "B", "2020-01-31"}, {"", "Only a title", "", "", ""}};
  return fact;
}

boost::json::object LineOf(const PlaylistFact& fact, EventId* id = nullptr,
                           std::string_view listener = "me") {
  EventBatch batch;
  AddPlaylist(fact, listener, batch);
  batch.read = 1;
  EXPECT_EQ(testing::WhyUnsound(batch), "");
  if (id != nullptr) *id = batch.events.at(0).id;
  return boost::json::parse(batch.lines).as_object();
}

EventId IdOf(const PlaylistFact& fact, std::string_view listener = "me") {
  EventId id;
  LineOf(fact, &id, listener);
  return id;
}

EventId IdOf(const NamedTrack& track, std::string_view listener = "me") {
  EventBatch batch;
  AddSavedTrack(track, listener, batch);
  batch.read = 1;
  EXPECT_EQ(testing::WhyUnsound(batch), "");
  return batch.events.at(0).id;
}

TEST(PlaylistFact, BecomesOneEventWithItsTracksInOrder) {
  const auto line = LineOf(Playlist());
  EXPECT_EQ(line.at("time").as_string(), "2020-02-01T00:00:00Z");
  auto data = line.at("data").as_object();
  EXPECT_EQ(data.at("playlist_id").as_string().size(), 15U);
  data.erase("playlist_id");
  EXPECT_EQ(boost::json::value(data),
            boost::json::parse(R"({"name": "Li\"st", "modified": "2020-02-01", "tracks": [
      {"item_id": "2J3n32GeLmMjwuAzyhcSNe", "title": "T", "artist": "A", "album": "B", "added": "2020-01-31"},
      {"title": "Only a title"}]})"));
}

TEST(PlaylistFact, IsTheSameListWhenItsTracksChange) {
  PlaylistFact longer = Playlist();
  longer.tracks.push_back(longer.tracks.front());
  EXPECT_EQ(IdOf(longer).identity, IdOf(Playlist()).identity);
  EXPECT_NE(IdOf(longer).details, IdOf(Playlist()).details);
  EXPECT_EQ(LineOf(longer).at("data").at("playlist_id"), LineOf(Playlist()).at("data").at("playlist_id"));
  EXPECT_EQ(IdOf(Playlist()), IdOf(Playlist()));
}

TEST(PlaylistFact, IsAnotherListByNameOrdinalOrListener) {
  PlaylistFact renamed = Playlist(), second = Playlist();
  renamed.name = "List";
  second.ordinal = 1;
  EXPECT_NE(IdOf(renamed).identity, IdOf(Playlist()).identity);
  EXPECT_NE(IdOf(second).identity, IdOf(Playlist()).identity);
  EXPECT_NE(IdOf(Playlist(), "you").identity, IdOf(Playlist()).identity);
}

TEST(PlaylistFact, MayBeEmptyAndWithoutADate) {
  const auto line = LineOf({.name = "", .ordinal = 0, .modified = "no date", .tracks = {}});
  EXPECT_EQ(line.at("time").as_string(), "1970-01-01T00:00:00Z");
  EXPECT_TRUE(line.at("data").at("tracks").as_array().empty());
}

TEST(SavedTrack, IsTheTrackWithAnIdAndElseItsNames) {
  const NamedTrack track{"2J3n32GeLmMjwuAzyhcSNe", "T", "A", "B", ""};
  NamedTrack retitled = track;
  retitled.title = "T (Remastered)";
  EXPECT_EQ(IdOf(retitled).identity, IdOf(track).identity);
  EXPECT_NE(IdOf(retitled).details, IdOf(track).details);
  NamedTrack first = track, second = retitled;
  first.item_id = second.item_id = "";
  EXPECT_NE(IdOf(first).identity, IdOf(second).identity);
  EXPECT_NE(IdOf(track, "you").identity, IdOf(track).identity);
}

}  // namespace
}  // namespace earprint::model
