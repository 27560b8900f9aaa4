#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace earprint::sources::kaggle {

/// A dataset, as its page's address names it.
struct KaggleName {
  std::string owner, slug;

  std::string Text() const { return "kaggle:" + owner + "/" + slug; }
  std::string Page() const { return "https://www.kaggle.com/datasets/" + owner + "/" + slug; }
  bool operator==(const KaggleName&) const = default;
};

/// Reads "kaggle:owner/slug".
///
/// Errors:  kInvalidInput it is none: each part is 1..100 of letters, digits, '-', '_' and '.', not only
///          dots.
base::Result<KaggleName> ReadKaggleName(std::string_view text);

}  // namespace earprint::sources::kaggle
