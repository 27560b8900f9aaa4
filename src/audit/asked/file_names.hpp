#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "audit/asked/asked_figures.hpp"

namespace earprint::audit {

/// The files that a listener's rows came from, under the names that tell them apart.
class FileNames {
 public:
  struct File {
    const SourceFileEvent* event = nullptr;
    std::string name;
  };

  FileNames(const Asked& asked, bool is_with_nobodys) {
    const LakeEvents& lake = asked.truth.lake;
    std::vector<const SourceFileEvent*> ordered;
    for (const SourceFileEvent& file : lake.files) {
      const bool is_nobodys = lake.texts.Or(file.listener).empty();
      if (file.part == 0 && (file.listener == asked.listener || (is_with_nobodys && is_nobodys)))
        ordered.push_back(&file);
    }
    std::ranges::sort(ordered, {}, [](const SourceFileEvent* file) {
      return std::tuple(file->imported_at_ms, file->file_key);
    });
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> met;
    for (const SourceFileEvent* file : ordered) {
      const int place = ++met[{file->kind, file->file}];
      std::string name(lake.texts.Or(file->file));
      if (place > 1) name += " (" + std::to_string(place) + ")";
      files_[file->file_key] = {file, std::move(name)};
    }
  }

  const File* Find(std::int64_t key) const {
    const auto found = files_.find(key);
    return found == files_.end() ? nullptr : &found->second;
  }
  const std::map<std::int64_t, File>& all() const { return files_; }

 private:
  std::map<std::int64_t, File> files_;
};

}  // namespace earprint::audit
