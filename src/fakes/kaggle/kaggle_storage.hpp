#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fakes/kaggle/kaggle_shelf.hpp"
#include "fakes/kaggle/kaggle_switches.hpp"
#include "fakes/web_server.hpp"

namespace earprint::fakes {

/// What a signed address leads to: one file of a version, as it is or zipped, or all of them in a zip.
struct KaggleObject {
  std::string owner, slug;
  int version = 1;
  std::string file;  ///< empty: all
  bool is_zipped = true;
};

/// The path and query under which the storage gives an object without asking who it is.
std::string SignedTarget(const KaggleObject& object);

/// The object of a request whose signature is right.
std::optional<KaggleObject> ReadTarget(const WebRequest& request);

/// The bytes of an object; nothing when there is no such thing.
std::optional<std::string> BytesOf(const KaggleObject& object, const KaggleShelf& shelf);

/// Answers a download as Google's storage does: sums, ETag, ranges, If-Range.
WebAnswer AnswerDownload(const WebRequest& request, const std::string& bytes, const KaggleSwitches& switches);

/// A refusal of the storage, which speaks XML.
WebAnswer StorageRefusal(int status, std::string_view code, std::string_view message);

}  // namespace earprint::fakes
