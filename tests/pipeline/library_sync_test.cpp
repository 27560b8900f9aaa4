// Playlists and saved tracks of the invented Spotify over half a day, in each profile: they change between
// and under readings, the service fails at random, and the client is killed on the way. Every stay in the
// store is held against what the lists truly held.
#include "sources/spotify/sync/library_sync.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>
#include <set>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/world/invented_world.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/lossy_sink.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

namespace json = boost::json;
namespace spotify = sources::spotify;
using base::kMsPerMinute;

constexpr std::int64_t kBegin = 1'795'000'000'000;
constexpr std::int64_t kEnd = kBegin + 12 * 60 * kMsPerMinute;
constexpr int kChanges = 50, kKills = 40;
constexpr std::string_view kListener = "listener1";
const std::string kSaved = "liked-songs";  // what the saved tracks are called among the lists

/// An entry: what it is, and when it was added (0: not told).
using Entry = std::pair<std::string, std::int64_t>;
using Held = std::multiset<Entry>;

std::int64_t InstantMs(const json::value& text) {
  const auto at = text.is_string() ? base::ParseInstant(std::string_view(text.as_string())) : std::nullopt;
  return at ? at->at.value : 0;
}

class LibraryOverTime : public ::testing::TestWithParam<fakes::Profile> {
 protected:
  LibraryOverTime() {
    room.app.client_id = fake.app().client_id;
    room.app.api_url = "http://api.spotify.com/v1";  // as the links of the invented one begin
    room.clock.now_ms = kBegin;
    time.Set(room.clock.Now());
    room.Start();
    const auto wanted = spotify::SpotifyApp().scopes;
    std::set<std::string> scopes(wanted.begin(), wanted.end());
    const json::value minted = json::parse(fake.Mint(std::string(kListener), scopes));
    room.LogIn(std::string(minted.at("access_token").as_string()),
               std::string(minted.at("refresh_token").as_string()));
    room.http.Answer([this](const ports::HttpRequest& request) { return Send(request); });
    Restart();
    Quiet(true);
    const json::value mine = AskAsOwner("GET", "/v1/me/playlists?limit=50");
    for (const auto& list : mine.at("items").as_array()) {
      if (list.is_null()) continue;
      const std::string id(list.at("id").as_string());
      (list.at("owner").at("id").as_string() == kListener ? own : others).push_back(id);
    }
    own.push_back(kSaved);
    for (const std::string& id : own) NoteTruth(id);
    Quiet(false);
  }

  static fakes::SpotifySwitches Switches() {
    fakes::SpotifySwitches switches;
    switches.profile = GetParam();
    switches.rate_max = switches.quota_default = 0;  // our own budget is what is counted here
    return switches;
  }

  void Quiet(bool is_quiet) {
    const json::object failing{{"500", 0.02}, {"502", 0.02}, {"cut", 0.02}, {"reset", 0.02}};
    ASSERT_TRUE(fake.Change({{"playlist_change_share", is_quiet || is_over ? 0.0 : 0.15},
                             {"failures", is_quiet || is_over ? json::object() : failing}}));
  }

  void Restart() {
    sync.reset();
    room.Start();
    sync = std::make_unique<spotify::LibrarySync>("me", *room.api, room.states, sink, room.clock);
  }

  fakes::WebAnswer Answer(const ports::HttpRequest& request) {
    time.Set(room.clock.Now());
    return fake.Answer(testing::AskedOfFake(request));
  }

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) {
    const fakes::WebAnswer answer = Answer(request);
    if (request.url.find("/v1/") != std::string::npos) asked_at_ms.push_back(room.clock.now_ms);
    const std::size_t at = request.url.find("/playlists/");
    if (at != std::string::npos || request.url.contains("/me/tracks?offset")) {
      const std::string id = at == std::string::npos ? kSaved : request.url.substr(at + 11, 22);
      if (std::ranges::find(own, id) != own.end()) {
        Quiet(true);  // it may have changed behind this answer
        NoteTruth(id);
        Quiet(false);
        ++item_requests;
      }
    }
    return testing::ToldByFake(answer);
  }

  json::value AskAsOwner(const std::string& method, const std::string& target, const std::string& body = "") {
    if (owner_until_ms <= room.clock.now_ms) {
      time.Set(room.clock.Now());
      const json::value minted =
          json::parse(fake.Mint(std::string(kListener),
                                {"playlist-read-private", "playlist-modify-public", "playlist-modify-private",
                                 "user-library-read", "user-library-modify", "user-follow-modify"}));
      owner_token = std::string(minted.at("access_token").as_string());
      owner_until_ms = room.clock.now_ms + 50 * kMsPerMinute;
    }
    ports::HttpRequest request;
    request.method = method;
    request.url = "https://api.spotify.com" + target;
    request.headers.emplace_back("Authorization", "Bearer " + owner_token);
    request.body = body;
    const fakes::WebAnswer answer = Answer(request);
    EXPECT_LT(answer.status, 300) << target << " " << answer.body;
    return answer.body.empty() ? json::value() : json::parse(answer.body);
  }

  /// What a list holds now, as its owner reads it.
  void NoteTruth(const std::string& id) {
    Held held;
    for (std::size_t offset = 0;; offset += 50) {
      const json::value page = AskAsOwner(
          "GET", id == kSaved
                     ? fmt::format("/v1/me/tracks?limit=50&offset={}", offset)
                     : fmt::format("/v1/playlists/{}/items?limit=50&offset={}&additional_types=track,episode",
                                   id, offset));
      for (const json::value& entry : page.at("items").as_array()) {
        const json::value* item = entry.as_object().if_contains("item");
        if (item == nullptr) item = entry.as_object().if_contains("track");
        if (item == nullptr || item->is_null()) continue;
        const json::value& own_id = item->at("id");
        const std::string key = own_id.is_string() ? std::string(own_id.as_string())
                                                   : std::string(item->at("uri").as_string()).substr(8);
        held.emplace(key, InstantMs(entry.at("added_at")));
        const json::value* linked = item->as_object().if_contains("linked_from");
        if (linked != nullptr && linked->is_object()) {
          linked_from[key] = std::string(linked->at("id").as_string());
        }
      }
      if (page.at("next").is_null()) break;
    }
    truth[id][room.clock.now_ms] = held;
  }

  /// Drops a saved track, or saves one that a playlist holds.
  void ChangeSaved(std::mt19937& random, const Held& held) {
    const bool adds = random() % 2 == 0 || held.empty();
    const Held& from = adds ? std::prev(truth[own.front()].end())->second : held;
    std::vector<std::string> ids;
    for (const Entry& entry : from) {
      if (entry.first.size() == 22) ids.push_back(entry.first);
    }
    if (ids.empty()) return;
    std::string id = ids[random() % ids.size()];
    if (const auto before = linked_from.find(id); before != linked_from.end()) id = before->second;
    AskAsOwner(adds ? "PUT" : "DELETE", "/v1/me/library?uris=spotify:track:" + id);
  }

  void ChangeAsOwner(std::mt19937& random) {
    Quiet(true);
    const std::string& id = own[random() % own.size()];
    const Held& held = std::prev(truth[id].end())->second;
    const auto track =
        std::ranges::find_if(held, [](const Entry& entry) { return entry.first.size() == 22; });
    if (id == kSaved) {
      ChangeSaved(random, held);
    } else if (track != held.end()) {
      const bool adds = random() % 2 == 0;  // a second time, or not any more
      const std::string uri = "spotify:track:" + track->first;
      const json::object one{{"uri", uri}};
      const json::object body =
          adds ? json::object{{"uris", json::array{uri}}} : json::object{{"items", json::array{one}}};
      AskAsOwner(adds ? "POST" : "DELETE", "/v1/playlists/" + id + "/items", json::serialize(body));
    }
    NoteTruth(id);
    Quiet(false);
  }

  void WorkUntil(std::int64_t end_ms, std::mt19937& random, int changes, int kills) {
    const auto odds = [&](int times) { return times > 0 && random() % 2'000 < static_cast<unsigned>(times); };
    while (room.clock.now_ms < end_ms) {
      const std::int64_t next_ms = sync->Work().value;
      room.clock.now_ms =
          std::clamp((next_ms + 999) / 1'000 * 1'000, room.clock.now_ms + 1'000, room.clock.now_ms + 60'000);
      if (odds(changes)) ChangeAsOwner(random);
      if (!odds(kills)) continue;
      ++killed;
      Restart();
    }
  }

  fakes::FakeClock time{{kBegin}};
  fakes::FakeSpotify fake{
      fakes::InventWorld({.seed = 5, .listeners = 1, .from = {kBegin}, .days = 1, .plays_a_day = 5}), time,
      Switches()};
  testing::SpotifyRoom room;
  std::mt19937 sink_random{9};
  testing::LossySink sink{sink_random};
  std::unique_ptr<spotify::LibrarySync> sync;
  std::vector<std::string> own, others;
  std::map<std::string, std::map<std::int64_t, Held>> truth;  ///< by playlist and instant of the change
  std::map<std::string, std::string> linked_from;  ///< the id that is saved, by the one that is served
  std::vector<std::int64_t> asked_at_ms;
  std::string owner_token;
  std::int64_t owner_until_ms = 0;
  int item_requests = 0, killed = 0;
  bool is_over = false;  ///< nothing changes or fails any more
};

struct Stay {
  std::string playlist;
  Entry entry;
  std::size_t nth;
  std::int64_t from_ms, to_ms;  ///< to_ms INT64_MAX: still there
};

/// What is stored, with ids for keys.
std::vector<Stay> StaysOf(model::EventBatch all, const std::map<std::int64_t, std::string>& id_of) {
  testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  EXPECT_TRUE(pipeline->Take(std::move(all), "test", "me"));
  auto table = (*pipeline->engine().Connect())
                   ->Query(
                       "select playlist_id, track_key, coalesce(added_at_ms, 0), nth, valid_from_ms, "
                       "coalesce(valid_to_ms, 9223372036854775807) from silver_playlist_stay");
  EXPECT_TRUE(table) << table.error().Text();
  std::vector<Stay> stays;
  for (const auto& row : table->rows) {
    const auto whole = [&row](std::size_t at) { return std::get<std::int64_t>(row[at]); };
    const auto id = id_of.find(whole(1));
    stays.push_back({std::get<std::string>(row[0]),
                     {id == id_of.end() ? "unknown" : id->second, whole(2)},
                     static_cast<std::size_t>(whole(3)),
                     whole(4),
                     whole(5)});
  }
  return stays;
}

/// The ids of all that the lists ever held, by the key that the warehouse gives them.
std::map<std::int64_t, std::string> KeysOf(const std::map<std::string, std::map<std::int64_t, Held>>& truth) {
  testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  std::set<std::string> ids;
  for (const auto& [list, states] : truth) {
    for (const auto& [at, held] : states) {
      for (const Entry& entry : held) ids.insert(entry.first);
    }
  }
  std::string values;
  for (const std::string& id : ids) {
    std::string quoted;
    for (const char c : id) quoted += c == '\'' ? "''" : std::string(1, c);
    values += (values.empty() ? "('" : ", ('") + quoted + "')";
  }
  auto table = (*pipeline->engine().Connect())
                   ->Query("select cast('0x' || substr(md5(id), 1, 15) as bigint), id from (values " +
                           values + ") as ids(id)");
  EXPECT_TRUE(table) << table.error().Text();
  std::map<std::int64_t, std::string> id_of;
  for (const auto& row : table->rows) id_of[std::get<std::int64_t>(row[0])] = std::get<std::string>(row[1]);
  return id_of;
}

const Held& At(const std::map<std::int64_t, Held>& states, std::int64_t at_ms) {
  auto after = states.upper_bound(at_ms);
  return after == states.begin() ? after->second : std::prev(after)->second;
}

std::size_t MostWithin(const std::vector<std::int64_t>& times, std::int64_t window_ms) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= window_ms) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST_P(LibraryOverTime, EveryStayIsAsTheListsTrulyWere) {
  std::mt19937 random(7);
  WorkUntil(kEnd, random, kChanges, kKills);
  EXPECT_GE(killed, 10);
  is_over = true;
  Quiet(true);
  WorkUntil(kEnd + 90 * kMsPerMinute, random, 0, 0);
  EXPECT_FALSE(sync->report().trouble) << sync->report().trouble->Text();
  const int before = item_requests;
  WorkUntil(kEnd + 180 * kMsPerMinute, random, 0, 0);
  EXPECT_EQ(item_requests, before) << "what did not change is not read";
  EXPECT_LE(MostWithin(asked_at_ms, 30'000), 30U);
  EXPECT_LE(MostWithin(asked_at_ms, base::kMsPerDay), 1'000U);

  std::map<std::string, Held> now;
  std::size_t of_others = 0, ended = 0;
  for (const Stay& stay : StaysOf(sink.all, KeysOf(truth))) {
    const auto states = truth.find(stay.playlist);
    if (states == truth.end()) {
      ++of_others;
      continue;
    }
    const std::string described = fmt::format("{} {} added {} from {} to {}", stay.playlist, stay.entry.first,
                                              stay.entry.second, stay.from_ms, stay.to_ms);
    EXPECT_GE(At(states->second, stay.from_ms).count(stay.entry), stay.nth) << described;
    if (stay.to_ms == INT64_MAX) {
      now[stay.playlist].insert(stay.entry);
    } else {
      ++ended;
      EXPECT_LT(At(states->second, stay.to_ms).count(stay.entry), stay.nth) << described;
    }
  }
  EXPECT_GT(ended, 5U);
  for (const auto& [list, states] : truth) {
    const Held& held = std::prev(states.end())->second;
    std::vector<Entry> lacks, beyond;
    std::ranges::set_difference(held, now[list], std::back_inserter(lacks));
    std::ranges::set_difference(now[list], held, std::back_inserter(beyond));
    EXPECT_THAT(lacks, ::testing::IsEmpty()) << list;
    EXPECT_THAT(beyond, ::testing::IsEmpty()) << list;
  }
  std::set<Held> saved;
  for (const auto& [at, held] : truth[kSaved]) saved.insert(held);
  EXPECT_GT(saved.size(), 2U) << "the saved tracks changed too";
  EXPECT_EQ(of_others > 0, GetParam() == fakes::Profile::kExtended) << "what Spotify made is barred";
}

INSTANTIATE_TEST_SUITE_P(Profiles, LibraryOverTime,
                         ::testing::Values(fakes::Profile::kExtended, fakes::Profile::kDevExisting,
                                           fakes::Profile::kDevNew),
                         [](const auto& chosen) {
                           return "profile" + std::to_string(static_cast<int>(chosen.param));
                         });

}  // namespace
}  // namespace earprint::app
