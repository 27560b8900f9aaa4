#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/local_client.hpp"
#include "app/pipeline.hpp"
#include "app/spotify_desk.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
using model::ForgottenPart;

/// Where what is to be erased lies beside the data folder, as far as it is known here.
std::string PlacesText(const GlobalOptions& global, const std::string& listener) {
  std::string text = "from this data folder";
  const auto stores = StoresOf(global.Folder(), listener);
  if (!stores) {
    text += ", from the stores that it was published to";
  } else if (!stores->empty()) {
    text += fmt::format(", from {}", fmt::join(*stores, ", from "));
  }
  return text + (global.log.empty() ? "" : ", and by all who read the log");
}

/// Whether it is meant; where nobody can be asked it must have been said.
ExitCode Agree(const GlobalOptions& global, const std::string& listener, ForgottenPart part, bool is_agreed) {
  if (is_agreed) return ExitCode::kDone;
  const bool is_all = part == ForgottenPart::kAll;
  if (!IsTerminal(STDIN_FILENO)) {
    Complain({base::ErrorCode::kInvalidInput, is_all ? "forget a listener" : "disconnect from Spotify",
              listener, "nobody is there to be asked", "--yes, if it is meant"});
    return ExitCode::kWrongUsage;
  }
  fmt::print("{} of '{}' will be erased for good, {}.{} Type the name to go on: ",
             is_all ? "Everything" : "The login, and everything that came over Spotify's Web API,", listener,
             PlacesText(global, listener), is_all ? "" : " What exports told stays.");
  std::fflush(stdout);
  std::string typed;
  std::getline(std::cin, typed);
  if (typed == listener) return ExitCode::kDone;
  fmt::print("Nothing was erased.\n");
  return ExitCode::kFailed;
}

std::uint64_t WholeOf(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

std::string TextOf(const json::value& value, std::string_view key) {
  const json::value* text = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  return text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
}

json::array ListOf(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

/// As a server told it. What an earlier one did not tell is left out.
ports::LeaveReport ReadReport(const json::object& object) {
  ports::LeaveReport report;
  report.erased.events = WholeOf(object, "events");
  report.erased.kept_events = WholeOf(object, "kept_events");
  if (const json::value* seconds = object.if_contains("seconds"); seconds != nullptr && seconds->is_number())
    report.erased.seconds = seconds->to_number<double>();
  for (const json::value& each : ListOf(object, "counts")) {
    report.erased.counts.push_back({TextOf(each, "type"), TextOf(each, "source"),
                                    each.is_object() ? WholeOf(each.get_object(), "events") : 0});
  }
  const json::value* was_logged_in = object.if_contains("was_logged_in");
  report.was_logged_in = was_logged_in != nullptr && *was_logged_in == json::value(true);
  for (const json::value& store : ListOf(object, "stores")) {
    if (store.is_string()) report.stores.emplace_back(store.get_string());
  }
  for (const json::value& each : ListOf(object, "pending_stores"))
    report.pending_stores.push_back({TextOf(each, "store"), TextOf(each, "reason")});
  return report;
}

base::Result<ports::LeaveReport> LeaveOverServer(LocalClient& server, const std::string& listener,
                                                 ForgottenPart part) {
  const bool is_all = part == ForgottenPart::kAll;
  auto body = server.Post(is_all ? "/api/v1/forget" : "/api/v1/spotify/logout",
                          json::serialize(json::object{{"listener", listener}}));
  if (!body) return std::unexpected(body.error());
  boost::system::error_code failed;
  json::value told = json::parse(*body, failed);
  if (!failed && !is_all && told.is_object()) {
    const json::value* erased = told.get_object().if_contains("erased");
    told = erased != nullptr ? json::value(*erased) : json::value();
  }
  return failed || !told.is_object() ? ports::LeaveReport() : ReadReport(told.get_object());
}

base::Result<ports::LeaveReport> Leave(HouseLeaving& leaving, const std::string& listener,
                                       ForgottenPart part) {
  return part == ForgottenPart::kAll ? leaving.Forget(listener) : leaving.Disconnect(listener);
}

/// Here, or in the server that runs on the same folder.
base::Result<ports::LeaveReport> LeaveAnywhere(const GlobalOptions& global, const std::string& listener,
                                               ForgottenPart part) {
  const DataFolder folder = global.Folder();
  SystemClock clock;
  auto pipeline = Pipeline::Open(folder, clock);
  if (!pipeline) {
    auto server = LocalClient::InsteadOf(pipeline.error(), folder);
    if (!server) return std::unexpected(server.error());
    return LeaveOverServer(**server, listener, part);
  }
  auto shared = OpenSharedLog(global, **pipeline);
  if (!shared) return std::unexpected(shared.error());
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return std::unexpected(asker.error());
  const auto publishing = OpenPublishing(folder, **pipeline, **asker, global.Zone());
  const auto audit = OpenAudit(folder, **pipeline, **asker, clock, global.Zone());
  LeavingParts parts{folder, (*pipeline)->engine(), **pipeline, *publishing, *audit, nullptr, shared->get()};
  if (!SpotifyDesk::WasOpen(folder)) return Leave(*OpenLeaving(parts), listener, part);
  // Other collectors are told, who may have it.
  auto share = OpenListenerShare(global);
  if (!share) return std::unexpected(share.error());
  auto desk = SpotifyDesk::Open(folder, **pipeline, clock, SpotifyDesk::AppOfEnvironment(), share->get());
  // A login that cannot be reached must not stay behind unsaid.
  if (!desk) return std::unexpected(desk.error());
  parts.household = &(*desk)->household();
  return Leave(*OpenLeaving(parts), listener, part);
}

std::string ReportText(const std::string& listener, ForgottenPart part, const ports::LeaveReport& report) {
  const bool is_all = part == ForgottenPart::kAll;
  std::string text =
      fmt::format("{} is {}: {} events erased, {} {} kept, in {:.1f} s.\n", listener,
                  is_all ? "forgotten" : "disconnected", report.erased.events, report.erased.kept_events,
                  is_all ? "of others" : "others", report.erased.seconds);
  for (const ports::ErasedCount& each : report.erased.counts)
    text += fmt::format("  {:<14} {:<12} {:>12}\n", each.type, each.source, each.events);
  if (report.was_logged_in) text += "  the login at Spotify was dropped\n";
  for (const std::string& store : report.stores) text += fmt::format("  erased from {}\n", store);
  for (const ports::PendingStore& each : report.pending_stores)
    text += fmt::format("  STILL IN {}: {}\n", each.store, each.reason);
  if (!report.pending_stores.empty()) text += "  a server tries again by itself; so does the same command\n";
  return text;
}

ExitCode RunLeave(const GlobalOptions& global, const std::string& listener, ForgottenPart part,
                  bool is_agreed) {
  if (const ExitCode agreed = Agree(global, listener, part, is_agreed); agreed != ExitCode::kDone)
    return agreed;
  auto report = LeaveAnywhere(global, listener, part);
  if (!report) return Complain(report.error());
  fmt::print("{}", ReportText(listener, part, *report));
  return report->pending_stores.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

ExitCode RunForget(const GlobalOptions& global, const ForgetOptions& options) {
  return RunLeave(global, options.listener, ForgottenPart::kAll, options.is_agreed);
}

ExitCode RunLogout(const GlobalOptions& global, const LogoutOptions& options) {
  const auto listener = MeantListener(global);
  if (!listener) return Complain(listener.error());
  return RunLeave(global, *listener, ForgottenPart::kFromApi, options.is_agreed);
}

}  // namespace earprint::app
