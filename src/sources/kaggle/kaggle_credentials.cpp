#include "sources/kaggle/kaggle_credentials.hpp"

#include <sodium.h>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace earprint::sources::kaggle {

namespace {

namespace json = boost::json;

base::SecretText Bearer(std::string_view token) {
  std::string text = "Bearer " + std::string(token);
  base::SecretText header(text);
  base::WipeBytes(text.data(), text.size());
  return header;
}

base::SecretText Basic(std::string_view username, std::string_view key) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string pair = std::string(username) + ":" + std::string(key);
  std::string text(sodium_base64_encoded_len(pair.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(pair.data()),
                    pair.size(), kVariant);
  text.pop_back();  // its closing zero
  text.insert(0, "Basic ");
  base::SecretText header(text);
  base::WipeBytes(pair.data(), pair.size());
  base::WipeBytes(text.data(), text.size());
  return header;
}

base::Result<base::SecretText> OfKaggleJson(std::string_view text) {
  boost::system::error_code failed;
  const json::value read = json::parse(json::string_view(text.data(), text.size()), failed);
  const json::object* object = failed ? nullptr : read.if_object();
  const json::value* username = object == nullptr ? nullptr : object->if_contains("username");
  const json::value* key = object == nullptr ? nullptr : object->if_contains("key");
  if (username == nullptr || key == nullptr || !username->is_string() || !key->is_string()) {
    return base::Fail(base::ErrorCode::kInvalidInput, "read credentials", "kaggle.json",
                      "it does not hold a username and a key", HowToGetCredentials());
  }
  return Basic(username->as_string(), key->as_string());
}

}  // namespace

std::string HowToGetCredentials() {
  return "at kaggle.com/settings make an API token, and put it into KAGGLE_API_TOKEN or into the file "
         "~/.kaggle/access_token; an older key goes to ~/.kaggle/kaggle.json, or KAGGLE_USERNAME and "
         "KAGGLE_KEY";
}

base::Result<base::SecretText> ChooseAuthorization(const CredentialTexts& texts) {
  for (const base::SecretText* token : {&texts.api_token, &texts.token_file}) {
    const std::string_view text = base::Trim(token->Reveal());
    if (!text.empty()) return Bearer(text);
  }
  const std::string_view key = base::Trim(texts.key.Reveal()), username = base::Trim(texts.username);
  if (!key.empty() && !username.empty()) return Basic(username, key);
  if (!base::Trim(texts.kaggle_json.Reveal()).empty()) return OfKaggleJson(texts.kaggle_json.Reveal());
  return base::SecretText();
}

}  // namespace earprint::sources::kaggle
