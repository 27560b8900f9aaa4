#include "fakes/spotify/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "fakes/spotify/consent_page.hpp"
#include "fakes/web_codec.hpp"
#include "sources/demo/demo_catalogue.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;
constexpr std::string_view kCookie = "fake_listener=";

WebAnswer TokenError(std::string_view error, std::string_view description = {}) {
  json::object body{{"error", error}};
  if (!description.empty()) body["error_description"] = description;
  WebAnswer answer;
  answer.status = 400;
  answer.body = json::serialize(body);
  return answer;
}

WebAnswer TokenAnswer(std::string body) {
  WebAnswer answer;
  answer.body = std::move(body);
  answer.headers = {{"cache-control", "no-store"}, {"set-cookie", "sp_noise=1; Path=/"}};
  return answer;
}

std::set<std::string> ReadScopes(std::string_view text) {
  std::set<std::string> scopes;
  for (const std::string_view each : base::Split(text, ' ')) {
    if (!each.empty()) scopes.emplace(each);
  }
  return scopes;
}

std::string WriteScopes(const std::set<std::string>& scopes) {
  std::string text;
  for (const std::string& each : scopes) text += (text.empty() ? "" : " ") + each;
  return text;
}

bool IsVerifier(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '~';
  };
  return text.size() >= 43 && text.size() <= 128 && std::ranges::all_of(text, is_allowed);
}

/// The URI without the port, when it is one of a loopback address.
std::string WithoutLoopbackPort(std::string_view uri) {
  for (const std::string_view host : {"http://127.0.0.1", "http://[::1]"}) {
    if (!uri.starts_with(host)) continue;
    std::string_view rest = uri.substr(host.size());
    if (rest.starts_with(':'))
      rest = rest.substr(std::min(rest.size(), rest.find_first_not_of("0123456789", 1)));
    return std::string(host) + std::string(rest);
  }
  return std::string(uri);
}

WebAnswer SeeOther(std::string target) {
  WebAnswer answer;
  answer.status = 303;
  answer.headers = {{"location", std::move(target)}, {"cache-control", "no-store"}};
  return answer;
}

std::string BackTo(const TextPairs& asked, std::string_view name, std::string_view value) {
  std::string target = Find(asked, "redirect_uri").value_or("");
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += std::string(name) + "=" + PercentEncode(value);
  if (const auto state = Find(asked, "state")) target += "&state=" + PercentEncode(*state);
  return target;
}

}  // namespace

bool Accounts::IsRegistered(std::string_view redirect_uri) const {
  if (redirect_uri.starts_with("http://")) {
    const std::string host(redirect_uri.substr(7, redirect_uri.find_first_of(":/", 8) - 7));
    const bool is_loopback =
        redirect_uri.starts_with("http://127.0.0.1") || redirect_uri.starts_with("http://[::1]");
    if (host == "localhost" || !is_loopback) return false;
  }
  return std::ranges::any_of(app_.redirect_uris, [redirect_uri](const std::string& registered) {
    // Without a port in the dashboard any port will do; with one, that one.
    const bool lacks_port = WithoutLoopbackPort(registered) == registered;
    return registered == redirect_uri || (lacks_port && registered == WithoutLoopbackPort(redirect_uri));
  });
}

std::optional<std::string> Accounts::WhatIsWrong(const WebRequest& request) const {
  if (request.Query("client_id") != app_.client_id) return "INVALID_CLIENT: Invalid client";
  if (!IsRegistered(request.Query("redirect_uri").value_or("")))
    return "INVALID_CLIENT: Invalid redirect URI";
  if (request.Query("response_type") != "code") return "response_type must be code";
  const auto method = request.Query("code_challenge_method");
  if (method && *method != "S256") return "code_challenge_method must be S256";
  const auto challenge = request.Query("code_challenge");
  if (challenge.has_value() != method.has_value()) return "code_challenge and its method belong together";
  return std::nullopt;
}

bool Accounts::IsBrowserKnown(const WebRequest& request, std::string& listener) const {
  const std::string cookies = request.Header("cookie");
  const std::size_t at = cookies.find(kCookie);
  if (at == std::string::npos) return false;
  listener = cookies.substr(at + kCookie.size(), cookies.find(';', at) - at - kCookie.size());
  const auto wanted = ReadScopes(request.Query("scope").value_or(""));
  return std::ranges::any_of(consents_, [&](const Consent& each) {
    return each.listener == listener && !each.is_revoked && std::ranges::includes(each.scopes, wanted);
  });
}

WebAnswer Accounts::Authorize(const WebRequest& request, base::UtcMs now) {
  if (const auto wrong = WhatIsWrong(request)) return ErrorPage(*wrong);
  if (request.method == "POST") {
    const TextPairs form = ParseForm(request.body);
    if (fakes::Find(form, "decision") != "agree")
      return SeeOther(BackTo(request.query, "error", "access_denied"));
    const std::string listener = fakes::Find(form, "listener").value_or("");
    const bool is_known =
        std::ranges::any_of(world_.listeners, [&](const WorldListener& each) { return each.id == listener; });
    if (!is_known) return ErrorPage("There is no such listener.");
    return Redirect(request.query, listener, now);
  }
  std::string listener;
  const bool must_ask = switches_.honours_show_dialog && request.Query("show_dialog") == "true";
  if (!must_ask && IsBrowserKnown(request, listener)) return Redirect(request.query, listener, now);
  return ConsentPage(request, world_);
}

WebAnswer Accounts::Redirect(const TextPairs& asked, const std::string& listener, base::UtcMs now) {
  consents_.push_back({listener, ReadScopes(fakes::Find(asked, "scope").value_or("")), now});
  const std::string code = NewSecret("code");
  codes_[code] = {consents_.size() - 1,
                  fakes::Find(asked, "redirect_uri").value_or(""),
                  fakes::Find(asked, "code_challenge").value_or(""),
                  {now.value + switches_.code_lives_ms}};
  WebAnswer answer = SeeOther(BackTo(asked, "code", code));
  answer.headers.emplace_back("set-cookie",
                              std::string(kCookie) + listener + "; Path=/; HttpOnly; SameSite=Lax");
  return answer;
}

WebAnswer Accounts::Token(const WebRequest& request, base::UtcMs now) {
  const TextPairs form = ParseForm(request.body);
  const std::string authorization = request.Header("authorization");
  bool has_secret = false;
  if (authorization.starts_with("Basic ")) {
    has_secret = ReadBase64(authorization.substr(6)) == app_.client_id + ":" + app_.client_secret;
    if (!has_secret) return TokenError("invalid_client", "Invalid client");
  } else if (!fakes::Find(form, "client_id")) {
    return TokenError("invalid_client");
  } else if (fakes::Find(form, "client_id") != app_.client_id) {
    return TokenError("invalid_client", "Invalid client");
  }
  const std::string grant = fakes::Find(form, "grant_type").value_or("");
  if (grant == "authorization_code") return RedeemCode(form, has_secret, now);
  if (grant == "refresh_token") return RedeemRefresh(form, now);
  if (grant != "client_credentials")
    return TokenError("unsupported_grant_type", "grant_type parameter is wrong");
  if (!has_secret) return TokenError("invalid_client", "Invalid client secret");
  const std::string token = NewSecret("application");
  grants_[token] = {"", {}, {now.value + switches_.access_lives_ms}};
  return TokenAnswer(
      json::serialize(json::object{{"access_token", token},
                                   {"token_type", "Bearer"},
                                   {"expires_in", switches_.access_lives_ms / base::kMsPerSecond}}));
}

WebAnswer Accounts::RedeemCode(const TextPairs& form, bool has_secret, base::UtcMs now) {
  const auto found = codes_.find(fakes::Find(form, "code").value_or(""));
  if (found == codes_.end()) return TokenError("invalid_grant", "Invalid authorization code");
  Code& code = found->second;
  if (code.is_used) {
    consents_[code.consent].is_revoked = true;  // whoever has it twice has stolen it
    return TokenError("invalid_grant", "Invalid authorization code");
  }
  if (now >= code.expires) return TokenError("invalid_grant", "Authorization code expired");
  if (fakes::Find(form, "redirect_uri") != code.redirect_uri)
    return TokenError("invalid_grant", "Invalid redirect URI");
  if (code.challenge.empty() && !has_secret) return TokenError("invalid_client", "Invalid client secret");
  if (!code.challenge.empty()) {
    const std::string verifier = fakes::Find(form, "code_verifier").value_or("");
    if (!IsVerifier(verifier) || Base64Url(Sha256(verifier)) != code.challenge) {
      return TokenError("invalid_grant", "code_verifier was incorrect");
    }
  }
  code.is_used = true;
  return TokenAnswer(Issue(code.consent, true, now));
}

WebAnswer Accounts::RedeemRefresh(const TextPairs& form, base::UtcMs now) {
  const auto found = refreshes_.find(fakes::Find(form, "refresh_token").value_or(""));
  if (found == refreshes_.end()) return TokenError("invalid_grant", "Invalid refresh token");
  const Consent& consent = consents_[found->second.consent];
  if (found->second.is_rotated || consent.is_revoked)
    return TokenError("invalid_grant", "Refresh token revoked");
  if (now.value >= consent.given.value + switches_.refresh_lives_ms) {
    return TokenError("invalid_grant", "Refresh token expired");
  }
  found->second.is_rotated = switches_.rotates_refresh;
  return TokenAnswer(Issue(found->second.consent, switches_.rotates_refresh, now));
}

std::string Accounts::Issue(std::size_t consent, bool with_refresh, base::UtcMs now) {
  const Consent& by = consents_[consent];
  const std::string access = NewSecret("access");
  grants_[access] = {by.listener, by.scopes, {now.value + switches_.access_lives_ms}};
  json::object body{{"access_token", access},
                    {"token_type", "Bearer"},
                    {"scope", WriteScopes(by.scopes)},
                    {"expires_in", switches_.access_lives_ms / base::kMsPerSecond}};
  if (with_refresh) {
    const std::string refresh = NewSecret("refresh");
    refreshes_[refresh] = {consent};
    body["refresh_token"] = refresh;
  }
  return json::serialize(body);
}

std::string Accounts::NewSecret(std::string_view noun) {
  ++issued_;
  const auto head = sources::DemoItemId(switches_.seed, noun, issued_);
  const auto tail = sources::DemoItemId(switches_.seed + 1, noun, issued_);
  return fmt::format("BQ{}{}", std::string_view(head.data(), head.size()),
                     std::string_view(tail.data(), tail.size()));
}

std::string Accounts::Mint(const std::string& listener, const std::set<std::string>& scopes,
                           base::UtcMs now) {
  consents_.push_back({listener, scopes, now});
  return Issue(consents_.size() - 1, true, now);
}

void Accounts::Revoke(std::string_view listener) {
  for (Consent& each : consents_) each.is_revoked |= each.listener == listener;
  std::erase_if(grants_, [listener](const auto& each) { return each.second.listener == listener; });
}

std::vector<std::string> Accounts::Secrets() const {
  std::vector<std::string> secrets;
  for (const auto& [code, known] : codes_) secrets.push_back(code);
  for (const auto& [token, known] : refreshes_) secrets.push_back(token);
  for (const auto& [token, known] : grants_) secrets.push_back(token);
  return secrets;
}

const AccessGrant* Accounts::Find(std::string_view access_token) const {
  const auto found = grants_.find(access_token);
  return found == grants_.end() ? nullptr : &found->second;
}

}  // namespace earprint::fakes
