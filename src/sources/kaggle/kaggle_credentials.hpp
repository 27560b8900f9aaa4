#pragma once

#include <string>

#include "base/error.hpp"
#include "base/secret_text.hpp"

namespace earprint::sources::kaggle {

/// Where credentials may stand, as the official client looks for them; empty where there is nothing.
struct CredentialTexts {
  base::SecretText api_token;    ///< KAGGLE_API_TOKEN, or what is in the file that it names
  base::SecretText token_file;   ///< access_token in the folder of Kaggle's client
  std::string username;          ///< KAGGLE_USERNAME
  base::SecretText key;          ///< KAGGLE_KEY
  base::SecretText kaggle_json;  ///< kaggle.json in that folder
};

/// The value of the Authorization header: "Bearer …" for a token, else "Basic …"; empty when there are none.
///
/// Shape:   in the order of the members: a token counts before a key, the environment before a file.
/// Errors:  kInvalidInput kaggle.json is not what Kaggle gives out; nothing of it stands in the error.
/// Source:  the official client 2.2.4.
base::Result<base::SecretText> ChooseAuthorization(const CredentialTexts& texts);

/// How to get credentials, for a person.
std::string HowToGetCredentials();

}  // namespace earprint::sources::kaggle
