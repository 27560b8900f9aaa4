#include "sources/spotify/sync/library_sync.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/sync/heard_item.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::int64_t kListEveryMs = 15 * base::kMsPerMinute;
constexpr std::int64_t kRetryMs = 5'000, kRetryMaxMs = 15 * base::kMsPerMinute;
/// A list that changes faster than it can be read is left for the next listing.
constexpr int kTriesMax = 5;
/// A long list that changes daily must not eat the day's requests.
constexpr std::int64_t kManyRequests = 20, kRereadMs = 5 * base::kMsPerMinute;
/// The saved tracks' place among the playlists; no playlist's id, which has 22 characters.
constexpr std::string_view kSavedId = "liked-songs", kSavedName = "Liked Songs";
constexpr std::string_view kSavedPath = "/me/tracks";

/// An entry of a playlist, with the texts that the fact refers to.
struct HeldEntry {
  HeardItem item;
  std::string added, linked_from;
  std::string_view kind;

  explicit HeldEntry(const PlaylistEntry& entry) {
    if (entry.added_at) added = base::FormatInstant(*entry.added_at);
    if (!entry.item) {
      kind = "gone";
      return;
    }
    item = ItemOf(*entry.item);
    if (item.kind == model::PlayKind::kEpisode) kind = "episode";
    if (const auto* track = std::get_if<SpotifyTrack>(&*entry.item)) {
      linked_from = track->linked_from_id.value_or("");
    }
  }

  model::NamedTrack Named() const {
    return {item.item_id, item.title, item.artist, item.album, added, kind, linked_from, item.isrc};
  }
};

Read<PlaylistEntry> ReadSavedEntry(const boost::json::value& value, std::string place) {
  auto saved = ReadSavedTrack(value, std::move(place));
  if (!saved) return std::unexpected(std::move(saved).error());
  PlaylistEntry entry;
  entry.added_at = saved->added_at;
  entry.item = std::move(saved->track);
  return entry;
}

/// The smallest picture that is large enough for a list; one whose size is not told is.
std::string CoverOf(const SpotifyPlaylist& playlist) {
  constexpr std::int64_t kWidthMinPx = 120;
  const SpotifyImage* chosen = nullptr;
  for (const SpotifyImage& image : playlist.images) {
    const std::int64_t width_px = image.width_px.value_or(kWidthMinPx);
    const bool is_better = chosen == nullptr || (width_px >= kWidthMinPx && width_px < chosen->width_px);
    if (is_better) chosen = &image;
  }
  return chosen == nullptr ? std::string() : chosen->url;
}

/// What may not be read is asked for again after a day.
bool IsBarredYet(const KnownPlaylist& known, std::int64_t now_ms) {
  return known.held == model::PlaylistHeld::kBarred && now_ms >= known.read_at_ms &&
         now_ms < known.read_at_ms + base::kMsPerDay;
}

/// What a list holds, as a text that tells it from what it held before.
std::string ContentsOf(const model::ServedPlaylistFact& fact) {
  if (fact.held != model::PlaylistHeld::kWhole) return {};
  std::string all, contents;
  for (const model::NamedTrack& track : fact.tracks) {
    for (const std::string_view text : {track.item_id, track.title, track.artist, track.album, track.added,
                                        track.kind, track.linked_from, track.isrc}) {
      all.append(text) += '\x1f';
    }
    all += '\x1e';
  }
  base::AppendHex(base::HashBytes(all).high, 16, contents);
  return contents;
}

/// Read lately, and so long that it is left for later.
bool IsPutOff(const KnownPlaylist& known, std::int64_t now_ms) {
  return known.requests > kManyRequests && now_ms < known.read_at_ms + known.requests * kRereadMs;
}

Refusal Unreadable(const JsonReject& error) {
  return {Trouble::kUnreadable,
          {base::ErrorCode::kCorrupt, "read a playlist", error.place, error.reason, "it is tried again"}};
}

/// A page that says "nothing" where there is a list: what it would have held is not known.
base::Error Empty(const std::string& list) { return Unreadable({list, "the answer holds no page"}).error; }

}  // namespace

LibrarySync::LibrarySync(std::string listener, SpotifyApi& api, ports::StateStore& states,
                         ports::FactSink& sink, const ports::Clock& clock)
    : listener_(std::move(listener)), api_(api), states_(states), sink_(sink), clock_(clock) {}

bool LibrarySync::Load() {
  auto loaded = states_.Load("library-" + SealedLoginName(listener_));
  if (!loaded) {
    // Not as none: what was told would be told under other turns, and the document written over.
    PutOff(loaded.error());
    return false;
  }
  mark_ = LibraryMark::FromDocument(loaded->value_or(""));
  due_ms_ = mark_.listed_at_ms == 0 ? 0 : mark_.listed_at_ms + kListEveryMs;
  is_loaded_ = true;
  return true;
}

bool LibrarySync::Save() {
  auto saved = states_.Save("library-" + SealedLoginName(listener_), mark_.Document());
  if (!saved) PutOff(saved.error());
  return saved.has_value();
}

base::UtcMs LibrarySync::Work(const std::stop_token& cancel) {
  // A clock that was set back does not put the next listing off for long.
  due_ms_ = std::min(due_ms_, clock_.Now().value + base::kMsPerDay);
  if (!is_loaded_ && (clock_.Now().value < due_ms_ || !Load())) return {due_ms_};
  if (is_hurried_.exchange(false)) {
    due_ms_ = failures_ = 0;
    for (auto& [id, known] : mark_.playlists) {
      if (known.held == model::PlaylistHeld::kBarred) known.read_at_ms = 0;
    }
  }
  if (clock_.Now().value < due_ms_) return {due_ms_};
  if (wanted_.empty()) {
    List(cancel);
  } else {
    ReadItems(cancel);
  }
  return {due_ms_};
}

void LibrarySync::PutOff(const base::Error& error) {
  const std::int64_t now_ms = clock_.Now().value;
  const std::int64_t doublings = std::min<std::int64_t>(failures_++, 12);
  due_ms_ = now_ms + std::min(kRetryMaxMs, kRetryMs << doublings);
  if (error.not_before) due_ms_ = std::max(error.not_before->value, now_ms + 1);
  report_.trouble = error;
}

bool LibrarySync::Give(model::EventBatch batch) {
  auto taken = sink_.Take(std::move(batch), "playlists", listener_);
  if (!taken) PutOff(taken.error());
  if (taken) report_.facts_taken += taken->accepted;
  return taken.has_value();
}

void LibrarySync::List(const std::stop_token& cancel) {
  if (listing_ && listing_->has_all_playlists) return ListSaved(cancel);
  if (!listing_) {
    listing_.emplace(
        Listing{.pages = SpotifyPages(api_, {.path = "/me/playlists", .query = {{"limit", "50"}}}),
                .begun_ms = clock_.Now().value});
  }
  auto page = listing_->pages.Next(cancel);
  if (!page) {
    if (page.error().error.code != base::ErrorCode::kRetryLater) listing_.reset();
    return PutOff(page.error().error);
  }
  if (!*page) {
    listing_.reset();
    return PutOff(Empty("the list of playlists"));
  }
  auto read = ReadElements<SpotifyPlaylist>(std::move((*page)->object), ReadPlaylist);
  if (read) std::ranges::move(read->elements, std::back_inserter(listing_->playlists));
  if (!read || !read->rejects.empty()) listing_->has_rejects = true;
  listing_->has_all_playlists = (*page)->is_last;
}

Asked<SpotifyPlaylist> LibrarySync::AskSaved(const std::stop_token& cancel) {
  auto answer = api_.Get({.path = std::string(kSavedPath), .query = {{"limit", "50"}}}, cancel);
  if (!answer) return std::unexpected(answer.error());
  SpotifyPlaylist saved;
  saved.id = kSavedId;
  saved.name = kSavedName;
  JsonFields fields(answer->body, {});
  std::string state = std::to_string(fields.Whole("total").value_or(0));
  auto read = ReadElements<PlaylistEntry>(answer->body, ReadSavedEntry);
  if (!read) return std::unexpected(Unreadable(read.error()));
  for (const PlaylistEntry& entry : read->elements) {
    state += ' ' + (entry.added_at ? base::FormatInstant(*entry.added_at) : std::string("-"));
  }
  std::string snapshot;
  base::AppendHex(base::HashBytes(state).high, 16, snapshot);
  saved.snapshot_id = std::move(snapshot);
  return saved;
}

void LibrarySync::ListSaved(const std::stop_token& cancel) {
  auto saved = AskSaved(cancel);
  if (saved) {
    listing_->playlists.push_back(std::move(*saved));
  } else if (saved.error().error.code == base::ErrorCode::kRetryLater) {
    return PutOff(saved.error().error);
  }
  // Where they may not be read, the playlists count all the same.
  TakeListing();
}

void LibrarySync::TakeListing() {
  const Listing listing = *std::exchange(listing_, std::nullopt);
  std::set<std::string> listed;
  std::vector<Wanted> barred;
  for (const SpotifyPlaylist& playlist : listing.playlists) {
    if (!listed.insert(playlist.id).second) continue;  // it moved while we read
    const auto found = mark_.playlists.find(playlist.id);
    const std::string snapshot = playlist.snapshot_id.value_or("");
    if (found != mark_.playlists.end()) {
      KnownPlaylist& known = found->second;
      known.missing_since_ms = 0;
      known.cover_url = CoverOf(playlist);
      const bool is_same =
          known.is_told && known.held != model::PlaylistHeld::kEnded && known.name == playlist.name;
      const bool is_unchanged = is_same && !snapshot.empty() && known.snapshot == snapshot;
      const bool was_barred = known.held == model::PlaylistHeld::kBarred;
      if (is_unchanged && (!was_barred || IsBarredYet(known, listing.begun_ms))) continue;
      if (is_same && IsPutOff(known, listing.begun_ms)) continue;
      if (is_unchanged) {
        barred.push_back({playlist.id, playlist.name, snapshot, CoverOf(playlist)});
        continue;
      }
    }
    wanted_.push_back({playlist.id, playlist.name, snapshot, CoverOf(playlist)});
  }
  std::ranges::move(barred, std::back_inserter(wanted_));  // what has changed comes first
  model::EventBatch ends;
  std::vector<KnownPlaylist*> ended;
  for (auto& [id, known] : mark_.playlists) {
    const bool is_there = listing.has_rejects || listed.contains(id) || id == kSavedId;
    if (is_there || (known.held == model::PlaylistHeld::kEnded && known.is_told)) continue;
    if (std::exchange(known.missing_since_ms,
                      known.missing_since_ms == 0 ? listing.begun_ms : known.missing_since_ms) == 0) {
      continue;
    }
    ++ends.read;
    known.held = model::PlaylistHeld::kEnded;
    known.is_told = false;
    ended.push_back(&known);
    model::AddServedPlaylist({.playlist_id = id,
                              .name = known.name,
                              .snapshot = known.snapshot,
                              .held = known.held,
                              .turn = known.turn,
                              .stated_at_ms = known.missing_since_ms},
                             listener_, ends);
  }
  bool is_kept = ended.empty() || (Save() && Give(std::move(ends)));
  if (is_kept) {
    for (KnownPlaylist* known : ended) known->is_told = true;
    mark_.listed_at_ms = listing.begun_ms;
    is_kept = Save();
  }
  if (!is_kept) {
    is_loaded_ = false;  // as it is kept; what is to be told comes again with the next listing
    wanted_.clear();
    return;
  }
  report_.listed_at = base::UtcMs{listing.begun_ms};
  failures_ = 0;
  report_.trouble.reset();
  if (wanted_.empty()) due_ms_ = mark_.listed_at_ms + kListEveryMs;
}

/// Done with the first that was wanted, for now.
void LibrarySync::Drop() {
  reading_.reset();
  wanted_.pop_front();
  if (wanted_.empty()) due_ms_ = std::max(due_ms_, mark_.listed_at_ms + kListEveryMs);
}

void LibrarySync::ReadItems(const std::stop_token& cancel) {
  if (!reading_) {
    ApiRequest first{.path = std::string(kSavedPath), .query = {{"limit", "50"}}};
    if (const std::string& id = wanted_.front().id; id != kSavedId) {
      first.path = "/playlists/" + id + "/items";
      first.query.emplace_back("additional_types", "track,episode");
    }
    reading_.emplace(Reading{.pages = SpotifyPages(api_, first)});
  }
  if (reading_->is_whole) return Confirm(cancel);
  auto page = reading_->pages.Next(cancel);
  if (!page) {
    const Refusal& refusal = page.error();
    if (refusal.trouble == Trouble::kForbidden || refusal.trouble == Trouble::kNotFound) {
      return Tell(model::PlaylistHeld::kBarred);
    }
    PutOff(refusal.error);
    if (refusal.error.code != base::ErrorCode::kRetryLater) Drop();
    return;
  }
  ++reading_->requests;
  if (!*page) {
    PutOff(Empty(wanted_.front().name));
    return Drop();
  }
  reading_->is_whole = (*page)->is_last;
  auto read = ReadElements<PlaylistEntry>(
      std::move((*page)->object), wanted_.front().id == kSavedId ? ReadSavedEntry : ReadPlaylistEntry);
  if (!read) return;  // a page has items
  std::ranges::move(read->elements, std::back_inserter(reading_->items.elements));
  std::ranges::move(read->rejects, std::back_inserter(reading_->items.rejects));
}

Asked<SpotifyPlaylist> LibrarySync::AskAgain(const std::string& id, const std::stop_token& cancel) {
  if (id == kSavedId) return AskSaved(cancel);
  auto answer = api_.Get({.path = "/playlists/" + id, .query = {{"fields", "id,name,snapshot_id"}}}, cancel);
  if (!answer) return std::unexpected(answer.error());
  auto now = ReadPlaylist(answer->body);
  if (!now) return std::unexpected(Unreadable(now.error()));
  return *now;
}

void LibrarySync::Confirm(const std::stop_token& cancel) {
  Wanted& wanted = wanted_.front();
  auto now = AskAgain(wanted.id, cancel);
  if (!now) {
    PutOff(now.error().error);
    if (now.error().error.code != base::ErrorCode::kRetryLater) Drop();
    return;
  }
  const std::string snapshot = now->snapshot_id.value_or("");
  if (snapshot == wanted.snapshot) return Tell(model::PlaylistHeld::kWhole);
  if (++wanted.tries == kTriesMax) return Drop();
  wanted.snapshot = snapshot;
  wanted.name = now->name;
  reading_.reset();
}

void LibrarySync::Tell(model::PlaylistHeld held) {
  const Wanted& wanted = wanted_.front();
  const auto found = mark_.playlists.find(wanted.id);
  KnownPlaylist known{.name = wanted.name,
                      .snapshot = wanted.snapshot,
                      .cover_url = wanted.cover_url,
                      .held = held,
                      .read_at_ms = clock_.Now().value,
                      .requests = reading_ ? reading_->requests : 0};
  model::ServedPlaylistFact fact{.playlist_id = wanted.id,
                                 .name = wanted.name,
                                 .snapshot = wanted.snapshot,
                                 .held = held,
                                 .stated_at_ms = clock_.Now().value};
  std::vector<HeldEntry> entries;
  model::EventBatch batch;
  batch.read = 1;
  if (held == model::PlaylistHeld::kWhole) {
    for (const PlaylistEntry& entry : reading_->items.elements) entries.emplace_back(entry);
    for (const RejectedElement& rejected : reading_->items.rejects) {
      batch.rejects.push_back({.record = batch.read++,
                               .byte = 0,
                               .reason = rejected.why.place + ": " + rejected.why.reason,
                               .raw = rejected.raw.substr(0, model::kRejectRawMax)});
    }
  }
  for (const HeldEntry& entry : entries) fact.tracks.push_back(entry.Named());
  known.contents = ContentsOf(fact);
  if (found != mark_.playlists.end()) {
    const KnownPlaylist& before = found->second;
    const bool is_same = before.held == known.held && before.name == known.name &&
                         before.snapshot == known.snapshot && before.contents == known.contents;
    known.turn = before.turn + (is_same ? 0 : 1);
  }
  fact.turn = known.turn;
  model::AddServedPlaylist(fact, listener_, batch);
  // Kept before it is told: killed in between, what the list is by then is told as another turn, also where
  // it is what it was before.
  known.is_told = false;
  KnownPlaylist& kept = mark_.playlists[wanted.id] = std::move(known);
  if (!Save() || !Give(std::move(batch))) return;
  kept.is_told = true;
  // Where this is not kept, the same is told again under the same id.
  if (Save()) failures_ = 0;
  Drop();
}

}  // namespace earprint::sources::spotify
