#pragma once

#include <string_view>
#include <vector>

namespace earprint::model {

/// The time zones of a country by its two letters (ISO 3166, capitals), that of most people first; none for
/// what is no country, such as "ZZ".
std::vector<std::string_view> ZonesOf(std::string_view country);

}  // namespace earprint::model
