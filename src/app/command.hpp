#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "app/data_folder.hpp"
#include "base/error.hpp"
#include "model/conditions.hpp"
#include "ports/clock.hpp"
#include "ports/importer.hpp"

namespace earprint::app {

class Pipeline;

/// Exit codes of the contract.
enum class ExitCode : int { kDone = 0, kFailed = 1, kWrongUsage = 2, kInputRejected = 3 };

/// Options that every command takes.
struct GlobalOptions {
  std::string data;
  std::string listener;  ///< empty: the only one there is, "me" on a fresh store
  std::string
      format;  ///< "table", "json", "jsonl", "csv"; empty: table for a terminal, csv-like plain table else
  std::string tz;  ///< empty: the system's zone
  bool quiet = false;

  DataFolder Folder() const { return ChooseDataFolder(data); }
  std::string Zone() const;
};

struct ImportOptions {
  std::vector<std::string> paths;
  std::string as = "auto";
  bool strict = false;
};

struct QueryOptions {
  std::string metric;
  std::vector<model::ConditionPair> conditions;
};

struct ServeOptions {
  std::string listen = "127.0.0.1:8300";
  std::vector<std::string> allowed_hosts;
  std::string login_listener;       ///< somebody is to log in, and then the server ends; empty: it serves on
  std::string client_id;            ///< of the Spotify application, to be set first; empty: as it is
  std::string store;                ///< answer from this store; empty: from the data folder
  std::uint64_t memory_mib = 1024;  ///< what listeners loaded from a store may take
};

struct PublishOptions {
  std::string url;
  std::uint64_t patience_seconds = 300;  ///< how long a store that fails is tried again
};

struct LoginOptions {
  std::string client_id;  ///< empty: the one that was set last
  std::string listen = "127.0.0.1:8300";
};

struct SyncOptions {
  bool once = false;
};

struct ForgetOptions {
  std::string listener;
  bool is_agreed = false;  ///< do not ask
};

struct CatalogueOptions {
  std::string name;     ///< "kaggle:owner/slug", "reccobeats"; empty: all that are followed
  std::string file;     ///< empty: all of the dataset
  std::string every;    ///< "12h", "7d", "off"; empty: as it is
  bool agrees = false;  ///< to what ReccoBeats is sent
};

struct DemoCommandOptions {
  std::uint16_t port = 8300;
  std::uint64_t plays = 0;  ///< 0: the generator's own number
  std::uint64_t seed = 1;
  std::string files_only;  ///< write the export's files here and stop
};

ExitCode RunImport(const GlobalOptions& global, const ImportOptions& options);
ExitCode RunQuery(const GlobalOptions& global, const QueryOptions& options);
ExitCode RunMetrics(const GlobalOptions& global);
ExitCode RunRebuild(const GlobalOptions& global);
ExitCode RunDoctor(const GlobalOptions& global);
ExitCode RunServe(const GlobalOptions& global, const ServeOptions& options);
ExitCode RunServeStore(const GlobalOptions& global, const ServeOptions& options);
ExitCode RunPublish(const GlobalOptions& global, const PublishOptions& options);
ExitCode RunLogin(const GlobalOptions& global, const LoginOptions& options);
ExitCode RunForget(const GlobalOptions& global, const ForgetOptions& options);
ExitCode RunSync(const GlobalOptions& global, const SyncOptions& options);
ExitCode RunCatalogueAdd(const GlobalOptions& global, const CatalogueOptions& options);
ExitCode RunCatalogueList(const GlobalOptions& global);
ExitCode RunCatalogueRefresh(const GlobalOptions& global, const CatalogueOptions& options);
ExitCode RunCatalogueRemove(const GlobalOptions& global, const CatalogueOptions& options);
ExitCode RunReccoBeatsAdd(const GlobalOptions& global, bool agrees);
ExitCode RunReccoBeatsRefresh(const GlobalOptions& global);
ExitCode RunReccoBeatsRemove(const GlobalOptions& global);
ExitCode RunDemo(const GlobalOptions& global, const DemoCommandOptions& options);

/// Looks once a minute whether a followed catalogue is due, and refreshes it beside what a server does, until
/// it is asked to stop. What fails is told on stderr once and tried again later.
std::jthread KeepCatalogues(const DataFolder& folder, ports::Importer& importer, const ports::Clock& clock);

/// Asks ReccoBeats, where a person agreed, about tracks of unknown sound, until it is asked to stop. What
/// fails is told on stderr once and tried again later.
std::jthread KeepReccoBeats(const DataFolder& folder, Pipeline& pipeline, const ports::Clock& clock);

/// Removes a listener from every store that was published to from this folder. Says whether any held the
/// listener. Errors: a store's; the same call goes on with the stores that are left.
base::Result<bool> ForgetInStores(const DataFolder& folder, const std::string& listener);

/// Tells a failure on stderr: what failed, on what, why, what to try.
ExitCode Complain(const base::Error& error);

/// Whether stdout (or stderr) is a terminal, so that colours and progress make sense.
bool IsTerminal(int descriptor);

}  // namespace earprint::app
