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
  return CodeOf(*summary, options.strict);
}

ExitCode CodeOf(const ports::ImportSummary& summary, bool strict) {
  const auto is_read = [](const ports::FileReport& file) { return file.refused.empty(); };
  if (std::ranges::none_of(summary.files, is_read)) return ExitCode::kFailed;
  const bool is_any_refused = std::ranges::any_of(summary.files, [](const ports::FileReport& file) {
    return !file.refused.empty() && !file.refused.starts_with(ports::kLeftAlone);
  });
  const bool is_all_taken = summary.total.rejected == 0 && !is_any_refused;
  return strict && !is_all_taken ? ExitCode::kInputRejected : ExitCode::kDone;
}

ExitCode RunRebuild(const GlobalOptions& global) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return Complain(pipeline.error());
  if (auto rebuilt = (*pipeline)->Rebuild(); !rebuilt) return Complain(rebuilt.error());
  return ExitCode::kDone;
}

}  // namespace earprint::app
