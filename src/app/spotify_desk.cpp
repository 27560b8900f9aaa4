#include "app/spotify_desk.hpp"

#include <cstdlib>
#include <filesystem>

#include "adapters/curl/curl_http_client.hpp"
#include "adapters/sodium/sodium_random.hpp"
#include "adapters/sodium/vault_keys.hpp"

namespace earprint::app {

namespace {

namespace spotify = sources::spotify;

std::string Environment(const char* name, const std::string& otherwise = {}) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::string KeyPath() {
  return Environment("XDG_CONFIG_HOME", Environment("HOME") + "/.config") + "/earprint/key";
}

bool LiesIn(const std::string& path, const std::string& folder) {
  const auto at =
      std::filesystem::weakly_canonical(path).lexically_relative(std::filesystem::weakly_canonical(folder));
  return !at.empty() && *at.begin() != "..";
}

}  // namespace

base::Result<HouseKeys> OpenHouseKeys(const DataFolder& folder) {
  const std::string key_path = KeyPath();
  const base::SecretText given(Environment("EARPRINT_KEY"));
  if (given.empty() && (LiesIn(key_path, folder.path) || LiesIn(key_path, folder.Logins()))) {
    return base::Fail(base::ErrorCode::kInvalidInput, "open the secrets", key_path,
                      "the key would lie beside what it seals: whoever copies the folder could open it",
                      "another --data, or XDG_CONFIG_HOME elsewhere, or EARPRINT_KEY");
  }
  auto keys = adapters::LoadVaultKeys(key_path, given);
  if (!keys) return std::unexpected(keys.error());
  return HouseKeys{std::move(*keys), key_path};
}

SpotifyDesk::SpotifyDesk(const DataFolder& folder, Pipeline& pipeline, adapters::VaultKeys keys,
                         const std::string& key_path)
    : states_(folder.Logins() + "/state"),
      own_states_(folder.States()),
      secrets_(folder.Logins() + "/secrets"),
      vault_(secrets_, std::move(keys), key_path),
      wanted_(pipeline.engine()),
      http_(adapters::MakeWebClient("earprint/" EARPRINT_VERSION)),
      random_(adapters::MakeSodiumRandomness()) {}

spotify::SpotifyApp SpotifyDesk::AppOfEnvironment() {
  spotify::SpotifyApp app;
  app.client_id = Environment("EARPRINT_SPOTIFY_CLIENT_ID");
  app.accounts_url = Environment("EARPRINT_SPOTIFY_ACCOUNTS_URL", app.accounts_url);
  app.api_url = Environment("EARPRINT_SPOTIFY_API_URL", app.api_url);
  return app;
}

base::Result<std::unique_ptr<SpotifyDesk>> SpotifyDesk::Open(const DataFolder& folder, Pipeline& pipeline,
                                                             const ports::Clock& clock,
                                                             spotify::SpotifyApp app,
                                                             ports::ListenerShare* share) {
  auto keys = OpenHouseKeys(folder);
  if (!keys) return std::unexpected(keys.error());
  std::unique_ptr<SpotifyDesk> desk(new SpotifyDesk(folder, pipeline, std::move(keys->keys), keys->path));
  if (share == nullptr) {
    auto lock = FolderLock::TakeLogins(folder);
    if (!lock) return std::unexpected(lock.error());
    if (*lock) desk->logins_lock_.emplace(std::move(**lock));
  }
  desk->covers_ = std::make_unique<spotify::PlaylistCovers>(*desk->http_, desk->states_, app.api_url);
  auto household = spotify::SpotifyHousehold::Open(
      std::move(app), {*desk->http_, desk->states_, desk->vault_, pipeline, clock, *desk->random_,
                       &desk->wanted_, share, &desk->own_states_});
  if (!household) return std::unexpected(household.error());
  desk->household_ = std::move(*household);
  return desk;
}

bool SpotifyDesk::WasOpen(const DataFolder& folder) {
  std::error_code failed;
  return std::filesystem::exists(folder.Logins() + "/secrets", failed);
}

}  // namespace earprint::app
