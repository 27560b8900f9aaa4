#pragma once

#include <mutex>
#include <string>

#include "ports/state_store.hpp"

namespace earprint::adapters {

/// A folder with a file for each document, readable by its owner only.
///
/// Effects: a document is written beside its place, synchronised, and renamed into it; then the folder is
///          synchronised. The folder is made when the first document is saved.
class FileStateStore final : public ports::StateStore {
 public:
  explicit FileStateStore(std::string folder) : folder_(std::move(folder)) {}

  base::Result<std::optional<std::string>> Load(const std::string& name) override;
  base::Result<void> Save(const std::string& name, std::string_view document) override;
  base::Result<void> Remove(const std::string& name) override;
  base::Result<std::vector<std::string>> Names() override;

 private:
  std::string folder_;
  std::mutex mutex_;
};

}  // namespace earprint::adapters
