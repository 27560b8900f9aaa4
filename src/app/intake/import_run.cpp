#include "app/intake/import_run.hpp"

#include <algorithm>
#include <utility>

namespace earprint::app {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kProgressPause = std::chrono::milliseconds(100);

}  // namespace

void ImportRun::BeginFile(std::uint64_t packed_bytes) {
  bytes_done_ += file_bytes_;
  file_bytes_ = packed_bytes;
  records_done_ += records_of_file_;
  records_of_file_ = 0;
}

void ImportRun::Tell(std::uint64_t bytes_of_file, std::uint64_t records_of_file) {
  records_of_file_ = records_of_file;
  Send("read", bytes_done_ + std::min(bytes_of_file, file_bytes_), false);
}

void ImportRun::SendBuild() { Send("build", total_bytes_, true); }

void ImportRun::Send(const std::string& phase, std::uint64_t bytes, bool now) {
  if (!observer_.on_progress || (!now && SteadyClock::now() - told_ < kProgressPause)) return;
  told_ = SteadyClock::now();
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - begin_).count();
  ports::ImportProgress progress{phase, bytes, total_bytes_, records_done_ + records_of_file_};
  if (seconds > 0) progress.records_per_second = static_cast<double>(progress.records) / seconds;
  if (bytes > 0 && total_bytes_ > bytes && seconds > 0.2) {
    progress.seconds_left = seconds * static_cast<double>(total_bytes_ - bytes) / static_cast<double>(bytes);
  }
  observer_.on_progress(progress);
}

MeteredReader::MeteredReader(std::unique_ptr<ports::ByteReader> inner,
                             std::shared_ptr<std::uint64_t> packed_bytes)
    : inner_(std::move(inner)), packed_bytes_(std::move(packed_bytes)) {}

base::Result<std::size_t> MeteredReader::Read(std::span<char> buffer) {
  auto count = inner_->Read(buffer);
  *packed_bytes_ = inner_->PackedBytesRead();
  return count;
}

}  // namespace earprint::app
