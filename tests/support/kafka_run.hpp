#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "adapters/file/segment_event_log.hpp"
#include "base/text.hpp"
#include "model/event_line.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/stopped_clock.hpp"

namespace earprint::testing {

/// An invented history as files, and what the embedded log makes of it.
struct EmbeddedRun {
  TempFolder folder;
  std::string files = folder / "files", store = folder / "store";
  std::string fingerprint;

  explicit EmbeddedRun(std::size_t plays) {
    sources::DemoOptions options;
    options.plays = plays;
    EXPECT_TRUE(sources::WriteDemo(files, options));
    MustRun({"--data", store, "import", files});
    fingerprint = SilverFingerprint(*OpenAt(store));
  }
  /// 3,000 plays, made once.
  static const EmbeddedRun& Get() {
    static const EmbeddedRun made(3'000);
    return made;
  }
};

/// The ids of all events in a lake, each of which must be there once.
inline std::set<std::string> IdsOfLake(const std::string& store) {
  std::set<std::string> ids;
  const StoppedClock clock;
  auto log = adapters::SegmentEventLog::Open(store + "/lake", clock);
  EXPECT_TRUE(log) << log.error().Text();
  for (const model::EventType type : model::kEventTypes) {
    auto read = (*log)->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
      auto lines = (*log)->Unpack(frame);
      if (!lines) return std::unexpected(lines.error());
      for (const std::string_view line : base::Split(*lines, '\n')) {
        const auto told = model::ReadEventLine(line);
        if (!told) continue;
        EXPECT_TRUE(ids.insert(std::string(told->id_text)).second) << "twice in the lake: " << line;
      }
      return true;
    });
    EXPECT_TRUE(read) << read.error().Text();
  }
  return ids;
}

/// How many events there are in a lake to which somebody may be writing; 0 where there is none yet.
inline std::size_t EventsInLake(const std::string& store) {
  const StoppedClock clock;
  std::size_t count = 0;
  auto log = adapters::SegmentEventLog::OpenToRead(store + "/lake", clock);
  if (!log) return 0;
  for (const model::EventType type : model::kEventTypes) {
    (void)(*log)->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
      auto lines = (*log)->Unpack(frame);
      if (!lines) return std::unexpected(lines.error());
      count += static_cast<std::size_t>(std::ranges::count(*lines, '\n'));
      return true;
    });
  }
  return count;
}

/// Properties with which a reader fetches little ahead, so that its log has a middle.
inline const std::vector<std::string> kFetchesLittle = {"--kafka", "queued.min.messages=1", "--kafka",
                                                        "fetch.message.max.bytes=8000"};

/// The figures of a store, which must be those of the embedded run, and no event is in its lake twice.
inline void ExpectFiguresOf(const EmbeddedRun& embedded, const std::string& store) {
  EXPECT_EQ(SilverFingerprint(*OpenAt(store)), embedded.fingerprint);
  EXPECT_EQ(IdsOfLake(store), IdsOfLake(embedded.store));
}

}  // namespace earprint::testing
