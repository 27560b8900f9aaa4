// A month of three thousand plays at the invented Spotify, in each profile, with every failure at random for
// the whole time and the client killed on the way: what Spotify showed is in the figures once, with its end,
// and what it would have shown and could not lies in a gap that is told.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>
#include <vector>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/world/invented_world.hpp"
#include "sources/spotify/sync/play_sync.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

namespace json = boost::json;
namespace spotify = sources::spotify;
using base::kMsPerMinute;

constexpr std::int64_t kBegin = 1'795'000'000'000;
constexpr int kDays = 30, kPlaysADay = 100, kKills = 20;
constexpr std::string_view kListener = "listener1";
/// A play may be off by what lies between two looks, and the looks' own slack.
constexpr std::int64_t kEndSlackMs = 16'000;

/// A play of the script, and what of it reached the client.
struct Truth {
  std::string track_id;
  std::int64_t started_ms = 0, ended_ms = 0, played_ms = 0, played_at_ms = 0, listed_from_ms = 0;
  bool is_listed = false, ran_out = false;
  bool was_shown = false;  ///< by the list
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;

  bool WasTold() const { return was_shown || first_seen_ms > 0; }
};

std::vector<Truth> TruthOf(const fakes::FakeSpotify& fake) {
  std::vector<Truth> all;
  const json::array rows = fake.Truth(kListener);
  for (const json::value& row : rows) {
    Truth play;
    if (row.at("track_id").is_string()) play.track_id = std::string(row.at("track_id").as_string());
    play.started_ms = row.at("started_ms").as_int64();
    play.ended_ms = row.at("ended_ms").as_int64();
    play.played_ms = row.at("played_ms").as_int64();
    play.played_at_ms = row.at("played_at_ms").as_int64();
    play.listed_from_ms = row.at("listed_from_ms").as_int64();
    play.is_listed = row.at("is_listed").as_bool();
    play.ran_out = row.at("ending").as_string() == "ran_out";
    all.push_back(std::move(play));
  }
  return all;
}

/// The invented Spotify as a client's web, with what came through noted.
class Wire {
 public:
  Wire(fakes::FakeSpotify& fake, fakes::FakeClock& time, const testing::StoppedClock& clock,
       std::vector<Truth>& truth)
      : fake_(fake), time_(time), clock_(clock), truth_(truth) {}

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) {
    time_.Set(clock_.Now());
    const std::size_t path_at = request.url.find('/', std::string_view("https://").size());
    const std::string target = request.url.substr(path_at);
    const std::size_t question = std::min(target.find('?'), target.size());
    fakes::WebRequest asked{
        .method = request.method,
        .target = target,
        .path = target.substr(0, question),
        .query = fakes::ParseForm(std::string_view(target).substr(std::min(question + 1, target.size()))),
        .headers = {{"host", "api.spotify.example"}},
        .body = request.body};
    for (const auto& [name, value] : request.headers)
      asked.headers.emplace_back(base::AsciiLower(name), value);
    const fakes::WebAnswer answer = fake_.Answer(asked);
    if (answer.reset || answer.cut_after_bytes) return testing::NoNetwork();
    ports::HttpAnswer came{answer.status, {}, answer.body};
    for (const auto& [name, value] : answer.headers) came.headers[base::AsciiLower(name)] = value;
    if (answer.status == 200) Note(asked.path, answer.body);
    return came;
  }

 private:
  void Note(const std::string& path, const std::string& body) {
    const std::int64_t now_ms = clock_.now_ms;
    if (path == "/v1/me/player") {
      for (Truth& play : truth_) {
        if (now_ms < play.started_ms || now_ms >= play.ended_ms) continue;
        if (play.first_seen_ms == 0) play.first_seen_ms = now_ms;
        play.last_seen_ms = now_ms;
      }
    } else if (path == "/v1/me/player/recently-played") {
      const json::value page = json::parse(body);
      for (const json::value& entry : page.at("items").as_array()) {
        const auto at = base::ParseInstant(std::string_view(entry.at("played_at").as_string()));
        for (Truth& play : truth_) {
          if (at && play.played_at_ms == at->at.value && play.is_listed) play.was_shown = true;
        }
      }
    }
  }

  fakes::FakeSpotify& fake_;
  fakes::FakeClock& time_;
  const testing::StoppedClock& clock_;
  std::vector<Truth>& truth_;
};

/// Takes what comes into the pipeline; at times it says that it could not though it did, or did not.
class LossySink final : public ports::FactSink {
 public:
  explicit LossySink(std::mt19937& random) : random_(random) {}
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string&,
                                        const std::string&) override {
    const auto luck = random_() % 12;
    const ports::TakenReport report{batch.read, batch.events.size(), 0, batch.rejects.size()};
    if (luck != 0) {
      for (model::EventRef event : batch.events) {
        const auto begin = static_cast<std::uint32_t>(all.lines.size());
        all.lines.append(batch.lines, event.begin, event.size);
        event.begin = begin;
        all.events.push_back(event);
      }
      rejects += batch.rejects.size();
    }
    if (luck <= 1) return base::Fail(base::ErrorCode::kRetryLater, "append", "the log", "the disk is full");
    return report;
  }
  model::EventBatch all;
  std::size_t rejects = 0;

 private:
  std::mt19937& random_;
};

struct Stored {
  std::string track_id;
  std::int64_t ended_ms, played_ms, precision_ms;
};

struct Gap {
  std::int64_t from_ms, to_ms;
};

/// The figures after the month.
struct Outcome {
  std::vector<Stored> plays;
  std::vector<Gap> gaps;
};

Outcome OutcomeOf(model::EventBatch all) {
  testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  all.read = all.events.size();
  Outcome outcome;
  EXPECT_TRUE(pipeline->Take(std::move(all), "test", "me"));
  auto session = pipeline->engine().Connect();
  auto plays = (*session)->Query(
      "select t.track_id, p.ended_at_ms, p.played_ms, greatest(r.ended_precision_ms, "
      "coalesce(m.looked_after_ms, 0) - "
      "p.ended_at_ms) from silver_play p join silver_track t on t.track_key = p.track_key "
      "join raw_play r on r.identity = p.play_id and r.details = p.event_id "
      "left join raw_play_more m on m.identity = r.identity and m.details = r.details "
      "where p.is_track and t.track_id is not null");
  EXPECT_TRUE(plays) << plays.error().Text();
  for (const auto& row : plays->rows) {
    outcome.plays.push_back({std::get<std::string>(row[0]), std::get<std::int64_t>(row[1]),
                             std::get<std::int64_t>(row[2]), std::get<std::int64_t>(row[3])});
  }
  auto gaps = (*session)->Query("select from_ms, to_ms from silver_gap");
  EXPECT_TRUE(gaps) << gaps.error().Text();
  for (const auto& row : gaps->rows)
    outcome.gaps.push_back({std::get<std::int64_t>(row[0]), std::get<std::int64_t>(row[1])});
  return outcome;
}

/// How far apart, or nothing where the stored one cannot be this play.
std::optional<std::int64_t> OffMs(const Truth& play, const Stored& one) {
  if (one.track_id != play.track_id) return {};
  std::int64_t off_ms = std::abs(one.ended_ms - play.ended_ms);
  // Seen by no look: whether its one stamp is the end of a short play or the start of a whole one only its
  // neighbours could tell.
  const bool is_start = play.played_at_ms == play.started_ms;
  if (play.first_seen_ms == 0 && (is_start || !play.ran_out)) {
    off_ms = std::min({off_ms, std::abs(one.ended_ms - play.played_at_ms),
                       std::abs(one.ended_ms - one.played_ms - play.played_at_ms)});
  }
  return off_ms <= kEndSlackMs + one.precision_ms ? std::optional(off_ms) : std::nullopt;
}

/// The truth's place for each stored play, nearest first; -1 where there is none.
std::vector<int> Paired(const std::vector<Truth>& truth, const std::vector<Stored>& stored) {
  std::map<std::string, std::vector<int>> by_track;
  for (int i = 0; i < static_cast<int>(truth.size()); ++i) by_track[truth[i].track_id].push_back(i);
  std::vector<std::tuple<std::int64_t, int, int>> near;
  for (int k = 0; k < static_cast<int>(stored.size()); ++k) {
    for (const int i : by_track[stored[k].track_id]) {
      if (const auto off_ms = OffMs(truth[i], stored[k])) near.emplace_back(*off_ms, i, k);
    }
  }
  std::ranges::sort(near);
  std::vector<int> of_stored(stored.size(), -1);
  std::vector<bool> is_taken(truth.size());
  for (const auto& [off_ms, i, k] : near) {
    if (is_taken[i] || of_stored[k] >= 0) continue;
    is_taken[i] = true;
    of_stored[k] = i;
  }
  return of_stored;
}

struct Month {
  fakes::Profile profile;
  unsigned seed;
};

void PrintTo(const Month& month, std::ostream* out) {
  *out << fakes::ProfileName(month.profile) << " seed " << month.seed;
}

fakes::SpotifySwitches SwitchesOf(const Month& month) {
  fakes::SpotifySwitches switches;
  switches.profile = month.profile;
  switches.seed = month.seed;
  switches.show = {.start_stamped_share = 0.1,
                   .skipped_listed_share = 0.3,
                   .lag_ms = 7 * kMsPerMinute,
                   .seed = month.seed};
  switches.rate_max = 30;
  switches.quotas = {{"player", 4'000}, {"recently-played", 1'500}};
  switches.rotates_refresh = month.seed % 2 == 0;
  switches.failures = {{"500", 0.01},      {"502", 0.01},    {"503", 0.01},  {"slow", 0.02},
                       {"cut", 0.02},      {"reset", 0.02},  {"rate", 0.01}, {"expired", 0.01},
                       {"invalid", 0.005}, {"quota", 0.0003}};
  return switches;
}

class SpotifyMonth : public ::testing::TestWithParam<Month> {
 protected:
  /// Runs the client through the month.
  void Live() {
    std::mt19937 random(GetParam().seed);
    testing::SpotifyRoom room;
    room.app.client_id = fake.app().client_id;
    room.clock.now_ms = kBegin;
    time.Set(room.clock.Now());
    room.Start();
    const json::value minted = json::parse(fake.Mint(std::string(kListener), Scopes()));
    room.LogIn(std::string(minted.at("access_token").as_string()),
               std::string(minted.at("refresh_token").as_string()));
    truth = TruthOf(fake);
    Wire wire(fake, time, room.clock, truth);
    room.http.Answer([&wire](const ports::HttpRequest& request) { return wire.Send(request); });
    auto sync = std::make_unique<spotify::PlaySync>("me", *room.api, room.states, sink, room.clock);
    // A pause of hours is an end.
    const std::int64_t end_ms = truth.back().ended_ms + 7 * 60 * kMsPerMinute;
    std::vector<std::int64_t> kills;
    for (int i = 0; i < kKills; ++i)
      kills.push_back(kBegin + static_cast<std::int64_t>(random()) % (end_ms - kBegin));
    std::ranges::sort(kills, std::greater());
    while (room.clock.now_ms < end_ms) {
      const std::int64_t next_ms = sync->Work().value;
      room.clock.now_ms = std::max(room.clock.now_ms + 1, next_ms);
      if (kills.empty() || room.clock.now_ms < kills.back()) continue;
      kills.pop_back();
      sync.reset();
      room.clock.now_ms += random() % 3 == 0 ? 90 * kMsPerMinute : 2'000;
      room.Start();
      sync = std::make_unique<spotify::PlaySync>("me", *room.api, room.states, sink, room.clock);
    }
    EXPECT_THAT(kills, ::testing::IsEmpty());
  }

  static std::set<std::string> Scopes() {
    const auto wanted = spotify::SpotifyApp().scopes;
    return {wanted.begin(), wanted.end()};
  }

  fakes::FakeClock time{{kBegin}};
  fakes::FakeSpotify fake{fakes::InventWorld({.seed = GetParam().seed,
                                              .listeners = 1,
                                              .from = {kBegin},
                                              .days = kDays,
                                              .plays_a_day = kPlaysADay}),
                          time, SwitchesOf(GetParam())};
  std::vector<Truth> truth;
  std::mt19937 sink_random{GetParam().seed + 1};
  LossySink sink{sink_random};
};

/// What went otherwise than it should, a line each.
struct Faults {
  std::vector<std::string> lost, invented, unsaid;
};

std::string Described(const Truth& play) {
  return fmt::format("{} from {} to {} played {} ms, stamp {}, {} by the list, seen from {} to {}",
                     play.track_id, base::FormatInstant({play.started_ms}),
                     base::FormatInstant({play.ended_ms}), play.played_ms,
                     base::FormatInstant({play.played_at_ms}), play.was_shown ? "shown" : "not shown",
                     base::FormatInstant({play.first_seen_ms}), base::FormatInstant({play.last_seen_ms}));
}

Faults FaultsOf(const std::vector<Truth>& truth, const Outcome& outcome) {
  Faults faults;
  std::vector<bool> is_stored(truth.size());
  const std::vector<int> of_stored = Paired(truth, outcome.plays);
  for (std::size_t k = 0; k < of_stored.size(); ++k) {
    if (of_stored[k] >= 0) {
      is_stored[static_cast<std::size_t>(of_stored[k])] = true;
      continue;
    }
    const Stored& one = outcome.plays[k];
    faults.invented.push_back(fmt::format("{} ended {} played {} ms, precision {} ms", one.track_id,
                                          base::FormatInstant({one.ended_ms}), one.played_ms,
                                          one.precision_ms));
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Truth& play = truth[i];
    if (play.track_id.empty() || is_stored[i]) continue;
    if (play.WasTold()) {
      faults.lost.push_back(Described(play));
    } else if (play.is_listed && std::ranges::none_of(outcome.gaps, [&play](const Gap& gap) {
                 return play.played_at_ms >= gap.from_ms && play.played_at_ms <= gap.to_ms;
               })) {
      faults.unsaid.push_back(Described(play));
    }
  }
  return faults;
}

/// Was it refused for a quota that was used up, and not by chance?
bool IsOverrun(const fakes::RequestRecord& record) {
  return record.status == 429 && record.reason != "quota" && record.reason != "rate";
}

TEST_P(SpotifyMonth, IsToldOnceAndWhollyOrSaidToBeMissing) {
  Live();
  EXPECT_EQ(sink.rejects, 0U);
  const Outcome outcome = OutcomeOf(std::move(sink.all));
  const Faults faults = FaultsOf(truth, outcome);
  EXPECT_THAT(faults.lost, ::testing::IsEmpty());
  EXPECT_THAT(faults.invented, ::testing::IsEmpty());
  EXPECT_THAT(faults.unsaid, ::testing::IsEmpty());
  const auto told = static_cast<std::size_t>(std::ranges::count_if(truth, &Truth::WasTold));
  EXPECT_GT(told, kDays * kPlaysADay * 8 / 10);
  fmt::print("{} plays, {} told, {} stored, {} gaps\n", truth.size(), told, outcome.plays.size(),
             outcome.gaps.size());

  const auto records = fake.Records();
  EXPECT_GT(records.size(), 20'000U);
  EXPECT_THAT(records, ::testing::Not(::testing::Contains(::testing::Truly(IsOverrun))));
}

INSTANTIATE_TEST_SUITE_P(Profiles, SpotifyMonth,
                         ::testing::Values(Month{fakes::Profile::kExtended, 1},
                                           Month{fakes::Profile::kDevExisting, 2},
                                           Month{fakes::Profile::kDevNew, 3}));

}  // namespace
}  // namespace earprint::app
