// Faults planted in the SQL, one at a time: the audit finds every one.
#include <gtest/gtest.h>

#include "tests/support/audited_store.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/odd_witnesses.hpp"

namespace earprint {
namespace {

using testing::PlantedFault;

/// A fault, and a metric in which it shows.
struct Planted {
  const char* metric;
  PlantedFault fault;
};

class PlantedFaults : public ::testing::Test {
 protected:
  PlantedFaults() {
    testing::OddHousehold household;
    lake_.Add(household.First());
    lake_.Add(household.Later());
    lake_.Add(testing::OddWitnesses::First());
    lake_.Add(testing::OddWitnesses::Later());
    lake_.Add(testing::OddWitnesses::Edits());
    lake_.Add(testing::OddWitnesses::Undone());
    truth_ = testing::TruthOf(lake_);
  }

  /// Faults in metrics, over one sound warehouse.
  void ExpectFoundInMetrics(const std::vector<Planted>& faults) {
    const testing::FaultyStore sound(lake_, testing::SqlWithFault(), "sound");
    for (const Planted& planted : faults) {
      SCOPED_TRACE(planted.fault.path + ": " + planted.fault.to);
      const testing::SqlWithFault sql(planted.fault);
      testing::FaultyStore store(sound, sql);
      store.only = planted.metric;
      EXPECT_TRUE(testing::IsFound(store, truth_, 12));
    }
  }

  /// Faults below the metrics: a warehouse is built of each.
  void ExpectFoundInModels(const std::vector<Planted>& faults) {
    int number = 0;
    for (const Planted& planted : faults) {
      SCOPED_TRACE(planted.fault.path + ": " + planted.fault.to);
      const testing::SqlWithFault sql(planted.fault);
      testing::FaultyStore store(lake_, sql, "store" + std::to_string(number++));
      store.only = planted.metric;
      EXPECT_TRUE(testing::IsFound(store, truth_, 150));
    }
  }

  testing::OwnLake lake_;
  std::shared_ptr<const audit::Truth> truth_;
};

TEST_F(PlantedFaults, InRankings) {
  ExpectFoundInMetrics({
      {"top_tracks",
       {"metrics/top_tracks.sql", "c.plays desc, t.track_id nulls last", "c.plays desc, t.title nulls last"}},
      {"top_tracks",
       {"metrics/top_tracks.sql", "max(ended_at_ms) as last_play", "min(ended_at_ms) as last_play"}},
      {"top_artists", {"metrics/top_artists.sql", "from selection group by", "from selection_all group by"}},
      {"top_albums", {"metrics/top_albums.sql", "join silver_album", "left join silver_album"}},
      {"top_genres",
       {"metrics/top_genres.sql", "join silver_track_genre g on g.track_key = b.own_track_key",
        "cross join silver_track_genre g"}},
      {"repeats", {"metrics/repeats.sql", "having count(*) > 1", "having count(*) > 2"}},
      {"skips", {"metrics/skips.sql", "where c.skipped > 0", "where c.skipped >= 0"}},
      {"plays", {"metrics/plays.sql", "as place from selection", "as place from selection_all"}},
      {"plays", {"metrics/plays.sql", "where n.place <= p_limit()", "where n.place < p_limit()"}},
      {"habits", {"metrics/habits.sql", "from selection_all group by", "from selection group by"}},
      {"sources", {"metrics/sources.sql", "t.events - coalesce(s.plays, 0) as merged", "t.events as merged"}},
  });
}

TEST_F(PlantedFaults, InTimes) {
  ExpectFoundInMetrics({
      {"overview",
       {"metrics/overview.sql", "count(distinct local_day)",
        "count(distinct local_day) filter (where local_day = f_idiv(ended_at_ms, 86400000))"}},
      {"timeline", {"metrics/timeline.sql", "between b.low and b.high", "between b.low and b.high - 1"}},
      {"clock", {"metrics/clock.sql", "c.local_hour = h.i", "c.local_hour = h.i + 1"}},
      {"calendar", {"metrics/calendar.sql", "sum(played_ms)", "sum(cast(played_ms as float) * 1.001)"}},
      {"streaks", {"metrics/streaks.sql", "days desc, first_day", "days desc, first_day desc"}},
      {"sessions", {"metrics/sessions.sql", "before_ms > 1800000", "before_ms >= 1800000"}},
      {"discoveries",
       {"metrics/discoveries.sql", "f.first_ms = s.ended_at_ms group by s.track_key",
        "f.first_ms <= s.ended_at_ms group by s.track_key"}},
      {"discoveries",
       {"metrics/discoveries.sql", "from history group by track_key", "from selection group by track_key"}},
      {"diversity",
       {"metrics/diversity.sql", "f_rdiv(top_plays * 10000, plays)", "f_idiv(top_plays * 10000, plays)"}},
      {"gaps", {"metrics/gaps.sql", "where listener = p_listener()", "where true"}},
      {"rejects", {"metrics/rejects.sql", "listener in (p_listener(), '')", "listener = p_listener()"}},
      {"spotify_lists", {"metrics/spotify_lists.sql", "place as rank", "place - 1 as rank"}},
  });
}

TEST_F(PlantedFaults, InTasteAndLists) {
  ExpectFoundInMetrics({
      {"taste_profile",
       {"metrics/taste_profile.sql", "f_rdiv(s.sx_e6, s.weight) as mean",
        "cast(cast(s.sx_e6 as float) / cast(s.weight as float) as bigint) as mean"}},
      {"taste_profile", {"metrics/taste_profile.sql", "upto * 2 >= whole", "upto * 2 > whole + 1"}},
      {"taste_profile",
       {"metrics/taste_profile.sql", "f_rdiv(s.ms * 10000, t.ms)",
        "f_rdiv(s.plays * 10000, (select sum(plays) from played))"}},
      {"taste_distribution",
       {"metrics/taste_distribution.sql", "b.i < f_bins(k.feature)", "b.i < f_bins(k.feature) - 1"}},
      {"taste_timeline", {"metrics/taste_timeline.sql", "f_rdiv(sum_e6, weight)", "f_idiv(sum_e6, weight)"}},
      {"taste_clock",
       {"metrics/taste_clock.sql", "s.local_hour as hour", "mod(s.local_hour + 1, 24) as hour"}},
      {"taste_map",
       {"metrics/taste_map.sql", "y.feature_no = f_feature_no(p_y())", "y.feature_no = f_feature_no(p_x())"}},
      {"feature_sources",
       {"metrics/feature_sources.sql", "left join silver_track_feature", "join silver_track_feature"}},
      {"feature_conflicts",
       {"metrics/feature_conflicts.sql", "order by d.plays desc, t.track_id",
        "order by d.plays, t.track_id"}},
      {"playlists", {"metrics/playlists.sql", "count(*) as tracks", "count(p.track_key) as tracks"}},
      {"playlist_distance",
       {"metrics/playlist_distance.sql", "a.playlist_id < b.playlist_id", "a.playlist_id <= b.playlist_id"}},
      {"playlist_outliers",
       {"metrics/playlist_outliers.sql", "as decimal(20, 0)) * 9", "as decimal(20, 0)) * 4"}},
      {"playlist_profile", {"metrics/playlist_profile.sql", "select distinct track_key", "select track_key"}},
      {"playlist_tracks",
       {"metrics/playlist_tracks.sql", "coalesce(p.plays, 0) as plays", "p.plays as plays"}},
  });
}

TEST_F(PlantedFaults, InPlays) {
  ExpectFoundInModels({
      {"overview", {"raw/raw_play.sql", "from lake_play", "from lake_play where mod(identity, 40) <> 0"}},
      {"sources",
       {"silver/silver_play.sql", "when 'extended' then 1 when 'csv' then 2",
        "when 'extended' then 2 when 'csv' then 1"}},
      {"habits",
       {"silver/silver_play.sql", "c.platform nulls last,\n        c.country nulls last",
        "c.country nulls last,\n        c.platform nulls last"}},
      {"overview", {"silver/silver_play.sql", "where choice > 1", "where choice > 2"}},
      {"overview",
       {"silver/silver_merge_account.sql", "where l.is_covered = 1 or l.has_others = 1",
        "where l.has_others = 1"}},
      {"overview",
       {"silver/silver_merge_account.sql", "where l.is_covered = 1 or l.has_others = 1",
        "where l.is_covered = 1"}},
      {"plays_behind",
       {"silver/silver_merge_account.sql", "on l.is_covered = 1 and e.listener_key",
        "on l.is_covered = 2 and e.listener_key"}},
      {"plays_behind",
       {"silver/silver_play.sql", "coalesce(r.events, 1) + coalesce(m.events, 0)", "coalesce(r.events, 1)"}},
      {"overview",
       {"silver/silver_play.sql", "i.kind = 'track' as is_track, w.ended_at_ms",
        "true as is_track, w.ended_at_ms"}},
      {"clock",
       {"silver/silver_play.sql", "as is_track, w.ended_at_ms",
        "as is_track, w.ended_at_ms + 3600000 as ended_at_ms"}},
      {"skips", {"silver/silver_context.sql", "in ('fwdbtn', 'nextbtn')", "in ('nextbtn')"}},
      {"top_artists",
       {"silver/silver_artist.sql", "min(coalesce(artist, ''))", "min(lower(coalesce(artist, '')))"}},
  });
}

TEST_F(PlantedFaults, InLivePlays) {
  ExpectFoundInModels({
      {"plays",
       {"silver/silver_live_play.sql",
        "case when m.is_start = 0 then r.ended_at_ms else p.ended_at_ms end as ended_at_ms",
        "coalesce(r.ended_at_ms, p.ended_at_ms) as ended_at_ms"}},
      {"plays", {"silver/silver_live_play.sql", "played_ms, true, played_ms", "played_ms, false, played_ms"}},
      {"plays",
       {"silver/silver_live_play.sql", "case when is_start then stamp_ms + played_ms else stamp_ms end",
        "stamp_ms"}},
      {"plays",
       {"silver/touched_live_candidate.sql", "p.looked_after_ms + 15000 then 0",
        "p.looked_after_ms - 15000 then 0"}},
      {"plays",
       {"silver/touched_live_told.sql", "where l.is_live = 1 and e.is_live = 0",
        "where l.is_live = 2 and e.is_live = 0"}},
      {"plays",
       {"silver/touched_live_told.sql", "least(from_ms - 15000, ended_at_ms",
        "least(ended_at_ms, ended_at_ms"}},
      {"plays", {"silver/touched_export_play.sql", "played_ms - 3600000", "played_ms - 600000"}},
      {"plays", {"silver/touched_live_told.sql", "and u.place = l.place", "and u.place = l.place + 9"}},
      {"plays",
       {"silver/touched_live_match.sql", "where of_player = 1 and of_recent = 1", "where of_player = 1"}},
      {"gaps", {"silver/silver_gap.sql", "min(reason)", "max(reason)"}},
      {"spotify_lists",
       {"silver/silver_spotify_list.sql", "order by stated_at_ms desc", "order by stated_at_ms"}},
  });
}

TEST_F(PlantedFaults, InOtherHistoriesAndEdits) {
  ExpectFoundInModels({
      {"overview",
       {"silver/touched_service_same.sql", "then 0 else 1 end as is_first", "then 1 else 1 end as is_first"}},
      {"overview", {"silver/touched_service_told.sql", "21600000", "60000"}},
      {"overview", {"silver/silver_service_play.sql", "where d.identity is null", "where true"}},
      {"plays_behind",
       {"silver/silver_service_merge.sql", "then 'again' else 'service'", "then 'service' else 'again'"}},
      {"overview",
       {"silver/touched_service_told.sql", "coalesce(end_before_ms, 0)",
        "coalesce(end_before_ms, began_at_ms)"}},
      {"overview",
       {"silver/touched_edited_play.sql", "abs(p.ended_at_ms - e.at_ms) <= 90000",
        "abs(p.ended_at_ms - e.at_ms) <= 30000"}},
      {"overview", {"silver/silver_edit.sql", "u.identity is null as is_in_force", "true as is_in_force"}},
      {"top_tracks",
       {"silver/silver_recording.sql", "where r.label < s.label", "where r.label < s.label and false"}},
      {"top_tracks",
       {"silver/silver_recording.sql", "coalesce(l.label, o.recording_key) as", "o.recording_key as"}},
      {"rules", {"raw/raw_item_lasted.sql", "max(played_ms) as", "min(played_ms) as"}},
      {"rules", {"silver/silver_track_length.sql", "max(f.duration_ms) as", "2 * max(f.duration_ms) as"}},
      {"feature_sources", {"raw/raw_item_lasted.sql", "'recent' then 2", "'recent' then 0"}},
      {"feature_sources",
       {"silver/silver_track_length.sql", "case when r.tells > 0 then r.played_ms end", "r.played_ms"}},
      {"feature_sources", {"silver/silver_track_length.sql", "plays_done desc, ", ""}},
      {"feature_sources", {"silver/silver_feature_match.sql", "<= 2000", "< 2000"}},
  });
}

TEST_F(PlantedFaults, InRulesAndWitnesses) {
  ExpectFoundInMetrics({
      {"coverage", {"metrics/coverage.sql", "(told_by & 24) > 0", "(told_by & 8) > 0"}},
      {"coverage", {"metrics/coverage.sql", "sum(gap_ms) + 59999", "sum(gap_ms) + 119999"}},
      {"overlaps", {"metrics/overlaps.sql", "told_by <> 16 and", ""}},
      {"settlement", {"metrics/settlement.sql", "l.live_ms, p.played_ms", "p.played_ms, l.live_ms"}},
      {"settlement", {"metrics/settlement.sql", "(p.told_by & 39) > 0", "(p.told_by & 1) > 1"}},
      {"plays_behind", {"metrics/plays_behind.sql", "'length estimated' else ''", "'' else ''"}},
      {"plays_behind", {"metrics/plays_behind.sql", "'not in the export' end", "'' end"}},
      {"rules", {"metrics/rules.sql", "not coalesce(c.private, false)", "true"}},
      {"rule_difference", {"metrics/rule_difference.sql", "where is_one <> is_other", "where is_one"}},
      {"wrapped", {"metrics/wrapped.sql", "f_idiv(t.ms, 60000)", "f_idiv(t.ms + 30000, 60000)"}},
      {"wrapped", {"metrics/wrapped.sql", "r.plays desc, r.ms desc, s.artist) as", "r.plays, s.artist) as"}},
      {"edits", {"metrics/edits.sql", "coalesce(t.plays, 0) as plays", "0 as plays"}},
      {"proposed_edits", {"metrics/proposed_edits.sql", "having count(*) >= 10", "having count(*) >= 13"}},
  });
}

TEST_F(PlantedFaults, InTheLedger) {
  ExpectFoundInMetrics({
      {"ledger", {"metrics/ledger.sql", "p.played_ms < 30000", "p.played_ms < 29000"}},
      {"ledger",
       {"metrics/ledger.sql", "m.play_id is null then 'unconfirmed'", "m.play_id is null then 'merged'"}},
      {"ledger", {"metrics/ledger.sql", "when c.private then 'private'", "when c.offline then 'private'"}},
      {"ledger",
       {"metrics/ledger.sql", "when i.kind in ('episode', 'audiobook')", "when i.kind = 'audiobook'"}},
      {"ledger",
       {"metrics/ledger.sql", "when x.play_id is not null then 'excluded by an edit' when", "when"}},
      {"ledger_rows",
       {"metrics/ledger_rows.sql", "when p.play_id is null and x.play_id is null then 'other details'",
        "when false then ''"}},
      {"ledger_rows",
       {"metrics/ledger_rows.sql", "order by source, file, row_no nulls last", "order by source, file"}},
      {"witnesses",
       {"metrics/witnesses.sql", "join silver_merge m on m.play_id = c.play_id",
        "join silver_merge m on false"}},
      {"witnesses", {"metrics/witnesses.sql", "when m.how = 'seen' then", "when m.how = 'saw' then"}},
  });
}

TEST_F(PlantedFaults, InTracksAndSounds) {
  ExpectFoundInModels({
      {"top_tracks", {"silver/silver_track.sql", "else f_id(i.isrc) end", "else n.track_key end"}},
      {"top_tracks", {"raw/raw_item_told.sql", "when 'extended' then 3", "when 'extended' then 1"}},
      {"top_tracks",
       {"silver/silver_track_name.sql", "spelled_at desc, title nulls", "spelled_at, title nulls"}},
      {"top_tracks",
       {"silver/silver_track_name.sql", "desc, title nulls last", "desc, title desc nulls last"}},
      {"overview", {"silver/silver_track.sql", "min(f.release_year)", "max(f.release_year)"}},
      {"feature_sources",
       {"silver/silver_feature_match.sql", "when 'catalogue' then 2 else 5",
        "when 'catalogue' then 6 else 5"}},
      {"taste_profile", {"silver/silver_feature_match.sql", "features_known desc, catalogue)", "catalogue)"}},
      {"taste_profile",
       {"silver/silver_feature_value.sql", "f_rdiv(value_e6, 1000)", "f_idiv(value_e6, 1000)"}},
      {"catalogue", {"silver/silver_feature.sql", "else 10000 end", "else 9999 end"}},
      {"catalogue", {"silver/silver_catalogue.sql", "count(distinct track_key)", "count(track_key)"}},
      {"top_genres",
       {"silver/silver_track_genre.sql",
        "where not exists (select 1 from by_id i where i.track_key = t.track_key)", ""}},
      {"playlists",
       {"silver/silver_playlist_stay.sql", "a.statement_no = y.last_no + 1",
        "a.statement_no = y.last_no + 2"}},
      {"playlists",
       {"silver/silver_playlist.sql",
        "case when y.source = 'account' and l.lower_name is not null then null else y.name end as called",
        "y.name as called"}},
      {"taste_profile", {"prelude/duckdb.sql", "* case when a < 0 then -1 else 1 end) //", ") //"}},
  });
}

// The store answers, but from what it knew before more came in.
TEST_F(PlantedFaults, OfAStoreThatWasLeftBehind) {
  testing::OwnLake lake;
  testing::OddHousehold household;
  lake.Add(household.First());
  testing::FaultyStore store(lake, testing::SqlWithFault(), "stale");
  lake.Add(household.Later());
  store.only = "overview";
  EXPECT_TRUE(testing::IsFound(store, testing::TruthOf(lake), 0));
}

}  // namespace
}  // namespace earprint
