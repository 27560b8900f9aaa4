#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "metrics/zone_table.hpp"
#include "model/conditions.hpp"

namespace earprint::metrics {

/// What the relations of a metric are made of, beside the conditions.
struct SelectionContext {
  std::string listener;
  ZoneTable zone;
};

/// A text as a SQL literal; nothing in it can end the literal. U+0000 is U+FFFD in it, as in the warehouse.
std::string SqlText(std::string_view text);

/// Several of them, with commas between.
std::string SqlTexts(std::span<const std::string> texts);

/// Puts the relations that a metric's body reads before it, and the question's choice in the place of its
/// parameters p_limit(), p_listener(), p_x(), p_y(), p_rule(), p_against(), p_year(), p_said_…(),
/// f_period(day) and f_weight(plays, ms):
///
///   selection_all  one row per play of kind track that satisfies every condition but min-ms
///   selection      the same with min-ms
///   history        every stream of the listener, whatever the other conditions
///   chosen_playlist  the listener's lists that the conditions name, and
///   chosen_track     their tracks that satisfy the conditions on tracks, as they stood at `to`, else now
///   track          title, artist and id of each track_key (tracks, or recordings where these are counted)
///
/// Shape:  those of the columns play_id, ended_at_ms, played_ms, track_key, own_track_key, artist_key,
///         album_key, context_key, was_skipped, local_day, local_weekday, local_hour and local_period that
///         the body names; only the joins that it or a condition needs are made.
/// Errors: kInvalidInput a date or zone that cannot be read.
base::Result<std::string> ComposeMetricSql(const model::Conditions& conditions,
                                           const SelectionContext& context, const std::string& body);

/// Whether a metric's body or a condition needs local time, so that a zone's table must be there.
bool NeedsLocalTime(const model::Conditions& conditions, std::string_view body);

/// Makes the session's table period_of_<grain>, which period a day lies in, told once a day and not once a
/// play (2002 to 2079); nothing where the body needs none.
std::string PeriodTableSql(const model::Conditions& conditions, std::string_view body);

}  // namespace earprint::metrics
