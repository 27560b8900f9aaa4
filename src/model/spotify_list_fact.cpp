#include "model/spotify_list_fact.hpp"

#include <string>

#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::model {

void AddSpotifyList(const SpotifyListFact& fact, std::string_view listener, EventBatch& batch) {
  std::string identity(listener);
  identity += "\x1fspotify_list\x1f";
  identity += fact.list;
  identity += '\x1f';
  identity += fact.range;
  identity += '\x1f' + std::to_string(fact.stated_at_ms / base::kMsPerDay);
  std::string payload = "{\"list\":";
  base::AppendJsonString(fact.list, payload);
  if (!fact.range.empty()) {
    payload += ",\"range\":";
    base::AppendJsonString(fact.range, payload);
  }
  payload += ",\"things\":[";
  for (std::size_t i = 0; i < fact.things.size(); ++i) {
    const ListedThing& thing = fact.things[i];
    payload += i == 0 ? "{\"id\":" : ",{\"id\":";
    base::AppendJsonString(thing.id, payload);
    payload += ",\"name\":";
    base::AppendJsonString(thing.name, payload);
    if (!thing.artist.empty()) {
      payload += ",\"artist\":";
      base::AppendJsonString(thing.artist, payload);
    }
    payload += '}';
  }
  payload += "]}";
  AddEvent({EventType::kSpotifyList, "spotify", identity, payload, fact.stated_at_ms}, listener, batch);
}

}  // namespace earprint::model
