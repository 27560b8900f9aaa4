#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret_text.hpp"
#include "ports/clock.hpp"
#include "ports/http_client.hpp"
#include "sources/kaggle/kaggle_name.hpp"

namespace earprint::sources::kaggle {

inline constexpr std::string_view kKaggleUrl = "https://api.kaggle.com";

/// What Kaggle says of a dataset.
struct KaggleDescription {
  std::int64_t version = 0;
};

/// Which bytes: all files of a version in one zip, or one of them.
struct KaggleWish {
  KaggleName name;
  std::int64_t version = 0;
  std::string file;  ///< empty: all
};

/// Asks Kaggle's API for datasets.
///
/// Errors:  kUnauthorized no credentials, or they are refused, or the terms are not accepted (the hint says
///          which) · kNotFound no such dataset, version or file · kRetryLater throttled (with the instant,
///          where it is told), a fault of Kaggle's, no answer · kCorrupt not what is documented. No secret
///          stands in an error: neither credentials nor the query of a signed address.
/// Effects: one request a call; thread-safe.
/// Source:  the official client 2.2.4 and its library 0.1.37, DatasetApiService, read 2026-11.
class KaggleApi {
 public:
  /// `url` is where the API is; https, or this machine. Errors: kInvalidInput it is neither.
  static base::Result<KaggleApi> Make(ports::HttpClient& http, const ports::Clock& clock, std::string url,
                                      base::SecretText authorization);

  base::Result<KaggleDescription> Describe(const KaggleName& name);

  /// The signed address of the bytes. It is a secret, and good for some days at most.
  base::Result<base::SecretText> Address(const KaggleWish& wish);

 private:
  KaggleApi(ports::HttpClient& http, const ports::Clock& clock, std::string url,
            base::SecretText authorization)
      : http_(&http), clock_(&clock), url_(std::move(url)), authorization_(std::move(authorization)) {}
  base::Result<ports::HttpAnswer> Call(const std::string& call, const std::string& body);
  base::Failure Refused(const ports::HttpAnswer& answer, const KaggleName& name, const std::string& op) const;

  ports::HttpClient* http_;
  const ports::Clock* clock_;
  std::string url_;
  base::SecretText authorization_;
};

/// Whether bytes and credentials may go to this address: https, or this machine.
bool IsSafeAddress(std::string_view url);

/// The instant that a refusal names by Retry-After in seconds or as a date; nothing where there is none.
std::optional<base::UtcMs> NotBefore(const ports::HttpAnswer& answer, base::UtcMs now);

}  // namespace earprint::sources::kaggle
