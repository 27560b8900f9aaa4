#pragma once

#include <memory>
#include <string>

#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// A folder of Parquet files, which any tool reads.
///
/// Shape:   a folder for each listener, and in it whole states beside each other, of which the link `current`
///          names the one that counts: plays/<month>.parquet, tracks/…, playlists/…,
///          metrics/<metric>-<key>.parquet, slice/<table>/<chunk>.parquet, and state.parquet, which says what
///          there is. A change is written beside the state and switched to by a rename; what did not change
///          is the same file.
/// Effects: the folder is made with the first change. One publishes at a time; the state before stays for who
///          reads it.
/// Source:  docs/stores.md
std::unique_ptr<ports::MetricStore> MakeParquetMetricStore(const std::string& folder);

}  // namespace earprint::adapters
