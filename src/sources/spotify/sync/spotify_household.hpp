#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sources/spotify/sync/household_state.hpp"
#include "sources/spotify/sync/listener_client.hpp"

namespace earprint::sources::spotify {

/// All listeners of one house who have logged in to Spotify, each brought in by a thread of its own.
///
/// Shape:   one application and one budget for all; session, profile and sync for each. Who has logged in
///          once stays known until LogOut, also where a new login is needed. Where listeners are shared,
///          those that others logged in come and go by themselves, and what is kept of a listener is read
///          anew whenever it comes here.
/// Errors:  as told at each; what stands in a listener's way is in the state.
/// Effects: from Start to the end one thread a listener, none of which holds up another's. All may be called
///          by several threads.
class SpotifyHousehold {
 public:
  /// An empty client id in `app`: the one that was set last. Errors: kRetryLater the stores cannot be read.
  static base::Result<std::unique_ptr<SpotifyHousehold>> Open(SpotifyApp app, HouseholdParts parts,
                                                              const BudgetLimits& limits = {});
  ~SpotifyHousehold();
  SpotifyHousehold(const SpotifyHousehold&) = delete;
  SpotifyHousehold& operator=(const SpotifyHousehold&) = delete;

  /// Where logins come back to, as CheckRedirect allows it.
  base::Result<void> SetRedirect(const std::string& redirect_uri);
  /// Sets the application, and keeps it. Errors: kInvalidInput it is none · kConflict somebody is logged in
  /// to another one · those of the state store.
  base::Result<void> SetClientId(const std::string& client_id);

  /// The address for the listener's browser. Errors: kInvalidInput no application or no redirect is set, or
  /// the name is none.
  base::Result<std::string> BeginLogin(const std::string& listener);
  /// Takes the query of the redirect and gives the listener, who is brought in from then on. Errors: as
  /// SpotifyLogin::Finish and AskAccount · kConflict the account is another listener's, or this one had
  /// another · those of the stores. They are in the state too, but for a query that answers no login under
  /// way: that may come from anybody.
  base::Result<std::string> FinishLogin(std::string_view query);
  /// Forgets a listener's login, and what was remembered between two looks. Errors: kNotFound · those of the
  /// stores.
  base::Result<void> LogOut(const std::string& listener);

  /// Begins to bring in who is there and who logs in.
  void Start();
  /// Ends the threads and waits for them; what was under way is cancelled.
  void Stop();
  /// Brings in once what each listener has now, in this thread; gives the instant before which there is
  /// nothing more to do. Not after Start.
  base::UtcMs SyncOnce(const std::stop_token& cancel = {});

  /// When playlists that SyncOnce could not read to their end, since there is a limit to requests in a row,
  /// can be read on; nothing where all were.
  std::optional<base::UtcMs> LibrariesGoOnAt() const;

  HouseholdState State() const;

  /// Called, from any thread, when State has changed. To be set before Start.
  std::function<void()> on_change;

 private:
  struct Member;

  SpotifyHousehold(SpotifyApp app, HouseholdParts parts);
  base::Result<std::unique_ptr<Member>> MakeMember(const std::string& listener);
  base::Result<std::shared_ptr<ListenerClient>> MakeClient(Member& member);
  std::shared_ptr<ListenerClient> ClientOf(const Member& member) const;
  base::Result<std::vector<std::string>> AllNames() const;
  void LearnAccount(const Member& member, ListenerClient& client, const std::stop_token& cancel);
  base::Result<void> KeepNames(const std::string& removed = {});
  base::UtcMs Turn(Member& member, const std::stop_token& cancel);
  base::Result<void> Renew(Member& member);
  void WatchShare(const std::stop_token& stop);
  void DropGone();
  base::Result<void> TakeIn(const std::string& listener);
  Member& Add(std::unique_ptr<Member> member);
  base::Result<void> DropMember(const std::string& listener);
  base::Result<std::string> TakeOutcome(Asked<LoginOutcome> outcome);
  void Run(Member& member);
  base::UtcMs Work(Member& member, const std::stop_token& cancel);
  void Note(Member& member);
  void Wake(Member& member);
  void Tell() const;

  SpotifyApp app_;
  HouseholdParts parts_;
  std::unique_ptr<RequestBudget> budget_;
  std::unique_ptr<SpotifyLogin> login_;
  std::string redirect_uri_;
  mutable std::mutex change_mutex_;  ///< one change of who is there at a time
  std::mutex account_mutex_;         ///< one decision at a time on whose an account is
  mutable std::mutex mutex_;         ///< over what State tells
  std::string login_problem_;
  std::uint64_t logins_ = 0;
  bool is_running_ = false;
  ShareTroubles share_troubles_;
  std::map<std::string, std::unique_ptr<Member>> members_;
  std::jthread share_watch_;
};

}  // namespace earprint::sources::spotify
