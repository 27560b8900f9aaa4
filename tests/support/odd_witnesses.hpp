#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/edit_fact.hpp"
#include "model/event_batch.hpp"
#include "model/feature_fact.hpp"
#include "model/play_fact.hpp"

namespace earprint::testing {

/// What comes on top of an odd household: other services' histories, exports that settle live plays in every
/// way that a rule speaks of, private sessions, and corrections that are taken back again.
class OddWitnesses {
 public:
  /// Services that tell each other's plays, an export's, and their own; a week of live plays that an export
  /// of the week after tells in part; account data in a span that the export covers.
  static model::EventBatch First() {
    model::EventBatch batch;
    Settled(batch);
    Services(batch);
    Minutes(batch);
    Stamps(batch);
    Lone(batch);
    Spellings(batch);
    Nights(batch);
    Lengths(batch);
    return batch;
  }

  /// An export that comes later, on days with nothing near, of plays that the list and a service told before.
  static model::EventBatch Alone() {
    model::EventBatch batch;
    for (const std::int64_t at_ms : {kAlone, kAlone + 20 * kDay})
      model::AddPlay(Play("extended", 2, at_ms + 23 * kMinute, 3 * kMinute), "ann", batch);
    return batch;
  }

  /// The same, and one more near what is known.
  static model::EventBatch Later() {
    model::EventBatch batch = Alone();
    model::AddPlay(Play("extended", 1, kWeek + 3 * kDay + kHour + 6 * kMinute, 3 * kMinute), "ann", batch);
    return batch;
  }

  /// Corrections of every kind.
  static model::EventBatch Edits() {
    using model::EditKind;
    model::EventBatch batch;
    std::int64_t stated_ms = 1'720'000'000'000;
    const auto add = [&](model::EditFact fact) {
      fact.stated_at_ms = stated_ms += 1'000;
      return model::AddEdit(fact, "ann", batch);
    };
    add({.kind = EditKind::kDelete, .at_ms = kWeek + kHour + 40'000, .item_id = IdOf(0)});
    add({.kind = EditKind::kDelete,
         .at_ms = kWeek + kHour + 6 * kMinute,
         .title = "Title 1",
         .artist = "ARTIST 1"});
    add({.kind = EditKind::kExclude, .from_ms = kWeek + kDay, .to_ms = kWeek + kDay + 90 * kMinute});
    add({.kind = EditKind::kExclude, .artist = "artist 2", .country = "fr"});
    add({.kind = EditKind::kHide, .artist = "bJÖRK"});
    add({.kind = EditKind::kMerge, .items = {IdOf(0), IdOf(2)}});
    add({.kind = EditKind::kMerge, .items = {IdOf(2), IdOf(3), "000000000000000000000G"}});
    add({.kind = EditKind::kSplit, .items = {"000000000000000000000B"}});
    for (const int i : {7, 10, 6, 9, 5, 8}) add({.kind = EditKind::kMerge, .items = {IdOf(i), IdOf(i + 1)}});
    add({.kind = EditKind::kTravel, .from_ms = kWeek, .to_ms = kWeek + kDay, .zone = "Asia/Tokyo"});
    model::EditFact other{.kind = EditKind::kExclude, .stated_at_ms = 1'720'000'000'500};
    other.platform = "IOS";
    model::AddEdit(other, "Bob 'B' Ö", batch);
    return batch;
  }

  /// Takes back each second one.
  static model::EventBatch Undone() {
    model::EventBatch stated = Edits(), batch;
    for (std::size_t i = 0; i < stated.events.size(); i += 2) {
      model::EditFact undo{.kind = model::EditKind::kUndo, .stated_at_ms = 1'730'000'000'000};
      stated.events[i].id.AppendHexTo(undo.undoes);
      model::AddEdit(undo, "ann", batch);
    }
    return batch;
  }

 private:
  static constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
  static constexpr std::int64_t kWeek = 1'710'000'000'000 - 1'710'000'000'000 % kDay;
  static constexpr std::int64_t kAlone = kWeek + 30 * kDay + 8 * kHour;

  static std::string IdOf(int track) {
    const std::string number = std::to_string(track);
    return std::string(20 - number.size(), '0') + "od" + number;
  }

  static const std::string& Kept(std::string text) {
    static std::vector<std::unique_ptr<std::string>> texts;
    return *texts.emplace_back(std::make_unique<std::string>(std::move(text)));
  }

  static model::PlayFact Play(std::string_view source, int track, std::int64_t ended_ms,
                              std::int64_t played_ms) {
    model::PlayFact fact;
    fact.source = source;
    fact.kind = model::PlayKind::kTrack;
    fact.item_id = Kept(IdOf(track));
    fact.title = Kept("Title " + std::to_string(track));
    fact.artist = Kept("Artist " + std::to_string(track));
    fact.ended_at_ms = ended_ms;
    fact.played_ms = played_ms;
    return fact;
  }

  /// What a service tells: the start, and a length or what was heard.
  static model::PlayFact FromService(std::string_view source, int track, std::int64_t began_ms,
                                     std::int64_t length_ms, bool is_heard) {
    auto play = Play(source, track, began_ms + (is_heard ? length_ms : 0), length_ms);
    play.item_id = "";
    play.began_at_ms = began_ms;
    return play;
  }

  /// Evenings of an export, some in private, in two countries, and a track through one night.
  static void Settled(model::EventBatch& batch) {
    for (int i = 0; i < 60; ++i) {
      auto play = Play("extended", i % 5, kWeek + i % 6 * kDay + kHour + i / 6 * 7 * kMinute + i * 37,
                       i % 7 == 0 ? 25'000 : 190'000 - i % 3 * 60'000);
      play.platform = i % 6 == 4 ? "borrowed" : "ios";
      play.country = i % 12 == 5 ? "FR" : "GB";
      play.reason_end = i % 2 == 0 ? "trackdone" : i % 3 == 0 ? "" : "endplay";
      if (i % 4 == 0) play.is_private = i % 8 == 0;
      model::AddPlay(play, "ann", batch);
    }
    for (int i = 0; i < 12; ++i) {
      auto play = Play("extended", 4, kWeek + 5 * kDay + (60 + 11 * i) * kMinute, 11 * kMinute);
      model::AddPlay(play, "ann", batch);
    }
  }

  static void Services(model::EventBatch& batch) {
    for (int i = 0; i < 20; ++i) {
      const std::int64_t began_ms = kWeek + i % 6 * kDay + kHour + i / 6 * 7 * kMinute - 200'000;
      model::AddPlay(FromService("lastfm", i % 5, began_ms, 0, false), "ann", batch);
      if (i % 2 == 0)
        model::AddPlay(FromService("listenbrainz", i % 5, began_ms + 45'000, 200'000, false), "ann", batch);
      if (i % 3 == 0) {
        auto koito = FromService("koito", i % 5, began_ms - 60'000, 120'000, true);
        koito.artist = Kept(std::string(koito.artist) + " feat. Guest");
        model::AddPlay(koito, "ann", batch);
      }
      // Heard elsewhere: nobody else tells.
      model::AddPlay(
          FromService("maloja", i % 4, kWeek + i * 5 * kHour + 17 * kMinute, i % 2 * 150'000, i % 4 == 1),
          "ann", batch);
    }
    // Twice within a stretch, and Spotify's own stamp.
    for (const std::int64_t step_ms : {0, 80'000, 160'000}) {
      model::AddPlay(FromService("lastfm", 3, kWeek + 7 * kDay + step_ms, 0, false), "ann", batch);
      if (step_ms > 0) {
        auto stamped = Play("listenbrainz", 3, kWeek + 7 * kDay + step_ms + 100'000, 100'000);
        model::AddPlay(stamped, "ann", batch);
      }
    }
    model::AddPlay(FromService("lastfm", 2, kAlone + 20 * kDay, 0, false), "ann", batch);
  }

  /// Rows of minutes within the span: told, renamed, of a twin, and unconfirmed; and one beyond it.
  static void Minutes(model::EventBatch& batch) {
    for (int i = 0; i < 12; ++i) {
      const std::int64_t ended_ms = kWeek + i % 6 * kDay + kHour + i / 6 * 7 * kMinute + i * 37;
      auto row = Play("account", i % 5, ended_ms / kMinute * kMinute,
                      i % 7 == 0 ? 25'000 : 190'000 - i % 3 * 60'000);
      row.item_id = "";
      row.ended_precision_ms = kMinute;
      if (i % 4 == 1) row.title = "Renamed";
      if (i % 4 == 2) row.played_ms += 1;
      model::AddPlay(row, "ann", batch);
      if (i % 3 == 0) {
        row.twin = 1;
        model::AddPlay(row, "ann", batch);
      }
    }
    auto beyond = Play("account", 1, kWeek + 15 * kDay, 100'000);
    beyond.item_id = "";
    beyond.ended_precision_ms = kMinute;
    model::AddPlay(beyond, "ann", batch);
    // A CSV knows one of two that are alike, where no export covers.
    beyond.ended_at_ms += kDay;
    model::AddPlay(beyond, "ann", batch);
    beyond.twin = 1;
    model::AddPlay(beyond, "ann", batch);
    model::AddPlay(Play("csv", 1, beyond.ended_at_ms + 7'000, beyond.played_ms), "ann", batch);
  }

  /// Stamps of the list: late ones of a track on repeat, one at the start of a play that paused, and some
  /// that an export does not know.
  static void Stamps(model::EventBatch& batch) {
    for (int i = 0; i < 5; ++i) {
      const std::int64_t ended_ms = kWeek + 8 * kDay + (10 + 4 * i) * kMinute;
      model::AddPlay(Play("extended", 1, ended_ms, 3 * kMinute), "ann", batch);
      model::AddPlay(Play("recent", 1, ended_ms + 3 * kMinute + 50'000, 3 * kMinute), "ann", batch);
    }
    const std::int64_t paused_ms = kWeek + 8 * kDay + 5 * kHour;
    model::AddPlay(Play("extended", 2, paused_ms + 33 * kMinute, 3 * kMinute), "ann", batch);
    model::AddPlay(Play("recent", 2, paused_ms, 3 * kMinute), "ann", batch);
    for (const std::int64_t at_ms : {kWeek + 2 * kDay + 9 * kHour, kAlone})
      model::AddPlay(Play("recent", 2, at_ms, 3 * kMinute), "ann", batch);
  }

  /// One track under several names, told by a poorer source in the same instant, and twice by the best; and
  /// more tracks, which an edit each makes one recording with the next.
  static void Spellings(model::EventBatch& batch) {
    const std::int64_t ended_ms = kWeek + 10 * kDay;
    const auto add = [&](std::string_view source, std::string_view title, std::int64_t played_ms) {
      auto play = Play(source, 5, ended_ms, played_ms);
      play.title = title;
      model::AddPlay(play, "ann", batch);
    };
    add("csv", "A name of the poorer source", 181'000);
    add("extended", "The name of two that is the smaller", 182'000);
    add("extended", "The name of two that is the taller", 183'000);
    auto early = Play("extended", 5, ended_ms - kDay, 184'000);
    early.title = "An earlier name";
    model::AddPlay(early, "ann", batch);
    for (int i = 6; i <= 11; ++i)
      model::AddPlay(Play("extended", i, ended_ms + i * kHour, 3 * kMinute), "ann", batch);
  }

  /// A track twelve times through one night with nothing else, and in another a play that the list alone
  /// tells, which seems to begin before the one before it has ended.
  static void Nights(model::EventBatch& batch) {
    for (int i = 0; i < 12; ++i) {
      const std::int64_t ended_ms = kWeek + 12 * kDay + (90 + 11 * i) * kMinute;
      model::AddPlay(Play("extended", 8, ended_ms, 11 * kMinute), "ann", batch);
    }
    const std::int64_t last_ms = kWeek + 17 * kDay + kHour;
    model::AddPlay(Play("extended", 10, last_ms, 3 * kMinute), "ann", batch);
    model::AddPlay(Play("recent", 9, last_ms + kMinute, 3 * kMinute), "ann", batch);
  }

  /// Tracks that catalogues know by names alone, 200 s long: some lasted as long where they ran to the end,
  /// or Spotify tells so of them; some did not; of one nothing but a play is known that broke off.
  static void Lengths(model::EventBatch& batch) {
    std::int64_t ended_ms = kWeek + 40 * kDay;
    const auto add = [&](std::string_view source, int track, std::int64_t ms, std::string_view reason) {
      auto play = Play(source, track, ended_ms += 2 * kHour, ms);
      play.reason_end = reason;
      model::AddPlay(play, "ann", batch);
    };
    for (const std::int64_t ms : {198'000, 198'000, 250'000}) add("extended", 20, ms, "trackdone");
    add("recent", 21, 203'000, "");
    add("recent", 21, 190'000, "");
    add("extended", 22, 100'000, "endplay");
    add("extended", 23, 100'000, "trackdone");
    add("recent", 23, 201'000, "");
    for (const std::int64_t ms : {100'000, 100'000, 200'000}) add("extended", 24, ms, "trackdone");
    for (int track = 20; track <= 24; ++track) {
      model::FeatureFact fact;
      fact.catalogue = "lengths";
      fact.title = "Title " + std::to_string(track);
      fact.artists = {"Artist " + std::to_string(track)};
      fact.duration_ms = 200'000;
      model::Measure(fact, model::Feature::kEnergy, track / 100.0);
      model::AddFeatures(fact, batch);
    }
  }

  /// A play that was seen at the player and stands in the list by a stamp that tells neither its end nor its
  /// start.
  static void Lone(model::EventBatch& batch) {
    const std::int64_t ended_ms = kWeek + 3 * kDay + 12 * kHour;
    auto seen = Play("player", 0, ended_ms, 170'000);
    seen.ended_precision_ms = 5'000;
    seen.began_at_ms = ended_ms - 10 * kMinute;
    seen.looked_before_ms = ended_ms - 10 * kMinute - 4'000;
    seen.last_seen_ms = ended_ms - 5'000;
    seen.looked_after_ms = ended_ms + 5'000;
    model::AddPlay(seen, "ann", batch);
    model::AddPlay(Play("extended", 0, ended_ms, 170'000), "ann", batch);
    model::AddPlay(Play("recent", 0, ended_ms + 4 * kMinute, 3 * kMinute), "ann", batch);
  }
};

}  // namespace earprint::testing
