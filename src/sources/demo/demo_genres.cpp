#include "sources/demo/demo_genres.hpp"

namespace earprint::sources {

const std::array<DemoGenre, kDemoGenres>& DemoGenreTable() {
  using enum DemoTongue;
  // clang-format off
  static constexpr std::array<DemoGenre, kDemoGenres> kTable = {{
      // name            dance energy loud   speech acoust instr  live  val   tempo spread secs  expl  minor first last share
      {"indie-pop",      0.60, 0.62,  -7.0,  0.045, 0.25,  0.05,  0.16, 0.50, 121,  19,   222,  0.06, 0.35, 1.20, 1.10, 0.14, {kEnglish, kEnglish, kFrench, kNordic}},
      {"electronic",     0.68, 0.77,  -7.2,  0.060, 0.07,  0.55,  0.18, 0.38, 124,  8,    268,  0.02, 0.55, 1.60, 0.60, 0.11, {kEnglish, kGerman, kFrench, kNordic}},
      {"hip-hop",        0.74, 0.66,  -6.6,  0.220, 0.15,  0.01,  0.20, 0.49, 112,  28,   206,  0.62, 0.50, 1.30, 0.60, 0.10, {kEnglish, kFrench, kGerman, kKorean}},
      {"rock",           0.50, 0.80,  -6.0,  0.055, 0.09,  0.06,  0.20, 0.48, 128,  24,   238,  0.07, 0.35, 1.50, 0.60, 0.12, {kEnglish, kEnglish, kNordic, kJapanese}},
      {"metal",          0.40, 0.92,  -5.0,  0.085, 0.01,  0.20,  0.22, 0.30, 132,  26,   276,  0.15, 0.60, 1.00, 0.25, 0.06, {kEnglish, kNordic, kGerman, kRussian}},
      {"folk",           0.52, 0.36,  -11.5, 0.038, 0.76,  0.07,  0.14, 0.42, 114,  23,   218,  0.02, 0.28, 0.40, 1.60, 0.10, {kEnglish, kNordic, kPortuguese, kGreek}},
      {"jazz",           0.54, 0.34,  -13.0, 0.045, 0.74,  0.48,  0.17, 0.48, 112,  27,   312,  0.00, 0.45, 0.30, 1.20, 0.08, {kEnglish, kFrench, kJapanese, kPortuguese}},
      {"classical",      0.28, 0.15,  -21.0, 0.042, 0.95,  0.85,  0.13, 0.20, 100,  27,   286,  0.00, 0.45, 0.25, 1.00, 0.06, {kGerman, kFrench, kRussian, kNordic}},
      {"ambient",        0.33, 0.20,  -18.5, 0.040, 0.80,  0.86,  0.12, 0.16, 102,  26,   254,  0.00, 0.48, 0.30, 1.10, 0.05, {kEnglish, kJapanese, kNordic, kGerman}},
      {"soul",           0.66, 0.52,  -8.4,  0.070, 0.34,  0.02,  0.16, 0.58, 108,  22,   232,  0.12, 0.45, 0.60, 1.00, 0.07, {kEnglish, kEnglish, kFrench, kKorean}},
      {"latin",          0.74, 0.70,  -6.2,  0.085, 0.24,  0.01,  0.17, 0.67, 110,  24,   212,  0.16, 0.45, 0.80, 0.60, 0.06, {kSpanish, kSpanish, kPortuguese, kPortuguese}},
      {"city-pop",       0.66, 0.71,  -7.6,  0.045, 0.17,  0.03,  0.18, 0.70, 116,  14,   258,  0.00, 0.40, 0.50, 0.90, 0.04, {kJapanese, kJapanese, kKorean, kEnglish}},
      {"holiday",        0.55, 0.45,  -9.5,  0.045, 0.62,  0.02,  0.18, 0.66, 116,  25,   178,  0.00, 0.20, 0.00, 0.00, 0.01, {kEnglish, kEnglish, kSpanish, kGerman}},
  }};
  // clang-format on
  return kTable;
}

}  // namespace earprint::sources
