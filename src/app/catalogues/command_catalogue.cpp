#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "adapters/sodium/vault_keys.hpp"
#include "app/catalogues/catalogue_desk.hpp"
#include "app/catalogues/reccobeats_desk.hpp"
#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/local_client.hpp"
#include "app/pipeline.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
namespace kaggle = sources::kaggle;

constexpr std::string_view kReccoBeats = "reccobeats";
constexpr std::int64_t kMsPerHour = 60 * base::kMsPerMinute;
constexpr std::int64_t kEveryHoursMax = 24 * 365;

/// "12h", "7d", "off".
base::Result<std::int64_t> ReadEvery(const std::string& text) {
  if (text == "off") return 0;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [after, failed] = std::from_chars(text.data(), end, number);
  const std::int64_t hours = failed == std::errc() && after + 1 == end && *after == 'h'   ? number
                             : failed == std::errc() && after + 1 == end && *after == 'd' ? number * 24
                                                                                          : 0;
  if (number > 0 && number <= kEveryHoursMax && hours > 0 && hours <= kEveryHoursMax)
    return hours * kMsPerHour;
  return base::Fail(base::ErrorCode::kInvalidInput, "set how often to look", "--every",
                    "it is no time between 1h and 365d", "12h, 7d, or off");
}

std::string EveryText(std::int64_t every_ms) {
  if (every_ms == 0) return "off";
  if (every_ms % base::kMsPerDay == 0) return fmt::format("{}d", every_ms / base::kMsPerDay);
  return fmt::format("{}h", every_ms / kMsPerHour);
}

/// A line on the terminal that tells how far a download is.
class DownloadLine {
 public:
  explicit DownloadLine(bool is_shown) : is_shown_(is_shown) {}
  ~DownloadLine() { Clear(); }
  DownloadLine(const DownloadLine&) = delete;
  DownloadLine& operator=(const DownloadLine&) = delete;

  void Show(std::uint64_t bytes, std::uint64_t total_bytes) {
    if (!is_shown_ || bytes / kStepBytes == step_) return;
    step_ = bytes / kStepBytes;
    const std::string of =
        total_bytes == 0 ? "" : fmt::format(" of {:.1f}", static_cast<double>(total_bytes) / 1e6);
    fmt::print(stderr, "\r\x1b[Kdownloading {:.1f}{} MB", static_cast<double>(bytes) / 1e6, of);
    std::fflush(stderr);
    is_dirty_ = true;
    if (bytes == total_bytes) Clear();
  }

 private:
  static constexpr std::uint64_t kStepBytes = 100'000;
  void Clear() {
    if (is_dirty_) std::fputs("\r\x1b[K", stderr);
    is_dirty_ = false;
  }
  bool is_shown_, is_dirty_ = false;
  std::uint64_t step_ = 0;
};

/// What a command has at hand: the desk, and the ways to show what it does.
struct Workplace {
  explicit Workplace(const GlobalOptions& global)
      : importer(global.Folder(), [&global](Pipeline& pipeline) { return OpenSharedLog(global, pipeline); }),
        printer(global.quiet, IsTerminal(STDERR_FILENO)),
        line(!global.quiet && IsTerminal(STDERR_FILENO)) {}

  base::Result<void> Open(const DataFolder& folder) {
    adapters::ForbidCoreFiles();  // the token for Kaggle would lie in them
    auto opened = CatalogueDesk::Open(folder, importer, clock);
    if (!opened) return std::unexpected(opened.error());
    desk = std::move(*opened);
    desk->follower().observer = printer.Observer();
    desk->follower().on_download = [this](std::uint64_t bytes, std::uint64_t total) {
      line.Show(bytes, total);
    };
    return {};
  }
  kaggle::CatalogueFollower& follower() { return desk->follower(); }

  SystemClock clock;
  AnyImporter importer;
  ImportPrinter printer;
  DownloadLine line;
  std::unique_ptr<CatalogueDesk> desk;
};

void PrintOutcome(Workplace& place, const std::string& name, const kaggle::RefreshOutcome& outcome) {
  if (!outcome.imported) {
    fmt::print("{}: version {} is known already; nothing was read\n", name, outcome.version);
    return;
  }
  place.printer.PrintSummary(*outcome.imported);
  fmt::print("{}: version {} is in; a running server looks for newer ones\n", name, outcome.version);
}

/// Who refreshes a catalogue notes it down when that is over, and would follow again what was removed
/// meanwhile.
base::Result<FolderLock> HoldDownloads(const DataFolder& folder, const std::string& name) {
  constexpr int kTriesMax = 20;  // a server looks every minute whether something is due, which takes no time
  constexpr auto kPause = std::chrono::milliseconds(100);
  for (int tries = 1;; ++tries) {
    auto lock = FolderLock::Take({folder.Downloads()});
    if (lock || lock.error().code != base::ErrorCode::kConflict) return lock;
    if (tries == kTriesMax) {
      return base::Fail(base::ErrorCode::kConflict, "stop following a catalogue", name,
                        "a catalogue is being fetched just now", "try it again when that has ended");
    }
    std::this_thread::sleep_for(kPause);
  }
}

json::object ToJson(const kaggle::FollowedCatalogue& one) {
  return {{"name", one.name.Text()},
          {"file", one.file},
          {"version", one.version},
          {"every", EveryText(one.every_ms)},
          {"due_at", base::FormatInstant(one.due_at)}};
}

}  // namespace

ExitCode RunCatalogueAdd(const GlobalOptions& global, const CatalogueOptions& options) {
  if (options.name == kReccoBeats) return RunReccoBeatsAdd(global, options.agrees);
  auto name = kaggle::ReadKaggleName(options.name);
  if (!name) return Complain(name.error());
  Workplace place(global);
  if (auto opened = place.Open(global.Folder()); !opened) return Complain(opened.error());
  auto outcome = place.follower().Add(*name, options.file);
  if (!outcome) return Complain(outcome.error());
  PrintOutcome(place, name->Text(), *outcome);
  return ExitCode::kDone;
}

ExitCode RunCatalogueList(const GlobalOptions& global) {
  adapters::FileStateStore states(global.Folder().States());
  auto all = kaggle::CatalogueBook(states).Load();
  if (!all) return Complain(all.error());
  auto agreed = sources::reccobeats::Agreement(states).Given();
  if (!agreed) return Complain(agreed.error());
  if (global.format == "json" || global.format == "jsonl") {
    json::array list;
    for (const kaggle::FollowedCatalogue& one : *all) list.push_back(ToJson(one));
    if (*agreed) list.push_back({{"name", kReccoBeats}, {"agreed_at", base::FormatInstant(**agreed)}});
    if (global.format == "json") fmt::print("{}\n", json::serialize(list));
    if (global.format == "json") return ExitCode::kDone;
    for (const json::value& one : list) fmt::print("{}\n", json::serialize(one));
    return ExitCode::kDone;
  }
  if (*agreed) {
    fmt::print("{}: asked about tracks of unknown sound, as agreed on {}\n", kReccoBeats,
               base::FormatInstant(**agreed));
  }
  if (all->empty() && !*agreed)
    fmt::print("No catalogue is followed: earprint catalogue add kaggle:owner/slug\n");
  for (const kaggle::FollowedCatalogue& one : *all) {
    const std::string version = one.version == 0 ? "not in yet" : fmt::format("version {}", one.version);
    fmt::print("{}: {}, looked at again {}\n", one.Text(), version,
               one.every_ms == 0 ? "only by command"
                                 : fmt::format("every {}, next on {}", EveryText(one.every_ms),
                                               base::FormatInstant(one.due_at)));
  }
  return ExitCode::kDone;
}

ExitCode RunCatalogueRemove(const GlobalOptions& global, const CatalogueOptions& options) {
  if (options.name == kReccoBeats) return RunReccoBeatsRemove(global);
  auto name = kaggle::ReadKaggleName(options.name);
  if (!name) return Complain(name.error());
  auto lock = HoldDownloads(global.Folder(), options.name);
  if (!lock) return Complain(lock.error());
  adapters::FileStateStore states(global.Folder().States());
  kaggle::CatalogueBook book(states);
  auto all = book.Load();
  if (!all) return Complain(all.error());
  bool is_found = false;
  for (const kaggle::FollowedCatalogue& one : *all) {
    if (one.name.Text() != name->Text()) continue;
    is_found = true;
    if (auto removed = book.Remove(one); !removed) return Complain(removed.error());
    const std::filesystem::path part = global.Folder().Downloads() + "/" + kaggle::PartName(one);
    std::error_code ignored;
    std::filesystem::remove_all(part.parent_path(), ignored);
  }
  if (!is_found) {
    return Complain({.code = base::ErrorCode::kNotFound,
                     .op = "stop following a catalogue",
                     .subject = options.name,
                     .cause = "it is not followed",
                     .hint = "earprint catalogue list"});
  }
  fmt::print("{}: it is not followed any more; what it told stays\n", name->Text());
  return ExitCode::kDone;
}

ExitCode RunCatalogueRefresh(const GlobalOptions& global, const CatalogueOptions& options) {
  if (options.name == kReccoBeats) return RunReccoBeatsRefresh(global);
  auto every_ms = options.every.empty() ? base::Result<std::int64_t>(-1) : ReadEvery(options.every);
  if (!every_ms) return Complain(every_ms.error());
  if (!options.name.empty()) {
    if (auto name = kaggle::ReadKaggleName(options.name); !name) return Complain(name.error());
  }
  Workplace place(global);
  if (auto opened = place.Open(global.Folder()); !opened) return Complain(opened.error());
  auto all = place.follower().book().Load();
  if (!all) return Complain(all.error());
  ExitCode result = ExitCode::kDone;
  bool is_found = false;
  for (kaggle::FollowedCatalogue& one : *all) {
    if (!options.name.empty() && one.name.Text() != options.name) continue;
    is_found = true;
    if (*every_ms >= 0) one.every_ms = *every_ms;
    auto outcome = place.follower().Refresh(one);
    if (outcome) {
      PrintOutcome(place, one.Text(), *outcome);
    } else {
      result = Complain(outcome.error());
    }
  }
  if (!is_found && !options.name.empty()) {
    return Complain({.code = base::ErrorCode::kNotFound,
                     .op = "refresh a catalogue",
                     .subject = options.name,
                     .cause = "it is not followed",
                     .hint = "earprint catalogue add " + options.name});
  }
  if (!is_found) fmt::print("No catalogue is followed: earprint catalogue add kaggle:owner/slug\n");
  return result;
}

}  // namespace earprint::app
