#include "sources/demo/demo_names.hpp"

#include <array>
#include <span>
#include <string_view>

namespace earprint::sources {

namespace {

using Words = std::span<const std::string_view>;

/// A language's stock: words for titles, and syllables of which names are made.
struct Stock {
  Words describers, things, phrases;  // phrases stand alone
  Words starts, middles, ends;        // of invented names
  std::string_view joiner;            // between describer and thing
  bool describer_first = true;
};

using Texts = std::string_view;

constexpr std::array<Texts, 6> kEnsembles = {"Trio", "Sound", "Collective", "Quartet", "Club", "II"};

constexpr std::array<Texts, 24> kEnglishDescribers = {
    "Quiet",    "Silver",  "Broken",   "Paper", "Northern",  "Golden",  "Slow",    "Hollow",
    "Electric", "Distant", "Velvet",   "Wild",  "Sleepless", "Crooked", "Burning", "Borrowed",
    "Amber",    "Salt",    "Restless", "Glass", "Late",      "Blue",    "Second",  "Tender"};
constexpr std::array<Texts, 28> kEnglishThings = {
    "Harbour", "Signal", "Lanterns",  "River",  "Satellite", "Orchard",  "Kitchen",
    "Weather", "Motel",  "Horizon",   "Window", "Machine",   "Garden",   "Static",
    "Letters", "Summer", "Staircase", "Ocean",  "Tide",      "Telegram", "Sparrow",
    "Engine",  "Avenue", "Mirror",    "Season", "Bicycle",   "Thunder",  "Ballroom"};
constexpr std::array<Texts, 22> kEnglishPhrases = {"What the Tide Took",
                                                   "Call Me When It Rains",
                                                   "Nobody's Evening",
                                                   "If You Were a City",
                                                   "Don't Wake the House",
                                                   "Half Past Never",
                                                   "Wait for Me at the Bridge",
                                                   "The Last Ferry Home",
                                                   "We Used to Dance Here",
                                                   "Count to Eleven",
                                                   "Stay (Just a Little)",
                                                   "All My Better Days",
                                                   "How to Fold a Map",
                                                   "Say It Twice",
                                                   "Left at the Light",
                                                   "Run, Little Fox",
                                                   "Every Other Tuesday",
                                                   "I Forgot Your Umbrella",
                                                   "Hold the Line, Hold the Sea",
                                                   "\"Hello\" Again",
                                                   "Rather Be Lost",
                                                   "You, Me & the Radiator"};
constexpr std::array<Texts, 16> kEnglishStarts = {"Mar", "El",  "Thorn", "Wil", "Ash", "Bram", "Quil", "Hal",
                                                  "Fen", "Row", "Lind",  "Cor", "Nev", "Dar",  "Wren", "Ott"};
constexpr std::array<Texts, 10> kEnglishMiddles = {"a", "o", "ber", "i", "lo", "e", "den", "ri", "mer", "u"};
constexpr std::array<Texts, 14> kEnglishEnds = {"wick", "low",  "ley",  "worth", "field", "mont", "sby",
                                                "den",  "ther", "vane", "combe", "lyn",   "ford", "mere"};

constexpr std::array<Texts, 14> kFrenchDescribers = {
    "bleue", "étrange", "lointaine", "d'hiver",  "perdue",    "sauvage",    "tranquille",
    "d'été", "secrète", "fragile",   "de verre", "ordinaire", "à l'envers", "éternelle"};
constexpr std::array<Texts, 16> kFrenchThings = {
    "Lumière", "Rivière", "Chambre", "Nuit",   "Fenêtre", "Valse",  "Forêt", "Plage",
    "Mémoire", "Saison",  "Rue",     "Façade", "Étoile",  "Lettre", "Ville", "Île"};
constexpr std::array<Texts, 9> kFrenchPhrases = {
    "Où vas-tu ce soir ?", "Comme un dimanche",   "J'ai perdu la clé",
    "À demain, peut-être", "Rien qu'un été",      "Sous les pavés, le sable",
    "Ça ira mieux",        "Le cœur en vacances", "Presque rien"};
constexpr std::array<Texts, 12> kFrenchStarts = {"Mar", "Col", "Béa", "Aur", "Del", "Fa",
                                                 "Gé",  "Lou", "Syl", "Vé",  "Cha", "Ro"};
constexpr std::array<Texts, 8> kFrenchMiddles = {"vi", "é", "li", "ra", "lan", "to", "ni", "bou"};
constexpr std::array<Texts, 12> kFrenchEnds = {"ville", "get",  "nard", "rieux", "lette", "çon",
                                               "vière", "quet", "mont", "sel",   "zac",   "thène"};

constexpr std::array<Texts, 12> kSpanishDescribers = {"roja",    "eterna",   "de abril", "sin ti",
                                                      "perdida", "salvaje",  "del sur",  "mañanera",
                                                      "lejana",  "de papel", "callada",  "que vuelve"};
constexpr std::array<Texts, 14> kSpanishThings = {"Luna",    "Noche", "Guitarra", "Calle",   "Lluvia",
                                                  "Canción", "Marea", "Sombra",   "Montaña", "Fiesta",
                                                  "Ventana", "Piel",  "Arena",    "Estación"};
constexpr std::array<Texts, 8> kSpanishPhrases = {
    "¿Dónde estás, corazón?", "Otra vez el verano", "No me digas adiós", "Mañana será tarde",
    "Así bailan los pájaros", "Un café y nada más", "Vuelve, vuelve",    "¡Qué calor!"};
constexpr std::array<Texts, 12> kSpanishStarts = {"Mar", "Xi",  "Ol",  "Ber", "Zu",  "Cal",
                                                  "Gua", "Ler", "Añe", "Que", "Sal", "Tor"};
constexpr std::array<Texts, 8> kSpanishMiddles = {"i", "ga", "ra", "é", "lo", "ti", "mu", "ña"};
constexpr std::array<Texts, 10> kSpanishEnds = {"rriaga", "dero", "cheta", "món",  "ñales",
                                                "quera",  "zón",  "vales", "redo", "mira"};

constexpr std::array<Texts, 10> kPortugueseDescribers = {"do mar",   "de manhã", "distante",  "da saudade",
                                                         "acesa",    "sem fim",  "do sertão", "tão longe",
                                                         "de vidro", "vermelha"};
constexpr std::array<Texts, 12> kPortugueseThings = {"Canção", "Janela", "Maré", "Manhã", "Estação", "Viagem",
                                                     "Rua",    "Chuva",  "Casa", "Luz",   "Ilha",    "Onda"};
constexpr std::array<Texts, 6> kPortuguesePhrases = {"Até amanhã, coração", "Não chores, João",
                                                     "Só mais um verão",    "Pão, vinho e mar",
                                                     "Quando a maré vier",  "Ninguém dança só"};
constexpr std::array<Texts, 10> kPortugueseStarts = {"Jo", "Mar", "Bel", "Tei", "Cá",
                                                     "Lu", "Gon", "Ser", "Vi",  "Mo"};
constexpr std::array<Texts, 7> kPortugueseMiddles = {"ça", "ri", "lho", "ta", "ne", "xi", "ra"};
constexpr std::array<Texts, 9> kPortugueseEnds = {"lves", "nhão",  "tões",  "queira", "mões",
                                                  "rães", "deiro", "valho", "nção"};

constexpr std::array<Texts, 12> kGermanDescribers = {"Leise", "Ferne",  "Kühle",    "Letzte",
                                                     "Müde",  "Schöne", "Graue",    "Süße",
                                                     "Blaue", "Späte",  "Gläserne", "Weiße"};
constexpr std::array<Texts, 14> kGermanThings = {"Straßen", "Nächte", "Flüsse",  "Maschinen", "Träume",
                                                 "Fenster", "Wälder", "Brücken", "Vögel",     "Züge",
                                                 "Lichter", "Küsten", "Räume",   "Stunden"};
constexpr std::array<Texts, 7> kGermanPhrases = {
    "Über den Dächern", "Morgen früh um vier", "Kein Weg zurück",    "Für Elsbeth",
    "Der Mond war’s",   "Noch fünf Minuten",   "Grüße aus der Küche"};
constexpr std::array<Texts, 12> kGermanStarts = {"Hal", "Wie", "Kö",  "Brü", "Rei", "Schlo",
                                                 "Tre", "Els", "Gru", "Mül", "Nie", "Vol"};
constexpr std::array<Texts, 8> kGermanMiddles = {"den", "ge", "ter", "ni", "sen", "ber", "li", "ken"};
constexpr std::array<Texts, 10> kGermanEnds = {"bach",  "hauser", "mann", "thal",  "kamp",
                                               "feldt", "ßner",   "loh",  "stedt", "rück"};

constexpr std::array<Texts, 10> kNordicDescribers = {"Stille", "Blå", "Hvit", "Kald",    "Siste",
                                                     "Gammel", "Lys", "Dyp",  "Sølvgrå", "Øde"};
constexpr std::array<Texts, 12> kNordicThings = {"Fjord",  "Natt",   "Skog", "Sjø", "Vinter", "Fjell",
                                                 "Himmel", "Brygge", "Måne", "Ås",  "Elv",    "Snø"};
constexpr std::array<Texts, 6> kNordicPhrases = {"Når isen går",   "Ingen hjemme", "Før dagen kom",
                                                 "Løp, lille rev", "Över ängarna", "Takk for sist"};
constexpr std::array<Texts, 12> kNordicStarts = {"Sig", "Thor", "Ås", "Ny", "Hel",  "Bjø",
                                                 "Ei",  "Frøy", "Ul", "Væ", "Kjel", "Röd"};
constexpr std::array<Texts, 7> kNordicMiddles = {"ri", "va", "dal", "na", "ga", "le", "o"};
constexpr std::array<Texts, 9> kNordicEnds = {"sdóttir", "vik",  "lund",  "gren", "sund",
                                              "søy",     "heim", "strøm", "berg"};

constexpr std::array<Texts, 8> kGreekDescribers = {"μακρινή", "ήσυχη",     "κόκκινη", "της βροχής",
                                                   "χαμένη",  "του νότου", "αργή",    "λευκή"};
constexpr std::array<Texts, 9> kGreekThings = {"Θάλασσα", "Νύχτα", "Πόλη", "Αυλή",  "Σκάλα",
                                               "Μέρα",    "Βάρκα", "Φωνή", "Άνοιξη"};
constexpr std::array<Texts, 4> kGreekPhrases = {"Πού πάει ο δρόμος", "Καλημέρα, ήλιε μου", "Ένα ποτήρι νερό",
                                                "Μην αργείς"};
constexpr std::array<Texts, 8> kGreekStarts = {"Αλε", "Μελ", "Θεο", "Νικ", "Σταυ", "Ξαν", "Κορ", "Βασ"};
constexpr std::array<Texts, 6> kGreekMiddles = {"ρο", "πι", "λα", "δι", "μα", "να"};
constexpr std::array<Texts, 7> kGreekEnds = {"δάκης", "πούλου", "νίδης", "ράκη", "λής", "μάνος", "τάρη"};

constexpr std::array<Texts, 8> kRussianDescribers = {"Тихая",   "Синяя", "Долгая",   "Последняя",
                                                     "Снежная", "Чужая", "Утренняя", "Лунная"};
constexpr std::array<Texts, 9> kRussianThings = {"дорога", "река",  "весна", "станция", "комната",
                                                 "зима",   "песня", "улица", "берёза"};
constexpr std::array<Texts, 4> kRussianPhrases = {"Где-то за рекой", "Ещё один вечер", "Не звони мне",
                                                  "До первого снега"};
constexpr std::array<Texts, 8> kRussianStarts = {"Вер", "Лад", "Мир", "Соб", "Крен", "Зел", "Бур", "Ясн"};
constexpr std::array<Texts, 6> kRussianMiddles = {"о", "е", "ми", "ла", "ни", "ов"};
constexpr std::array<Texts, 7> kRussianEnds = {"лёва", "рцев", "нский", "кина", "чёв", "вской", "нцева"};

constexpr std::array<Texts, 12> kJapaneseDescribers = {"青い",   "夜の",     "遠い",   "最後の",
                                                       "静かな", "真夏の",   "透明な", "銀色の",
                                                       "雨の",   "眠れない", "東の",   "小さな"};
constexpr std::array<Texts, 12> kJapaneseThings = {"海岸線", "電車",     "窓辺",   "花火", "星座", "手紙",
                                                   "散歩道", "高速道路", "喫茶店", "風",   "灯り", "ラジオ"};
constexpr std::array<Texts, 6> kJapanesePhrases = {"また明日",   "さよならの前に", "ミッドナイト・ドライブ",
                                                   "君がいた夏", "あと五分だけ",   "サマーブリーズ"};
constexpr std::array<Texts, 10> kJapaneseStarts = {"水無", "霧", "朝", "月", "葉",
                                                   "雪",   "青", "千", "結", "夕"};
constexpr std::array<Texts, 6> kJapaneseMiddles = {"ノ", "野", "川", "島", "原", "瀬"};
constexpr std::array<Texts, 8> kJapaneseEnds = {"ゆらぎ", "しおり", "楽団", "カナデ",
                                                "そら",   "みなと", "電気", "つばさ"};

constexpr std::array<Texts, 8> kKoreanDescribers = {"푸른", "조용한", "마지막", "먼",
                                                    "하얀", "느린",   "작은",   "여름의"};
constexpr std::array<Texts, 9> kKoreanThings = {"바다", "창문", "편지", "정거장", "별빛",
                                                "골목", "노래", "우산", "새벽"};
constexpr std::array<Texts, 4> kKoreanPhrases = {"비가 오면 전화해", "내일 만나", "밤 열두 시",
                                                 "어디쯤 왔니"};
constexpr std::array<Texts, 8> kKoreanStarts = {"하늘", "달", "서", "은", "노을", "구름", "새", "윤"};
constexpr std::array<Texts, 5> kKoreanMiddles = {"빛", "나", "가", "리", "온"};
constexpr std::array<Texts, 6> kKoreanEnds = {"마을", "소리", "결", "다방", "무리", "나루"};

const Stock& StockOf(DemoTongue tongue) {
  static const std::array<Stock, 10> kStocks = {{
      {kEnglishDescribers, kEnglishThings, kEnglishPhrases, kEnglishStarts, kEnglishMiddles, kEnglishEnds,
       " "},
      {kFrenchDescribers, kFrenchThings, kFrenchPhrases, kFrenchStarts, kFrenchMiddles, kFrenchEnds, " ",
       false},
      {kSpanishDescribers, kSpanishThings, kSpanishPhrases, kSpanishStarts, kSpanishMiddles, kSpanishEnds,
       " ", false},
      {kPortugueseDescribers, kPortugueseThings, kPortuguesePhrases, kPortugueseStarts, kPortugueseMiddles,
       kPortugueseEnds, " ", false},
      {kGermanDescribers, kGermanThings, kGermanPhrases, kGermanStarts, kGermanMiddles, kGermanEnds, " "},
      {kNordicDescribers, kNordicThings, kNordicPhrases, kNordicStarts, kNordicMiddles, kNordicEnds, " "},
      {kGreekDescribers, kGreekThings, kGreekPhrases, kGreekStarts, kGreekMiddles, kGreekEnds, " ", false},
      {kRussianDescribers, kRussianThings, kRussianPhrases, kRussianStarts, kRussianMiddles, kRussianEnds,
       " "},
      {kJapaneseDescribers, kJapaneseThings, kJapanesePhrases, kJapaneseStarts, kJapaneseMiddles,
       kJapaneseEnds, ""},
      {kKoreanDescribers, kKoreanThings, kKoreanPhrases, kKoreanStarts, kKoreanMiddles, kKoreanEnds, " "},
  }};
  return kStocks[static_cast<std::size_t>(tongue)];
}

std::string Join(Texts left, Texts joiner, Texts right) {
  std::string text(left);
  text += joiner;
  text += right;
  return text;
}

/// A word that no dictionary has: start, perhaps a middle, end.
std::string InventWord(const Stock& stock, DemoRandom& random) {
  std::string word(random.Pick(stock.starts));
  if (random.Chance(0.7)) word += random.Pick(stock.middles);
  word += random.Pick(stock.ends);
  return word;
}

}  // namespace

std::string InventArtistName(DemoTongue tongue, DemoRandom& random) {
  const Stock& stock = StockOf(tongue);
  const bool is_spaced = !stock.joiner.empty();
  std::string name = InventWord(stock, random);
  switch (random.Below(8)) {
    case 0:
    case 1:  // two invented words, like a person
      return Join(InventWord(stock, random), is_spaced ? " " : "", name);
    case 2:
      return Join(name, is_spaced ? " & " : "と", InventWord(stock, random));
    case 3:
      if (tongue == DemoTongue::kEnglish) return Join(Join("The ", "", name), " ", random.Pick(stock.things));
      return Join(name, is_spaced ? " " : "・", random.Pick(stock.things));
    case 4:
      if (tongue == DemoTongue::kEnglish) return Join(random.Pick(stock.describers), " ", name);
      return name;
    case 5:
      return is_spaced ? Join(name, " ", random.Pick(kEnsembles)) : name;
    default:
      return name;
  }
}

std::string InventTitle(DemoTongue tongue, DemoRandom& random) {
  const Stock& stock = StockOf(tongue);
  if (random.Chance(0.14)) return std::string(random.Pick(stock.phrases));
  if (random.Chance(0.12)) return InventWord(stock, random);
  const Texts describer = random.Pick(stock.describers), thing = random.Pick(stock.things);
  if (random.Chance(0.18)) return std::string(thing);
  std::string title =
      stock.describer_first ? Join(describer, stock.joiner, thing) : Join(thing, stock.joiner, describer);
  if (random.Chance(0.02)) title += " - Live";
  if (random.Chance(0.02)) title += " (Acoustic)";
  if (random.Chance(0.015)) title += ", Pt. 2";
  return title;
}

}  // namespace earprint::sources
