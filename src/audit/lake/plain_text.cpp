#include "audit/lake/plain_text.hpp"

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdint>
#include <cwctype>
#include <map>
#include <utility>
#include <vector>

namespace earprint::audit {

namespace {

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Takes one character off the front. The text is valid UTF-8: nothing else comes into the lake.
char32_t TakeCharacter(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t character = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size && i < text.size(); ++i)
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  text.remove_prefix(std::min(size, text.size()));
  return character;
}

void AppendCharacter(char32_t character, std::string& out) {
  if (character < 0x80) {
    out += static_cast<char>(character);
    return;
  }
  const int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  static constexpr std::array<unsigned char, 4> kLead = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[static_cast<std::size_t>(more)] | character >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (character >> (6 * i) & 0x3F));
}

char32_t LowerCharacter(char32_t character) {
  static const locale_t unicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (character == U'İ') return U'i';
  const auto lower = static_cast<char32_t>(::towlower_l(static_cast<wint_t>(character), unicode));
  return lower == U'ς' ? U'σ' : lower;
}

/// The letter below an accented one.
const std::map<char32_t, char>& BaseLetters() {
  static const std::map<char32_t, char> letters = [] {
    static constexpr std::pair<char, std::string_view> kAccented[] = {
        {'a', "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"},
        {'b', "ḃḅḇ"},
        {'c', "çćĉċčḉ"},
        {'d', "ďḋḍḏḑḓđ"},
        {'e', "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"},
        {'f', "ḟ"},
        {'g', "ĝğġģǧǵḡ"},
        {'h', "ĥȟḣḥḧḩḫẖħ"},
        {'i', "ìíîïĩīĭįǐȉȋḭḯỉịı"},
        {'j', "ĵǰ"},
        {'k', "ķǩḱḳḵ"},
        {'l', "ĺļľḷḹḻḽł"},
        {'m', "ḿṁṃ"},
        {'n', "ñńņňǹṅṇṉṋ"},
        {'o', "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø"},
        {'p', "ṕṗ"},
        {'r', "ŕŗřȑȓṙṛṝṟ"},
        {'s', "śŝşšșṡṣṥṧṩ"},
        {'t', "ţťțṫṭṯṱẗŧ"},
        {'u', "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"},
        {'v', "ṽṿ"},
        {'w', "ŵẁẃẅẇẉẘ"},
        {'x', "ẋẍ"},
        {'y', "ýÿŷȳẏẙỳỵỷỹ"},
        {'z', "źżžẑẓẕ"}};
    std::map<char32_t, char> made;
    for (auto [base, accented] : kAccented) {
      while (!accented.empty()) made[TakeCharacter(accented)] = base;
    }
    return made;
  }();
  return letters;
}

std::string WithoutAccents(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  std::string plain;
  while (!text.empty()) {
    const char32_t character = TakeCharacter(text);
    if (character >= 0x300 && character <= 0x36F) continue;  // an accent on its own
    const auto base = BaseLetters().find(character);
    if (base != BaseLetters().end()) {
      plain += base->second;
    } else {
      AppendCharacter(character, plain);
    }
  }
  return plain;
}

/// "(feat. X)" becomes a blank.
std::string WithoutGuests(std::string_view text) {
  static constexpr std::string_view kWords[] = {"feat. ", "feat ", "ft. ", "ft ", "featuring ", "with "};
  std::string plain;
  while (!text.empty()) {
    if (text.front() == '(' || text.front() == '[') {
      const std::string_view inside = text.substr(1);
      const auto* const word =
          std::ranges::find_if(kWords, [inside](std::string_view each) { return inside.starts_with(each); });
      const std::size_t end =
          word == std::end(kWords) ? std::string_view::npos : inside.find_first_of(")]", word->size());
      if (end != std::string_view::npos) {
        plain += ' ';
        text = inside.substr(end + 1);
        continue;
      }
    }
    plain += text.front();
    text.remove_prefix(1);
  }
  return plain;
}

/// Places in a text, each of which a pattern can have come to.
using Places = std::vector<std::size_t>;

void AddPlace(std::size_t place, Places& places) {
  if (std::ranges::find(places, place) == places.end()) places.push_back(place);
}

/// From each place over any number (at least `least`) of the characters given.
Places Over(std::string_view text, const Places& from, std::string_view characters, std::size_t least) {
  Places reached;
  for (const std::size_t place : from) {
    std::size_t end = place;
    for (;;) {
      if (end - place >= least) AddPlace(end, reached);
      if (end >= text.size() || !characters.contains(text[end])) break;
      ++end;
    }
  }
  return reached;
}

void AddYear(std::string_view text, std::size_t place, Places& reached) {
  const std::string_view year = text.substr(place, 4);
  const bool is_year =
      year.size() == 4 && std::ranges::all_of(year, [](char c) { return c >= '0' && c <= '9'; });
  if (is_year) AddPlace(place + 4, reached);
}

/// From each place over one of the words; over a year too where that is wanted.
Places OverWord(std::string_view text, const Places& from, std::initializer_list<std::string_view> words,
                bool is_year_one) {
  Places reached;
  for (const std::size_t place : from) {
    for (const std::string_view word : words) {
      if (text.substr(place).starts_with(word)) AddPlace(place + word.size(), reached);
    }
    if (is_year_one) AddYear(text, place, reached);
  }
  return reached;
}

/// From each place over words again and again, none included.
template <typename Step>
Places Again(const Places& from, Step step) {
  Places all = from, fresh = from;
  while (!fresh.empty()) {
    Places next;
    for (const std::size_t place : step(fresh)) {
      if (std::ranges::find(all, place) == all.end()) AddPlace(place, next);
    }
    all.insert(all.end(), next.begin(), next.end());
    fresh = next;
  }
  return all;
}

/// From each place over one tag of an edition: " - 2011 Remaster", "(Mono)".
Places OverTag(std::string_view text, const Places& from) {
  constexpr std::string_view kParting = " /-";
  Places inside;
  for (const std::size_t place : from) {
    if (text.substr(place).starts_with(" -")) AddPlace(place + 2, inside);
  }
  for (const std::size_t place : Over(text, from, " ", 0)) {
    if (place < text.size() && (text[place] == '(' || text[place] == '[')) AddPlace(place + 1, inside);
  }
  inside = Over(text, inside, " ", 0);
  const Places before = Again(inside, [&](const Places& at) {
    return Over(text, OverWord(text, at, {"digital", "digitally", "version"}, true), kParting, 1);
  });
  const Places edition =
      OverWord(text, before, {"remaster", "remastered", "remasterizado", "mono", "stereo"}, false);
  const Places after = Again(edition, [&](const Places& at) {
    return OverWord(
        text, Over(text, at, kParting, 1),
        {"digital", "digitally", "version", "remaster", "remastered", "remasterizado", "mono", "stereo"},
        true);
  });
  Places end = Over(text, after, " ", 0);
  for (const std::size_t place : Places(end)) {
    if (place < text.size() && (text[place] == ')' || text[place] == ']')) AddPlace(place + 1, end);
  }
  return end;
}

/// Cuts off tags at the end, all of them.
std::string WithoutEdition(std::string text) {
  if (!text.contains("remaster") && !text.contains("mono") && !text.contains("stereo")) return text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!std::string_view(" ([").contains(text[at])) continue;
    const Places tagged = Again(OverTag(text, {at}), [&](const Places& from) { return OverTag(text, from); });
    const Places ends = Over(text, tagged, " ", 0);
    if (std::ranges::find(ends, text.size()) != ends.end()) return text.substr(0, at) + " ";
  }
  return text;
}

bool IsPunctuation(char32_t c) {
  if (c < 0x80) {
    return c == '\t' || c == '\n' || c == '\r' ||
           (c >= ' ' && c <= '~' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z'));
  }
  static constexpr std::u32string_view kSingle = U"\u00A0¡§«´¶·»¿・";
  static constexpr std::pair<char32_t, char32_t> kSpans[] = {{0x2000, 0x206F}, {0x3000, 0x3003},
                                                             {0x3008, 0x3011}, {0x3014, 0x301F},
                                                             {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20}};
  return kSingle.contains(c) ||
         std::ranges::any_of(kSpans, [c](const auto& span) { return c >= span.first && c <= span.second; });
}

std::string WithBlanks(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const char32_t character = TakeCharacter(text);
    if (!IsPunctuation(character)) {
      AppendCharacter(character, plain);
    } else if (!plain.ends_with(' ')) {
      plain += ' ';
    }
  }
  return plain;
}

}  // namespace

std::string LowerText(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c < 0x80) {
      lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      text.remove_prefix(1);
    } else {
      AppendCharacter(LowerCharacter(TakeCharacter(text)), lower);
    }
  }
  return lower;
}

std::string NormalName(std::string_view text) {
  const std::string lower = LowerText(text);
  const std::string plain = WithBlanks(WithoutEdition(WithoutGuests(WithoutAccents(lower))));
  std::string_view name = plain;
  const auto trim = [&name] {
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
  };
  // The article goes only where a blank follows it, so before blanks at the end do.
  name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
  if (name.starts_with("the ")) name.remove_prefix(4);
  trim();
  return name.empty() ? lower : std::string(name);
}

std::string NamesText(std::string_view title, std::string_view artist) {
  return LowerText(artist) + '\x1f' + LowerText(title);
}

}  // namespace earprint::audit
