#pragma once

#include <memory>
#include <optional>

#include "adapters/file/file_state_store.hpp"
#include "adapters/sodium/sodium_token_vault.hpp"
#include "app/data_folder.hpp"
#include "app/pipeline.hpp"
#include "metrics/wanted_tracks.hpp"
#include "sources/spotify/sync/playlist_covers.hpp"
#include "sources/spotify/sync/spotify_household.hpp"

namespace earprint::app {

class SharedLog;

/// The keys of this machine's user, and where they lie.
struct HouseKeys {
  adapters::VaultKeys keys;
  std::string path;
};

/// Errors: kInvalidInput the key would lie in the data folder · those of the key.
base::Result<HouseKeys> OpenHouseKeys(const DataFolder& folder);

/// The household's connection to Spotify over the real things: curl, files, sealed secrets.
///
/// Shape:   states lie in the folder of logins under `state/`, sealed logins under `secrets/`; the key lies
/// in the configuration
///          home, or comes from EARPRINT_KEY, so that a copied data folder opens nothing.
/// Units:   $EARPRINT_SPOTIFY_CLIENT_ID is the application, else the one that was set last;
/// $EARPRINT_SPOTIFY_ACCOUNTS_URL and
///          $EARPRINT_SPOTIFY_API_URL lead elsewhere than to Spotify.
class SpotifyDesk {
 public:
  /// Errors: kInvalidInput the key would lie in the data folder · those of the key and of the stores.
  static base::Result<std::unique_ptr<SpotifyDesk>> Open(
      const DataFolder& folder, Pipeline& pipeline, const ports::Clock& clock,
      sources::spotify::SpotifyApp app = AppOfEnvironment(), ports::ListenerShare* share = nullptr);

  static sources::spotify::SpotifyApp AppOfEnvironment();

  /// Whether somebody may have logged in here.
  static bool WasOpen(const DataFolder& folder);

  sources::spotify::SpotifyHousehold& household() { return *household_; }
  sources::spotify::PlaylistCovers& covers() { return *covers_; }

 private:
  SpotifyDesk(const DataFolder& folder, Pipeline& pipeline, adapters::VaultKeys keys,
              const std::string& key_path);

  std::optional<FolderLock> logins_lock_;
  adapters::FileStateStore states_, own_states_, secrets_;
  adapters::SodiumTokenVault vault_;
  metrics::WantedTracks wanted_;
  std::unique_ptr<ports::HttpClient> http_;
  std::unique_ptr<ports::Randomness> random_;
  std::unique_ptr<sources::spotify::PlaylistCovers> covers_;
  std::unique_ptr<sources::spotify::SpotifyHousehold> household_;  ///< last: it uses all of them
};

/// Erases all of a listener: the login at Spotify, what was remembered of it, every event in the lake, all
/// that the warehouse derives from them, all that was published.
///
/// Shape:   `household` may be null: then nobody is logged in. So may `shared`; else all who read that log
/// erase
///          the listener too.
/// Errors:  kNotFound nothing of that name is here · those of the stores. What was erased before a failure
/// stays
///          erased; the same call goes on with the rest.
base::Result<ports::ErasedSummary> ForgetListener(const std::string& listener, const DataFolder& folder,
                                                  Pipeline& pipeline,
                                                  sources::spotify::SpotifyHousehold* household,
                                                  SharedLog* shared = nullptr);

/// Ends a listener's connection to Spotify: the login, and everything that came over the Web API. What files
/// told stays. Errors: kNotFound nobody of that name is connected · those of the stores.
base::Result<ports::ErasedSummary> Disconnect(const std::string& listener, Pipeline& pipeline,
                                              sources::spotify::SpotifyHousehold& household);

}  // namespace earprint::app
