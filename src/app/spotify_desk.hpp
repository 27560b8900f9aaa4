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
///          in the configuration home, or comes from EARPRINT_KEY, so that a copied data folder opens
///          nothing.
/// Units:   $EARPRINT_SPOTIFY_CLIENT_ID is the application, else the one that was set last;
///          $EARPRINT_SPOTIFY_ACCOUNTS_URL and $EARPRINT_SPOTIFY_API_URL lead elsewhere than to Spotify.
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

}  // namespace earprint::app
