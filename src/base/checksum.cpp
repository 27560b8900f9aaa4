#include "base/checksum.hpp"

#include <openssl/evp.h>

#include <array>
#include <boost/crc.hpp>

#include "base/ensure.hpp"

namespace earprint::base {

namespace {
struct DigestEnd {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;
}  // namespace

struct ChecksumRun::State {
  ChecksumKind kind;
  std::unique_ptr<EVP_MD_CTX, DigestEnd> md5{};
  Crc32c crc{};
};

ChecksumRun::ChecksumRun(ChecksumKind kind) : state_(new State{.kind = kind}) {
  if (kind != ChecksumKind::kMd5) return;
  state_->md5.reset(EVP_MD_CTX_new());
  ENSURE(state_->md5 && EVP_DigestInit_ex(state_->md5.get(), EVP_md5(), nullptr) == 1,
         "the library of sums has MD5");
}

ChecksumRun::~ChecksumRun() = default;

void ChecksumRun::Add(std::string_view bytes) {
  if (state_->md5) {
    EVP_DigestUpdate(state_->md5.get(), bytes.data(), bytes.size());
  } else {
    state_->crc.process_bytes(bytes.data(), bytes.size());
  }
}

std::string ChecksumRun::Finish() {
  if (state_->md5) {
    std::array<unsigned char, 16> sum{};
    EVP_DigestFinal_ex(state_->md5.get(), sum.data(), nullptr);
    return {sum.begin(), sum.end()};
  }
  const std::uint32_t sum = state_->crc.checksum();
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(sum >> shift & 0xFF);
  return bytes;
}

}  // namespace earprint::base
