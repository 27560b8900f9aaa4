#include "sources/spotify/sync/spotify_household.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "sources/spotify/sync/feature_sync.hpp"
#include "sources/spotify/sync/statement_sync.hpp"

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

constexpr std::string_view kDocument = "spotify-household";
constexpr std::size_t kListenerBytesMax = 64, kClientIdBytesMax = 128;
/// The clock may be set, and a machine may sleep: looked at again by then.
constexpr std::int64_t kWaitMaxMs = 30'000;

bool IsClientId(std::string_view text) {
  return !text.empty() && text.size() <= kClientIdBytesMax && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

bool IsListenerName(std::string_view text) {
  return !text.empty() && text.size() <= kListenerBytesMax &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

struct KeptNames {
  std::string client_id;
  std::vector<std::string> listeners;
};

/// What cannot be read is as none: the listeners log in again.
KeptNames ReadNames(std::string_view document) {
  KeptNames names;
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  if (object == nullptr) return names;
  if (const json::value* id = object->if_contains("client_id"); id != nullptr && id->is_string()) {
    names.client_id = std::string(id->get_string());
  }
  const json::value* listeners = object->if_contains("listeners");
  if (listeners == nullptr || !listeners->is_array()) return names;
  for (const json::value& listener : listeners->get_array()) {
    if (listener.is_string()) names.listeners.emplace_back(listener.get_string());
  }
  return names;
}

}  // namespace

struct SpotifyHousehold::Member {
  std::string listener;
  std::unique_ptr<SpotifySession> session;
  std::unique_ptr<AccessProfile> profile;
  std::unique_ptr<SpotifyApi> api;
  std::unique_ptr<PlaySync> sync;
  std::unique_ptr<LibrarySync> library;
  std::unique_ptr<StatementSync> statements;
  std::unique_ptr<FeatureSync> features;  ///< null where nobody wants any
  SyncReport report;                      ///< under the household's mutex, as the next two
  LibraryReport library_report;
  std::optional<PlayerLook> look;
  std::mutex wait_mutex;
  bool is_woken = false;  ///< under `wait_mutex`
  std::condition_variable_any woken;
  std::jthread thread;  ///< last, so that it ends first
};

base::Result<std::unique_ptr<SpotifyHousehold>> SpotifyHousehold::Open(SpotifyApp app, HouseholdParts parts,
                                                                       const BudgetLimits& limits) {
  auto document = parts.states.Load(std::string(kDocument));
  if (!document) return std::unexpected(document.error());
  KeptNames kept = ReadNames(document->value_or(""));
  if (app.client_id.empty()) app.client_id = kept.client_id;
  std::unique_ptr<SpotifyHousehold> household(new SpotifyHousehold(std::move(app), parts));
  auto budget = RequestBudget::Open(parts.states, parts.clock, parts.random, limits);
  if (!budget) return std::unexpected(budget.error());
  household->budget_ = std::move(*budget);
  household->login_ = std::make_unique<SpotifyLogin>(household->app_, parts.http, parts.clock, parts.random);
  for (const std::string& listener : kept.listeners) {
    auto member = household->MakeMember(listener);
    if (!member) return std::unexpected(member.error());
    household->members_[listener] = std::move(*member);
  }
  return household;
}

SpotifyHousehold::SpotifyHousehold(SpotifyApp app, HouseholdParts parts)
    : app_(std::move(app)), parts_(parts) {}

SpotifyHousehold::~SpotifyHousehold() { Stop(); }

void SpotifyHousehold::Stop() {
  const std::lock_guard change(change_mutex_);
  is_running_ = false;
  // All are asked to end before the first is waited for.
  for (const auto& [name, member] : members_) member->thread.request_stop();
  for (const auto& [name, member] : members_) {
    if (member->thread.joinable()) member->thread.join();
  }
}

base::Result<std::unique_ptr<SpotifyHousehold::Member>> SpotifyHousehold::MakeMember(
    const std::string& listener) {
  auto member = std::make_unique<Member>();
  member->listener = listener;
  auto session = SpotifySession::Open(listener, app_, parts_.http, parts_.tokens, *budget_, parts_.clock);
  if (!session) return std::unexpected(session.error());
  member->session = std::move(*session);
  auto profile = AccessProfile::Open(parts_.states, parts_.clock, listener);
  if (!profile) return std::unexpected(profile.error());
  member->profile = std::move(*profile);
  member->api = std::make_unique<SpotifyApi>(app_, parts_.http, *member->session, *budget_, *member->profile,
                                             parts_.clock);
  member->sync = std::make_unique<PlaySync>(listener, *member->api, parts_.states, parts_.sink, parts_.clock);
  member->library =
      std::make_unique<LibrarySync>(listener, *member->api, parts_.states, parts_.sink, parts_.clock);
  member->statements =
      std::make_unique<StatementSync>(listener, *member->api, parts_.states, parts_.sink, parts_.clock);
  if (parts_.wanted != nullptr) {
    member->features =
        std::make_unique<FeatureSync>(listener, *member->api, *parts_.wanted, parts_.sink, parts_.clock);
  }
  member->sync->on_look = [this, to = member.get()](const PlayerLook& look) {
    {
      const std::lock_guard lock(mutex_);
      to->look = look;
      to->report = to->sync->report();
    }
    Tell();
  };
  return member;
}

base::Result<void> SpotifyHousehold::KeepNames() {
  json::array listeners;
  for (const auto& [name, member] : members_) listeners.emplace_back(name);
  return parts_.states.Save(
      std::string(kDocument),
      json::serialize(json::object{{"client_id", app_.client_id}, {"listeners", std::move(listeners)}}));
}

base::Result<void> SpotifyHousehold::SetRedirect(const std::string& redirect_uri) {
  if (auto checked = CheckRedirect(redirect_uri); !checked) return checked;
  const std::lock_guard lock(mutex_);
  redirect_uri_ = redirect_uri;
  return {};
}

base::Result<void> SpotifyHousehold::SetClientId(const std::string& client_id) {
  const std::lock_guard change(change_mutex_);
  if (!IsClientId(client_id)) {
    return base::Fail(base::ErrorCode::kInvalidInput, "set the Spotify application", "client id",
                      "it is empty or holds what no client id does",
                      "copy it from developer.spotify.com/dashboard, your application, Client ID");
  }
  if (client_id == app_.client_id) return {};
  if (!members_.empty()) {
    return base::Fail(base::ErrorCode::kConflict, "set the Spotify application", "client id",
                      "somebody is logged in to another application", "log out first");
  }
  const std::string before = app_.client_id;
  {
    const std::lock_guard lock(mutex_);
    app_.client_id = client_id;
  }
  if (auto kept = KeepNames(); !kept) {
    const std::lock_guard lock(mutex_);
    app_.client_id = before;
    return kept;
  }
  login_ = std::make_unique<SpotifyLogin>(app_, parts_.http, parts_.clock, parts_.random);
  Tell();
  return {};
}

base::Result<std::string> SpotifyHousehold::BeginLogin(const std::string& listener) {
  const std::lock_guard change(change_mutex_);
  const auto refuse = [](std::string subject, std::string cause, std::string hint) {
    return base::Fail(base::ErrorCode::kInvalidInput, "log in to Spotify", std::move(subject),
                      std::move(cause), std::move(hint));
  };
  if (!IsListenerName(listener)) {
    return refuse("listener", "the name is empty, too long, or holds control characters", "a short name");
  }
  if (app_.client_id.empty()) {
    return refuse("client id", "no Spotify application is set",
                  "make one at developer.spotify.com/dashboard and set its client id: earprint login "
                  "--client-id ID");
  }
  if (redirect_uri_.empty()) return refuse("redirect", "nobody waits for the answer", "earprint serve");
  {
    const std::lock_guard lock(mutex_);
    login_problem_.clear();
  }
  Tell();
  return login_->Begin(listener, redirect_uri_);
}

base::Result<std::string> SpotifyHousehold::FinishLogin(std::string_view query) {
  const std::lock_guard change(change_mutex_);
  auto taken = TakeOutcome(login_->Finish(query));
  {
    const std::lock_guard lock(mutex_);
    if (taken) ++logins_;
    login_problem_ = taken ? "" : taken.error().Text();
  }
  Tell();
  return taken;
}

base::Result<std::string> SpotifyHousehold::TakeOutcome(Asked<LoginOutcome> outcome) {
  if (!outcome) return std::unexpected(outcome.error().error);
  const std::string listener = outcome->listener;
  const auto found = members_.find(listener);
  std::unique_ptr<Member> made;
  if (found == members_.end()) {
    auto member = MakeMember(listener);
    if (!member) return std::unexpected(member.error());
    made = std::move(*member);
  }
  Member& member = made ? *made : *found->second;
  if (auto logged_in = member.session->LogIn(std::move(*outcome)); !logged_in) {
    return std::unexpected(logged_in.error());
  }
  member.profile->Forget();
  if (!made) {
    Wake(member);
    return listener;
  }
  {
    const std::lock_guard lock(mutex_);
    members_[listener] = std::move(made);
  }
  if (auto kept = KeepNames(); !kept) return std::unexpected(kept.error());
  if (is_running_) Run(member);
  return listener;
}

void SpotifyHousehold::Wake(Member& member) {
  member.sync->Hurry();
  member.library->Hurry();
  member.statements->Hurry();
  if (member.features) member.features->Hurry();
  const std::lock_guard lock(member.wait_mutex);
  member.is_woken = true;
  member.woken.notify_all();
}

base::Result<void> SpotifyHousehold::RemoveStates(const std::string& listener) {
  auto names = parts_.states.Names();
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(SealedLoginName(listener))) continue;
    if (auto removed = parts_.states.Remove(name); !removed) return removed;
  }
  return {};
}

base::Result<void> SpotifyHousehold::LogOut(const std::string& listener) {
  const std::lock_guard change(change_mutex_);
  const auto found = members_.find(listener);
  if (found == members_.end()) {
    return base::Fail(base::ErrorCode::kNotFound, "log out of Spotify", listener,
                      "nobody of that name is logged in");
  }
  if (auto out = found->second->session->LogOut(); !out) return out;
  std::unique_ptr<Member> gone;
  {
    const std::lock_guard lock(mutex_);
    gone = std::move(found->second);
    members_.erase(found);
  }
  gone.reset();
  auto kept = KeepNames();
  if (kept) kept = RemoveStates(listener);
  Tell();
  return kept;
}

void SpotifyHousehold::Start() {
  const std::lock_guard change(change_mutex_);
  is_running_ = true;
  for (const auto& [name, member] : members_) Run(*member);
}

void SpotifyHousehold::Run(Member& member) {
  member.thread = std::jthread([this, &member](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const base::UtcMs next = Work(member, stop);
      const auto wait = std::chrono::milliseconds(
          std::clamp<std::int64_t>(next.value - parts_.clock.Now().value, 1, kWaitMaxMs));
      std::unique_lock lock(member.wait_mutex);
      member.woken.wait_for(lock, stop, wait, [&member] { return member.is_woken; });
      member.is_woken = false;
    }
  });
}

base::UtcMs SpotifyHousehold::Work(Member& member, const std::stop_token& cancel) {
  // One request each beyond the plays, so that these come first.
  base::UtcMs next = member.sync->Work(cancel);
  next = std::min(next, member.library->Work(cancel));
  next = std::min(next, member.statements->Work(cancel));
  if (member.features) next = std::min(next, member.features->Work(cancel));
  Note(member);
  return next;
}

/// Makes what the syncs report part of the state.
void SpotifyHousehold::Note(Member& member) {
  {
    const std::lock_guard lock(mutex_);
    member.report = member.sync->report();
    member.library_report = member.library->report();
  }
  Tell();
}

base::UtcMs SpotifyHousehold::SyncOnce(const std::stop_token& cancel) {
  const std::lock_guard change(change_mutex_);
  base::UtcMs next{parts_.clock.Now().value + kWaitMaxMs};
  // A request at a time, until it is read or something stands in its way; what plays comes first in between.
  const auto finish = [this, &cancel](Member& member, auto& sync) {
    base::UtcMs due = parts_.clock.Now();
    while (!cancel.stop_requested() && due <= parts_.clock.Now()) {
      member.sync->Work(cancel);
      due = sync.Work(cancel);
    }
    return due;
  };
  for (const auto& [name, member] : members_) {
    if (cancel.stop_requested()) break;
    next = std::min(next, finish(*member, *member->library));
    next = std::min(next, finish(*member, *member->statements));
    if (member->features) next = std::min(next, finish(*member, *member->features));
    next = std::min(next, member->sync->Work(cancel));
    Note(*member);
  }
  return next;
}

std::optional<base::UtcMs> SpotifyHousehold::LibrariesGoOnAt() const {
  const std::lock_guard change(change_mutex_);
  std::optional<base::UtcMs> first;
  for (const auto& [name, member] : members_) {
    const auto at = member->library->GoesOnAt();
    if (at && (!first || at->value < first->value)) first = at;
  }
  return first;
}

HouseholdState SpotifyHousehold::State() const {
  const std::lock_guard lock(mutex_);
  HouseholdState state{app_.client_id, redirect_uri_, login_problem_, logins_, {}};
  for (const auto& [name, member] : members_) {
    state.listeners.push_back(
        {name, member->session->Access(), member->report, member->look, member->library_report});
  }
  return state;
}

void SpotifyHousehold::Tell() const {
  if (on_change) on_change();
}

}  // namespace earprint::sources::spotify
