#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/api.hpp"

namespace earprint::server {

/// A house of one metric, `sizes`, that remembers what it was asked and can be told how to behave.
class FakeBackend {
 public:
  FakeBackend() {
    backend.ask = [this](const std::string& metric, const std::string& listener, ApiBackend::Pairs pairs,
                         const std::string& format) { return Ask(metric, listener, pairs, format); };
    backend.values_json = [](const std::string& dimension, const std::string& text, const std::string&,
                             std::int64_t limit) -> base::Result<std::string> {
      return "{\"values\":[{\"value\":\"" + dimension + "/" + text + "\",\"plays\":" + std::to_string(limit) +
             "}]}";
    };
    backend.listeners_json = []() -> base::Result<std::string> {
      return R"({"listeners":["me"],"default":"me"})";
    };
    backend.sound_json = [](const std::string& track_id, const std::string& title,
                            const std::string& artist) -> base::Result<std::string> {
      if (track_id.empty()) return base::Fail(base::ErrorCode::kInvalidInput, "tell", "track", "it is empty");
      return "[\"" + track_id + "\",\"" + title + "\",\"" + artist + "\"]";
    };
    backend.data_version = [this]() -> base::Result<std::string> {
      const std::lock_guard lock(mutex);
      if (is_broken)
        return base::Fail(base::ErrorCode::kCorrupt, "read version", "warehouse", "it is damaged");
      return version;
    };
    backend.catalogue_json = [] { return std::string(R"({"metrics":[]})"); };
    backend.openapi_json = [] { return std::string(R"({"openapi":"3.1.0"})"); };
    backend.import = [this](const ports::ImportRequest& request, const ports::ImportObserver& observer) {
      return Import(request, observer);
    };
  }

  void SetVersion(const std::string& to) {
    const std::lock_guard lock(mutex);
    version = to;
  }

  std::vector<ports::ImportRequest> Imports() {
    const std::lock_guard lock(mutex);
    return imports;
  }

  ApiBackend backend;
  std::mutex mutex;
  std::string version = "v1";
  bool is_broken = false;
  std::chrono::milliseconds import_time{0};
  std::function<void()> during_import;
  std::vector<ports::ImportRequest> imports;
  std::vector<std::uint64_t> sizes;     ///< of the files at the time of their import
  std::vector<std::string> beginnings;  ///< their first bytes

 private:
  base::Result<WrittenAnswer> Ask(const std::string& metric, const std::string& listener,
                                  ApiBackend::Pairs pairs, const std::string& format) {
    if (metric == "throwing") throw std::runtime_error("out of order");
    if (metric == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (metric != "sizes" && metric != "slow") {
      return base::Fail(base::ErrorCode::kNotFound, "answer", metric, "there is no such metric",
                        "earprint metrics");
    }
    std::string text = "{\"listener\":\"" + listener + "\",\"format\":\"" + format + "\"";
    std::size_t padding = 0;
    for (const auto& [name, value] : pairs) {
      if (name == "bad")
        return base::Fail(base::ErrorCode::kInvalidInput, "read condition", "bad", "it is unknown", "min_ms");
      if (name == "padding") padding = std::stoul(value);
      text += ",\"" + name + "\":\"" + value + "\"";
    }
    const std::lock_guard lock(mutex);
    return WrittenAnswer{text + ",\"padding\":\"" + std::string(padding, 'x') + "\"}", "application/json",
                         version};
  }

  base::Result<ports::ImportSummary> Import(const ports::ImportRequest& request,
                                            const ports::ImportObserver& observer) {
    {
      const std::lock_guard lock(mutex);
      imports.push_back(request);
      std::error_code missing;
      sizes.push_back(std::filesystem::file_size(request.paths.at(0), missing));
      std::string beginning(16, '\0');
      std::ifstream file(request.paths.at(0), std::ios::binary);
      file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
      beginning.resize(static_cast<std::size_t>(file.gcount()));
      beginnings.push_back(beginning);
    }
    if (request.shown_name == "throwing.zip") throw std::runtime_error("out of order");
    if (request.shown_name == "failing.zip") {
      return base::Fail(base::ErrorCode::kCorrupt, "import", "lake", "a segment is damaged",
                        "earprint doctor");
    }
    ports::ImportSummary summary;
    if (observer.on_progress) observer.on_progress({"read", 5, 10, 2, 100.5, 0.5});
    std::this_thread::sleep_for(import_time);
    if (during_import) during_import();
    summary.files.push_back({.file = request.shown_name.empty() ? request.paths.at(0) : request.shown_name,
                             .kind = "history",
                             .read = 3,
                             .accepted = 1,
                             .duplicate = 1,
                             .rejected = 1});
    if (observer.on_file) observer.on_file(summary.files.back());
    summary.total = {.read = 3, .accepted = 1, .duplicate = 1, .rejected = 1};
    summary.seconds = 0.25;
    SetVersion("v2");
    summary.data_version = "v2";
    return summary;
  }
};

/// A page of three files.
inline std::span<const base::EmbeddedFile> FakePage() {
  static const std::string script(5'000, 'j');
  static const std::array<base::EmbeddedFile, 3> files = {
      base::EmbeddedFile{"assets/app-1a2b.js", script, "tagjs"},
      base::EmbeddedFile{"favicon.svg", "<svg/>", "tagsvg"},
      base::EmbeddedFile{"index.html", "<!doctype html><title>Earprint</title>", "taghtml"}};
  return files;
}

}  // namespace earprint::server
