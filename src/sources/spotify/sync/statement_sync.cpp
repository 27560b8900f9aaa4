#include "sources/spotify/sync/statement_sync.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "model/spotify_list_fact.hpp"
#include "sources/spotify/answers/json_fields.hpp"
#include "sources/spotify/sealed_login.hpp"

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

constexpr std::int64_t kRetryMs = 5'000, kRetryMaxMs = 60 * base::kMsPerMinute;

/// A list, and how it is asked for.
struct SpotifyList {
  std::string_view name, range, path;
  bool is_of_tracks = false;
};

constexpr std::array kLists = {
    SpotifyList{"top_tracks", "short_term", "/me/top/tracks", true},
    SpotifyList{"top_tracks", "medium_term", "/me/top/tracks", true},
    SpotifyList{"top_tracks", "long_term", "/me/top/tracks", true},
    SpotifyList{"top_artists", "short_term", "/me/top/artists"},
    SpotifyList{"top_artists", "medium_term", "/me/top/artists"},
    SpotifyList{"top_artists", "long_term", "/me/top/artists"},
    SpotifyList{"followed_artists", "", "/me/following"},
};

std::string KeyOf(const SpotifyList& list) { return std::string(list.name) + ' ' + std::string(list.range); }

}  // namespace

StatementSync::StatementSync(std::string listener, SpotifyApi& api, ports::StateStore& states,
                             ports::FactSink& sink, const ports::Clock& clock)
    : listener_(std::move(listener)), api_(api), states_(states), sink_(sink), clock_(clock) {}

/// What is no such document is as none: the lists are read again, and known by their ids. One that cannot be
/// had at the moment is waited for.
bool StatementSync::Load() {
  auto loaded = states_.Load("statements-" + SealedLoginName(listener_));
  if (!loaded) {
    PutOff(loaded.error());
    return false;
  }
  is_loaded_ = true;
  boost::system::error_code failed;
  const json::value value = json::parse(loaded->value_or("{}"), failed);
  if (failed || !value.is_object()) return true;
  for (const auto& [key, entry] : value.get_object()) {
    JsonFields fields(entry, {});
    Known known{fields.Whole("asked_at_ms").value_or(0), fields.Text("contents").value_or("")};
    if (fields.End(0)) known_[std::string(key)] = std::move(known);
  }
  return true;
}

void StatementSync::Save() {
  json::object entries;
  for (const auto& [key, known] : known_) {
    entries[key] = json::object{{"asked_at_ms", known.asked_at_ms}, {"contents", known.contents}};
  }
  // Where it is not kept, the same is read again, and told under the same id.
  if (auto saved = states_.Save("statements-" + SealedLoginName(listener_), json::serialize(entries));
      !saved) {
    PutOff(saved.error());
  }
}

void StatementSync::PutOff(const base::Error& error) {
  const std::int64_t now_ms = clock_.Now().value;
  due_ms_ = now_ms + std::min(kRetryMaxMs, kRetryMs << std::min<std::int64_t>(failures_++, 12));
  if (error.not_before) due_ms_ = std::max(due_ms_, error.not_before->value);
  trouble_ = error;
}

base::UtcMs StatementSync::Work(const std::stop_token& cancel) {
  const std::int64_t now_ms = clock_.Now().value;
  due_ms_ = std::min(due_ms_, now_ms + base::kMsPerDay);  // a clock that was set back
  if (!is_loaded_ && (now_ms < due_ms_ || !Load())) return {due_ms_};
  if (is_hurried_.exchange(false)) {
    due_ms_ = failures_ = 0;
    for (auto& [key, known] : known_) known.asked_at_ms = 0;
  }
  if (now_ms < due_ms_) return {due_ms_};
  if (!reading_) Begin();
  if (!reading_) return {due_ms_};
  auto page = reading_->pages.Next(cancel);
  if (!page) {
    const Refusal& refusal = page.error();
    if (refusal.error.code == base::ErrorCode::kRetryLater) {
      PutOff(refusal.error);
    } else {
      Finish(known_[KeyOf(kLists[reading_->list])].contents);
    }
    return {due_ms_};
  }
  auto taken = *page ? Take(**page)
                     : base::Fail(base::ErrorCode::kRetryLater, "read a list of Spotify's",
                                  std::string(kLists[reading_->list].name), "the answer holds no page",
                                  "it is tried again");
  if (!taken) {
    PutOff(taken.error());
    reading_.reset();
    return {due_ms_};
  }
  // A top list goes on for hundreds of places that mean little: the first page is told.
  const bool is_top_list = !kLists[reading_->list].range.empty();
  if ((*page)->is_last || is_top_list) Tell();
  return {due_ms_};
}

/// Begins with the first list that is due; where none is, waits for the next.
void StatementSync::Begin() {
  const std::int64_t now_ms = clock_.Now().value;
  std::int64_t next_ms = now_ms + base::kMsPerDay;
  for (std::size_t i = 0; i < kLists.size(); ++i) {
    const std::int64_t asked_at_ms = std::min(known_[KeyOf(kLists[i])].asked_at_ms, now_ms);
    next_ms = std::min(next_ms, asked_at_ms + base::kMsPerDay);
    if (now_ms < asked_at_ms + base::kMsPerDay) continue;
    const SpotifyList& list = kLists[i];
    ApiRequest first{.path = std::string(list.path), .query = {{"limit", "50"}}};
    if (list.range.empty()) {
      first.query.emplace_back("type", "artist");
    } else {
      first.query.emplace_back("time_range", list.range);
    }
    const PageOptions options{.within = list.range.empty() ? "artists" : ""};
    reading_.emplace(Reading{.list = i, .pages = SpotifyPages(api_, std::move(first), options)});
    return;
  }
  due_ms_ = next_ms;
}

base::Result<void> StatementSync::Take(const Page& page) {
  const auto add = [this](auto&& read, auto&& thing_of) -> base::Result<void> {
    if (!read) {
      return base::Fail(base::ErrorCode::kRetryLater, "read a list of Spotify's", read.error().place,
                        read.error().reason, "it is tried again");
    }
    for (const auto& element : read->elements) reading_->things.push_back(thing_of(element));
    std::ranges::move(read->rejects, std::back_inserter(reading_->rejects));
    return {};
  };
  if (kLists[reading_->list].is_of_tracks) {
    return add(ReadElements<SpotifyTrack>(page.object, ReadTrack), [](const SpotifyTrack& track) {
      return Thing{track.id.value_or(""), track.name,
                   track.artists.empty() ? "" : track.artists.front().name};
    });
  }
  return add(ReadElements<SpotifyArtist>(page.object, ReadArtist),
             [](const SpotifyArtist& artist) { return Thing{artist.id.value_or(""), artist.name, ""}; });
}

void StatementSync::Tell() {
  const SpotifyList& list = kLists[reading_->list];
  model::SpotifyListFact fact{.list = list.name, .range = list.range, .stated_at_ms = clock_.Now().value};
  std::string all;
  for (const Thing& thing : reading_->things) {
    fact.things.push_back({thing.id, thing.name, thing.artist});
    all += thing.id + '\x1f' + thing.name + '\x1f' + thing.artist + '\x1e';
  }
  std::string contents;
  base::AppendHex(base::HashBytes(all).high, 16, contents);
  if (contents != known_[KeyOf(list)].contents) {
    model::EventBatch batch;
    batch.read = 1;
    for (const RejectedElement& rejected : reading_->rejects) {
      batch.rejects.push_back({.record = batch.read++,
                               .byte = 0,
                               .reason = rejected.why.place + ": " + rejected.why.reason,
                               .raw = rejected.raw.substr(0, model::kRejectRawMax)});
    }
    model::AddSpotifyList(fact, listener_, batch);
    if (auto taken = sink_.Take(std::move(batch), "lists of Spotify's", listener_); !taken) {
      PutOff(taken.error());
      reading_.reset();
      return;
    }
  }
  trouble_.reset();
  failures_ = 0;
  Finish(contents);
}

void StatementSync::Finish(const std::string& contents) {
  known_[KeyOf(kLists[reading_->list])] = {clock_.Now().value, contents};
  reading_.reset();
  Save();
}

}  // namespace earprint::sources::spotify
