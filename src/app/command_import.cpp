#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/local_client.hpp"
#include "app/pipeline.hpp"

namespace earprint::app {

ExitCode RunImport(const GlobalOptions& global, const ImportOptions& options) {
  ImportPrinter printer(global.quiet, IsTerminal(STDERR_FILENO));
  ports::ImportRequest request;
  request.paths = options.paths;
  request.as = options.as;
  request.listener = global.listener;
  AnyImporter importer(global.Folder(),
                       [&global](Pipeline& pipeline) { return OpenSharedLog(global, pipeline); });
  auto summary = importer.Import(request, printer.Observer());
  if (!summary) return Complain(summary.error());
  printer.PrintSummary(*summary);
  if (!importer.settlement().empty()) fmt::print("{}\n", importer.settlement());
  const bool any_read =
      std::ranges::any_of(summary->files, [](const auto& file) { return file.refused.empty(); });
  if (!any_read) return ExitCode::kFailed;
  const bool any_refused =
      summary->total.rejected > 0 ||
      std::ranges::any_of(summary->files, [](const auto& file) { return !file.refused.empty(); });
  return options.strict && any_refused ? ExitCode::kInputRejected : ExitCode::kDone;
}

ExitCode RunRebuild(const GlobalOptions& global) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return Complain(pipeline.error());
  if (auto rebuilt = (*pipeline)->Rebuild(); !rebuilt) return Complain(rebuilt.error());
  return ExitCode::kDone;
}

}  // namespace earprint::app
