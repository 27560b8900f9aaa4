#include "sources/spotify/sealed_login.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "base/hash.hpp"
#include "sources/spotify/answers/json_fields.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

std::string SealedLoginName(std::string_view listener) {
  const base::Hash128 hash = base::HashBytes(listener);
  std::string name = "spotify-";
  base::AppendHex(hash.high, 16, name);
  base::AppendHex(hash.low, 16, name);
  return name;
}

base::SecretText WriteSealedLogin(const SealedLogin& login) {
  std::string text = json::serialize(json::object{{"version", 1},
                                                  {"listener", login.listener},
                                                  {"client_id", login.client_id},
                                                  {"refresh_token", login.refresh_token.Reveal()},
                                                  {"access_token", login.access_token.Reveal()},
                                                  {"access_ends_at_ms", login.access_ends_at.value},
                                                  {"authorized_at_ms", login.authorized_at.value},
                                                  {"scope", login.scope},
                                                  {"account", login.account},
                                                  {"why_login_needed", login.why_login_needed},
                                                  {"refused_at_ms", login.refused_at.value}});
  base::SecretText secret(text);
  base::WipeBytes(text.data(), text.size());
  return secret;
}

std::optional<SealedLogin> ReadSealedLogin(const base::SecretText& text) {
  json::error_code failed;
  const std::string_view plain = text.Reveal();
  const json::value value = json::parse(json::string_view(plain.data(), plain.size()), failed);
  if (failed) return std::nullopt;
  JsonFields fields(value, {});
  SealedLogin login;
  const auto version = fields.Whole("version");
  login.listener = fields.Text("listener").value_or("");
  login.client_id = fields.Text("client_id").value_or("");
  login.refresh_token = base::SecretText(fields.Text("refresh_token").value_or(""));
  login.access_token = base::SecretText(fields.Text("access_token").value_or(""));
  login.access_ends_at.value = fields.Whole("access_ends_at_ms").value_or(0);
  login.authorized_at.value = fields.Whole("authorized_at_ms").value_or(0);
  login.scope = fields.Text("scope").value_or("");
  login.account = fields.Text("account").value_or("");
  login.why_login_needed = fields.Text("why_login_needed").value_or("");
  login.refused_at.value = fields.Whole("refused_at_ms").value_or(0);
  if (!fields.End(0) || version != 1) return std::nullopt;
  return login;
}

base::UtcMs EndOfAccess(base::UtcMs authorized_at) {
  using std::chrono::days, std::chrono::floor, std::chrono::milliseconds, std::chrono::months,
      std::chrono::sys_days;
  const std::chrono::sys_time<milliseconds> at{milliseconds(authorized_at.value)};
  const sys_days day = floor<days>(at);
  std::chrono::year_month_day end = std::chrono::year_month_day(day) + months(6);
  if (!end.ok()) end = end.year() / end.month() / std::chrono::last;
  return {std::chrono::duration_cast<milliseconds>(sys_days(end).time_since_epoch() + (at - day)).count()};
}

}  // namespace earprint::sources::spotify
