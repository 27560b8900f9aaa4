#include "sources/kaggle/kaggle_download.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>

#include "base/checksum.hpp"
#include "base/text.hpp"

namespace earprint::sources::kaggle {

using base::ErrorCode;

namespace {

const std::string kOp = "download from Kaggle";
constexpr std::int64_t kExchangeMsMax = 600'000;  ///< one that hangs ends then, and the next goes on

std::string HeaderOf(const ports::HttpAnswer& answer, const std::string& name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? "" : found->second;
}

std::uint64_t ReadNumber(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The sum in "crc32c=…,md5=…", MD5 before the other.
std::string SumOf(const std::string& header) {
  std::string sum;
  for (const std::string_view part : base::Split(header, ',')) {
    const std::string_view one = base::Trim(part);
    if (one.starts_with("md5=") || (one.starts_with("crc32c=") && sum.empty())) sum = one;
  }
  return sum;
}

std::string Base64(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  text.pop_back();  // its closing zero
  return text;
}

}  // namespace

/// One connection to the storage.
struct KaggleDownload::Exchange {
  std::uint64_t from = 0;  ///< the first byte that was asked for
  bool is_taken = false;   ///< the body goes into the part
  int status = 0;          ///< of the head, once it came
  std::optional<base::Error> failed = {};
  std::stop_source stop = {};

  void Fail(base::Error error) {
    failed = std::move(error);
    stop.request_stop();
  }
};

bool KaggleDownload::TakeHead(Exchange& exchange, const ports::HttpAnswer& head) {
  exchange.status = head.status;
  if (head.status == 206 && exchange.from > 0) {
    // The part goes on only where it ends, in the object that it is of.
    const std::string range = HeaderOf(head, "content-range");
    exchange.is_taken =
        range == fmt::format("bytes {}-{}/{}", exchange.from, note_.total_bytes - 1, note_.total_bytes);
    return exchange.is_taken;
  }
  if (head.status != 200) return false;
  note_.etag = HeaderOf(head, "etag");
  if (note_.etag.starts_with("W/")) note_.etag.clear();  // does not speak of bytes
  note_.total_bytes = ReadNumber(HeaderOf(head, "content-length"));
  note_.sum = SumOf(HeaderOf(head, "x-goog-hash"));
  auto begun = part_.Clear();
  if (begun && keep_note) begun = keep_note(note_);
  if (!begun) exchange.Fail(begun.error());
  exchange.is_taken = begun.has_value();
  return exchange.is_taken;
}

base::Result<void> KaggleDownload::Once(const KaggleWish& wish, std::string& trouble) {
  auto address = api_.Address(wish);
  if (!address) return std::unexpected(address.error());
  if (note_.etag.empty() || note_.total_bytes == 0 || part_.size_bytes() >= note_.total_bytes) {
    if (auto cleared = part_.Clear(); !cleared) return cleared;
  }
  Exchange exchange{.from = part_.size_bytes()};
  const std::stop_callback ends(cancel, [&exchange] { exchange.stop.request_stop(); });
  ports::HttpRequest request{.url = std::string(address->Reveal())};
  request.headers = {{"Accept-Encoding", "identity"}};
  if (exchange.from > 0) {
    request.headers.emplace_back("Range", fmt::format("bytes={}-", exchange.from));
    request.headers.emplace_back("If-Range", note_.etag);
  }
  request.deadline_ms = kExchangeMsMax;
  request.answer_bytes_max = 0;
  request.cancel = exchange.stop.get_token();
  request.on_head = [this, &exchange](const ports::HttpAnswer& head) { return TakeHead(exchange, head); };
  request.on_bytes = [this, &exchange](std::string_view bytes) {
    if (exchange.failed || !exchange.is_taken) return;
    if (auto kept = part_.Append(bytes); !kept) exchange.Fail(kept.error());
    if (on_progress) on_progress(part_.size_bytes(), note_.total_bytes);
  };
  auto answer = http_.Send(request);
  base::WipeBytes(request.url.data(), request.url.size());
  return AfterExchange(wish, exchange, answer, trouble);
}

base::Result<void> KaggleDownload::AfterExchange(const KaggleWish& wish, Exchange& exchange,
                                                 const base::Result<ports::HttpAnswer>& answer,
                                                 std::string& trouble) {
  if (exchange.failed) return std::unexpected(std::move(*exchange.failed).Within(kOp));
  if (cancel.stop_requested()) {
    return base::Fail(ErrorCode::kRetryLater, kOp, wish.name.Text(), "cancelled", "run it again: it goes on");
  }
  // An empty object has no body, before which its head would have been seen.
  if (answer && answer->status == 200 && !exchange.is_taken) TakeHead(exchange, *answer);
  if (exchange.failed) return std::unexpected(std::move(*exchange.failed).Within(kOp));
  if (answer && exchange.is_taken) {
    is_whole_ = note_.total_bytes == 0 || part_.size_bytes() == note_.total_bytes;
    if (!is_whole_) trouble = "it ended early";
    return {};
  }
  // The body of a refusal is not taken, with which the exchange ends as if it had failed.
  const auto status = answer ? answer->status : exchange.status;
  const bool is_refused = !exchange.is_taken && status != 0 && status != 200;
  trouble =
      is_refused || answer ? fmt::format("the storage answers with status {}", status) : answer.error().cause;
  // What was refused to a request for the rest may be given to one for all.
  if (is_refused && exchange.from > 0 && status != 403 && status < 500) return part_.Clear();
  return {};
}

base::Result<bool> KaggleDownload::SumIsRight() {
  const std::size_t equals = note_.sum.find('=');
  if (equals == std::string::npos) return true;
  base::ChecksumRun run(note_.sum.starts_with("md5") ? base::ChecksumKind::kMd5
                                                     : base::ChecksumKind::kCrc32c);
  auto read = part_.ReadAll([&run](std::string_view bytes) { run.Add(bytes); });
  if (!read) return std::unexpected(std::move(read.error()).Within(kOp));
  return Base64(run.Finish()) == note_.sum.substr(equals + 1);
}

base::Result<PartNote> KaggleDownload::Fetch(const KaggleWish& wish, const std::optional<PartNote>& known) {
  const bool goes_on = known && known->version == wish.version && known->file == wish.file;
  note_ = goes_on ? *known : PartNote{.version = wish.version, .file = wish.file};
  is_whole_ = goes_on && note_.total_bytes > 0 && part_.size_bytes() == note_.total_bytes;
  if (!goes_on) {
    if (auto cleared = part_.Clear(); !cleared) return std::unexpected(cleared.error());
  }
  int idle = 0, wrong_sums = 0;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    std::string trouble;
    const std::uint64_t before_bytes = part_.size_bytes();
    if (!is_whole_) {
      if (auto asked = Once(wish, trouble); !asked) return std::unexpected(asked.error());
    }
    if (is_whole_) {
      auto is_right = SumIsRight();
      if (!is_right) return std::unexpected(is_right.error());
      if (*is_right) return note_;
      is_whole_ = false;
      if (auto cleared = part_.Clear(); !cleared) return std::unexpected(cleared.error());
      if (++wrong_sums < kWrongSumsMax) continue;
      return base::Fail(ErrorCode::kCorrupt, kOp, wish.name.Text(),
                        "what came does not have the checksum that the storage tells, twice",
                        "again later; nothing of it was imported");
    }
    idle = part_.size_bytes() > before_bytes ? 0 : idle + 1;
    if (idle == kIdleAttemptsMax) {
      return base::Fail(
          ErrorCode::kRetryLater, kOp, wish.name.Text(), trouble,
          fmt::format("run it again: it goes on at {} of {} bytes", part_.size_bytes(), note_.total_bytes));
    }
  }
  return base::Fail(ErrorCode::kRetryLater, kOp, wish.name.Text(), "it broke off too often",
                    "run it again: it goes on");
}

}  // namespace earprint::sources::kaggle
