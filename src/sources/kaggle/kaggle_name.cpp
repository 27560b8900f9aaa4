#include "sources/kaggle/kaggle_name.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace earprint::sources::kaggle {

namespace {

constexpr std::size_t kPartBytesMax = 100;

bool IsPart(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kPartBytesMax && std::ranges::all_of(text, fits) &&
         text.find_first_not_of('.') != std::string_view::npos;
}

}  // namespace

base::Result<KaggleName> ReadKaggleName(std::string_view text) {
  constexpr std::string_view kBefore = "kaggle:";
  if (text.starts_with(kBefore)) {
    const auto parts = base::Split(text.substr(kBefore.size()), '/');
    if (parts.size() == 2 && IsPart(parts[0]) && IsPart(parts[1])) {
      return KaggleName{std::string(parts[0]), std::string(parts[1])};
    }
  }
  return base::Fail(base::ErrorCode::kInvalidInput, "name a catalogue",
                    base::WithoutControls(base::ToValidUtf8(text.substr(0, 100)), '?'),
                    "it is no name of a dataset",
                    "kaggle:owner/slug, as the address of its page ends: kaggle.com/datasets/owner/slug");
}

}  // namespace earprint::sources::kaggle
