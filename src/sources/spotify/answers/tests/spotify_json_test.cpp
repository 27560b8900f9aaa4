#include "sources/spotify/answers/spotify_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace earprint::sources::spotify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

boost::json::value Json(std::string_view text) {
  return boost::json::parse(boost::json::string_view(text.data(), text.size()));
}

template <typename T>
std::string WhyNot(const Read<T>& read) {
  return read ? "read" : read.error().place + " " + read.error().reason;
}

const std::string kTrack =
    R"({"album":{"album_type":"single","artists":[{"id":"a1","name":"A"}],"id":"l1","name":"Single",
  "images":[{"url":"https://i/1","height":null,"width":64}],"release_date":"2013-10","release_date_precision":"month",
  "total_tracks":1,"uri":"spotify:album:l1"},"artists":[{"id":"a1","name":"A","uri":"spotify:artist:a1"},{"id":"a2","name":"B"}],
  "disc_number":1,"duration_ms":204053,"explicit":false,"external_ids":{"isrc":"USRC11301695"},"id":"t1","is_local":false,
  "is_playable":true,"linked_from":{"id":"t0"},"name":"Song","popularity":85,"preview_url":null,"track_number":2,
  "type":"track","uri":"spotify:track:t1","something_new":{"deep":[1]}})";

TEST(ReadTrack, ReadsWhatIsThere) {
  const auto track = ReadTrack(Json(kTrack));
  ASSERT_TRUE(track) << WhyNot(track);
  EXPECT_EQ(track->id, "t1");
  EXPECT_EQ(track->name, "Song");
  EXPECT_EQ(track->duration_ms, 204'053);
  EXPECT_EQ(track->isrc, "USRC11301695");
  EXPECT_EQ(track->linked_from_id, "t0");
  EXPECT_EQ(track->track_number, 2);
  EXPECT_EQ(track->is_explicit, false);
  ASSERT_EQ(track->artists.size(), 2U);
  EXPECT_EQ(track->artists[1].name, "B");
  EXPECT_EQ(track->artists[1].uri, std::nullopt);
  EXPECT_EQ(track->album->release_date, "2013-10");
  EXPECT_EQ(track->album->release_date_precision, "month");
  EXPECT_EQ(track->album->images.at(0).width_px, 64);
  EXPECT_EQ(track->album->images.at(0).height_px, std::nullopt);
}

TEST(ReadTrack, TakesNullAndAbsentAlike) {
  for (
      const std::string text :
      {R"({"uri":"spotify:track:t"})",
       R"({"uri":"spotify:track:t","id":null,"name":null,"album":null,"artists":null,"duration_ms":null,"explicit":null,
            "external_ids":null,"is_local":null,"is_playable":null,"linked_from":null,"restrictions":null,"popularity":null,
            "disc_number":null,"track_number":null,"type":null})"}) {
    const auto track = ReadTrack(Json(text));
    ASSERT_TRUE(track) << WhyNot(track);
    EXPECT_EQ(track->id, std::nullopt);
    EXPECT_FALSE(track->album.has_value());
    EXPECT_THAT(track->artists, IsEmpty());
    EXPECT_FALSE(track->is_local);
  }
}

TEST(ReadTrack, ReadsALocalFile) {
  const auto track = ReadTrack(Json(
      R"({"album":{"album_type":null,"artists":[],"id":null,"images":[],"name":"Al","release_date":null,"uri":null},
          "artists":[{"id":null,"name":"Ar","uri":null}],"duration_ms":{"totalMilliseconds":1000},"id":null,"is_local":true,
          "name":"Ti","external_ids":{},"uri":"spotify:local:Ar:Al:Ti:1"})"));
  ASSERT_TRUE(track) << WhyNot(track);
  EXPECT_TRUE(track->is_local);
  EXPECT_EQ(track->duration_ms, 1'000);
  EXPECT_EQ(track->uri, "spotify:local:Ar:Al:Ti:1");
  EXPECT_EQ(track->artists.at(0).name, "Ar");
}

TEST(ReadTrack, ReadsWholeNumbersWrittenAsFloats) {
  const auto track = ReadTrack(Json(R"({"id":"t","duration_ms":204053.0,"track_number":1.0})"));
  ASSERT_TRUE(track) << WhyNot(track);
  EXPECT_EQ(track->duration_ms, 204'053);
}

TEST(ReadTrack, RefusesWhatIsOfAnotherKindAndSaysWhere) {
  const auto why = [](std::string_view text) { return WhyNot(ReadTrack(Json(text), "items[3].track")); };
  EXPECT_EQ(why(R"([1])"), "items[3].track is a list, not an object");
  EXPECT_EQ(why(R"("x")"), "items[3].track is a text, not an object");
  EXPECT_EQ(why(R"({"id":5})"), "items[3].track.id is a number, not a text");
  EXPECT_EQ(why(R"({"id":"t","duration_ms":"1"})"),
            "items[3].track.duration_ms is a text, not a whole number");
  EXPECT_EQ(why(R"({"id":"t","duration_ms":1.5})"),
            "items[3].track.duration_ms is a number, not a whole number");
  EXPECT_EQ(why(R"({"id":"t","duration_ms":-1})"), "items[3].track.duration_ms is out of range");
  EXPECT_EQ(why(R"({"id":"t","duration_ms":1e300})"),
            "items[3].track.duration_ms is a number, not a whole number");
  EXPECT_EQ(why(R"({"id":"t","track_number":18446744073709551615})"),
            "items[3].track.track_number is a number, not a whole number");
  EXPECT_EQ(why(R"({"id":"t","explicit":"no"})"), "items[3].track.explicit is a text, not true or false");
  EXPECT_EQ(why(R"({"id":"t","album":[]})"), "items[3].track.album is a list, not an object");
  EXPECT_EQ(why(R"({"id":"t","album":{"artists":[{"name":1}]}})"),
            "items[3].track.album.artists[0].name is a number, not a text");
  EXPECT_EQ(why(R"({"id":"t","artists":[null,true]})"),
            "items[3].track.artists[1] is true or false, not an object");
  EXPECT_EQ(why(R"({"id":"t","external_ids":{"isrc":[]}})"),
            "items[3].track.external_ids isrc is a list, not a text");
  EXPECT_EQ(why(R"({"duration_ms":1})"), "items[3].track.id is not there, nor a uri, nor a name");
}

TEST(ReadItem, TellsTracksAndEpisodesApartByTheirType) {
  auto item =
      ReadItem(Json(R"({"type":"episode","id":"e","name":"E","duration_ms":5,"show":{"id":"s","name":"S"},
                                "resume_point":{"fully_played":false,"resume_position_ms":3},"release_date":"2021"})"));
  ASSERT_TRUE(item) << WhyNot(item);
  const auto& episode = std::get<SpotifyEpisode>(*item);
  EXPECT_EQ(episode.show_name, "S");
  EXPECT_EQ(episode.resume_position_ms, 3);
  EXPECT_EQ(episode.is_fully_played, false);
  item = ReadItem(Json(R"({"id":"t"})"));
  ASSERT_TRUE(item);
  EXPECT_TRUE(std::holds_alternative<SpotifyTrack>(*item)) << "one without a type is a track";
  EXPECT_EQ(WhyNot(ReadItem(Json(R"({"type":"chapter","id":"c"})"), "item")),
            "item.type is neither a track nor an episode");
  EXPECT_EQ(WhyNot(ReadItem(Json(R"({"type":"episode"})"))), "id is not there, nor a uri, nor a name");
  EXPECT_EQ(WhyNot(ReadItem(Json(R"({"type":"episode","id":"e","resume_point":{"fully_played":1}})"))),
            "resume_point is a number, not true or false");
}

TEST(ReadPlayHistoryItem, NeedsATrackAndAnInstant) {
  const auto item = ReadPlayHistoryItem(Json(R"({"track":{"id":"t"},"played_at":"2021-10-25T05:13:13.658Z",
                                                 "context":{"type":"album","uri":"spotify:album:l","href":"h"}})"));
  ASSERT_TRUE(item) << WhyNot(item);
  EXPECT_EQ(item->played_at.value, 1'635'138'793'658);
  EXPECT_EQ(item->context->type, "album");
  EXPECT_FALSE(ReadPlayHistoryItem(
                   Json(R"({"track":{"id":"t"},"played_at":"2021-10-25T05:13:13.658Z","context":null})"))
                   ->context.has_value());
  const auto why = [](std::string_view text) { return WhyNot(ReadPlayHistoryItem(Json(text))); };
  EXPECT_EQ(why(R"({"track":null,"played_at":"2021-10-25T05:13:13Z"})"), "track is not there");
  EXPECT_EQ(why(R"({"track":{"id":"t"}})"), "played_at is not there");
  EXPECT_EQ(why(R"({"track":{"id":"t"},"played_at":"yesterday"})"), "played_at is no instant");
  EXPECT_EQ(why(R"({"track":{"id":"t"},"played_at":1635138793})"), "played_at is a number, not a text");
}

TEST(ReadPlayerState, ReadsAPlayerWithAndWithoutWhatItPlays) {
  auto state = ReadPlayerState(Json(
      R"({"timestamp":1491302708055,"progress_ms":102509,"is_playing":true,"currently_playing_type":"track","item":{"id":"t"},
          "context":null,"device":{"id":null,"is_active":true,"is_private_session":true,"is_restricted":false,"name":"Phone",
          "type":"Smartphone","volume_percent":null,"supports_volume":true},"repeat_state":"off","shuffle_state":true,
          "smart_shuffle":null,"actions":{"disallows":{"resuming":true,"pausing":false}}})"));
  ASSERT_TRUE(state) << WhyNot(state);
  EXPECT_EQ(state->changed_at->value, 1'491'302'708'055);
  EXPECT_EQ(state->progress_ms, 102'509);
  EXPECT_TRUE(state->is_playing && state->device->is_private_session);
  EXPECT_EQ(state->device->volume_percent, std::nullopt);
  EXPECT_EQ(state->is_shuffled, true);
  EXPECT_EQ(state->is_smart_shuffled, std::nullopt);
  EXPECT_THAT(state->disallowed, ElementsAre("resuming"));
  state = ReadPlayerState(Json(
      R"({"timestamp":1,"progress_ms":null,"is_playing":true,"currently_playing_type":"ad","item":null})"));
  ASSERT_TRUE(state) << WhyNot(state);
  EXPECT_EQ(state->playing_type, "ad");
  EXPECT_FALSE(state->item.has_value());
  EXPECT_FALSE(state->device.has_value());
  EXPECT_EQ(ReadPlayerState(Json(R"({"item":{"type":"episode","id":"e"}})"))->playing_type, "episode");
  EXPECT_EQ(ReadPlayerState(Json("{}"))->playing_type, "unknown");
}

TEST(ReadPlaylist, ReadsTheNewAndTheOldNameOfItsItems) {
  auto playlist = ReadPlaylist(Json(
      R"({"id":"p","name":"Mix","description":null,"public":null,"collaborative":false,"snapshot_id":"s1","images":null,
          "owner":{"id":"u","display_name":null},"items":{"href":"h","total":12},"primary_color":null})"));
  ASSERT_TRUE(playlist) << WhyNot(playlist);
  EXPECT_EQ(playlist->items_total, 12);
  EXPECT_EQ(playlist->owner_id, "u");
  EXPECT_EQ(playlist->owner_name, std::nullopt);
  EXPECT_EQ(playlist->is_public, std::nullopt);
  EXPECT_EQ(ReadPlaylist(Json(R"({"id":"p","tracks":{"total":3}})"))->items_total, 3);
  EXPECT_EQ(ReadPlaylist(Json(R"({"id":"p"})"))->items_total, std::nullopt) << "not the listener's own";
  EXPECT_EQ(WhyNot(ReadPlaylist(Json(R"({"name":"x"})"))), "id is not there");
}

TEST(ReadPlaylistEntry, ReadsTheNewAndTheOldNameOfItsItem) {
  auto entry = ReadPlaylistEntry(Json(
      R"({"added_at":"2022-05-20T14:10:29Z","added_by":{"id":"u"},"is_local":false,
          "item":{"type":"track","id":"new","track":true,"episode":false},"track":{"type":"track","id":"old"}})"));
  ASSERT_TRUE(entry) << WhyNot(entry);
  EXPECT_EQ(std::get<SpotifyTrack>(*entry->item).id, "new");
  EXPECT_EQ(entry->added_by_id, "u");
  entry = ReadPlaylistEntry(Json(R"({"added_at":null,"added_by":null,"track":{"id":"old"}})"));
  ASSERT_TRUE(entry) << WhyNot(entry);
  EXPECT_EQ(std::get<SpotifyTrack>(*entry->item).id, "old");
  EXPECT_EQ(entry->added_at, std::nullopt);
  entry = ReadPlaylistEntry(Json(R"({"added_at":"2022-05-20T14:10:29Z","item":null})"));
  ASSERT_TRUE(entry) << WhyNot(entry);
  EXPECT_FALSE(entry->item.has_value()) << "gone from the catalogue";
}

TEST(ReadAudioFeatures, KeepsAbsentApartFromZero) {
  const auto features = ReadAudioFeatures(
      Json(R"({"id":"t","danceability":0,"energy":0.626,"key":-1,"loudness":-12.733,"mode":1,
                                                   "tempo":0.0,"time_signature":4,"duration_ms":535223,"valence":null})"));
  ASSERT_TRUE(features) << WhyNot(features);
  EXPECT_EQ(features->danceability, 0.0);
  EXPECT_EQ(features->energy, 0.626);
  EXPECT_EQ(features->key, -1);
  EXPECT_EQ(features->loudness_db, -12.733);
  EXPECT_EQ(features->valence, std::nullopt);
  EXPECT_EQ(features->liveness, std::nullopt);
  EXPECT_EQ(WhyNot(ReadAudioFeatures(Json(R"({"key":-2})"))), "key is out of range");
  EXPECT_EQ(WhyNot(ReadAudioFeatures(Json(R"({"energy":"high"})"))), "energy is a text, not a number");
}

TEST(ReadUser, HasAnIdAndWhatTheProfileGives) {
  auto user = ReadUser(Json(R"({"id":"u","display_name":null,"account_id":"acc","images":[]})"));
  ASSERT_TRUE(user) << WhyNot(user);
  EXPECT_EQ(user->account_id, "acc");
  EXPECT_EQ(user->display_name, std::nullopt);
  user = ReadUser(
      Json(R"({"id":"u","country":"DE","product":"premium","explicit_content":{"filter_enabled":false}})"));
  ASSERT_TRUE(user) << WhyNot(user);
  EXPECT_EQ(user->country, "DE");
  EXPECT_EQ(WhyNot(ReadUser(Json(R"({"display_name":"x"})"))), "id is not there");
}

TEST(ReadArtist, ReadsTheFullAndTheShortForm) {
  const auto artist =
      ReadArtist(Json(R"({"followers":{"href":null,"total":226},"genres":["folk",null],"id":"a","name":"A",
                                          "popularity":97,"images":[]})"));
  ASSERT_TRUE(artist) << WhyNot(artist);
  EXPECT_EQ(artist->followers, 226);
  EXPECT_THAT(artist->genres, ElementsAre("folk"));
  EXPECT_EQ(WhyNot(ReadArtist(Json(R"({"genres":[1]})"))), "genres holds a number, not texts alone");
}

TEST(ReadElements, OneBadElementLeavesTheOthersWhole) {
  const auto list =
      ReadElements(Json(R"({"tracks":[{"id":"a"},null,{"id":7},{"id":"b"}]})"), &ReadTrack, "tracks");
  ASSERT_TRUE(list) << WhyNot(list);
  ASSERT_EQ(list->elements.size(), 2U);
  EXPECT_EQ(list->elements[1].id, "b");
  EXPECT_EQ(list->nulls, 1U);
  ASSERT_EQ(list->rejects.size(), 1U);
  EXPECT_EQ(list->rejects[0].why.place, "tracks[2].id");
  EXPECT_EQ(list->rejects[0].raw, R"({"id":7})");
}

TEST(ReadElements, RefusesWhatHasNoList) {
  EXPECT_EQ(WhyNot(ReadElements(Json("{}"), &ReadTrack)), "items is not there");
  EXPECT_EQ(WhyNot(ReadElements(Json(R"({"items":null})"), &ReadTrack)), "items is not there");
  EXPECT_EQ(WhyNot(ReadElements(Json(R"({"items":{}})"), &ReadTrack)), "items is an object, not a list");
  EXPECT_EQ(WhyNot(ReadElements(Json("[]"), &ReadTrack)), " is a list, not an object");
}

/// Any JSON, made of the names and kinds that readers look for.
boost::json::value AnyJson(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::arbitrary<double>();
    case 4:
      return boost::json::value(
          *rc::gen::element<std::string>("track", "episode", "2021-10-25T05:13:13Z", "", "x"));
    case 5:
      return *rc::gen::inRange<std::int64_t>(0, 100);
    case 6: {
      boost::json::array array;
      const int size = *rc::gen::inRange(0, 4);
      for (int i = 0; i < size; ++i) array.push_back(AnyJson(depth - 1));
      return array;
    }
    default: {
      boost::json::object object;
      const int size = *rc::gen::inRange(0, 8);
      for (int i = 0; i < size; ++i) {
        const auto key = *rc::gen::element<std::string>(
            "id", "uri", "name", "type", "track", "item", "items", "album", "artists", "images",
            "duration_ms", "played_at", "context", "show", "device", "resume_point", "owner", "tracks", "key",
            "tempo", "actions", "disallows", "genres", "external_ids", "total", "followers");
        object[key] = AnyJson(depth - 1);
      }
      return object;
    }
  }
}

RC_GTEST_PROP(ReadElements, NeverThrowsAndAddsUp, ()) {
  boost::json::object answer;
  answer["items"] = AnyJson(4);
  const boost::json::value value = answer;
  const auto check = [&](auto reader) {
    const auto list = ReadElements(value, reader);
    RC_ASSERT(list.has_value() == value.at("items").is_array());
    if (!list) return;
    RC_ASSERT(list->elements.size() + list->nulls + list->rejects.size() ==
              value.at("items").as_array().size());
    for (const RejectedElement& reject : list->rejects) RC_ASSERT(reject.why.place.starts_with("items["));
  };
  check(&ReadTrack);
  check(&ReadItem);
  check(&ReadPlayHistoryItem);
  check(&ReadPlayerState);
  check(&ReadPlaylist);
  check(&ReadPlaylistEntry);
  check(&ReadSavedTrack);
  check(&ReadAudioFeatures);
  check(&ReadUser);
  check(&ReadArtist);
  check(&ReadDevice);
}

}  // namespace
}  // namespace earprint::sources::spotify
