#include "fakes/kaggle/kaggle_storage.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>

#include "base/checksum.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

namespace {

constexpr std::string_view kBucket = "kaggle-data-sets";

/// Not a secret: it only has to be what nobody guesses by writing a path.
std::string SignatureOf(std::string_view path) {
  return base::HashText("signed by the fake: " + std::string(path));
}

std::string Base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // its closing zero
  return text;
}

std::string SumOf(base::ChecksumKind kind, std::string_view bytes) {
  base::ChecksumRun run(kind);
  run.Add(bytes);
  return run.Finish();
}

std::string HexOf(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) base::AppendHex(static_cast<unsigned char>(c), 2, text);
  return text;
}

std::optional<std::uint64_t> ReadNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

struct ByteRange {
  std::uint64_t from = 0, to = 0;  ///< both inclusive
};

/// "bytes=5-", "bytes=5-9", "bytes=-3" of an object; an empty range is one that cannot be had.
std::optional<ByteRange> ReadRange(std::string_view text, std::uint64_t size_bytes) {
  if (!text.starts_with("bytes=")) return ByteRange{0, size_bytes - 1};
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return ByteRange{0, size_bytes - 1};
  const auto from = ReadNumber(text.substr(0, dash)), to = ReadNumber(text.substr(dash + 1));
  if (!from && !to) return {};
  if (!from) return ByteRange{size_bytes - std::min(*to, size_bytes), size_bytes - 1};
  if (*from >= size_bytes || (to && *to < *from)) return {};
  return ByteRange{*from, std::min(to.value_or(size_bytes - 1), size_bytes - 1)};
}

}  // namespace

std::string SignedTarget(const KaggleObject& object) {
  std::string path = fmt::format("/{}/{}/{}/{}/", kBucket, object.owner, object.slug, object.version);
  path += object.file.empty() ? "bundle/archive.zip"
          : object.is_zipped  ? "compressed/" + object.file + ".zip"
                              : "upload/" + object.file;
  std::string encoded;
  for (const std::string_view part : base::Split(std::string_view(path).substr(1), '/')) {
    encoded += "/" + PercentEncode(part);
  }
  return encoded + "?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=259200&X-Goog-SignedHeaders=host" +
         "&X-Goog-Signature=" + SignatureOf(path);
}

std::optional<KaggleObject> ReadTarget(const WebRequest& request) {
  if (request.Query("X-Goog-Signature") != SignatureOf(request.path)) return {};
  const auto parts = base::Split(request.path, '/');  // "", bucket, owner, slug, version, kind, name…
  if (parts.size() < 7 || parts[1] != kBucket) return {};
  KaggleObject object{.owner = std::string(parts[2]), .slug = std::string(parts[3])};
  object.version = static_cast<int>(ReadNumber(parts[4]).value_or(0));
  if (parts[5] == "bundle") return object;
  object.file = request.path.substr(static_cast<std::size_t>(parts[6].data() - request.path.data()));
  object.is_zipped = parts[5] == "compressed";
  if (object.is_zipped) object.file.resize(object.file.size() - 4);
  return object;
}

std::optional<std::string> BytesOf(const KaggleObject& object, const KaggleShelf& shelf) {
  const auto dataset = shelf.Find(object.owner, object.slug);
  const KaggleVersion* version = dataset ? dataset->Version(object.version) : nullptr;
  if (version == nullptr) return {};
  if (object.file.empty()) return ZipOf(version->files);
  for (const KaggleFile& file : version->files) {
    if (file.name == object.file) return object.is_zipped ? ZipOf({file}) : file.bytes;
  }
  return {};
}

WebAnswer StorageRefusal(int status, std::string_view code, std::string_view message) {
  return {.status = status,
          .body = fmt::format("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{}</Code><Message>{}"
                              "</Message></Error>",
                              code, message),
          .content_type = "application/xml; charset=UTF-8"};
}

WebAnswer AnswerDownload(const WebRequest& request, const std::string& bytes,
                         const KaggleSwitches& switches) {
  WebAnswer answer{.content_type = "application/octet-stream"};
  std::string md5 = SumOf(base::ChecksumKind::kMd5, bytes);
  const std::string etag = "\"" + HexOf(md5) + "\"";
  std::string crc32c = SumOf(base::ChecksumKind::kCrc32c, bytes);
  if (switches.tells_wrong_sum) md5[0] = static_cast<char>(md5[0] ^ 1);
  if (switches.tells_wrong_sum) crc32c[0] = static_cast<char>(crc32c[0] ^ 1);
  answer.headers = {{"Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"},
                    {"x-goog-hash", "crc32c=" + Base64(crc32c)}};
  if (switches.tells_md5) answer.headers.emplace_back("x-goog-hash", "md5=" + Base64(md5));
  if (switches.tells_etag) answer.headers.emplace_back("ETag", etag);
  if (switches.honours_ranges) answer.headers.emplace_back("Accept-Ranges", "bytes");
  const std::string wanted = request.Header("range"), only_if = request.Header("if-range");
  const bool is_same = only_if.empty() || (switches.tells_etag && only_if == etag);
  if (wanted.empty() || !switches.honours_ranges || !is_same) {
    answer.body = bytes;
    return answer;
  }
  const auto range = ReadRange(wanted, bytes.size());
  if (!range) {
    WebAnswer refusal = StorageRefusal(416, "InvalidRange", "The requested range cannot be satisfied.");
    refusal.headers.emplace_back("Content-Range", fmt::format("bytes */{}", bytes.size()));
    return refusal;
  }
  answer.status = 206;
  answer.headers.emplace_back("Content-Range",
                              fmt::format("bytes {}-{}/{}", range->from, range->to, bytes.size()));
  answer.body = bytes.substr(range->from, range->to - range->from + 1);
  return answer;
}

}  // namespace earprint::fakes
