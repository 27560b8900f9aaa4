#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ports/http_client.hpp"

namespace earprint::testing {

/// Answers requests by a function and remembers them. Several threads may ask.
class ScriptedHttp final : public ports::HttpClient {
 public:
  using Answerer = std::function<base::Result<ports::HttpAnswer>(const ports::HttpRequest&)>;
  explicit ScriptedHttp(Answerer answerer = {}) : answerer_(std::move(answerer)) {}

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return answerer_(request);
  }

  std::string Encoded(std::string_view text) const override {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || std::string_view("-_.~").find(c) != std::string_view::npos) {
        encoded += c;
      } else {
        encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
      }
    }
    return encoded;
  }

  void Answer(Answerer answerer) { answerer_ = std::move(answerer); }
  std::vector<ports::HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  Answerer answerer_;
  mutable std::mutex mutex_;
  std::vector<ports::HttpRequest> requests_;
};

/// The value of a form's or a query's parameter, as it stands there.
inline std::string ParameterOf(const std::string& text, const std::string& name) {
  for (std::size_t at = text.find(name + "="); at != std::string::npos; at = text.find(name + "=", at + 1)) {
    if (at > 0 && text[at - 1] != '&' && text[at - 1] != '?') continue;
    const std::size_t begin = at + name.size() + 1;
    return text.substr(begin, text.find('&', begin) - begin);
  }
  return "";
}

}  // namespace earprint::testing
