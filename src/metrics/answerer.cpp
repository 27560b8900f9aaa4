#include "metrics/answerer.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/utc_time.hpp"
#include "metrics/selection_sql.hpp"
#include "metrics/zone_calendar.hpp"

namespace earprint::metrics {

namespace {

using base::ErrorCode;
using base::Result;

/// What makes two questions the same.
std::string KeyOf(const model::Question& question) {
  return question.metric + '\x1f' + question.listener + '\x1f' + model::ConditionsJson(question.conditions);
}

/// The same, but for the parameters on which what stands beside an answer does not depend: every metric of a
/// page shows the one number.
std::string ConditionsKeyOf(const model::Question& question) {
  model::Question plain{"", question.listener, question.conditions};
  const model::Conditions defaults;
  plain.conditions.limit = defaults.limit;
  plain.conditions.by = defaults.by;
  plain.conditions.grain = defaults.grain;
  plain.conditions.weight = defaults.weight;
  plain.conditions.x = defaults.x;
  plain.conditions.y = defaults.y;
  return KeyOf(plain);
}

/// The SQL that lists a dimension's values with their plays; nothing for an unknown dimension.
std::optional<std::string> ValuesSql(const std::string& dimension, const std::string& listener) {
  const std::string me = SqlText(listener);
  const auto joined = [&me](std::string_view table, std::string_view key, std::string_view value) {
    return fmt::format(
        "select d.{2} as value, count(*) as plays from silver_play p join {0} d on d.{1} = p.{1} where "
        "p.listener_key = f_id({3}) and p.is_track group by d.{2}",
        table, key, value, me);
  };
  if (dimension == "artist") return joined("silver_artist", "artist_key", "artist");
  if (dimension == "album") return joined("silver_album", "album_key", "album");
  if (dimension == "track") return joined("silver_track", "track_key", "title");
  if (dimension == "genre") return joined("silver_track_genre", "track_key", "genre");
  if (dimension == "playlist") {
    return "select called as value, count(*) as plays from silver_playlist_track where listener = " + me +
           " and called is not null group by called";
  }
  if (dimension == "source" || dimension == "platform" || dimension == "country")
    return joined("silver_context", "context_key", dimension);
  return {};
}

const std::string kCoverageBody =
    "select coalesce(f_rdiv(sum(case when f.track_key is null then 0 else p.ms end) * 10000, sum(p.ms)), "
    "0) as share "
    "from (select own_track_key, cast(sum(played_ms) as bigint) as ms from selection group by "
    "own_track_key) p "
    "left join silver_track_feature f on f.track_key = p.own_track_key having sum(p.ms) > 0";
// An export may tell the end and the length that were estimated: then they are known (told_by, in
// silver_play).
const std::string kEstimatedBody =
    "select count(*) as plays from selection where (told_by & 39) = 0 and play_id in "
    "(select play_id from silver_live_play where is_estimated union all "
    "select play_id from silver_service_play where is_estimated)";

/// Counts beside an answer that need no selection: records refused, gaps within the span, and whether the
/// length of any play is estimated.
Result<std::string> CountsSql(const model::Question& question) {
  const std::string me = SqlText(question.listener);
  const model::Conditions& c = question.conditions;
  std::string within;
  for (const auto& [date, bound] : {std::pair(&c.from, "to_ms >"), std::pair(&c.to, "from_ms <")}) {
    if (date->empty()) continue;
    auto at = LocalToUtcMs(*date, c.tz);
    if (!at) return std::unexpected(at.error());
    within += fmt::format(" and {} {}", bound, *at);
  }
  return fmt::format(
      "select (select cast(coalesce(sum(rejects), 0) as bigint) from silver_reject where listener = {0}), "
      "(select count(*) from silver_gap where listener = {0}{1}), "
      "(select count(*) from silver_live_play where is_estimated and listener_key = f_id({0})) + "
      "(select count(*) from silver_service_play where is_estimated and listener_key = f_id({0}))",
      me, within);
}

}  // namespace

model::AnswerCell ToAnswerCell(const ports::Cell& cell) {
  model::AnswerCell told;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    told.kind = model::AnswerCell::Kind::kNumber;
    told.number = *number;
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    told.kind = model::AnswerCell::Kind::kText;
    told.text = *text;
  } else if (const auto* flag = std::get_if<bool>(&cell)) {
    told.kind = model::AnswerCell::Kind::kNumber;
    told.number = *flag ? 1 : 0;
  }
  return told;
}

/// A session that goes back to the pool by itself.
struct Answerer::Lease {
  Lease(Answerer& from, std::unique_ptr<ports::QuerySession> lent) : owner(&from), session(std::move(lent)) {}
  Lease(Lease&& other) noexcept : owner(other.owner), session(std::move(other.session)) {}
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (session) owner->GiveBack(std::move(session));
  }
  Answerer* owner;
  std::unique_ptr<ports::QuerySession> session;
};

Answerer::Answerer(ports::QueryEngine& engine, const MetricCatalogue& catalogue, std::string prelude,
                   std::function<std::string()> data_version)
    : engine_(engine),
      catalogue_(catalogue),
      prelude_(std::move(prelude)),
      data_version_(std::move(data_version)) {}

Answerer::~Answerer() {
  if (!idle_.empty()) zones_.Drop(*idle_.back());
}

Result<Answerer::Lease> Answerer::Borrow() {
  std::unique_lock lock(sessions_mutex_);
  session_free_.wait(lock,
                     [this] { return !is_suspended_ && (!idle_.empty() || sessions_made_ < kSessionsMax); });
  if (!idle_.empty()) {
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(session));
  }
  ++sessions_made_;
  lock.unlock();
  auto session = engine_.Connect();
  auto ready = session ? (*session)->Query(prelude_) : Result<ports::Table>(std::unexpected(session.error()));
  if (ready) return Lease(*this, std::move(*session));
  lock.lock();
  --sessions_made_;
  session_free_.notify_all();
  return std::unexpected(ready.error());
}

void Answerer::GiveBack(std::unique_ptr<ports::QuerySession> session) {
  const std::lock_guard lock(sessions_mutex_);
  idle_.push_back(std::move(session));
  session_free_.notify_all();  // one who waits for a session, and one who waits for all of them
}

std::uint64_t Answerer::KeptBytes() {
  const std::lock_guard lock(kept_mutex_);
  return kept_bytes_;
}

void Answerer::ReleaseMemory() {
  const std::lock_guard lock(sessions_mutex_);
  sessions_made_ -= idle_.size();
  idle_.clear();
  session_free_.notify_all();
}

void Answerer::Suspend() {
  {
    std::unique_lock lock(sessions_mutex_);
    is_suspended_ = true;
    session_free_.wait(lock, [this] { return idle_.size() == sessions_made_; });
    idle_.clear();
    sessions_made_ = 0;
  }
  zones_.Forget();
  const std::lock_guard lock(kept_mutex_);
  ForgetIfOlder("");
}

void Answerer::Resume() {
  const std::lock_guard lock(sessions_mutex_);
  is_suspended_ = false;
  session_free_.notify_all();
}

/// Drops what was kept of another data version. The caller holds kept_mutex_.
void Answerer::ForgetIfOlder(const std::string& version) {
  if (kept_version_ == version) return;
  kept_.clear();
  kept_cells_ = kept_bytes_ = 0;
  recent_.clear();
  kept_listeners_.reset();
  kept_numbers_.clear();
  kept_version_ = version;
}

Result<ZoneTable> Answerer::ZoneTableFor(ports::QuerySession& session, model::Question& question,
                                         std::string_view body) {
  model::Conditions& conditions = question.conditions;
  std::vector<ZoneSpan> zones;
  if (conditions.tz == model::kLocalZone) {
    auto read = ReadZones(session, question.listener, conditions.home_tz);
    if (!read) return std::unexpected(read.error());
    zones = std::move(*read);
    for (std::string* date : {&conditions.from, &conditions.to}) {
      if (date->empty()) continue;
      auto at = LocalToUtcMs(*date, zones);
      if (!at) return std::unexpected(at.error());
      *date = base::FormatInstant({*at});
    }
  } else if (auto known = CheckZone(conditions.tz); !known) {
    return std::unexpected(known.error());
  }
  if (conditions.tz == "UTC" || !NeedsLocalTime(conditions, body)) return ZoneTable();
  auto range =
      session.Query("select coalesce(min(ended_day), 0), coalesce(max(ended_day), 0) from silver_play");
  if (!range) return std::unexpected(range.error());
  // A year to spare, so that a new play does not make a new table.
  constexpr std::int64_t kQuartersOfDay = 96, kDaysOfYear = 366;
  const std::int64_t first = std::get<std::int64_t>(range->rows[0][0]) * kQuartersOfDay;
  const std::int64_t last = (std::get<std::int64_t>(range->rows[0][1]) + 1 + kDaysOfYear) * kQuartersOfDay;
  return zones.empty() ? zones_.Ensure(session, conditions.tz, first, last)
                       : zones_.EnsureComposed(session, question.listener, zones, first, last);
}

/// The numbers of a row, whichever metric they stand beside; none where the SQL gives no row.
Result<Answerer::Numbers> Answerer::NumbersBeside(ports::QuerySession& session, const std::string& key,
                                                  const std::string& version,
                                                  const std::function<Result<std::string>()>& sql) {
  {
    const std::lock_guard lock(kept_mutex_);
    const auto found = kept_numbers_.find(key);
    if (kept_version_ == version && found != kept_numbers_.end()) return found->second;
  }
  auto composed = sql();
  if (!composed) return std::unexpected(composed.error());
  auto table = session.Query(*composed);
  if (!table) return std::unexpected(table.error());
  Numbers numbers;
  if (!table->rows.empty())
    for (const ports::Cell& cell : table->rows[0]) numbers.push_back(std::get<std::int64_t>(cell));
  const std::lock_guard lock(kept_mutex_);
  if (kept_numbers_.size() >= kKeptAnswersMax) kept_numbers_.clear();
  if (kept_version_ == version) kept_numbers_[key] = numbers;
  return numbers;
}

/// What the answer rests on: told beside it.
Result<void> Answerer::AddLimits(ports::QuerySession& session, const model::Question& question,
                                 const ZoneTable& zone, std::string_view body, model::Answer& answer) {
  const std::string conditions_key = ConditionsKeyOf(question) + '\x1f';
  const auto add = [&](const std::string& beside, std::int64_t& limit) -> Result<void> {
    auto numbers = NumbersBeside(session, conditions_key + beside, answer.data_version, [&] {
      return ComposeMetricSql(question.conditions, {question.listener, zone}, beside);
    });
    if (!numbers) return std::unexpected(numbers.error());
    limit = numbers->empty() ? 0 : numbers->front();
    return {};
  };
  if (question.metric.starts_with("taste_") || question.metric == "feature_sources") {
    if (auto added = add(kCoverageBody, answer.limits.feature_coverage_e4); !added) return added;
  }
  auto counts = NumbersBeside(session, conditions_key + "counts", answer.data_version,
                              [&question] { return CountsSql(question); });
  if (!counts) return std::unexpected(counts.error());
  answer.limits.rejects = counts->at(0);
  if (!body.contains("selection")) return {};
  answer.limits.gaps = counts->at(1);
  if (counts->at(2) == 0) return {};  // a house of exports knows every length, and need not count
  return add(kEstimatedBody, answer.limits.estimated_plays);
}

Result<model::Answer> Answerer::Work(const model::Question& question, const std::string& data_version) {
  auto metric = catalogue_.Find(question.metric);
  if (!metric) return std::unexpected(metric.error());
  auto lease = Borrow();
  if (!lease) return std::unexpected(lease.error());
  ++worked_;
  ports::QuerySession& session = *lease->session;
  model::Question placed = question;  // its dates as instants where they are wherever the listener was
  auto zone = ZoneTableFor(session, placed, (*metric)->body);
  if (!zone) return std::unexpected(zone.error());
  auto sql = ComposeMetricSql(placed.conditions, {question.listener, *zone}, (*metric)->body);
  if (!sql) return std::unexpected(sql.error());
  if (const std::string periods = PeriodTableSql(question.conditions, (*metric)->body); !periods.empty()) {
    if (auto made = session.Query(periods); !made) return std::unexpected(made.error());
  }
  auto table = session.Query(*sql);
  if (!table) return std::unexpected(std::move(table.error()).Within("answer " + question.metric));
  model::Answer answer{question, data_version, (*metric)->columns, {}, {}};
  answer.rows.reserve(table->rows.size());
  for (const auto& row : table->rows) {
    auto& cells = answer.rows.emplace_back();
    for (const ports::Cell& cell : row) cells.push_back(ToAnswerCell(cell));
  }
  if (auto added = AddLimits(session, placed, *zone, (*metric)->body, answer); !added) {
    return std::unexpected(added.error());
  }
  return answer;
}

std::shared_ptr<const model::Answer> Answerer::FindKept(const std::string& key, const std::string& version) {
  const std::lock_guard lock(kept_mutex_);
  ForgetIfOlder(version);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second.place);
  return found->second.answer;
}

Result<std::shared_ptr<const model::Answer>> Answerer::AskOnce(const model::Question& question) {
  const std::string version = DataVersion();
  if (auto kept = FindKept(KeyOf(question), version)) return kept;
  auto answer = Work(question, version);
  if (!answer) return std::unexpected(answer.error());
  return std::make_shared<const model::Answer>(std::move(*answer));
}

Result<std::shared_ptr<const model::Answer>> Answerer::Ask(const model::Question& question) {
  const std::string version = DataVersion();
  const std::string key = KeyOf(question);
  if (auto kept = FindKept(key, version)) return kept;
  auto answer = Work(question, version);
  if (!answer) return std::unexpected(answer.error());
  auto shared = std::make_shared<const model::Answer>(std::move(*answer));
  const std::lock_guard lock(kept_mutex_);
  if (kept_version_ != version || kept_.contains(key)) return shared;
  recent_.push_front(key);
  kept_[key] = {shared, recent_.begin()};
  kept_cells_ += model::CellsOf(*shared);
  kept_bytes_ += model::BytesOf(*shared);
  while (kept_.size() > kKeptAnswersMax || kept_cells_ > kKeptCellsMax) {
    const auto oldest = kept_.find(recent_.back());
    kept_cells_ -= model::CellsOf(*oldest->second.answer);
    kept_bytes_ -= model::BytesOf(*oldest->second.answer);
    kept_.erase(oldest);
    recent_.pop_back();
  }
  return shared;
}

Result<ports::Table> Answerer::Query(const std::string& sql) {
  auto lease = Borrow();
  if (!lease) return std::unexpected(lease.error());
  return lease->session->Query(sql);
}

Result<std::vector<PickerValue>> Answerer::Values(const std::string& dimension, const std::string& text,
                                                  const std::string& listener, std::int64_t limit) {
  const auto values_sql = ValuesSql(dimension, listener);
  if (!values_sql) {
    return base::Fail(ErrorCode::kNotFound, "list values", dimension.substr(0, 60),
                      "there is no such dimension",
                      "artist, album, track, genre, source, platform, country or playlist");
  }
  auto table =
      Query(fmt::format("select value, plays from ({}) v where value is not null and value <> '' "
                        "and instr(f_lower(value), f_lower({})) > 0 "
                        "order by plays desc, value limit {}",
                        *values_sql, SqlText(text), limit));
  if (!table) return std::unexpected(table.error());
  std::vector<PickerValue> values;
  for (const auto& row : table->rows)
    values.push_back({std::get<std::string>(row[0]), std::get<std::int64_t>(row[1])});
  return values;
}

Result<std::vector<std::string>> ReadListeners(ports::QuerySession& session) {
  auto table = session.Query("select distinct listener from silver_context order by listener");
  if (!table) return std::unexpected(table.error());
  std::vector<std::string> listeners;
  for (const auto& row : table->rows) listeners.push_back(std::get<std::string>(row[0]));
  return listeners;
}

Result<std::vector<std::string>> Answerer::Listeners() {
  const std::string version = DataVersion();
  {
    const std::lock_guard lock(kept_mutex_);
    ForgetIfOlder(version);
    if (kept_listeners_) return *kept_listeners_;
  }
  auto lease = Borrow();
  if (!lease) return std::unexpected(lease.error());
  auto listeners = ReadListeners(*lease->session);
  if (!listeners) return listeners;
  const std::lock_guard lock(kept_mutex_);
  if (kept_version_ == version) kept_listeners_ = *listeners;
  return listeners;
}

}  // namespace earprint::metrics
