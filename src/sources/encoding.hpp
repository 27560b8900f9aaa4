#pragma once

#include <string>
#include <string_view>

namespace earprint::sources {

/// Whether a text is valid UTF-8.
bool IsUtf8(std::string_view text);

/// Appends a text in Windows-1252, of which Latin-1 is a part, as UTF-8. At most three bytes come out for
/// one.
void AppendFromWindows1252(std::string_view text, std::string& utf8);

/// Takes whole UTF-16 characters off the front of `bytes` and appends them as UTF-8; an unfinished one stays
/// in `bytes` for the next call. Half a pair that has no other half becomes U+FFFD.
void DrainUtf16(std::string& bytes, bool is_big_endian, std::string& utf8);

}  // namespace earprint::sources
