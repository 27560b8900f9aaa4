#include "fakes/kaggle/kaggle_answers.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace earprint::fakes {

namespace {

namespace json = boost::json;

constexpr int kPageSizeMax = 200;

WebAnswer Told(const json::value& body, int status = 200) {
  return {.status = status, .body = json::serialize(body)};
}

std::uint64_t SizeOf(const KaggleVersion& version) {
  std::uint64_t sum = 0;
  for (const KaggleFile& file : version.files) sum += file.bytes.size();
  return sum;
}

/// "2026-01-01T00:00:00.000Z"; the originals have up to seven digits of a second.
std::string InstantText(base::UtcMs at) {
  std::string text = base::FormatInstant(at);
  if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000");
  return text;
}

json::object FileObject(const KaggleDataset& dataset, const KaggleVersion& version, const KaggleFile& file) {
  return {{"ref", ""},
          {"datasetRef", dataset.Ref()},
          {"ownerRef", dataset.owner},
          {"name", file.name},
          {"creationDate", InstantText(version.created)},
          {"description", ""},
          {"fileType", file.name.substr(std::min(file.name.rfind('.'), file.name.size()))},
          {"url", "https://www.kaggle.com/datasets/" + dataset.Ref()},
          {"totalBytes", file.bytes.size()},
          {"columns", json::array{}}};
}

}  // namespace

WebAnswer Refusal(int status, const std::string& message) {
  return Told(json::object{{"code", status}, {"message", message}}, status);
}

WebAnswer DatasetAnswer(const KaggleDataset& dataset) {
  const KaggleVersion& newest = dataset.versions.back();
  json::array versions, files;
  for (auto at = dataset.versions.rbegin(); at != dataset.versions.rend(); ++at) {
    versions.push_back(json::object{{"versionNumber", at->number},
                                    {"creationDate", InstantText(at->created)},
                                    {"creatorName", dataset.owner},
                                    {"creatorRef", dataset.owner},
                                    {"versionNotes", "Version " + std::to_string(at->number)},
                                    {"status", "Ready"}});
  }
  for (const KaggleFile& file : newest.files) files.push_back(FileObject(dataset, newest, file));
  return Told(json::object{{"id", 1},
                           {"ref", dataset.Ref()},
                           {"subtitle", ""},
                           {"creatorName", dataset.owner},
                           {"creatorUrl", "https://www.kaggle.com/" + dataset.owner},
                           {"totalBytes", SizeOf(newest)},
                           {"url", "https://www.kaggle.com/datasets/" + dataset.Ref()},
                           {"lastUpdated", InstantText(newest.created)},
                           {"downloadCount", 0},
                           {"isPrivate", dataset.access == KaggleAccess::kOwner},
                           {"isFeatured", false},
                           {"licenseName", "CC0: Public Domain"},
                           {"description", ""},
                           {"ownerName", dataset.owner},
                           {"ownerRef", dataset.owner},
                           {"kernelCount", 0},
                           {"title", dataset.slug},
                           {"topicCount", 0},
                           {"viewCount", 0},
                           {"voteCount", 0},
                           {"currentVersionNumber", newest.number},
                           {"usabilityRating", 0.5},
                           {"tags", json::array{}},
                           {"files", std::move(files)},
                           {"versions", std::move(versions)}});
}

WebAnswer FilesAnswer(const KaggleDataset& dataset, const KaggleQuestion& question) {
  const KaggleVersion* version = dataset.Version(question.version);
  if (version == nullptr) return Refusal(404, "Dataset version not found");
  std::size_t from = 0;
  const std::string& token = question.page_token;
  const auto [end, failed] = std::from_chars(token.data(), token.data() + token.size(), from);
  if (!token.empty() && (failed != std::errc() || end != token.data() + token.size())) {
    return Refusal(400, "Invalid page token");
  }
  const auto most = static_cast<std::size_t>(std::clamp(question.page_size, 1, kPageSizeMax));
  json::array files;
  for (std::size_t at = from; at < version->files.size() && at < from + most; ++at) {
    files.push_back(FileObject(dataset, *version, version->files[at]));
  }
  const bool has_more = from + most < version->files.size();
  return Told(json::object{{"datasetFiles", std::move(files)},
                           {"errorMessage", ""},
                           {"nextPageToken", has_more ? std::to_string(from + most) : ""}});
}

WebAnswer MetadataAnswer(const KaggleDataset& dataset) {
  return Told(json::object{{"info", json::object{{"datasetId", 1},
                                                 {"datasetSlug", dataset.slug},
                                                 {"ownerUser", dataset.owner},
                                                 {"usabilityRating", 0.5},
                                                 {"totalViews", 0},
                                                 {"totalVotes", 0},
                                                 {"totalDownloads", 0},
                                                 {"title", dataset.slug},
                                                 {"subtitle", ""},
                                                 {"description", ""},
                                                 {"isPrivate", dataset.access == KaggleAccess::kOwner},
                                                 {"keywords", json::array{}},
                                                 {"licenses", json::array{json::object{{"name", "CC0-1.0"}}}},
                                                 {"collaborators", json::array{}},
                                                 {"data", json::array{}}}},
                           {"errorMessage", ""}});
}

WebAnswer StatusAnswer() { return Told(json::object{{"status", "READY"}}); }

}  // namespace earprint::fakes
