#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "ports/http_client.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::testing {

/// What a client sends, as the invented Spotify takes it.
inline fakes::WebRequest AskedOfFake(const ports::HttpRequest& request) {
  const std::size_t host_at = request.url.find("://") + 3, path_at = request.url.find('/', host_at);
  const std::string target = request.url.substr(path_at);
  const std::size_t question = std::min(target.find('?'), target.size());
  fakes::WebRequest asked{
      .method = request.method,
      .target = target,
      .path = target.substr(0, question),
      .query = fakes::ParseForm(std::string_view(target).substr(std::min(question + 1, target.size()))),
      .headers = {{"host", request.url.substr(host_at, path_at - host_at)}},
      .body = request.body};
  for (const auto& [name, value] : request.headers) asked.headers.emplace_back(base::AsciiLower(name), value);
  return asked;
}

/// What it answers, as a client gets it; nothing where the line broke. Of an answer that is cut, what came
/// before the cut, in one of two cases: a proxy in between may not know that more was to come.
inline base::Result<ports::HttpAnswer> ToldByFake(const fakes::WebAnswer& answer) {
  const bool comes_in_part = answer.cut_after_bytes && *answer.cut_after_bytes % 2 == 1;
  if (answer.reset || (answer.cut_after_bytes && !comes_in_part)) return NoNetwork();
  ports::HttpAnswer came{answer.status, {}, answer.body};
  if (comes_in_part) came.body.resize(*answer.cut_after_bytes);
  for (const auto& [name, value] : answer.headers) came.headers[base::AsciiLower(name)] = value;
  return came;
}

/// The same by a clock, which a slow answer moves on; nothing where it takes longer than the client waits.
inline base::Result<ports::HttpAnswer> ToldByFake(const fakes::WebAnswer& answer,
                                                  const ports::HttpRequest& request, StoppedClock& clock) {
  const std::int64_t delay_ms = answer.delay.count();
  if (request.deadline_ms > 0 && delay_ms > request.deadline_ms) {
    clock.now_ms += request.deadline_ms;
    return NoNetwork();
  }
  clock.now_ms += delay_ms;
  return ToldByFake(answer);
}

/// Agrees to a login as the listener's browser does; gives the address that the browser is led back to.
inline std::string LedBackByFake(fakes::FakeSpotify& fake, const std::string& url,
                                 std::string_view listener) {
  const std::string query = url.substr(url.find('?') + 1);
  const fakes::WebAnswer agreed =
      fake.Answer({.method = "POST",
                   .target = "/authorize?" + query,
                   .path = "/authorize",
                   .query = fakes::ParseForm(query),
                   .headers = {},
                   .body = "listener=" + std::string(listener) + "&decision=agree"});
  return fakes::Find(agreed.headers, "location").value_or("?");
}

/// The same; gives the query of that address.
inline std::string AgreeAtFake(fakes::FakeSpotify& fake, const std::string& url, std::string_view listener) {
  const std::string back = LedBackByFake(fake, url, listener);
  return back.substr(back.find('?') + 1);
}

}  // namespace earprint::testing
