#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "metrics/answerer.hpp"
#include "server/api.hpp"

namespace earprint::app {

/// Errors: kInvalidInput a format that answers are not written in.
base::Result<void> CheckFormat(const std::string& format);

/// An answer in one of these formats.
server::WrittenAnswer WriteAnswer(const model::Answer& answer, const std::string& format);

/// {"values":[{"value","plays"}]} of one of a listener's dimensions. Errors: the answerer's.
base::Result<std::string> ValuesJson(metrics::Answerer& answerer, const std::string& dimension,
                                     const std::string& text, const std::string& listener,
                                     std::int64_t limit);

/// {"listeners":[…],"default":…}.
base::Result<std::string> ListenersJson(const base::Result<std::vector<std::string>>& listeners);

/// "127.0.0.1:8300", "8300", "[::1]:8300" as address and port. Errors: kInvalidInput.
base::Result<std::pair<std::string, std::uint16_t>> ParseListen(const std::string& text);

/// Says where the page is, once it can be asked for.
void SayReady(const std::string& address, std::uint16_t port);

}  // namespace earprint::app
