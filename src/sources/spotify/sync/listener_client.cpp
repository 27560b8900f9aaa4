#include "sources/spotify/sync/listener_client.hpp"

#include <utility>

namespace earprint::sources::spotify {

LibraryReport ListenerClient::Library() const {
  LibraryReport report = library->report();
  if (!report.trouble) report.trouble = statements->trouble();
  if (!report.trouble && features) report.trouble = features->trouble();
  return report;
}

base::Result<std::shared_ptr<ListenerClient>> ListenerClient::Open(const std::string& listener,
                                                                   const SpotifyApp& app,
                                                                   HouseholdParts parts,
                                                                   RequestBudget& budget) {
  auto client = std::make_shared<ListenerClient>();  // by the household and whoever uses it at the time
  auto session = SpotifySession::Open(listener, app, parts.http, parts.tokens, budget, parts.clock);
  if (!session) return std::unexpected(session.error());
  client->session = std::move(*session);
  auto profile = AccessProfile::Open(parts.states, parts.clock, listener);
  if (!profile) return std::unexpected(profile.error());
  client->profile = std::move(*profile);
  client->api =
      std::make_unique<SpotifyApi>(app, parts.http, *client->session, budget, *client->profile, parts.clock);
  client->sync = std::make_unique<PlaySync>(listener, *client->api, parts.states, parts.sink, parts.clock);
  client->library =
      std::make_unique<LibrarySync>(listener, *client->api, parts.states, parts.sink, parts.clock);
  client->statements =
      std::make_unique<StatementSync>(listener, *client->api, parts.states, parts.sink, parts.clock);
  if (parts.wanted != nullptr) {
    client->features =
        std::make_unique<FeatureSync>(listener, *client->api, *parts.wanted, parts.sink, parts.clock);
  }
  return client;
}

bool ListenerClient::IsAccountDue(base::UtcMs now) {
  if (now < account_due || !session->Account().empty()) return false;
  account_due.value = now.value + 15 * base::kMsPerMinute;
  return true;
}

}  // namespace earprint::sources::spotify
