#include "sources/spotify/kept_names.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "sources/spotify/sealed_login.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {
constexpr std::size_t kListenerBytesMax = 64, kClientIdBytesMax = 128;
}  // namespace

bool IsClientId(std::string_view text) {
  return !text.empty() && text.size() <= kClientIdBytesMax && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

bool IsLoginName(std::string_view text) {
  return !text.empty() && text.size() <= kListenerBytesMax &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

KeptNames ReadNames(std::string_view document) {
  KeptNames names;
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  if (object == nullptr) return names;
  if (const json::value* id = object->if_contains("client_id"); id != nullptr && id->is_string()) {
    names.client_id = std::string(id->get_string());
  }
  const json::value* listeners = object->if_contains("listeners");
  if (listeners == nullptr || !listeners->is_array()) return names;
  for (const json::value& listener : listeners->get_array()) {
    if (listener.is_string()) names.listeners.emplace_back(listener.get_string());
  }
  return names;
}

std::string WriteNames(const std::string& client_id, const std::set<std::string>& listeners) {
  json::array names;
  for (const std::string& name : listeners) names.emplace_back(name);
  return json::serialize(json::object{{"client_id", client_id}, {"listeners", std::move(names)}});
}

base::Result<void> RemoveStatesOf(const std::string& listener, ports::StateStore& states) {
  auto names = states.Names();
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(SealedLoginName(listener))) continue;
    if (auto removed = states.Remove(name); !removed) return removed;
  }
  return {};
}

}  // namespace earprint::sources::spotify
