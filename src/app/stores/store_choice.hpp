#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "ports/stores/metric_store.hpp"
#include "ports/streams/event_sink.hpp"

namespace earprint::app {

/// The store that a person names: mongodb://…, mongodb+srv://…, postgresql://… or parquet:folder. Connects
/// when it is first asked. Errors: kInvalidInput it is none of these.
base::Result<std::unique_ptr<ports::MetricStore>> ChooseStore(const std::string& url);

/// The same store by a URL that means it wherever a command is run: a folder with its whole path.
std::string WholeStoreUrl(const std::string& url);

/// The servers among them as places where events of a shared log come to rest; `origin` names the log.
base::Result<std::unique_ptr<ports::EventSink>> ChooseEventSink(const std::string& url, std::string origin);

}  // namespace earprint::app
