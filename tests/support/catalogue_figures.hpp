#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/feature_fact.hpp"
#include "tests/support/gathered_source.hpp"

namespace earprint::testing {

/// What can be counted and added up over all rows of a catalogue, by name; what none tells is there with 0.
using CatalogueFigures = std::map<std::string, std::int64_t>;

/// Counts "<name>" and sums "<name>_sum"; those of features are sums of their values as events hold them.
inline CatalogueFigures FiguresOf(const Gathered& all) {
  CatalogueFigures figures;
  figures["rows"] = static_cast<std::int64_t>(all.read);
  figures["tracks"] = static_cast<std::int64_t>(all.identities.size());
  auto& without_features = figures["without_features"];
  auto& full_dates = figures["full_dates"];
  auto& several_artists = figures["several_artists"];
  const auto add = [&figures](const boost::json::object& data, std::string_view key, std::string name) {
    const auto* value = data.if_contains(key);
    figures[name] += value != nullptr;
    figures[name + "_sum"] += value != nullptr ? value->as_int64() : 0;
    return value != nullptr;
  };
  for (const auto& data : all.data) {
    bool tells = false;
    for (std::size_t i = 0; i < model::kFeatureCount; ++i) {
      const model::FeatureTrait& trait = model::TraitOf(static_cast<model::Feature>(i));
      const std::string name(trait.name);
      tells |= add(data, trait.is_scaled ? name + "_e6" : name, name);
    }
    without_features += !tells;
    add(data, "duration_ms", "durations");
    add(data, "release_year", "years");
    if (const auto* date = data.if_contains("release_date")) full_dates += date->as_string().size() == 10;
    if (const auto* artists = data.if_contains("artists")) several_artists += artists->as_array().size() > 1;
  }
  return figures;
}

}  // namespace earprint::testing
