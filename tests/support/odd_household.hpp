#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "model/event_batch.hpp"
#include "model/feature_fact.hpp"
#include "model/gap_fact.hpp"
#include "model/library_fact.hpp"
#include "model/play_fact.hpp"
#include "model/spotify_list_fact.hpp"

namespace earprint::testing {

/// A small household in which everything happens that a rule speaks of: nights on which the clock changes,
/// ties, account rows that an export tells and that it does not, twins, live plays of every kind, lists that
/// change, catalogues that disagree, and a second listener with the same tracks under other names.
class OddHousehold {
 public:
  /// What is known on the first day, and what comes later: exports that tell live plays, and one more
  /// catalogue.
  model::EventBatch First() {
    model::EventBatch batch;
    Nights(batch);
    Everyday(batch);
    AccountData(batch);
    Live(batch);
    Lists(batch);
    Catalogues(batch);
    Letters(batch);
    return batch;
  }
  model::EventBatch Later() {
    model::EventBatch batch;
    for (int i = 0; i < 4; ++i) {
      auto play = Play("extended", i, kEvening + (4 * i + 3) * kMinute + 400, 3 * kMinute - 1'000);
      play.country = "PT";
      model::AddPlay(play, "ann", batch);
    }
    model::AddPlay(Play("extended", 5, 1'616'888'000'000, 31'000), "Bob 'B' Ö", batch);
    model::FeatureFact fact = Sound("third", 3);
    fact[model::Feature::kEnergy] = 123'756;
    fact.isrc = "ISRC2";
    model::AddFeatures(fact, batch);
    return batch;
  }

 private:
  static constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
  static constexpr std::int64_t kEvening = 1'700'000'000'000 - 1'700'000'000'000 % kDay + 20 * kHour;

  struct Track {
    std::string id, title, artist, album;
  };
  static const std::vector<Track>& Tracks() {
    static const std::vector<Track> tracks = {
        {"000000000000000000000A", "Été (feat. Zoë) - 2011 Remaster", "The Cure", "Faith"},
        {"000000000000000000000B", "Rain", "Ann", "One"},
        {"000000000000000000000C", "Rain", "ann", "Two"},
        {"000000000000000000000D", "Sun, Moon \"and\" Stars", "Ann", "One"},
        {"000000000000000000000E", "Ünder", "Björk", ""},
        {"", "Nameless", "Wanderer", "Roads"},
        {"local:Ann:One:Tape:100", "Tape", "Ann", "One"},
        {"000000000000000000000G", "Golem", "Zed", "One"},
        {"000000000000000000000H", "Zzz", "Aaa", "One"},
    };
    return tracks;
  }

  static model::PlayFact Play(std::string_view source, std::size_t track, std::int64_t ended_ms,
                              std::int64_t played_ms) {
    const Track& told = Tracks()[track];
    model::PlayFact fact;
    fact.source = source;
    fact.kind = model::PlayKind::kTrack;
    fact.item_id = told.id;
    fact.title = told.title;
    fact.artist = told.artist;
    fact.album = told.album;
    fact.ended_at_ms = ended_ms;
    fact.played_ms = played_ms;
    return fact;
  }

  /// Hours that come twice or never: Paris in October and March, New York, Lord Howe's half an hour, and the
  /// day that Samoa left out.
  static void Nights(model::EventBatch& batch) {
    static constexpr std::int64_t kChanges[] = {1'572'138'000'000, 1'585'443'600'000, 1'572'760'800'000,
                                                1'570'289'400'000, 1'325'239'200'000, 1'616'893'200'000};
    for (const std::int64_t change_ms : kChanges) {
      for (int i = -6; i <= 6; ++i) {
        auto play = Play("extended", static_cast<std::size_t>(i + 6) % Tracks().size(),
                         change_ms + i * 17 * kMinute, i == 0 ? 29'999 : 30'000 + (i + 6) * 11'000);
        play.platform = i % 2 == 0 ? "ios" : "android";
        play.country = i % 3 == 0 ? "FR" : "US";
        play.reason_start = "trackdone";
        play.reason_end = i % 4 == 0 ? "fwdbtn" : "trackdone";
        play.shuffle = i % 2 == 0;
        if (i % 3 != 0) play.offline = i % 5 == 0;
        model::AddPlay(play, "ann", batch);
      }
    }
  }

  /// Years of plays with ties in counts, days on repeat, sessions with pauses right at half an hour, and the
  /// same plays told again by a CSV.
  static void Everyday(model::EventBatch& batch) {
    for (int i = 0; i < 160; ++i) {
      const std::size_t track = static_cast<std::size_t>(i * i + i / 7) % Tracks().size();
      const std::int64_t ended_ms = 1'400'000'000'000 + i * (kDay * 11 + 3 * kHour) + (i % 5) * 7 * kMinute;
      auto play = Play("extended", track, ended_ms, 30'000 + (i % 13) * 15'001);
      play.platform = "web";
      play.reason_end = i % 6 == 0 ? "endplay" : "trackdone";
      play.skipped = i % 6 == 0;
      model::AddPlay(play, "ann", batch);
      if (i % 4 == 0) {
        auto csv = Play("csv", track, ended_ms, play.played_ms);
        csv.platform = "aaa";
        csv.country = "DE";
        model::AddPlay(csv, "ann", batch);
      }
      if (i % 9 == 0) {
        for (int n = 1; n <= 4; ++n) {
          auto again = Play("csv", track, ended_ms + n * (30 * kMinute + 45'000) - (n == 2 ? 1 : 0), 45'000);
          again.platform = "aaa";
          model::AddPlay(again, "ann", batch);
        }
      }
    }
    for (int i = 0; i < 40; ++i) {
      auto play =
          Play("extended", static_cast<std::size_t>(i % 3), 1'580'000'000'000 + i * 5 * kMinute, 200'000);
      model::AddPlay(play, "Bob 'B' Ö", batch);
    }
    for (int i = 0; i < 4; ++i) {  // nobody knows its sound
      auto unknown = Play("extended", 1, 1'691'000'000'000 + i * kDay, 500'000);
      unknown.item_id = "0000000000000000000unk";
      unknown.title = "Unheard of";
      model::AddPlay(unknown, "ann", batch);
    }
    auto renamed = Play("extended", 1, 1'690'000'000'000, 100'000);
    renamed.title = "Rain (Live)";
    renamed.isrc = "ISRC1";
    model::AddPlay(renamed, "Bob 'B' Ö", batch);
    auto other = Play("extended", 7, 1'690'000'600'000, 100'000);
    other.isrc = "ISRC1";  // one recording under two ids
    model::AddPlay(other, "ann", batch);
    auto episode = Play("extended", 4, 1'690'001'000'000, 1'000'000);
    episode.kind = model::PlayKind::kEpisode;
    episode.item_id = "EPISODE00000000000000A";
    model::AddPlay(episode, "ann", batch);
    // Two that agree but in what the figures choose by.
    auto twice = Play("extended", 2, 1'690'002'000'000, 60'000);
    twice.platform = "zzz";
    twice.shuffle = true;
    model::AddPlay(twice, "ann", batch);
    twice.platform = "";
    twice.country = "AA";
    twice.shuffle = false;
    model::AddPlay(twice, "ann", batch);
  }

  /// Rows of minutes: some that an export tells, twins, and some on the minute's other side.
  static void AccountData(model::EventBatch& batch) {
    for (int i = 0; i < 30; ++i) {
      const std::size_t track = static_cast<std::size_t>(i) % 5;
      const std::int64_t minute_ms = (1'650'000'000'000 + i * 3 * kHour) / kMinute * kMinute;
      auto account = Play("account", track, minute_ms, 90'000 + i);
      account.item_id = "";
      account.album = "";
      account.ended_precision_ms = kMinute;
      model::AddPlay(account, "ann", batch);
      if (i % 7 == 0) {
        account.twin = 1;
        model::AddPlay(account, "ann", batch);
      }
      if (i % 3 == 0) continue;
      auto exact = Play("extended", track, minute_ms + (i % 3 == 1 ? 59'999 : kMinute), 90'000 + i);
      exact.platform = "ios";
      model::AddPlay(exact, "ann", batch);
    }
  }

  static model::PlayFact Player(std::size_t track, std::int64_t began_ms, std::int64_t ended_ms) {
    auto play = Play("player", track, ended_ms, ended_ms - began_ms);
    play.ended_precision_ms = 5'000;
    play.began_at_ms = began_ms;
    play.looked_before_ms = began_ms - 4'000;
    play.last_seen_ms = ended_ms - 5'000;
    play.looked_after_ms = ended_ms + 5'000;
    play.platform = "speaker";
    return play;
  }

  static void Live(model::EventBatch& batch) {
    for (int i = 0; i < 12; ++i) {
      const std::int64_t began_ms = kEvening + 4 * i * kMinute, ended_ms = began_ms + 3 * kMinute;
      const std::size_t track = static_cast<std::size_t>(i) % 5;
      if (i % 4 != 3) {
        auto seen = Player(track, began_ms, ended_ms);
        seen.skipped = i % 5 == 4;
        if (i % 5 == 4) seen.reason_end = "fwdbtn";
        model::AddPlay(seen, "ann", batch);
      }
      if (i % 5 == 1) continue;
      const bool is_start = i % 3 == 2;
      auto stamp = Play("recent", track, (is_start ? began_ms : ended_ms) + 700, 3 * kMinute);
      stamp.shown_at_ms = ended_ms + 20'000;
      stamp.isrc = i % 2 == 0 ? "ISRC2" : "";
      model::AddPlay(stamp, "ann", batch);
    }
    // Over midnight, and the list alone: starts that only the next one tells apart.
    for (int i = 0; i < 5; ++i) {
      auto stamp =
          Play("recent", static_cast<std::size_t>(i), kEvening + (238 + 3 * i) * kMinute, 3 * kMinute);
      model::AddPlay(stamp, "ann", batch);
    }
    // A start that only its neighbours tell: the track does not fit in before it.
    const std::int64_t alone_ms = kEvening + 5 * kDay;
    model::AddPlay(Play("recent", 0, alone_ms, 3 * kMinute), "ann", batch);
    model::AddPlay(Play("recent", 1, alone_ms + 1'000, 3 * kMinute), "ann", batch);
    model::AddPlay(Play("recent", 2, alone_ms + 1'000 + 6 * kMinute, 3 * kMinute), "ann", batch);
    // Two that one stamp may tell of: a track to its end, and again for ten seconds.
    const std::int64_t again_ms = kEvening + 8 * kDay;
    model::AddPlay(Player(1, again_ms - 3 * kMinute, again_ms), "ann", batch);
    model::AddPlay(Player(1, again_ms, again_ms + 10'000), "ann", batch);
    model::AddPlay(Play("recent", 1, again_ms, 3 * kMinute), "ann", batch);
    model::AddGap({kEvening - kHour, kEvening, "recent", "offline"}, "ann", batch);
    model::AddGap({kEvening - kHour, kEvening, "recent", "a restart"}, "ann", batch);
    model::AddGap({1'580'000'000'000, 1'580'000'500'000, "recent", "offline"}, "Bob 'B' Ö", batch);
  }

  static model::NamedTrack Named(std::size_t track, std::string_view added) {
    const Track& told = Tracks()[track];
    return {
        .item_id = told.id, .title = told.title, .artist = told.artist, .album = told.album, .added = added};
  }

  static void Lists(model::EventBatch& batch) {
    model::AddPlaylist({.name = "Road",
                        .modified = "2020-05-01",
                        .tracks = {Named(0, "2019-01-01"), Named(1, "2020-01-01"), Named(1, "2020-01-01"),
                                   Named(5, ""), Named(3, "2020-04-30")}},
                       "ann", batch);
    model::AddPlaylist({.name = "road", .modified = "2021-05-01", .tracks = {Named(2, "2019-01-01")}}, "ann",
                       batch);
    model::ServedPlaylistFact served{
        .playlist_id = "PL1", .name = "ROAD", .snapshot = "a", .stated_at_ms = 1'650'000'000'000};
    served.tracks = {Named(0, "2022-01-01T00:00:00Z"), Named(4, "2022-01-02T00:00:00Z"), Named(7, "")};
    served.tracks.back().isrc = "ISRC2";
    model::AddServedPlaylist(served, "ann", batch);
    served.snapshot = "b";
    served.stated_at_ms = 1'660'000'000'000;
    served.tracks = {Named(4, "2022-01-02T00:00:00Z"), Named(1, "2022-04-01T00:00:00Z"), Named(2, "")};
    model::AddServedPlaylist(served, "ann", batch);
    served.snapshot = "c";
    served.name = "Road II";
    served.stated_at_ms = 1'670'000'000'000;
    served.tracks.push_back(Named(0, "2022-01-01T00:00:00Z"));
    served.tracks.push_back(Named(8, "2022-11-01T00:00:00Z"));
    served.tracks.push_back({.item_id = "EPISODE00000000000000A", .title = "Talk", .kind = "episode"});
    model::AddServedPlaylist(served, "ann", batch);
    model::AddServedPlaylist({.playlist_id = "PL2",
                              .name = "Ours",
                              .held = model::PlaylistHeld::kBarred,
                              .stated_at_ms = 1'650'000'000'000},
                             "ann", batch);
    model::ServedPlaylistFact gone{.playlist_id = "PL3", .name = "Gone", .stated_at_ms = 1'640'000'000'000};
    gone.tracks = {Named(3, "")};
    model::AddServedPlaylist(gone, "ann", batch);
    gone.held = model::PlaylistHeld::kEnded;
    gone.tracks = {};
    gone.stated_at_ms = 1'645'000'000'000;
    model::AddServedPlaylist(gone, "ann", batch);
    model::ServedPlaylistFact same{.playlist_id = "PL4", .name = "Road", .stated_at_ms = 1'640'000'000'000};
    same.tracks = {Named(7, "2021-01-01T00:00:00Z")};
    model::AddServedPlaylist(same, "ann", batch);
    model::AddSavedTrack(Named(8, ""), "ann", batch);
    model::SpotifyListFact top{
        .list = "top_tracks", .range = "short_term", .stated_at_ms = 1'650'000'000'000};
    top.things = {{"T1", "Rain", "Ann"}, {"T2", "Sun", "Ann"}};
    model::AddSpotifyList(top, "ann", batch);
    top.stated_at_ms += 2 * kDay;
    std::swap(top.things[0], top.things[1]);
    model::AddSpotifyList(top, "ann", batch);
    model::AddSpotifyList({.list = "followed_artists",
                           .range = "",
                           .stated_at_ms = 1'650'000'000'000,
                           .things = {{"A1", "Ann", ""}}},
                          "ann", batch);
  }

  static model::FeatureFact Sound(std::string catalogue, int seed) {
    model::FeatureFact fact;
    fact.catalogue = std::move(catalogue);
    const Track& track = Tracks()[static_cast<std::size_t>(seed) % Tracks().size()];
    fact.track_id = track.id;
    fact.title = track.title;
    fact.artists = {track.artist};
    fact.genres = {"Pop", seed % 2 == 0 ? "rock" : "Jazz"};
    fact.release_year = 1990 + seed * 4;
    fact.duration_ms = 180'000 + seed * 900;
    for (std::size_t i = 0; i < model::kFeatureCount; ++i) {
      const auto feature = static_cast<model::Feature>(i);
      const model::FeatureTrait& trait = model::TraitOf(feature);
      const double share = ((seed * 37 + static_cast<int>(i) * 11) % 21) / 21.0 + 0.0012347 * seed;
      const double low = trait.name == "loudness" ? -63 : trait.lowest;
      const double high = trait.name == "tempo" ? 250 : trait.name == "loudness" ? 0 : trait.highest;
      const double value = low + (high - low) * share;
      model::Measure(fact, feature, trait.is_scaled ? value : std::floor(value));
    }
    return fact;
  }

  static void Catalogues(model::EventBatch& batch) {
    for (int i = 0; i < 5; ++i) {
      model::FeatureFact first = Sound("first", i);
      if (i == 3) first.features[0].reset();
      model::AddFeatures(first, batch);
      model::FeatureFact second = Sound("second", i);
      if (i % 2 == 0) *second[model::Feature::kTempo] += 2'000'001;
      if (i == 1) *second[model::Feature::kEnergy] += 10'000;  // rounding, and no contradiction
      if (i == 4) second.isrc = "ISRC2";
      second.release_year = *second.release_year + 1;
      model::AddFeatures(second, batch);
    }
    // Without ids: by names, near in length and too far.
    model::FeatureFact named = Sound("names", 5);
    named.artists = {"wanderer"};
    named.duration_ms.reset();  // no play of it lasted what the others did
    model::AddFeatures(named, batch);
    model::FeatureFact far = Sound("names", 0);
    far.track_id = "";
    far.title = "ete";
    far.artists = {"Cure"};
    far.duration_ms = 182'001;
    far.genres = {"Far"};
    model::AddFeatures(far, batch);
    model::FeatureFact near = Sound("names", 6);
    near.track_id = "";
    near.title = "Tape [Mono]";
    near.duration_ms.reset();
    near.genres = {"Tape"};
    model::AddFeatures(near, batch);
    model::FeatureFact by_isrc = Sound("isrcs", 7);
    by_isrc.track_id = "000000000000000000000Z";
    by_isrc.isrc = "ISRC1";
    by_isrc.title = "";
    model::AddFeatures(by_isrc, batch);
    model::FeatureFact asked = Sound("reccobeats", 8);
    asked.source = "reccobeats";
    model::AddFeatures(asked, batch);
    model::FeatureFact served = Sound("spotify", 2);
    served.source = "spotify";
    *served[model::Feature::kValence] = 900'000;
    model::AddFeatures(served, batch, "ann");
    model::FeatureFact silent = Sound("silent", 3);
    silent.features.fill(std::nullopt);
    model::AddFeatures(silent, batch);
  }

  static void Letters(model::EventBatch& batch) {
    for (int i = 0; i < 12; ++i) {
      const std::string payload = R"({"source":"csv","file":"h.csv","position":"record )" +
                                  std::to_string(i) + R"(","reason":")" +
                                  (i % 2 == 0 ? "no end" : "no track") + R"(","raw":"x"})";
      model::AddEvent({model::EventType::kDeadLetter, "csv", "letter" + std::to_string(i), payload},
                      i % 5 == 0 ? "" : "ann", batch);
    }
  }
};

}  // namespace earprint::testing
