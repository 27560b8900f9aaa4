#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ports/randomness.hpp"
#include "ports/streams/listener_share.hpp"
#include "ports/token_store.hpp"
#include "ports/wanted_features.hpp"
#include "sources/spotify/spotify_api.hpp"
#include "sources/spotify/sync/feature_sync.hpp"
#include "sources/spotify/sync/library_sync.hpp"
#include "sources/spotify/sync/play_sync.hpp"
#include "sources/spotify/sync/statement_sync.hpp"

namespace earprint::sources::spotify {

/// What a household works with. All must outlive it.
struct HouseholdParts {
  ports::HttpClient& http;
  ports::StateStore& states;
  ports::TokenStore& tokens;
  ports::FactSink& sink;
  const ports::Clock& clock;
  ports::Randomness& random;
  ports::WantedFeatures* wanted = nullptr;  ///< where there is none, no audio features are asked for
  /// Other collectors follow listeners of this house too, over the same states and tokens: each is looked at
  /// by who has it in this share.
  ports::ListenerShare* share = nullptr;
  ports::StateStore* own_states = nullptr;  ///< of this collector alone: its requests; null: `states`
};

/// What speaks for one listener, over what is kept of the listener.
struct ListenerClient {
  std::unique_ptr<SpotifySession> session;
  std::unique_ptr<AccessProfile> profile;
  std::unique_ptr<SpotifyApi> api;
  std::unique_ptr<PlaySync> sync;
  std::unique_ptr<LibrarySync> library;
  std::unique_ptr<StatementSync> statements;
  std::unique_ptr<FeatureSync> features;  ///< null where nobody wants any
  base::UtcMs account_due;                ///< when to ask whose login of before this is

  /// Whether to ask that now; if so, it is due again in a quarter of an hour.
  bool IsAccountDue(base::UtcMs now);

  /// What is known of the listener's lists. Its trouble is what stands in the way of any but the plays:
  /// playlists first, then Spotify's statements, then how tracks sound.
  LibraryReport Library() const;

  /// All that is given must outlive it. Errors: kRetryLater the stores cannot be read.
  static base::Result<std::shared_ptr<ListenerClient>> Open(const std::string& listener,
                                                            const SpotifyApp& app, HouseholdParts parts,
                                                            RequestBudget& budget);
};

}  // namespace earprint::sources::spotify
