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

void Add(const PlaylistFact& fact, std::string_view listener, EventBatch& batch) {
  AddPlaylist(fact, listener, batch);
}

void Add(const NamedTrack& track, std::string_view listener, EventBatch& batch) {
  AddSavedTrack(track, listener, batch);
}

void Add(const ServedPlaylistFact& fact, std::string_view listener, EventBatch& batch) {
  AddServedPlaylist(fact, listener, batch);
}

/// A batch with the fact as its only event.
template <typename Fact>
EventBatch BatchOf(const Fact& fact, std::string_view listener = "me") {
  EventBatch batch;
  Add(fact, listener, batch);
  batch.read = 1;
  EXPECT_EQ(testing::WhyUnsound(batch), "");
  return batch;
}

template <typename Fact>
EventId IdOf(const Fact& fact, std::string_view listener = "me") {
  return BatchOf(fact, listener).events.at(0).id;
}

boost::json::object LineOf(const PlaylistFact& fact) {
  return boost::json::parse(BatchOf(fact).lines).as_object();
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

ServedPlaylistFact Served() {
  return {.playlist_id = "37i9dQZF1DX0000000000A",
          .name = "Li\"st",
          .snapshot = "s1",
          .stated_at_ms = 1'580'515'200'000,
          .tracks = {{.item_id = "2J3n32GeLmMjwuAzyhcSNe", .title = "T", .linked_from = "1"},
                     {.added = "2020-01-31T10:00:00Z", .kind = "gone"}}};
}

TEST(ServedPlaylist, BecomesOneEventWithItsItemsInOrder) {
  const auto line = boost::json::parse(BatchOf(Served()).lines).as_object();
  EXPECT_EQ(line.at("time").as_string(), "2020-02-01T00:00:00Z");
  EXPECT_EQ(
      line.at("data"),
      boost::json::parse(
          R"({"playlist_id": "37i9dQZF1DX0000000000A", "name": "Li\"st", "held": "whole", "snapshot": "s1",
      "turn": 0, "tracks": [{"item_id": "2J3n32GeLmMjwuAzyhcSNe", "title": "T", "linked_from": "1"},
      {"added": "2020-01-31T10:00:00Z", "kind": "gone"}]})"));
}

TEST(ServedPlaylist, ReadTwiceIsOneEventAndChangedIsAnother) {
  ServedPlaylistFact later = Served(), changed = Served(), back = Served();
  later.stated_at_ms += 1;
  changed.tracks.pop_back();
  back.turn = 1;
  EXPECT_EQ(IdOf(later), IdOf(Served()));
  EXPECT_EQ(IdOf(changed).identity, IdOf(Served()).identity);
  EXPECT_NE(IdOf(changed).details, IdOf(Served()).details);
  EXPECT_NE(IdOf(back).details, IdOf(Served()).details) << "what ended and came back is told again";
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
