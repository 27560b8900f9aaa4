#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sources/spotify/sync/player_watch.hpp"
#include "tests/support/player_looks.hpp"

namespace earprint::sources::spotify {
namespace {

using testing::kLength;
using testing::kStart;
using testing::Playing;
using testing::Track;

/// Whatever is played, at whatever moments it is looked at, every play of more than the longest pause between
/// two looks is told once, with what was heard of it.
RC_GTEST_PROP(PlayerWatch, TellsEveryPlayOnceWithWhatWasHeard, ()) {
  struct Truth {
    std::string id;
    std::int64_t began_ms, ended_ms;
  };
  constexpr std::int64_t kLooksMaxMs = 15'000;
  std::vector<Truth> truth;
  std::int64_t now = kStart;
  const auto count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    const std::int64_t heard_ms = *rc::gen::inRange<std::int64_t>(kLooksMaxMs + 1'000, kLength + 1);
    truth.push_back(
        {std::to_string(*rc::gen::inRange(0, 3)) + (i % 2 == 0 ? "x" : "y"), now, now + heard_ms});
    now += heard_ms;
  }
  PlayerWatch watch;
  std::vector<WatchedPlay> plays;
  std::size_t current = 0;
  for (std::int64_t at = kStart; at < now + 3 * kLooksMaxMs;
       at += *rc::gen::inRange<std::int64_t>(1, kLooksMaxMs)) {
    while (current < truth.size() && truth[current].ended_ms <= at) ++current;
    PlayerLook look;
    look.at_ms = at;
    if (current < truth.size()) {
      look.item = Track(truth[current].id);
      look.is_playing = true;
      look.progress_ms = at - truth[current].began_ms;
    }
    watch.See(look);
    watch = PlayerWatch::FromDocument(watch.Document());
    plays.insert(plays.end(), watch.over().begin(), watch.over().end());
    watch.Confirm();
    // At times nobody is found for one look or two, though it plays.
    if (*rc::gen::inRange(0, 10) > 0) continue;
    PlayerLook nobody;
    nobody.at_ms = ++at;
    watch.See(nobody);
  }
  // What was broken off last may go on yet, until something else is seen.
  PlayerLook last = Playing(Track("z"), 0, 0);
  last.at_ms = now + 5 * kLooksMaxMs;
  watch.See(last);
  plays.insert(plays.end(), watch.over().begin(), watch.over().end());
  RC_ASSERT(plays.size() == truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const std::int64_t off_ms =
        i + 1 < truth.size() ? 3'000 : kLooksMaxMs;  // no next one tells when the last ended
    RC_ASSERT(plays[i].item.item_id == truth[i].id);
    RC_ASSERT(plays[i].began_ms == truth[i].began_ms);
    RC_ASSERT(std::abs(plays[i].ended_ms - truth[i].ended_ms) <= off_ms);
    RC_ASSERT(std::abs(plays[i].heard_ms - (truth[i].ended_ms - truth[i].began_ms)) <= off_ms);
  }
}

}  // namespace
}  // namespace earprint::sources::spotify
