#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "sources/services/told_play.hpp"

namespace earprint::sources {

using JsonElement = simdjson::dom::element;

/// A part of an object, by a JSON pointer such as "/track/name"; nothing where it is missing or null.
std::optional<JsonElement> PartOf(JsonElement element, std::string_view pointer);
/// A text there, without blanks around it; empty where there is none.
std::string_view TextOf(JsonElement element, std::string_view pointer);
/// A number there, whole or not, or digits as a text, in thousandths.
std::optional<std::int64_t> ThousandthsOf(JsonElement element, std::string_view pointer);

/// What a record of a service tells, one file a service. Give the reason why it tells no play, else an empty
/// text. Views point into the parsed document.
std::string ReadBrainzRecord(JsonElement record, ToldPlay& told);
std::string ReadLastFmRecord(JsonElement record, ToldPlay& told);
std::string ReadMalojaRecord(JsonElement record, ToldPlay& told);
std::string ReadKoitoRecord(JsonElement record, ToldPlay& told);

}  // namespace earprint::sources
