#include "sources/kaggle/catalogue_follower.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::sources::kaggle {

using base::ErrorCode;

std::string PartName(const FollowedCatalogue& followed) {
  const base::Hash128 hash = base::HashBytes(followed.name.Text() + "\n" + followed.file);
  std::string name;
  base::AppendHex(hash.high, 16, name);
  base::AppendHex(hash.low, 16, name);
  // The import calls a catalogue by its file's name, however it is told of the file.
  const std::string_view base_name =
      base::BaseName(followed.file.empty() ? followed.name.slug : followed.file);
  const bool is_plain = !base_name.empty() && !base_name.starts_with('.');
  return name + "/" + (is_plain ? std::string(base_name) : "catalogue");
}

base::Result<RefreshOutcome> CatalogueFollower::Add(const KaggleName& name, const std::string& file) {
  auto all = book_.Load();
  if (!all) return std::unexpected(all.error());
  const auto known = std::ranges::find_if(
      *all, [&](const FollowedCatalogue& one) { return one.name == name && one.file == file; });
  return Refresh(known == all->end() ? FollowedCatalogue{.name = name, .file = file} : *known);
}

base::Result<RefreshOutcome> CatalogueFollower::Refresh(FollowedCatalogue followed) {
  auto outcome = BringIn(followed);
  const std::int64_t now = hands_.clock.Now().value;
  const std::int64_t pause_ms = outcome ? followed.every_ms : std::min(followed.every_ms, kRetryMs);
  followed.due_at.value = now + pause_ms;
  if (outcome) {
    if (auto kept = book_.Put(followed); !kept) return std::unexpected(kept.error());
    return outcome;
  }
  const base::Error& error = outcome.error();
  if (error.not_before) followed.due_at = std::max(followed.due_at, *error.not_before);
  const bool can_come_true = error.code == ErrorCode::kRetryLater || error.code == ErrorCode::kUnauthorized ||
                             error.code == ErrorCode::kConflict || error.code == ErrorCode::kCorrupt;
  const bool is_kept = followed.version > 0 || followed.part || can_come_true;
  auto kept = is_kept ? book_.Put(followed) : book_.Remove(followed);
  if (!kept) return std::unexpected(kept.error());
  return outcome;
}

base::Result<RefreshOutcome> CatalogueFollower::BringIn(FollowedCatalogue& followed) {
  auto told = hands_.api.Describe(followed.name);
  if (!told) return std::unexpected(told.error());
  if (told->version == followed.version) return RefreshOutcome{.version = followed.version, .imported = {}};
  {
    auto part = hands_.parts.Open(PartName(followed));
    if (!part) return std::unexpected(part.error());
    KaggleDownload download(hands_.api, hands_.http, **part);
    download.on_progress = on_download;
    download.cancel = cancel;
    download.keep_note = [this, &followed](const PartNote& note) {
      followed.part = note;
      return book_.Put(followed);
    };
    auto fetched = download.Fetch({followed.name, told->version, followed.file}, followed.part);
    if (!fetched) return std::unexpected(fetched.error());
  }
  auto imported = Import(followed);
  if (!imported && imported.error().code != ErrorCode::kInvalidInput)
    return std::unexpected(imported.error());
  hands_.parts.Remove(PartName(followed));
  followed.part.reset();
  if (!imported) return std::unexpected(imported.error());
  followed.version = told->version;
  return RefreshOutcome{.version = followed.version, .imported = std::move(*imported)};
}

base::Result<ports::ImportSummary> CatalogueFollower::Import(const FollowedCatalogue& followed) {
  const std::string shown = followed.name.Text() + (followed.file.empty() ? "" : "/" + followed.file);
  auto summary = hands_.importer.Import({.paths = {hands_.parts.PathOf(PartName(followed))},
                                         .listener = "",
                                         .as = "catalogue",
                                         .shown_name = shown},
                                        observer);
  if (!summary) return summary;
  const auto is_read = [](const ports::FileReport& file) { return file.refused.empty(); };
  if (std::ranges::any_of(summary->files, is_read)) return summary;
  return base::Fail(ErrorCode::kInvalidInput, "import a catalogue", followed.Text(),
                    summary->files.empty() ? "there is no file in it" : summary->files.front().refused,
                    "look at its files on " + followed.name.Page() + "; --file takes one of them");
}

base::Result<std::vector<base::Error>> CatalogueFollower::RefreshDue() {
  auto all = book_.Load();
  if (!all) return std::unexpected(all.error());
  std::vector<base::Error> failed;
  for (const FollowedCatalogue& one : *all) {
    if (cancel.stop_requested()) break;
    if (one.every_ms == 0 || one.due_at > hands_.clock.Now()) continue;
    if (auto outcome = Refresh(one); !outcome) failed.push_back(std::move(outcome.error()));
  }
  return failed;
}

}  // namespace earprint::sources::kaggle
