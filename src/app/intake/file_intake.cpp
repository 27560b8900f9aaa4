#include "app/intake/file_intake.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <utility>

#include "adapters/file/input_files.hpp"
#include "app/intake/import_run.hpp"
#include "base/text.hpp"
#include "log/collector.hpp"
#include "sources/source_detector.hpp"

namespace earprint::app {

namespace {

void AddTo(ports::FileReport& total, const ports::FileReport& file) {
  total.read += file.read;
  total.accepted += file.accepted;
  total.duplicate += file.duplicate;
  total.rejected += file.rejected;
  total.retold += file.retold;
}

ports::FileReport Refused(const std::string& file, const base::Error& error) {
  return {.file = file, .refused = error.cause + (error.hint.empty() ? "" : " (" + error.hint + ")")};
}

/// An upload lies under a temporary name: it is shown and read by the name that the person knows. What is in
/// a zip has its own.
void ShowAs(const ports::ImportRequest& request, ports::InputFile& file) {
  if (request.shown_name.empty() || !file.name.starts_with(request.paths[0])) return;
  const std::string inside = file.name.substr(request.paths[0].size());
  file.name = request.shown_name + inside;
  if (inside.empty()) file.base_name = base::BaseName(request.shown_name);
}

base::Result<ports::FileReport> CollectFile(const ports::InputFile& file, const ports::ImportRequest& request,
                                            const IntakePlace& place, ImportRun& run) {
  auto packed_bytes = std::make_shared<std::uint64_t>(0);
  ports::InputFile metered = file;
  metered.open = [&file, packed_bytes]() -> base::Result<std::unique_ptr<ports::ByteReader>> {
    auto reader = file.open();
    if (!reader) return std::unexpected(reader.error());
    return std::make_unique<MeteredReader>(std::move(*reader), packed_bytes);
  };
  if (const std::string_view why = sources::WhyLeftAlone(file.base_name); !why.empty())
    return ports::FileReport{.file = file.name, .refused = std::string(ports::kLeftAlone) + std::string(why)};
  auto source =
      sources::DetectSource(metered, {request.listener, place.now.value + base::kMsPerDay, request.as});
  if (!source) return Refused(file.name, source.error());
  if (request.listener.empty() && (*source)->NeedsListener()) {
    const auto listeners = place.listeners ? place.listeners() : std::vector<std::string>();
    return ports::FileReport{
        .file = file.name,
        .refused = fmt::format("it is one listener's, and there are several (--listener with one of: {})",
                               fmt::join(listeners, ", "))};
  }
  run.collector.on_progress = [&run, packed_bytes](std::uint64_t records) {
    run.Tell(*packed_bytes, records);
  };
  return run.collector.Collect(**source, file.name, request.listener);
}

}  // namespace

base::Result<ports::ImportSummary> CollectFiles(const ports::ImportRequest& request,
                                                const ports::ImportObserver& observer,
                                                const IntakePlace& place) {
  ports::ImportSummary summary;
  ports::InputListing listing = adapters::ListInputs(request.paths);
  std::uint64_t total_bytes = 0;
  for (ports::InputFile& file : listing.files) {
    total_bytes += file.packed_bytes;
    ShowAs(request, file);
  }
  log::Collector collector(place.log, place.known, "import", log::FileNotes{place.now, place.plays_end});
  ImportRun run(collector, observer, total_bytes);
  const auto add = [&](ports::FileReport report) {
    AddTo(summary.total, report);
    if (observer.on_file) observer.on_file(report);
    summary.files.push_back(std::move(report));
  };
  for (const base::Error& error : listing.refused) add(Refused(error.subject, error));
  for (const ports::InputFile& file : listing.files) {
    run.BeginFile(file.packed_bytes);
    auto report = CollectFile(file, request, place, run);
    if (!report) return std::unexpected(std::move(report.error()).Within("import " + file.name));
    add(std::move(*report));
  }
  run.SendBuild();
  if (auto finished = collector.Finish(); !finished) return std::unexpected(finished.error());
  return summary;
}

}  // namespace earprint::app
