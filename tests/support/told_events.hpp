#pragma once

#include <string>

#include "model/event_batch.hpp"
#include "model/gap_fact.hpp"
#include "model/play_fact.hpp"

namespace earprint::testing {

/// The line of a play that a listener ended so many seconds after a fixed instant, without its end.
inline std::string PlayLine(int number, const std::string& listener = "me",
                            const std::string& title = "A title", const std::string& source = "extended") {
  model::PlayFact play;
  play.source = source;
  play.kind = model::PlayKind::kTrack;
  play.item_id = "2J3n32GeLmMjwuAzyhcSNe";
  play.title = title;
  play.artist = "Somebody";
  play.ended_at_ms = 1'546'300'800'000 + std::int64_t{number} * 1'000;
  play.played_ms = 60'000;
  model::EventBatch batch;
  model::AddPlay(play, listener, batch);
  batch.lines.pop_back();
  return batch.lines;
}

/// The same, as Spotify's Web API told it.
inline std::string PlayFromApi(int number, const std::string& listener = "me") {
  return PlayLine(number, listener, "A title", "recent");
}

/// The line of an event of any type, with a payload that its type may have.
inline std::string LineOf(model::EventType type, int number, const std::string& listener = "me") {
  if (type == model::EventType::kPlay) return PlayLine(number, listener);
  model::EventBatch batch;
  const std::string name = std::to_string(number);
  const std::string payload =
      type == model::EventType::kGap
          ? "{\"from_ms\":1546300800000,\"to_ms\":1546300801000,\"reason\":\"" + name + "\"}"
          : "{\"title\":\"" + name + "\"}";
  model::AddEvent({type, "extended", name, payload, 1'546'300'800'000}, listener, batch);
  batch.lines.pop_back();
  return batch.lines;
}

}  // namespace earprint::testing
