#include "sources/spotify/callback_query.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <utility>

namespace earprint::sources::spotify {

namespace urls = boost::urls;

namespace {

constexpr std::size_t kQueryBytesMax = 4'096;

base::Failure Refused(std::string cause) {
  return base::Fail(base::ErrorCode::kInvalidInput, "log in to Spotify", "the answer of the login page",
                    std::move(cause), "begin the login again: earprint login");
}

/// Nothing where a parameter is empty or holds what no code and no state holds.
bool IsSound(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
}

std::string WordOf(std::string_view text) {
  const bool is_word =
      text.size() <= 40 && !text.empty() &&
      std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return is_word ? std::string(text) : "other";
}

}  // namespace

base::Result<CallbackQuery> ReadCallbackQuery(std::string_view query) {
  if (query.size() > kQueryBytesMax) return Refused("it is too long");
  // As the query of an address: the library's own parser of a bare query reads past the end of a view.
  const base::SecretText address("/?" + std::string(query));
  const auto url = urls::parse_origin_form(address.Reveal());
  if (!url) return Refused("it is no query");
  CallbackQuery read;
  bool has_state = false;
  for (const urls::param_pct_view parameter : url->encoded_params()) {
    const std::string key = parameter.key.decode();
    if (key != "state" && key != "code" && key != "error") continue;
    std::string value = parameter.value.decode();
    const bool is_second =
        (key == "state" && has_state) || (key == "code" && read.code) || (key == "error" && read.error);
    if (is_second) return Refused("a parameter stands in it twice");
    if (!IsSound(value)) return Refused("a parameter is empty or damaged");
    if (key == "state") {
      read.state = base::SecretText(value);
      has_state = true;
    } else if (key == "code") {
      read.code = base::SecretText(value);
    } else {
      read.error = WordOf(value);
    }
    base::WipeBytes(value.data(), value.size());
  }
  if (!has_state) return Refused("it has no state");
  if (read.code.has_value() == read.error.has_value())
    return Refused("it has neither a code nor an error, or both");
  return read;
}

}  // namespace earprint::sources::spotify
