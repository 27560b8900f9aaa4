#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace earprint::fakes {

/// What the `fields` of a playlist question leave of an object: "a,b.c,d(e,f)", or "!a" for all but. A text
/// that is empty or not well formed leaves everything.
boost::json::object Filtered(boost::json::object whole, std::string_view fields);

}  // namespace earprint::fakes
