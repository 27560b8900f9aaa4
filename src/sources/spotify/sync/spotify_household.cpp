#include "sources/spotify/sync/spotify_household.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "model/event_line.hpp"
#include "sources/spotify/kept_names.hpp"
#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/sync/account_check.hpp"

namespace earprint::sources::spotify {

namespace {

/// The clock may be set, and a machine may sleep: looked at again by then.
constexpr std::int64_t kWaitMaxMs = 30'000;
/// How soon a listener who has come to this collector is looked at.
constexpr std::int64_t kShareLookMs = 500;
/// Every so many of these looks it is seen who was logged out elsewhere.
constexpr int kGoneEvery = 10;
constexpr int kUnfollowLooksMax = 100;
constexpr std::chrono::milliseconds kUnfollowLookEvery{50};

}  // namespace

struct SpotifyHousehold::Member {
  std::string listener;
  /// Under the household's mutex, as the next three. Shared with who uses it when it is made anew.
  std::shared_ptr<ListenerClient> client;
  SyncReport report;
  LibraryReport library_report;
  std::optional<PlayerLook> look;
  std::uint64_t tenure = 0;  ///< the thread's own: as of which the client was made
  std::mutex wait_mutex;
  bool is_woken = false;  ///< under `wait_mutex`
  std::condition_variable_any woken;
  std::jthread thread;  ///< last, so that it ends first
};

base::Result<std::unique_ptr<SpotifyHousehold>> SpotifyHousehold::Open(SpotifyApp app, HouseholdParts parts,
                                                                       const BudgetLimits& limits) {
  auto document = parts.states.Load(std::string(kNamesDocument));
  if (!document) return std::unexpected(document.error());
  KeptNames kept = ReadNames(document->value_or(""));
  if (app.client_id.empty()) app.client_id = kept.client_id;
  std::unique_ptr<SpotifyHousehold> household(new SpotifyHousehold(std::move(app), parts));
  auto budget = RequestBudget::Open(parts.own_states != nullptr ? *parts.own_states : parts.states,
                                    parts.clock, parts.random, limits);
  if (!budget) return std::unexpected(budget.error());
  household->budget_ = std::move(*budget);
  household->login_ = std::make_unique<SpotifyLogin>(household->app_, parts.http, parts.clock, parts.random);
  for (const std::string& listener : kept.listeners) {
    auto member = household->MakeMember(listener);
    if (!member) return std::unexpected(member.error());
    household->members_[listener] = std::move(*member);
  }
  household->budget_->ShareAmong(household->members_.size());
  return household;
}

SpotifyHousehold::SpotifyHousehold(SpotifyApp app, HouseholdParts parts)
    : app_(std::move(app)), parts_(parts) {}

SpotifyHousehold::~SpotifyHousehold() { Stop(); }

void SpotifyHousehold::Stop() {
  share_watch_ = {};  // before the lock, which it takes
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
  auto client = MakeClient(*member);
  if (!client) return std::unexpected(client.error());
  member->client = std::move(*client);
  return member;
}

base::Result<std::shared_ptr<ListenerClient>> SpotifyHousehold::MakeClient(Member& member) {
  auto client = ListenerClient::Open(member.listener, app_, parts_, *budget_);
  if (!client) return client;
  (*client)->sync->on_look = [this, to = &member, from = (*client)->sync.get()](const PlayerLook& look) {
    {
      const std::lock_guard lock(mutex_);
      to->look = look;
      to->report = from->report();
    }
    Tell();
  };
  return client;
}

std::shared_ptr<ListenerClient> SpotifyHousehold::ClientOf(const Member& member) const {
  const std::lock_guard lock(mutex_);
  return member.client;
}

base::Result<void> SpotifyHousehold::KeepNames(const std::string& removed) {
  const auto all = AllNames();  // others keep names there too
  if (!all) return std::unexpected(all.error());
  std::set<std::string> names(all->begin(), all->end());
  names.erase(removed);
  return parts_.states.Save(std::string(kNamesDocument), WriteNames(app_.client_id, names));
}

/// Of the house, those of other collectors too.
base::Result<std::vector<std::string>> SpotifyHousehold::AllNames() const {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, member] : members_) names.push_back(name);
  }
  if (parts_.share == nullptr) return names;
  auto document = parts_.states.Load(std::string(kNamesDocument));
  if (!document) return std::unexpected(document.error());
  std::ranges::move(ReadNames(document->value_or("")).listeners, std::back_inserter(names));
  return names;
}

/// Of a login that was kept before accounts were.
void SpotifyHousehold::LearnAccount(const Member& member, ListenerClient& client,
                                    const std::stop_token& cancel) {
  if (!client.IsAccountDue(parts_.clock.Now())) return;
  const std::lock_guard lock(account_mutex_);  // of two that learn at once one is the first
  if (auto names = AllNames())
    LearnWhose(*client.session, *client.api, member.listener, *names, parts_.tokens, cancel);
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
  if (!IsLoginName(listener) || !model::IsListenerName(listener)) {
    return refuse("listener",
                  "the name is empty, too long, no UTF-8, or holds control characters or blanks around it",
                  "a short name");
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
  auto outcome = login_->Finish(query);
  // Anybody can send a browser here: what answers no login that is under way neither ends nor spoils it.
  const bool is_strangers = !outcome && outcome.error().trouble == Trouble::kUnasked;
  auto taken = TakeOutcome(std::move(outcome));
  if (is_strangers) return taken;
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
  auto account = AskAccount(parts_.http, app_, *budget_, parts_.clock, *outcome);
  if (!account) return std::unexpected(std::move(account.error().error).Within("log in to Spotify"));
  const std::lock_guard one_account(account_mutex_);
  const auto names = AllNames();
  if (!names) return std::unexpected(names.error());
  if (auto held = CheckAccount(*account, listener, *names, parts_.tokens); !held)
    return std::unexpected(held.error());
  outcome->account = std::move(*account);
  const auto found = members_.find(listener);
  std::unique_ptr<Member> made;
  if (found == members_.end()) {
    auto member = MakeMember(listener);
    if (!member) return std::unexpected(member.error());
    made = std::move(*member);
  }
  Member& member = made ? *made : *found->second;
  const auto client = ClientOf(member);
  if (auto logged_in = client->session->LogIn(std::move(*outcome)); !logged_in) {
    return std::unexpected(logged_in.error());
  }
  client->profile->Forget();
  const bool is_new = made != nullptr;
  if (is_new) Add(std::move(made));
  auto kept = KeepNames();
  if (kept && parts_.share != nullptr) kept = parts_.share->Follow(listener);
  if (!kept) {
    // Who is not known after the next start must not seem to be logged in until then.
    if (is_new) (void)DropMember(listener);
    return std::unexpected(kept.error());
  }
  if (!is_running_ || member.thread.joinable()) {
    Wake(member);
  } else {
    Run(member);
  }
  return listener;
}

/// Ends a login and what works with it, here or, as that hears from the share, at another collector. Where
/// something of it cannot be removed the member stays, at rest, so that it can be tried again.
base::Result<void> SpotifyHousehold::DropMember(const std::string& listener) {
  const auto found = members_.find(listener);
  auto out = found != members_.end() ? ClientOf(*found->second)->session->LogOut()
                                     : parts_.tokens.Forget(SealedLoginName(listener));
  if (!out) return out;
  if (found != members_.end()) found->second->thread = std::jthread();  // what it keeps is removed after it
  if (auto removed = RemoveStatesOf(listener, parts_.states); !removed) return removed;
  if (auto kept = KeepNames(listener); !kept) return kept;
  const std::lock_guard lock(mutex_);
  members_.erase(listener);
  budget_->ShareAmong(members_.size());
  return {};
}

void SpotifyHousehold::Wake(Member& member) {
  const auto client = ClientOf(member);
  client->sync->Hurry();
  client->library->Hurry();
  client->statements->Hurry();
  if (client->features) client->features->Hurry();
  const std::lock_guard lock(member.wait_mutex);
  member.is_woken = true;
  member.woken.notify_all();
}

base::Result<void> SpotifyHousehold::LogOut(const std::string& listener) {
  const std::lock_guard change(change_mutex_);
  login_->Drop(listener);  // what it brought would be there after all was erased
  const auto names = AllNames();
  if (!names) return std::unexpected(names.error());
  const bool is_shared = parts_.share != nullptr && parts_.share->TenureOf(listener) != 0;
  if (!is_shared && std::ranges::find(*names, listener) == names->end())
    return base::Fail(base::ErrorCode::kNotFound, "log out of Spotify", listener,
                      "nobody of that name is logged in");
  if (parts_.share != nullptr) {
    if (auto told = parts_.share->Unfollow(listener); !told) return told;
    // Until it is heard that nobody follows the listener, who would be taken in again.
    for (int looks = 0; looks < kUnfollowLooksMax && parts_.share->TenureOf(listener) != 0; ++looks)
      std::this_thread::sleep_for(kUnfollowLookEvery);
  }
  auto dropped = DropMember(listener);
  Tell();
  return dropped;
}

void SpotifyHousehold::Start() {
  const std::lock_guard change(change_mutex_);
  is_running_ = true;
  for (const auto& [name, member] : members_) Run(*member);
  if (parts_.share != nullptr)
    share_watch_ = std::jthread([this](const std::stop_token& stop) { WatchShare(stop); });
}

/// Says who is logged in here, and takes in who was logged in elsewhere and has come to this collector.
void SpotifyHousehold::WatchShare(const std::stop_token& stop) {
  std::set<std::string> untold;
  for (const ListenerState& one : State().listeners) untold.insert(one.listener);
  std::mutex mutex;
  std::condition_variable_any stopped;
  for (int look = 1; !stop.stop_requested(); ++look) {
    if (look % kGoneEvery == 0) DropGone();
    share_troubles_.Follow(*parts_.share, untold);
    for (const std::string& listener : parts_.share->Mine())  // what fails is tried again
      share_troubles_.Note(ShareTroubles::Step::kTakeIn, listener, TakeIn(listener));
    if (share_troubles_.HasNews(*parts_.share)) Tell();
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, std::chrono::milliseconds(kShareLookMs), [] { return false; });
  }
}

/// Forgets who was logged out by another collector: else the next one who logs in here would bring the name
/// back.
void SpotifyHousehold::DropGone() {
  const std::lock_guard change(change_mutex_);
  auto document = parts_.states.Load(std::string(kNamesDocument));
  if (!document || !*document) return;
  const KeptNames kept = ReadNames(**document);
  std::vector<std::unique_ptr<Member>> gone;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, member] : members_) {
      const bool is_kept = std::ranges::find(kept.listeners, name) != kept.listeners.end();
      if (!is_kept && parts_.share->TenureOf(name) == 0) gone.push_back(std::move(member));
    }
    std::erase_if(members_, [](const auto& one) { return one.second == nullptr; });
    budget_->ShareAmong(members_.size());
  }
  if (gone.empty()) return;
  for (const auto& member : gone) {
    member->thread = std::jthread();  // outside of the lock; its last look may have kept something
    (void)RemoveStatesOf(member->listener, parts_.states);
  }
  Tell();
}

base::Result<void> SpotifyHousehold::TakeIn(const std::string& listener) {
  const std::lock_guard change(change_mutex_);
  if (members_.contains(listener) || !is_running_) return {};
  auto made = MakeMember(listener);
  if (!made) return std::unexpected(made.error());
  Run(Add(std::move(*made)));
  return {};
}

SpotifyHousehold::Member& SpotifyHousehold::Add(std::unique_ptr<Member> member) {
  const std::lock_guard lock(mutex_);
  Member& added = *(members_[member->listener] = std::move(member));
  budget_->ShareAmong(members_.size());
  return added;
}

void SpotifyHousehold::Run(Member& member) {
  member.thread = std::jthread([this, &member](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const base::UtcMs next = Turn(member, stop);
      const auto wait = std::chrono::milliseconds(
          std::clamp<std::int64_t>(next.value - parts_.clock.Now().value, 1, kWaitMaxMs));
      std::unique_lock lock(member.wait_mutex);
      member.woken.wait_for(lock, stop, wait, [&member] { return member.is_woken; });
      member.is_woken = false;
    }
  });
}

/// Works, where the listener is this collector's.
base::UtcMs SpotifyHousehold::Turn(Member& member, const std::stop_token& cancel) {
  if (parts_.share == nullptr) return Work(member, cancel);
  const base::UtcMs soon{parts_.clock.Now().value + kShareLookMs};
  base::UtcMs next = soon;
  parts_.share->LookAt(member.listener, [&] {
    const bool is_renewed = share_troubles_.Note(ShareTroubles::Step::kRenew, member.listener, Renew(member));
    if (is_renewed) next = Work(member, cancel);
  });
  // Whoever takes a listener over begins at once, also where the last look was not long ago.
  return member.tenure == parts_.share->TenureOf(member.listener) && member.tenure != 0 ? next : soon;
}

/// Reads anew what is kept of a listener who has come here: another collector has changed it.
base::Result<void> SpotifyHousehold::Renew(Member& member) {
  const std::uint64_t tenure = parts_.share->TenureOf(member.listener);
  if (tenure == member.tenure) return {};
  auto client = MakeClient(member);
  if (!client) return std::unexpected(client.error());
  std::shared_ptr<ListenerClient> old;
  {
    const std::lock_guard lock(mutex_);
    old = std::exchange(member.client, std::move(*client));
  }
  member.tenure = tenure;
  return {};
}

base::UtcMs SpotifyHousehold::Work(Member& member, const std::stop_token& cancel) {
  const auto client = ClientOf(member);
  LearnAccount(member, *client, cancel);
  // One request each beyond the plays, so that these come first.
  base::UtcMs next = client->sync->Work(cancel);
  next = std::min(next, client->library->Work(cancel));
  next = std::min(next, client->statements->Work(cancel));
  if (client->features) next = std::min(next, client->features->Work(cancel));
  Note(member);
  return next;
}

/// Makes what the syncs report part of the state.
void SpotifyHousehold::Note(Member& member) {
  {
    const std::lock_guard lock(mutex_);
    member.report = member.client->sync->report();
    member.library_report = member.client->Library();
  }
  Tell();
}

base::UtcMs SpotifyHousehold::SyncOnce(const std::stop_token& cancel) {
  const std::lock_guard change(change_mutex_);
  base::UtcMs next{parts_.clock.Now().value + kWaitMaxMs};
  // A request at a time, until it is read or something stands in its way; what plays comes first in between.
  const auto finish = [this, &cancel](ListenerClient& client, auto& sync) {
    base::UtcMs due = parts_.clock.Now();
    while (!cancel.stop_requested() && due <= parts_.clock.Now()) {
      client.sync->Work(cancel);
      due = sync.Work(cancel);
    }
    return due;
  };
  for (const auto& [name, member] : members_) {
    if (cancel.stop_requested()) break;
    const auto client = ClientOf(*member);
    LearnAccount(*member, *client, cancel);
    next = std::min(next, finish(*client, *client->library));
    next = std::min(next, finish(*client, *client->statements));
    if (client->features) next = std::min(next, finish(*client, *client->features));
    next = std::min(next, client->sync->Work(cancel));
    Note(*member);
  }
  return next;
}

std::optional<base::UtcMs> SpotifyHousehold::LibrariesGoOnAt() const {
  const std::lock_guard change(change_mutex_);
  std::optional<base::UtcMs> first;
  for (const auto& [name, member] : members_) {
    const auto at = ClientOf(*member)->library->GoesOnAt();
    if (at && (!first || at->value < first->value)) first = at;
  }
  return first;
}

HouseholdState SpotifyHousehold::State() const {
  const std::lock_guard lock(mutex_);
  HouseholdState state{app_.client_id, redirect_uri_, login_problem_, logins_, {}, {}};
  if (parts_.share != nullptr) state.share = share_troubles_.StateOf(*parts_.share);
  for (const auto& [name, member] : members_) {
    state.listeners.push_back(
        {name, member->client->session->Access(), member->report, member->look, member->library_report});
  }
  return state;
}

void SpotifyHousehold::Tell() const {
  if (on_change) on_change();
}

}  // namespace earprint::sources::spotify
