#include "sources/spotify/sync/household_state.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

json::value InstantOrNull(const std::optional<base::UtcMs>& instant) {
  return instant ? json::value(base::FormatInstant(*instant)) : json::value();
}

json::value Playing(const std::optional<PlayerLook>& look) {
  if (!look || !look->item) return {};
  const HeardItem& item = *look->item;
  return json::object{{"track_id", item.item_id},
                      {"title", item.title},
                      {"artist", item.artist},
                      {"album", item.album},
                      {"kind", model::KindName(item.kind)},
                      {"is_playing", look->is_playing},
                      {"is_private", look->is_private.value_or(false)},
                      {"progress_ms", look->progress_ms},
                      {"length_ms", item.length_ms},
                      {"device", look->device_type},
                      {"seen_at_ms", look->at_ms}};
}

/// An advertisement: the player plays, and the service names nothing.
bool PlaysUnnamed(const std::optional<PlayerLook>& look) {
  return look && look->has_player && look->is_playing && !look->item;
}

json::object Written(const ListenerState& state) {
  json::array missing;
  for (const std::string& scope : state.access.missing_scopes) missing.emplace_back(scope);
  json::object written{{"listener", state.listener},
                       {"state", state.access.state == LoginState::kLoggedIn ? "logged_in" : "login_needed"},
                       {"access_ends", InstantOrNull(state.access.ends_at)},
                       {"erase_by", InstantOrNull(state.access.erase_by)},
                       {"notice", state.access.notice},
                       {"missing_scopes", std::move(missing)},
                       {"looked_at", InstantOrNull(state.sync.looked_at)},
                       {"read_at", InstantOrNull(state.sync.read_at)},
                       {"facts_taken", state.sync.facts_taken},
                       {"gaps_found", state.sync.gaps_found},
                       {"listed_at", InstantOrNull(state.library.listed_at)},
                       {"playing", Playing(state.look)},
                       {"plays_unnamed", PlaysUnnamed(state.look)}};
  written["trouble"] = state.sync.trouble ? json::value(state.sync.trouble->Text()) : json::value();
  written["library_trouble"] =
      state.library.trouble ? json::value(state.library.trouble->Text()) : json::value();
  written["hint"] = state.sync.trouble ? json::value(state.sync.trouble->hint) : json::value();
  return written;
}

}  // namespace

std::string HouseholdJson(const HouseholdState& state) {
  json::array listeners;
  for (const ListenerState& one : state.listeners) listeners.push_back(Written(one));
  return json::serialize(json::object{{"app",
                                       {{"client_id", state.client_id},
                                        {"redirect_uri", state.redirect_uri},
                                        {"login_problem", state.login_problem},
                                        {"logins", state.logins}}},
                                      {"listeners", std::move(listeners)}});
}

void ShareTroubles::Follow(ports::ListenerShare& share, std::set<std::string>& untold) {
  while (!untold.empty()) {
    const auto told = share.Follow(*untold.begin());
    Note(Step::kFollow, "", told);
    if (!told) return;  // the others would fare no better
    untold.erase(untold.begin());
  }
}

bool ShareTroubles::Note(Step step, const std::string& listener, const base::Result<void>& done) {
  const std::lock_guard lock(mutex_);
  if (done) {
    troubles_.erase({step, listener});
    return true;
  }
  ++failures_;
  troubles_[{step, listener}] = done.error().Text();
  return false;
}

ShareState ShareTroubles::StateOf(const ports::ListenerShare& share) const {
  ports::ShareFigures figures = share.Figures();
  const std::vector<std::string> mine = share.Mine();
  const std::lock_guard lock(mutex_);
  const auto stands = std::ranges::find_if(troubles_, [&mine](const auto& trouble) {
    const auto& [step, listener] = trouble.first;
    return step == Step::kFollow || std::ranges::find(mine, listener) != mine.end();
  });
  if (figures.trouble.empty() && stands != troubles_.end()) figures.trouble = stands->second;
  return {.partitions = figures.partitions,
          .listeners = mine.size(),
          .errors = figures.errors,
          .failures = failures_,
          .trouble = std::move(figures.trouble)};
}

bool ShareTroubles::HasNews(const ports::ListenerShare& share) {
  std::string now = StateOf(share).trouble;
  const std::lock_guard lock(mutex_);
  if (now == last_) return false;
  last_ = std::move(now);
  return true;
}

}  // namespace earprint::sources::spotify
