#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "log/collector.hpp"
#include "ports/byte_reader.hpp"
#include "ports/importer.hpp"

namespace earprint::app {

/// Counts what an import has done so far and tells it now and then.
class ImportRun {
 public:
  ImportRun(log::Collector& to, const ports::ImportObserver& observer, std::uint64_t total_bytes)
      : collector(to), observer_(observer), total_bytes_(total_bytes) {}

  log::Collector& collector;

  /// Counts the bytes of the file that is being read.
  void BeginFile(std::uint64_t packed_bytes);
  void Tell(std::uint64_t bytes_of_file, std::uint64_t records_of_file);
  void SendBuild();

 private:
  void Send(const std::string& phase, std::uint64_t bytes, bool now);

  const ports::ImportObserver& observer_;
  std::uint64_t total_bytes_;
  std::uint64_t bytes_done_ = 0, file_bytes_ = 0, records_done_ = 0, records_of_file_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_{};
};

/// Counts packed bytes on their way to a source, for progress.
class MeteredReader final : public ports::ByteReader {
 public:
  // Shared: the source that owns the reader may die before the one who watches the count.
  MeteredReader(std::unique_ptr<ports::ByteReader> inner, std::shared_ptr<std::uint64_t> packed_bytes);
  base::Result<std::size_t> Read(std::span<char> buffer) override;
  std::uint64_t PackedBytesRead() const override { return *packed_bytes_; }

 private:
  std::unique_ptr<ports::ByteReader> inner_;
  std::shared_ptr<std::uint64_t> packed_bytes_;
};

}  // namespace earprint::app
