#pragma once

#include <string>
#include <vector>

#include "app/data_folder.hpp"
#include "base/error.hpp"
#include "model/conditions.hpp"

namespace earprint::app {

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
ExitCode RunDemo(const GlobalOptions& global, const DemoCommandOptions& options);

/// Tells a failure on stderr: what failed, on what, why, what to try.
ExitCode Complain(const base::Error& error);

/// Whether stdout (or stderr) is a terminal, so that colours and progress make sense.
bool IsTerminal(int descriptor);

}  // namespace earprint::app
