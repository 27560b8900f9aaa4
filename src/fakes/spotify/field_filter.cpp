#include "fakes/spotify/field_filter.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>

namespace earprint::fakes {

namespace {

namespace json = boost::json;
constexpr int kDeepMax = 20;

/// Names to keep (or to leave out) and what is wanted within each; nothing within: all.
struct Wish {
  std::map<std::string, Wish, std::less<>> within;
  bool is_exclusion = false;
};

std::string_view Name(std::string_view text) { return text.substr(0, text.find_first_of(",.()!")); }

/// Reads a list up to its closing parenthesis; false when it is not well formed.
bool ReadList(std::string_view& text, Wish& wish, int deep) {
  while (!text.empty() && deep < kDeepMax) {
    const bool is_exclusion = text.starts_with('!');
    if (is_exclusion) text.remove_prefix(1);
    Wish* at = &wish;
    for (;;) {
      const std::string_view name = Name(text);
      if (name.empty()) return false;
      if (is_exclusion) at->is_exclusion = true;
      at = &at->within[std::string(name)];
      text.remove_prefix(name.size());
      if (!text.starts_with('.')) break;
      text.remove_prefix(1);
    }
    if (text.starts_with('(')) {
      text.remove_prefix(1);
      if (!ReadList(text, *at, deep + 1) || !text.starts_with(')')) return false;
      text.remove_prefix(1);
    }
    if (!text.starts_with(',')) return true;
    text.remove_prefix(1);
  }
  return false;
}

json::value Apply(json::value whole, const Wish& wish) {
  if (wish.within.empty()) return whole;
  if (whole.is_array()) {
    for (json::value& each : whole.as_array()) each = Apply(std::move(each), wish);
    return whole;
  }
  if (!whole.is_object()) return whole;
  json::object kept;
  for (auto& [name, value] : whole.as_object()) {
    const auto named = wish.within.find(std::string_view(name));
    const bool is_named = named != wish.within.end();
    if (is_named && !(wish.is_exclusion && named->second.within.empty()))
      kept[name] = Apply(value, named->second);
    if (!is_named && wish.is_exclusion) kept[name] = value;
  }
  return kept;
}

}  // namespace

json::object Filtered(json::object whole, std::string_view fields) {
  Wish wish;
  if (fields.empty() || !ReadList(fields, wish, 0) || !fields.empty()) return whole;
  return Apply(std::move(whole), wish).as_object();
}

}  // namespace earprint::fakes
