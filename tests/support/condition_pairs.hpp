#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "model/conditions.hpp"

namespace earprint::testing {

/// The conditions of an answer's JSON as someone would ask them again; weekdays go into one list.
inline std::vector<model::ConditionPair> PairsOfJson(const boost::json::object& conditions) {
  std::vector<model::ConditionPair> pairs;
  const auto text = [](const boost::json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
  };
  for (const auto& [name, value] : conditions) {
    if (name == "weekdays") {
      const std::string list = boost::json::serialize(value);
      pairs.emplace_back(name, list.substr(1, list.size() - 2));
    } else if (value.is_array()) {
      for (const auto& one : value.get_array()) pairs.emplace_back(name, text(one));
    } else {
      pairs.emplace_back(name, text(value));
    }
  }
  return pairs;
}

}  // namespace earprint::testing
