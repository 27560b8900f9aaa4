// Where every source row ended, and who tells of a play.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "audit/asked/file_names.hpp"
#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

constexpr std::int64_t kStreamMs = 30'000;

std::string_view BucketOf(const Asked& asked, const Statement& told) {
  if (told.fate == Fate::kExcluded) return "excluded by an edit";
  if (told.fate == Fate::kUnconfirmed) return "unconfirmed";
  if (told.fate != Fate::kBelieved) return "merged";
  const LakeEvents& lake = asked.truth.lake;
  const std::string_view kind = lake.texts.Or(lake.spellings[told.spelling].kind);
  if (kind == "episode" || kind == "audiobook") return "podcast";
  if (kind != "track") return "no track";
  if (told.play_ms < kStreamMs) return "below the threshold";
  return lake.circumstances[told.circumstances].is_private.value_or(false) ? "private" : "accepted";
}

Rows Ledger(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const FileNames files(asked, true);
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> rows;
  const auto add = [&rows](std::string_view source, const std::string& file, std::string_view bucket,
                           std::int64_t count) {
    if (count > 0) rows[{std::string(source), file, std::string(bucket)}] += count;
  };
  std::map<std::int64_t, std::int64_t> plays_of;  // by file
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::string_view>, std::int64_t> plays;
  for (const Statement& told : asked.who.statements)
    ++plays[{told.file, lake.circumstances[told.circumstances].source, BucketOf(asked, told)}];
  for (const auto& [key, count] : plays) {
    const auto& [file_no, source, bucket] = key;
    const FileNames::File* file = files.Find(lake.file_keys[file_no]);
    add(lake.texts.Or(file != nullptr ? file->event->kind : source), file != nullptr ? file->name : "",
        bucket, count);
    if (file != nullptr) plays_of[lake.file_keys[file_no]] += count;
  }
  for (const auto& [key, file] : files.all()) {
    const std::string_view kind = lake.texts.Or(file.event->kind);
    add(kind, file.name, "accepted", file.event->accepted + file.event->retold - plays_of[key]);
    add(kind, file.name, "duplicate", file.event->duplicate);
    add(kind, file.name, "rejected", file.event->rejected);
  }
  Rows told;
  for (const auto& [key, count] : rows) {
    told.push_back({TextCell(std::get<0>(key)), TextCell(std::get<1>(key)), TextCell(std::get<2>(key)),
                    NumberCell(count)});
  }
  return told;
}

/// One row of the list, as it is ordered. There are as many as a history has rows, so texts are not copied.
struct LedgerRow {
  std::string_view source, file;
  std::optional<std::int64_t> row;
  std::int64_t records = 1;
  std::string_view bucket;
  const Statement* told = nullptr;
  std::string_view why;
};

std::string_view WhyOf(const Statement& told) {
  switch (told.fate) {
    case Fate::kMinute:
      return "minute";
    case Fate::kUnconfirmed:
      return "unconfirmed";
    case Fate::kListed:
      return "listed";
    case Fate::kSeen:
      return "seen";
    case Fate::kSameLive:
      return "again";
    case Fate::kService:
      return "service";
    case Fate::kAgain:
      return "other details";
    default:
      return "";
  }
}

/// The number behind the first word of a place such as "record 17, byte 4711".
std::optional<std::int64_t> RowOfPlace(std::string_view place) {
  const std::size_t blank = place.find(' ');
  if (blank == std::string_view::npos) return {};
  const std::string_view second = place.substr(blank + 1, place.find_first_of(" ,", blank + 1) - blank - 1);
  std::int64_t row = 0;
  const auto read = std::from_chars(second.data(), second.data() + second.size(), row);
  return read.ec == std::errc() && read.ptr == second.data() + second.size() ? std::optional(row)
                                                                             : std::nullopt;
}

class LedgerList {
 public:
  explicit LedgerList(const Asked& asked) : asked_(asked), lake_(asked.truth.lake), files_(asked, true) {}

  Rows Told() {
    AddPlays();
    AddRepeated();
    AddRefused();
    KeepFirst();
    Rows told;
    for (const LedgerRow& row : rows_) told.push_back(CellsOf(row));
    return told;
  }

 private:
  bool IsWanted(std::string_view file, std::string_view bucket) const {
    const model::Conditions& c = asked_.conditions;
    return (c.file.empty() || c.file == file) && (c.bucket.empty() || c.bucket == bucket);
  }

  void Add(const LedgerRow& row) {
    constexpr std::size_t kRowsMax = 500;  // beside those that can be told
    if (!IsWanted(row.file, row.bucket)) return;
    rows_.push_back(row);
    if (rows_.size() >= 2 * asked_.limit() + kRowsMax) KeepFirst();
  }

  /// Sorts what there is, and drops what stands behind the limit.
  void KeepFirst() {
    const std::size_t size = std::min(rows_.size(), asked_.limit());
    std::ranges::partial_sort(
        rows_, rows_.begin() + static_cast<std::ptrdiff_t>(size),
        [this](const LedgerRow& left, const LedgerRow& right) { return Compare(left, right) < 0; });
    rows_.resize(size);
  }

  void AddPlays() {
    for (const Statement& told : asked_.who.statements) {
      const FileNames::File* file = files_.Find(lake_.file_keys[told.file]);
      const std::uint32_t source =
          file != nullptr ? file->event->kind : lake_.circumstances[told.circumstances].source;
      const std::optional<std::int64_t> row =
          told.row > 0 ? std::optional<std::int64_t>(told.row) : std::nullopt;
      Add({lake_.texts.Or(source), file != nullptr ? std::string_view(file->name) : "", row, 1,
           BucketOf(asked_, told), &told, WhyOf(told)});
    }
  }

  void AddRepeated() {
    for (const SourceFileEvent& part : lake_.files) {
      const FileNames::File* file = files_.Find(part.file_key);
      if (file == nullptr) continue;
      for (const SourceFileEvent::Stretch& each : part.again) {
        const FileNames::File* first = files_.Find(each.first_file_key);
        std::string why = "a row without a file";
        if (each.first_file_key != 0) {
          why = "from row " + std::to_string(each.first_row) + " of " +
                (first != nullptr ? first->name : "an import that was broken off");
        }
        Add({lake_.texts.Or(file->event->kind), file->name, each.row, each.records, "duplicate", nullptr,
             whys_.emplace_back(std::move(why))});
      }
    }
  }

  void AddRefused() {
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>,
             std::int64_t>
        counted;
    for (const RejectEvent& each : lake_.rejects) {
      if (each.listener != asked_.listener && !lake_.texts.Or(each.listener).empty()) continue;
      ++counted[{each.listener, each.source, each.file, each.position, each.reason}];
    }
    for (const auto& [key, count] : counted) {
      const auto& [listener, source, file, position, reason] = key;
      Add({lake_.texts.Or(source), lake_.texts.Or(file), RowOfPlace(lake_.texts.Or(position)), count,
           "rejected", nullptr, lake_.texts.Or(reason)});
    }
  }

  int Compare(const LedgerRow& left, const LedgerRow& right) const {
    if (left.source != right.source) return left.source.compare(right.source);
    if (left.file != right.file) return left.file.compare(right.file);
    const auto place = [](const LedgerRow& row) {
      return row.row.value_or(std::numeric_limits<std::int64_t>::max());
    };
    if (place(left) != place(right)) return place(left) < place(right) ? -1 : 1;
    if (left.bucket != right.bucket) return left.bucket < right.bucket ? -1 : 1;
    const auto end = [](const LedgerRow& row) {
      return row.told != nullptr ? row.told->ended_at_ms : std::numeric_limits<std::int64_t>::max();
    };
    if (end(left) != end(right)) return end(left) < end(right) ? -1 : 1;
    if (left.told != nullptr && right.told != nullptr) {
      const Spelling& a = lake_.spellings[left.told->spelling];
      const Spelling& b = lake_.spellings[right.told->spelling];
      if (const int order = lake_.texts.Compare(a.title, b.title); order != 0) return order;
      if (const int order = lake_.texts.Compare(a.artist, b.artist); order != 0) return order;
      const auto rest = [](const Statement& told) {
        return std::tuple(told.played_ms, !told.play, told.play.value_or(0));
      };
      if (rest(*left.told) != rest(*right.told)) return rest(*left.told) < rest(*right.told) ? -1 : 1;
    }
    return left.why.compare(right.why);
  }

  Row CellsOf(const LedgerRow& row) const {
    Row cells = {TextCell(row.source), TextCell(row.file), NumberCell(row.row), NumberCell(row.records),
                 TextCell(row.bucket)};
    if (row.told == nullptr) {
      cells.resize(cells.size() + 5);
    } else {
      const Spelling& spelling = lake_.spellings[row.told->spelling];
      cells.push_back(NumberCell(row.told->ended_at_ms));
      cells.push_back(TextCell(lake_.texts, spelling.title));
      cells.push_back(TextCell(lake_.texts, spelling.artist));
      cells.push_back(NumberCell(row.told->played_ms));
      cells.push_back(row.told->play ? TextCell(model::PlayIdText(static_cast<std::int64_t>(*row.told->play)))
                                     : model::AnswerCell{});
    }
    cells.push_back(TextCell(row.why));
    return cells;
  }

  const Asked& asked_;
  const LakeEvents& lake_;
  const FileNames files_;
  std::deque<std::string> whys_;  ///< put together here; they stay where they are
  std::vector<LedgerRow> rows_;
};

Rows LedgerRows(const Asked& asked) { return LedgerList(asked).Told(); }

/// A statement that tells of a play, as it is ordered.
struct Witness {
  std::size_t place = 0;
  int step = 1;  ///< 0 the believed one, 1 others, 2 what was told again
  const Statement* told = nullptr;
  std::string file;
  std::int64_t row = 0;
  std::string_view became;
};

std::string_view BecameOf(const Statement& told) {
  switch (told.fate) {
    case Fate::kBelieved:
    case Fate::kExcluded:
      return "the play";
    case Fate::kMinute:
      return "agrees in minute, length and track";
    case Fate::kListed:
      return "an entry of the list of recent plays";
    case Fate::kSeen:
      return "seen at the player";
    case Fate::kService:
      return "told by another service too";
    default:
      return "the same, with other details";
  }
}

/// Stretches that tell a file's records again, by that file.
class RepeatedRows {
 public:
  explicit RepeatedRows(const LakeEvents& lake) {
    for (const SourceFileEvent& part : lake.files) {
      for (const SourceFileEvent::Stretch& each : part.again)
        if (each.first_file_key != 0) by_file_[each.first_file_key].push_back({part.file_key, each});
    }
  }

  /// Calls `take` with the file and the row of each record that tells a row again.
  template <typename Take>
  void ForEach(std::int64_t file_key, std::int64_t row, Take take) const {
    const auto found = by_file_.find(file_key);
    if (file_key == 0 || found == by_file_.end()) return;
    for (const Again& each : found->second) {
      const std::int64_t after = row - each.stretch.first_row;
      if (after >= 0 && after < each.stretch.records) take(each.file_key, each.stretch.row + after);
    }
  }

 private:
  struct Again {
    std::int64_t file_key;
    SourceFileEvent::Stretch stretch;
  };
  std::map<std::int64_t, std::vector<Again>> by_file_;
};

/// The latest streams, as many as are asked for.
std::vector<const ChosenPlay*> LatestStreams(const Asked& asked) {
  std::vector<const ChosenPlay*> streams;
  asked.ForStreams([&](const ChosenPlay& play) { streams.push_back(&play); });
  const std::size_t size = std::min(streams.size(), asked.limit());
  std::ranges::partial_sort(
      streams, streams.begin() + static_cast<std::ptrdiff_t>(size), {}, [](const ChosenPlay* play) {
        return std::pair(-play->play->ended_at_ms, static_cast<std::int64_t>(play->play->id.identity));
      });
  streams.resize(size);
  return streams;
}

std::vector<Witness> WitnessesOf(const Asked& asked, const std::vector<const ChosenPlay*>& streams) {
  const LakeEvents& lake = asked.truth.lake;
  boost::unordered_flat_map<std::uint64_t, std::size_t> places;
  for (std::size_t i = 0; i < streams.size(); ++i) places[streams[i]->play->id.identity] = i;
  const FileNames files(asked, false);
  const RepeatedRows repeated(lake);
  const auto name_of = [&files](std::int64_t key) {
    const FileNames::File* file = files.Find(key);
    return file != nullptr ? file->name : std::string();
  };
  std::vector<Witness> witnesses;
  for (const Statement& told : asked.who.statements) {
    if (!told.play || told.fate == Fate::kUnconfirmed) continue;
    const auto found = places.find(*told.play);
    if (found == places.end()) continue;
    const std::int64_t file_key = lake.file_keys[told.file];
    const std::string_view became = BecameOf(told);
    const int step = became == "the play" ? 0 : 1;
    witnesses.push_back({found->second, step, &told, name_of(file_key), told.row, became});
    repeated.ForEach(file_key, told.row, [&](std::int64_t again_key, std::int64_t row) {
      witnesses.push_back({found->second, 2, &told, name_of(again_key), row, "told again, word for word"});
    });
  }
  return witnesses;
}

Rows Witnesses(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const TextPool& texts = lake.texts;
  const auto streams = LatestStreams(asked);
  std::vector<Witness> witnesses = WitnessesOf(asked, streams);
  const auto source_of = [&](const Witness& witness) {
    return texts.Or(lake.circumstances[witness.told->circumstances].source);
  };
  std::ranges::sort(witnesses, [&](const Witness& left, const Witness& right) {
    const auto front = [&](const Witness& w) {
      return std::tuple(w.place, w.step, source_of(w), std::string_view(w.file), w.row, w.told->ended_at_ms,
                        w.told->played_ms);
    };
    if (front(left) != front(right)) return front(left) < front(right);
    const Spelling& a = lake.spellings[left.told->spelling];
    const Spelling& b = lake.spellings[right.told->spelling];
    if (const int order = texts.Compare(a.title, b.title); order != 0) return order < 0;
    if (const int order = texts.Compare(a.artist, b.artist); order != 0) return order < 0;
    return left.became < right.became;
  });
  Rows rows;
  for (const Witness& witness : witnesses) {
    const Spelling& spelling = lake.spellings[witness.told->spelling];
    const auto play = static_cast<std::int64_t>(streams[witness.place]->play->id.identity);
    rows.push_back({TextCell(model::PlayIdText(play)), TextCell(source_of(witness)), TextCell(witness.file),
                    witness.row > 0 ? NumberCell(witness.row) : model::AnswerCell{},
                    NumberCell(witness.told->ended_at_ms), NumberCell(witness.told->played_ms),
                    TextCell(texts, spelling.title), TextCell(texts, spelling.artist),
                    TextCell(witness.became)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"ledger", Ledger}, {"ledger_rows", LedgerRows}, {"witnesses", Witnesses}};

}  // namespace

std::span<const Recount> LedgerRecounts() { return kRecounts; }

}  // namespace earprint::audit
