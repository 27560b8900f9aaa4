#include "sources/services/told_play.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "model/play_fact.hpp"

namespace earprint::sources {

namespace {

bool IsBelievable(std::optional<std::int64_t> ms) { return ms && *ms > 0 && *ms <= model::kPlayedMsMax; }

}  // namespace

std::string_view ServiceSource(HistoryService service) {
  switch (service) {
    case HistoryService::kBrainz:
      return "listenbrainz";
    case HistoryService::kLastFm:
      return "lastfm";
    case HistoryService::kMaloja:
      return "maloja";
    case HistoryService::kKoito:
      return "koito";
  }
  return "";
}

std::string AddToldPlay(const ToldPlay& told, HistoryService service, const ToldPlayOptions& options,
                        model::EventBatch& batch) {
  if (!told.stamp_ms) return "it does not tell when it was played";
  if (told.title.empty()) return "the track's title is missing";
  if (told.artist.empty()) return "the artist is missing";
  model::PlayFact play;
  play.source = ServiceSource(service);
  play.kind = model::PlayKind::kTrack;
  play.ended_at_ms = *told.stamp_ms;
  play.ended_precision_ms = told.stamp_precision_ms;
  play.twin = told.twin;
  if (IsBelievable(told.length_ms)) play.played_ms = *told.length_ms;
  if (!told.is_spotify_stamp) play.began_at_ms = *told.stamp_ms;
  if (!told.is_spotify_stamp && IsBelievable(told.heard_ms)) {
    play.played_ms = *told.heard_ms;
    play.ended_at_ms += *told.heard_ms;
  }
  play.item_id = told.item_id;
  play.title = told.title;
  play.artist = told.artist;
  play.album = told.album;
  play.isrc = told.isrc;
  if (auto impossible = model::WhyImpossible(play, options.latest_ms)) return *impossible;
  model::AddPlay(play, options.listener, batch);
  return {};
}

std::optional<std::int64_t> ParseLastFmMinute(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::string plain(base::Trim(text));
  std::erase(plain, ',');
  const auto parts = base::Split(plain, ' ');
  if (parts.size() != 4 || parts[0].empty() || parts[0].size() > 2 || parts[2].size() != 4) return {};
  const auto* const month = std::ranges::find(kMonths, parts[1]);
  if (month == kMonths.end()) return {};
  const std::string day = parts[0].size() == 1 ? "0" + std::string(parts[0]) : std::string(parts[0]);
  const std::string number = std::to_string(month - kMonths.begin() + 1);
  const auto at = base::ParseInstant(std::string(parts[2]) + "-" + (number.size() == 1 ? "0" : "") + number +
                                     "-" + day + " " + std::string(parts[3]));
  return at ? std::optional(at->at.value) : std::nullopt;
}

}  // namespace earprint::sources
