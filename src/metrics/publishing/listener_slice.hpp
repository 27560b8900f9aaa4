#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "metrics/publishing/published_relations.hpp"
#include "metrics/publishing/slice_schema.hpp"
#include "ports/query_engine.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::metrics::publishing {

/// The part with the statements that make a slice's tables; a table's own parts are of relation
/// slice/<table>.
inline constexpr std::string_view kSlicePrefix = "slice/";
ports::PartName SliceTablesPart();

/// One listener's rows of the warehouse, in parts: what people read, and what a server answers from.
///
/// Effects: the rows are copied into memory at once, so that all parts are of one state, and each large table
///          is gone through once, whatever is made of the rows; files in the scratch folder. Both go with it.
/// Errors:  of every call: the engine's · kRetryLater the disk is full.
class ListenerSlice {
 public:
  /// `prelude` is the function library; engine and relations outlive the slice.
  static base::Result<std::unique_ptr<ListenerSlice>> Open(ports::QueryEngine& engine,
                                                           const std::string& prelude, std::string listener,
                                                           std::span<const PublishedRelation> relations,
                                                           std::string scratch_folder);
  ~ListenerSlice();
  ListenerSlice(const ListenerSlice&) = delete;
  ListenerSlice& operator=(const ListenerSlice&) = delete;

  /// The same engine, where the warehouse's tables hold nothing but these rows. Its sessions end before the
  /// slice.
  ports::QueryEngine& engine() { return schema_->engine(); }

  /// Names the state of the data that the rows are of.
  const std::string& data_version() const { return schema_->data_version(); }

  /// Every part that has rows.
  const ports::PartPrints& Prints() const { return prints_; }

  /// Puts the parts wanted, which are parts of Prints, into a change, and tells of each; ends with what
  /// `told` fails with.
  using Told = std::function<base::Result<void>(const ports::PartName&, std::int64_t rows)>;
  base::Result<void> Send(const std::set<ports::PartName>& wanted, ports::ListenerChange& change,
                          const Told& told);

 private:
  ListenerSlice(std::string listener, std::span<const PublishedRelation> relations,
                std::string scratch_folder);
  base::Result<void> MakePrints();
  base::Result<void> AddPrints(const std::string& relation, const std::string& columns,
                               const std::string& rows_sql);
  using Chunks = std::vector<std::string>;
  base::Result<std::string> Gather(const std::string& rows_sql, std::span<const std::string> chunks);
  std::span<const std::string> FirstOf(const std::string& relation,
                                       std::span<const std::string> chunks) const;
  base::Result<void> SendRows(const PublishedRelation& relation, const Chunks& chunks,
                              ports::ListenerChange& change, const Told& told);
  base::Result<void> SendTable(const SliceTable& table, const Chunks& chunks, ports::ListenerChange& change,
                               const Told& told);

  std::string listener_;
  std::span<const PublishedRelation> relations_;
  std::string scratch_folder_;
  std::unique_ptr<SliceSchema> schema_;
  std::unique_ptr<ports::QuerySession> session_;  ///< ends before the schema
  std::vector<SliceTable> tables_;
  std::string tables_sql_;
  ports::PartPrints prints_;
};

}  // namespace earprint::metrics::publishing
