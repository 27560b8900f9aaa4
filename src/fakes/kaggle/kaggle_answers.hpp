#pragma once

#include <optional>
#include <string>

#include "fakes/kaggle/kaggle_shelf.hpp"
#include "fakes/web_server.hpp"

namespace earprint::fakes {

/// What is asked about a dataset, in whichever of the two interfaces it was asked.
struct KaggleQuestion {
  std::string owner, slug;
  std::optional<int> version;
  std::optional<std::string> file;
  int page_size = 20;
  std::string page_token;  ///< the number of files on the pages before
  bool is_raw = false;     ///< a single file as it is, not zipped
};

WebAnswer DatasetAnswer(const KaggleDataset& dataset);
WebAnswer FilesAnswer(const KaggleDataset& dataset, const KaggleQuestion& question);
WebAnswer MetadataAnswer(const KaggleDataset& dataset);
WebAnswer StatusAnswer();

/// {"code": …, "message": …}, the shape of every refusal of the API.
WebAnswer Refusal(int status, const std::string& message);

}  // namespace earprint::fakes
