#include "app/stores/publish_events.hpp"

#include <boost/json.hpp>
#include <utility>

#include "base/text.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
using metrics::publishing::PublishedReport;
using metrics::publishing::PublishProgress;

json::object ParseObject(std::string_view text) {
  json::error_code failed;
  json::value value = json::parse(text, failed);
  return failed || !value.is_object() ? json::object() : std::move(value.get_object());
}

std::string Text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// 0 where there is no such number.
template <typename Number>
Number NumberOf(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  json::error_code failed;
  const Number number = value == nullptr ? Number() : value->to_number<Number>(failed);
  return failed ? Number() : number;
}

}  // namespace

std::string PublishWishJson(const PublishWish& wish) {
  return json::serialize(json::object{{"url", wish.url},
                                      {"listener", wish.listener},
                                      {"zone", wish.zone},
                                      {"patience_seconds", wish.patience.count()}});
}

base::Result<PublishWish> ReadPublishWish(std::string_view text) {
  const auto wrong = [](std::string subject) {
    return base::Fail(base::ErrorCode::kInvalidInput, "publish", std::move(subject), "it is not allowed",
                      "a JSON object with url, and perhaps listener, zone and patience_seconds (to a week)");
  };
  json::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return wrong("the body");
  PublishWish wish;
  for (const auto& [name, field] : value.get_object()) {
    const bool is_number = field.is_int64() && field.get_int64() >= 0;
    if (name == "url" && field.is_string()) {
      wish.url = field.get_string();
    } else if (name == "listener" && field.is_string()) {
      wish.listener = field.get_string();
    } else if (name == "zone" && field.is_string()) {
      wish.zone = field.get_string();
    } else if (name == "patience_seconds" && is_number && field.get_int64() <= kPatienceMaxSeconds) {
      wish.patience = std::chrono::seconds(field.get_int64());
    } else {
      return wrong(base::ToValidUtf8(std::string_view(name).substr(0, 40)));
    }
  }
  if (wish.url.empty()) return wrong("url");
  return wish;
}

PublishObserver SendPublishEvents(const HousePublishing::SendEvent& send) {
  return {.on_progress =
              [&send](const PublishProgress& p) {
                send("progress", json::serialize(json::object{{"listener", p.listener},
                                                              {"parts_done", p.parts_done},
                                                              {"parts", p.parts},
                                                              {"rows", p.rows}}));
              },
          .on_published =
              [&send](const PublishedReport& r) {
                send("published", json::serialize(json::object{{"listener", r.listener},
                                                               {"data_version", r.data_version},
                                                               {"parts", r.parts},
                                                               {"parts_sent", r.parts_sent},
                                                               {"parts_dropped", r.parts_dropped},
                                                               {"answers_sent", r.answers_sent},
                                                               {"rows_sent", r.rows_sent},
                                                               {"seconds", r.seconds}}));
              },
          .on_forgotten =
              [&send](const std::string& listener) {
                send("forgotten", json::serialize(json::object{{"listener", listener}}));
              },
          .on_retry =
              [&send](const base::Error& error, std::chrono::milliseconds pause) {
                send("retry", json::serialize(json::object{{"operation", error.op},
                                                           {"subject", error.subject},
                                                           {"cause", error.cause},
                                                           {"hint", error.hint},
                                                           {"pause_ms", pause.count()}}));
              }};
}

void TakePublishEvent(std::string_view name, std::string_view data, const PublishObserver& observer) {
  const json::object object = ParseObject(data);
  if (name == "progress" && observer.on_progress) {
    observer.on_progress({Text(object, "listener"), NumberOf<std::size_t>(object, "parts_done"),
                          NumberOf<std::size_t>(object, "parts"), NumberOf<std::int64_t>(object, "rows")});
  } else if (name == "published" && observer.on_published) {
    observer.on_published({.listener = Text(object, "listener"),
                           .data_version = Text(object, "data_version"),
                           .parts = NumberOf<std::size_t>(object, "parts"),
                           .parts_sent = NumberOf<std::size_t>(object, "parts_sent"),
                           .parts_dropped = NumberOf<std::size_t>(object, "parts_dropped"),
                           .answers_sent = NumberOf<std::size_t>(object, "answers_sent"),
                           .rows_sent = NumberOf<std::int64_t>(object, "rows_sent"),
                           .seconds = NumberOf<double>(object, "seconds")});
  } else if (name == "forgotten" && observer.on_forgotten) {
    observer.on_forgotten(Text(object, "listener"));
  } else if (name == "retry" && observer.on_retry) {
    observer.on_retry({base::ErrorCode::kRetryLater, Text(object, "operation"), Text(object, "subject"),
                       Text(object, "cause"), Text(object, "hint")},
                      std::chrono::milliseconds(NumberOf<std::int64_t>(object, "pause_ms")));
  }
}

}  // namespace earprint::app
