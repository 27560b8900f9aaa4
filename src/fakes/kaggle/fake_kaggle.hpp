#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fakes/kaggle/kaggle_answers.hpp"
#include "fakes/kaggle/kaggle_shelf.hpp"
#include "fakes/kaggle/kaggle_switches.hpp"
#include "fakes/web_server.hpp"

namespace earprint::fakes {

/// The one account that there is, and its two kinds of credentials.
struct KaggleAccount {
  std::string username = "listener";
  std::string key = "0123456789abcdef0123456789abcdef";
  std::string token = "KGAT_0123456789abcdef0123456789abcdef";
};

/// What a request was, for a test to look at.
struct KaggleSeen {
  bool is_storage = false;
  std::string method, path, authorization;  ///< "bearer", "basic", "other" or ""
  std::string range, if_range;
};

/// Kaggle's API for datasets, in its classic form and as remote procedures, and the storage behind it.
///
/// Shape:   `Api` answers `/api/v1/datasets/…`, `/v1/<Service>/<Call>` and `/api/v1/<Service>/<Call>`, and
///          what only a test may ask under `/fake/`; `Storage` answers the signed addresses. They are two
///          hosts, as the originals are.
/// Effects: safe from any thread.
/// Source:  the official client and its library, 2.2.4 and 0.1.37, read 2026-11; what no client shows is told
///          in docs/fakes.md.
class FakeKaggle {
 public:
  explicit FakeKaggle(KaggleShelf& shelf, KaggleAccount account = {});

  WebAnswer Api(const WebRequest& request);
  WebAnswer Storage(const WebRequest& request);

  /// "http://127.0.0.1:PORT" of the storage; needed before the first download.
  void SetStorageAddress(const std::string& address);
  /// Where `/fake/reread` reads new versions from.
  void SetFolder(const std::string& folder);
  void Change(const std::function<void(KaggleSwitches&)>& change);
  std::vector<KaggleSeen> Seen() const;

 private:
  enum class Caller : std::uint8_t { kNobody, kAccount, kWrong };
  Caller CallerOf(const WebRequest& request) const;
  void Note(const WebRequest& request, bool is_storage);
  std::optional<WebAnswer> ForcedFailure();
  WebAnswer Control(const WebRequest& request);
  WebAnswer Procedure(const WebRequest& request, std::string_view name);
  WebAnswer Classic(const WebRequest& request, std::string_view rest);
  WebAnswer Introspect(const WebRequest& request) const;
  WebAnswer AboutDataset(std::string_view what, const KaggleQuestion& question, Caller caller);
  WebAnswer Redirect(const KaggleDataset& dataset, const KaggleQuestion& question);

  KaggleShelf& shelf_;
  const KaggleAccount account_;
  mutable std::mutex mutex_;
  std::string storage_address_, folder_;
  KaggleSwitches switches_;
  std::vector<KaggleSeen> seen_;
};

}  // namespace earprint::fakes
