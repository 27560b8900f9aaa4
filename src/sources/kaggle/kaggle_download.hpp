#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "ports/http_client.hpp"
#include "ports/part_file.hpp"
#include "sources/kaggle/kaggle_api.hpp"

namespace earprint::sources::kaggle {

/// What a part on the disk belongs to: it is gone on with only while all of this is still so.
struct PartNote {
  std::int64_t version = 0;
  std::string file;               ///< as wished; empty: all
  std::string etag;               ///< empty: the storage tells none, and a part is of no use
  std::uint64_t total_bytes = 0;  ///< 0: not told
  std::string sum;                ///< "md5=…" or "crc32c=…" in base64; empty: not told
};

inline constexpr int kIdleAttemptsMax = 3;  ///< in a row that bring no byte
inline constexpr int kAttemptsMax = 1'000;  ///< of one download
inline constexpr int kWrongSumsMax = 2;     ///< then it is told

/// Fetches bytes into a part file, over as many connections as it takes.
///
/// Effects: a connection that breaks is followed by another that asks for the rest (Range, If-Range); bytes
///          that do not add up to the sum that the storage tells are fetched anew once. Nothing sleeps.
class KaggleDownload {
 public:
  KaggleDownload(KaggleApi& api, ports::HttpClient& http, ports::PartFile& part)
      : api_(api), http_(http), part_(part) {}

  /// Keeps what the part belongs to, before its first byte is written.
  std::function<base::Result<void>(const PartNote&)> keep_note = {};
  std::function<void(std::uint64_t bytes, std::uint64_t total_bytes)> on_progress = {};
  std::stop_token cancel = {};

  /// Gives the note of a part that is whole.
  ///
  /// Errors:  as KaggleApi · kRetryLater it broke off too often, the disk is full, or it was cancelled: what
  ///          came is kept · kCorrupt the sum is wrong twice.
  base::Result<PartNote> Fetch(const KaggleWish& wish, const std::optional<PartNote>& known);

 private:
  struct Exchange;
  base::Result<void> Once(const KaggleWish& wish, std::string& trouble);
  bool TakeHead(Exchange& exchange, const ports::HttpAnswer& head);
  base::Result<void> AfterExchange(const KaggleWish& wish, Exchange& exchange,
                                   const base::Result<ports::HttpAnswer>& answer, std::string& trouble);
  base::Result<bool> SumIsRight();

  KaggleApi& api_;
  ports::HttpClient& http_;
  ports::PartFile& part_;
  PartNote note_;
  bool is_whole_ = false;
};

}  // namespace earprint::sources::kaggle
