#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace earprint::base {

/// Removes blanks, tabs and line ends at both ends.
std::string_view Trim(std::string_view text);

/// Lower-cases A-Z only; other bytes stay.
std::string AsciiLower(std::string_view text);

/// Whether the ASCII letters of two texts agree whatever their case.
bool EqualsIgnoringCase(std::string_view left, std::string_view right);

/// Splits at every separator; empty parts are kept.
std::vector<std::string_view> Split(std::string_view text, char separator);

/// Appends a JSON string, quotes included; control characters are escaped, everything else is copied, so
/// valid UTF-8 in is valid JSON out.
void AppendJsonString(std::string_view text, std::string& out);

/// U+FFFD, which stands in place of a character that a text is not to hold or that nobody can tell.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// The text with every byte that is no part of valid UTF-8 replaced by kReplacementCharacter.
std::string ToValidUtf8(std::string_view text);

/// The text with each control character, those of two bytes too (U+009B begins a command as ESC [ does),
/// replaced, so that no text drives a terminal.
std::string WithoutControls(std::string_view text, char instead);

/// A folder path's last part: "a/b/c.json" -> "c.json"; both slashes count, since zips come from every
/// system.
std::string_view BaseName(std::string_view path);

}  // namespace earprint::base
