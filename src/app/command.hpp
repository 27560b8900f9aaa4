#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "app/data_folder.hpp"
#include "base/error.hpp"
#include "model/conditions.hpp"
#include "model/event_line.hpp"
#include "ports/clock.hpp"
#include "ports/eraser.hpp"
#include "ports/importer.hpp"
#include "ports/query_engine.hpp"
#include "ports/streams/listener_share.hpp"

namespace earprint::sources::spotify {
class SpotifyHousehold;
struct HouseholdState;
}  // namespace earprint::sources::spotify

namespace earprint::app {

class Asker;
class Pipeline;

/// Exit codes of the contract.
enum class ExitCode : int { kDone = 0, kFailed = 1, kWrongUsage = 2, kInputRejected = 3, kDiscrepancy = 4 };

/// Options that every command takes.
struct GlobalOptions {
  std::string data;
  std::string listener;  ///< empty: the only one there is, "me" on a fresh store
  std::string
      format;  ///< "table", "json", "jsonl", "csv"; empty: table for a terminal, csv-like plain table else
  std::string tz;  ///< empty: the system's zone
  bool quiet = false;
  std::string log;                 ///< "kafka://host:port"; empty: the data folder's own
  std::vector<std::string> kafka;  ///< librdkafka's properties, "name=value"
  bool share = false;              ///< listeners are followed together with the house's other collectors
  std::string logins;              ///< where logins lie; empty: in the data folder

  DataFolder Folder() const {
    DataFolder folder = ChooseDataFolder(data);
    folder.logins = logins;
    return folder;
  }
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
  std::string login_listener;        ///< somebody is to log in, and then the server ends; empty: it serves on
  std::string client_id;             ///< of the Spotify application, to be set first; empty: as it is
  std::string store;                 ///< answer from this store; empty: from the data folder
  std::vector<std::string> publish;  ///< stores that are kept up to date
  std::uint64_t memory_mib = 1024;   ///< what listeners loaded from a store may take
};

inline constexpr std::int64_t kPatienceMaxSeconds = 7LL * 86'400;

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
  std::string metrics;  ///< where /metrics is answered meanwhile, "127.0.0.1:9100"; empty: nowhere
};

struct ForgetOptions {
  std::string listener;
  bool is_agreed = false;  ///< do not ask
};

struct LogoutOptions {
  bool is_agreed = false;  ///< do not ask
};

struct AuditCommandOptions {
  std::uint64_t seed = 1;
  std::uint64_t samples = 20;  ///< conditions drawn at random for each listener
  std::string store;           ///< audits what was published here; empty: the house's own warehouse
};

struct ProduceOptions {
  std::vector<std::string> paths;
  std::string as = "auto";
  bool is_lake = false;  ///< what the data folder's lake holds, in place of files
  int partitions = 6;    ///< of topics that are made
  bool strict = false;
};

struct ConsumeOptions {
  std::string to = "lake";  ///< or a store's URL
  std::string group;        ///< empty: one of the data folder's or the store's own
  std::size_t batch = 200'000;
  bool once = false;    ///< end where there is nothing more
  std::string metrics;  ///< where /metrics is answered meanwhile, "127.0.0.1:9100"; empty: nowhere
};

struct EditOptions {
  std::vector<model::ConditionPair> pairs;  ///< "kind" and what it needs
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

/// How an import or a production of files ended; `strict`: one that a record or a file was refused in, but
/// for what is left alone.
ExitCode CodeOf(const ports::ImportSummary& summary, bool strict);
ExitCode RunImport(const GlobalOptions& global, const ImportOptions& options);
ExitCode RunQuery(const GlobalOptions& global, const QueryOptions& options);
ExitCode RunMetrics(const GlobalOptions& global);
ExitCode RunRebuild(const GlobalOptions& global);
ExitCode RunDoctor(const GlobalOptions& global);
ExitCode RunServe(const GlobalOptions& global, const ServeOptions& options);
ExitCode RunServeStore(const GlobalOptions& global, const ServeOptions& options);
ExitCode RunPublish(const GlobalOptions& global, const PublishOptions& options);
/// The listener that is named, or the only one there is: of the server that runs on the folder, else of the
/// folder; "me" on a fresh store. Errors: as ChooseListener, and those of the folder.
base::Result<std::string> MeantListener(const GlobalOptions& global);
ExitCode RunLogin(const GlobalOptions& global, const LoginOptions& options);
ExitCode RunLogout(const GlobalOptions& global, const LogoutOptions& options);
ExitCode RunForget(const GlobalOptions& global, const ForgetOptions& options);
ExitCode RunAudit(const GlobalOptions& global, const AuditCommandOptions& options);
ExitCode RunSync(const GlobalOptions& global, const SyncOptions& options);
ExitCode RunProduce(const GlobalOptions& global, const ProduceOptions& options);
ExitCode RunConsume(const GlobalOptions& global, const ConsumeOptions& options);
ExitCode RunEdit(const GlobalOptions& global, const EditOptions& options);
ExitCode RunCatalogueAdd(const GlobalOptions& global, const CatalogueOptions& options);
ExitCode RunCatalogueList(const GlobalOptions& global);
ExitCode RunCatalogueRefresh(const GlobalOptions& global, const CatalogueOptions& options);
ExitCode RunCatalogueRemove(const GlobalOptions& global, const CatalogueOptions& options);
ExitCode RunReccoBeatsAdd(const GlobalOptions& global, bool agrees);
ExitCode RunReccoBeatsRefresh(const GlobalOptions& global);
ExitCode RunReccoBeatsRemove(const GlobalOptions& global);
ExitCode RunDemo(const GlobalOptions& global, const DemoCommandOptions& options);

/// A log that many machines share, between the sources and a data folder: while it lives, what the pipeline
/// takes goes there.
class SharedLog {
 public:
  virtual ~SharedLog() = default;
  /// Begins to bring home what is on it; `on_kept` is called, from another thread, when something new came.
  virtual void Start(std::function<void()> on_kept) = 0;
  virtual void Stop() = 0;
  /// Waits until all that was written so far has come home; false when it does not within a minute.
  virtual bool WaitUntilHome() = 0;
  /// Tells all who read the log to erase what a listener told so far, or that part of it. Errors: those of
  /// the broker.
  virtual base::Result<void> Forget(const std::string& listener, model::ForgottenPart part) = 0;
  /// Lag, rates and errors in Prometheus' text format.
  virtual std::string FiguresText() const = 0;
};

/// The log that --log names; null where none is. Errors: an address or property that is none · the broker's.
base::Result<std::unique_ptr<SharedLog>> OpenSharedLog(const GlobalOptions& global, Pipeline& pipeline,
                                                       const std::string& only_listener = "");

/// The listeners that --share shares out over the log; null where it does not. Errors: kInvalidInput no Kafka
/// is named · the broker's.
base::Result<std::unique_ptr<ports::ListenerShare>> OpenListenerShare(const GlobalOptions& global);

/// Tells on stderr what keeps listeners from being followed here, each trouble once, and that it is over; to
/// be called from any thread.
std::function<void(const sources::spotify::HouseholdState& state)> TellShareTroubles();
/// How listeners are shared, in Prometheus' text format; empty where they are not.
std::string ShareFiguresText(const sources::spotify::HouseholdState& state);

/// Which log is used, and what is wrong with it, in a line for `earprint doctor`.
std::string SharedLogText(const GlobalOptions& global);

/// Looks once a minute whether a followed catalogue is due, and refreshes it beside what a server does, until
/// it is asked to stop. What fails is told on stderr once and tried again later.
std::jthread KeepCatalogues(const DataFolder& folder, ports::Importer& importer, const ports::Clock& clock);

/// Asks ReccoBeats, where a person agreed, about tracks of unknown sound, until it is asked to stop. What
/// fails is told on stderr once and tried again later.
std::jthread KeepReccoBeats(const DataFolder& folder, Pipeline& pipeline, const ports::Clock& clock);

/// What a person agrees to, and when they did; empty where they did not.
std::string WhatReccoBeatsIsSent();
base::Result<std::string> ReccoBeatsAgreedAt(const DataFolder& folder);
/// Gives the agreement, or withdraws it; a running server heeds it within a minute.
base::Result<void> AgreeToReccoBeats(const DataFolder& folder, bool agrees, base::UtcMs now);

/// Counts a house's figures anew beside a server, and remembers what was found. Thread-safe.
class HouseAudit {
 public:
  virtual ~HouseAudit() = default;

  /// {"is_running", "progress", "data_version", "report"}: the last report, or null.
  virtual std::string StateJson() = 0;

  /// Audits now, as {"seed", "samples", "listener"} wish, each of which may be missing; the report as JSON.
  /// Errors: kInvalidInput the wish · those of the audit.
  virtual base::Result<std::string> RunJson(const std::string& wish) = 0;

  /// Drops what is remembered of a listener, also where an audit has just read of it. Errors: kRetryLater the
  /// disk.
  virtual base::Result<void> Forget(const std::string& listener) = 0;

  /// Files came in: what they touch is audited soon.
  virtual void NoteImport() = 0;

  /// Audits after imports what they touched, and everything every night, at the lowest priority; `on_change`
  /// is called when there is news. Ends when it is asked to stop.
  virtual std::jthread Keep(std::function<void()> on_change) = 0;
};
std::unique_ptr<HouseAudit> OpenAudit(const DataFolder& folder, Pipeline& pipeline, Asker& asker,
                                      const ports::Clock& clock, const std::string& default_tz);

/// Brings stores up to a house's figures beside a server. Thread-safe.
class HousePublishing {
 public:
  using SendEvent = std::function<bool(std::string_view event, std::string_view data)>;

  virtual ~HousePublishing() = default;

  /// Publishes as {"url", "listener", "zone", "patience_seconds"} wish, and tells how far it is.
  /// Errors: kInvalidInput the wish · those of publishing.
  virtual base::Result<void> RunJson(const std::string& wish, const SendEvent& send) = 0;

  /// Publishes one listener to a store now; one that is away is not waited for. Errors: as RunJson.
  virtual base::Result<void> PublishNow(const std::string& url, const std::string& listener) = 0;

  /// While what it gives lives, nothing is published; what was under way is broken off, and goes on after it.
  virtual std::shared_ptr<void> Hold() = 0;

  /// From now on nothing is published; what was under way is broken off. For a server that ends.
  virtual void Close() = 0;

  /// Publishes to these stores whenever there is news, on a thread of the lowest priority. Ends when it is
  /// asked to stop. Errors: kInvalidInput a URL.
  virtual base::Result<std::jthread> Keep(const std::vector<std::string>& urls) = 0;

  /// How often something was published, or tried to be.
  virtual std::uint64_t passes() const = 0;

  /// For /metrics; empty where no store is kept up to date.
  virtual std::string FiguresText() = 0;
};
std::unique_ptr<HousePublishing> OpenPublishing(const DataFolder& folder, Pipeline& pipeline, Asker& asker,
                                                const std::string& default_tz);

/// Takes corrections as they are stated, name by name, and gives each one's id. Errors: as EditDesk::Take.
std::function<base::Result<std::string>(const std::string& listener,
                                        std::span<const model::ConditionPair> pairs)>
TakeEdits(Pipeline& pipeline, Asker& asker, const ports::Clock& clock, SharedLog* shared);

/// Which stores that were published to from a folder do no longer hold what is to be erased, and which may.
struct StoresLeft {
  std::vector<std::string> done;
  std::vector<ports::PendingStore> pending;
};

/// The stores that a listener was published to from this folder, without their secrets. Errors: those of what
/// remembers them.
base::Result<std::vector<std::string>> StoresOf(const DataFolder& folder, const std::string& listener);

/// Removes a listener from every store that was published to from this folder. One that fails is pending, and
/// keeps the others from nothing; the same call goes on with it. Errors: those of what remembers the stores.
base::Result<StoresLeft> ForgetInStores(const DataFolder& folder, const std::string& listener);

/// Publishes a listener to every store that was published to from this folder, so that what is no more here
/// is no more there. Pending and errors: as ForgetInStores.
base::Result<StoresLeft> BringUpStores(const DataFolder& folder, const std::string& listener,
                                       HousePublishing& publishing);

/// How listeners leave this folder: it is remembered before it is begun, so that a failure or a kill leaves
/// nothing half done for good. Thread-safe.
class HouseLeaving {
 public:
  virtual ~HouseLeaving() = default;

  /// Erases all of a listener: the login at Spotify, every event in the lake, all that is derived from them,
  /// all that was published; and has all who read the shared log erase it. Errors: kNotFound nothing of that
  /// name is here · those of the stores. What was erased before a failure stays erased, and the rest is done
  /// later; a store that is away is told in the report.
  virtual base::Result<ports::LeaveReport> Forget(const std::string& listener) = 0;

  /// Ends a listener's connection to Spotify: the login, and everything that came over the Web API, wherever
  /// Forget erases. What files told stays. Errors: as Forget; kNotFound nobody of that name is connected, and
  /// nothing that came over a connection is here.
  virtual base::Result<ports::LeaveReport> Disconnect(const std::string& listener) = 0;

  /// Goes on with what failed or was broken off. Errors: the first that stands in the way of any; all are
  /// tried.
  virtual base::Result<void> GoOn() = 0;

  /// Ends a leaving that would take what a new login brings. Errors: as Disconnect; nobody should log in
  /// then.
  virtual base::Result<void> MakeReadyForLogin(const std::string& listener) = 0;

  /// Goes on at once, and from then on every minute, less often where it fails again, until it is asked to
  /// stop. What fails is told on stderr once.
  virtual std::jthread Keep(std::function<void()> on_change) = 0;
};

/// What a house needs to let somebody leave. All must outlive who works with them.
struct LeavingParts {
  const DataFolder& folder;
  ports::QueryEngine& engine;
  ports::Eraser& eraser;
  HousePublishing& publishing;
  HouseAudit& audit;
  sources::spotify::SpotifyHousehold* household = nullptr;  ///< null: nobody is logged in
  SharedLog* shared = nullptr;                              ///< null: the log is the folder's own
};
std::unique_ptr<HouseLeaving> OpenLeaving(const LeavingParts& parts);

/// Who is leaving and not gone, and what is left to be done, a line each for `earprint doctor`.
std::vector<std::string> LeavingTexts(const DataFolder& folder);

/// Tells a failure on stderr: what failed, on what, why, what to try.
ExitCode Complain(const base::Error& error);

/// Whether stdout (or stderr) is a terminal, so that colours and progress make sense.
bool IsTerminal(int descriptor);

}  // namespace earprint::app
