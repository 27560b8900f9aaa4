#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"

namespace earprint::app {

/// Where everything of one household lies: `lake/` (the truth), `warehouse.duckdb` (derived), `scratch/` of
/// an import, `spill/` of what is too large for memory, `publishing/` of what is on its way to a store, a
/// socket.
struct DataFolder {
  std::string path;
  std::string logins;  ///< where logins to Spotify lie, and what is remembered of them; empty: here
  std::string Lake() const { return path + "/lake"; }
  std::string Warehouse() const { return path + "/warehouse.duckdb"; }
  std::string Scratch() const { return path + "/scratch"; }
  std::string Spill() const { return path + "/spill"; }
  std::string Publishing() const { return path + "/publishing"; }
  std::string Downloads() const { return path + "/downloads"; }
  std::string Logins() const { return logins.empty() ? path : logins; }
  std::string States() const { return path + "/state"; }
  std::string Socket() const { return path + "/earprint.sock"; }
  std::string Lock() const { return path + "/lock"; }
};

/// `--data`, else $EARPRINT_DATA, else the XDG data home.
DataFolder ChooseDataFolder(const std::string& option);

/// Holds the data folder for this process until it is destroyed; the kernel lets go when the process dies.
class FolderLock {
 public:
  /// Makes the folder (for its owner only) where it is missing. Errors: kConflict another process holds it.
  static base::Result<FolderLock> Take(const DataFolder& folder);
  /// The same of a folder of logins that lies elsewhere, for who does not share its listeners out: two who
  /// each follow all would take each other's tokens. Nothing where it lies in the data folder.
  static base::Result<std::optional<FolderLock>> TakeLogins(const DataFolder& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace earprint::app
