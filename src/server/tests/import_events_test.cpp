#include "server/events/import_events.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "base/text.hpp"
#include "server/http_message.hpp"

namespace earprint::server {
namespace {

std::string Event(std::string_view name, std::string_view data) {
  return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}

struct Heard {
  std::vector<ports::ImportProgress> progress;
  std::vector<ports::FileReport> files;
  ports::ImportObserver observer{.on_progress = [this](const auto& told) { progress.push_back(told); },
                                 .on_file = [this](const auto& told) { files.push_back(told); }};
};

const ports::FileReport kReport{.file = "a \"b\"\n.zip",
                                .kind = "history",
                                .read = 6,
                                .accepted = 3,
                                .duplicate = 2,
                                .rejected = 1,
                                .retold = 1,
                                .refused = "",
                                .note = "ended early"};

std::string WholeImport() {
  ports::ImportSummary summary;
  summary.total = {.read = 6, .accepted = 3, .duplicate = 2, .rejected = 1, .retold = 1};
  summary.seconds = 1.5;
  summary.data_version = "v7";
  return ": comment\n\n" + Event("progress", ProgressJson({"read", 5, 10, 2, 100, 0.5})) +
         Event("file", FileJson(kReport)) + Event("unknown", "{}") + Event("done", SummaryJson(summary));
}

TEST(ImportEvents, ComeBackAsTheyWereWrittenHoweverTheBytesAreCut) {
  const std::string text = WholeImport();
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Heard heard;
    ImportEventReader reader(heard.observer);
    reader.Take(std::string_view(text).substr(0, cut));
    reader.Take(std::string_view(text).substr(cut));
    ASSERT_EQ(heard.progress.size(), 1U) << cut;
    EXPECT_EQ(heard.progress[0].phase, "read");
    EXPECT_EQ(heard.progress[0].total_bytes, 10U);
    EXPECT_EQ(heard.progress[0].records_per_second, 100);
    ASSERT_EQ(heard.files.size(), 1U) << cut;
    EXPECT_EQ(heard.files[0].file, kReport.file);
    EXPECT_EQ(heard.files[0].retold, 1U);
    EXPECT_EQ(heard.files[0].note, "ended early");
    auto summary = reader.End();
    ASSERT_TRUE(summary.has_value()) << cut;
    EXPECT_EQ(summary->total.read, 6U);
    EXPECT_EQ(summary->seconds, 1.5);
    EXPECT_EQ(summary->data_version, "v7");
    EXPECT_EQ(summary->files.size(), 1U);
  }
}

TEST(ImportEvents, SayThatTheServerEndedEarly) {
  const std::string text = WholeImport();
  const std::size_t whole = text.size();
  for (std::size_t kept = 0; kept < whole; ++kept) {
    const ports::ImportObserver nobody;
    ImportEventReader reader(nobody);
    reader.Take(std::string_view(text).substr(0, kept));
    auto summary = reader.End();
    ASSERT_FALSE(summary.has_value()) << kept;
    EXPECT_EQ(summary.error().code, base::ErrorCode::kRetryLater);
  }
}

TEST(ImportEvents, CarryAProblemWithItsCode) {
  const ports::ImportObserver nobody;
  ImportEventReader reader(nobody);
  const base::Error error{base::ErrorCode::kCorrupt, "import", "lake", "a segment is damaged",
                          "earprint doctor"};
  reader.Take(Event("error", Problem(error).body));
  auto summary = reader.End();
  ASSERT_FALSE(summary.has_value());
  EXPECT_EQ(summary.error().code, base::ErrorCode::kCorrupt);
  EXPECT_EQ(summary.error().Text(), "import failed: lake: a segment is damaged (try: earprint doctor)");
}

TEST(ImportEvents, StayJsonForRatesThatAreNoNumbers) {
  const std::string text =
      ProgressJson({"read", 0, 0, 0, std::numeric_limits<double>::infinity(), std::nan("")});
  Heard heard;
  ImportEventReader reader(heard.observer);
  reader.Take(Event("progress", text));
  ASSERT_EQ(heard.progress.size(), 1U);
  EXPECT_EQ(heard.progress[0].phase, "read");
  EXPECT_EQ(heard.progress[0].records_per_second, 0);
}

TEST(ImportEvents, DropAnEventThatIsTooLongAndGoOn) {
  Heard heard;
  ImportEventReader reader(heard.observer);
  const std::string piece(100'000, 'x');
  reader.Take("event: file\ndata: {\"file\":\"");
  for (int i = 0; i < 30; ++i) reader.Take(piece);
  EXPECT_LE(reader.rest().size(), EventReader::kEventBytesMax);
  reader.Take("\"}\n\n" + Event("file", FileJson(kReport)));
  ASSERT_EQ(heard.files.size(), 1U);
  EXPECT_EQ(heard.files[0].file, kReport.file);
}

RC_GTEST_PROP(ImportEvents, AnyReportComesBack,
              (const std::string& file, const std::string& note, std::uint64_t read)) {
  Heard heard;
  ImportEventReader reader(heard.observer);
  reader.Take(Event("file", FileJson({.file = file, .read = read, .note = note})));
  RC_ASSERT(heard.files.size() == 1U);
  RC_ASSERT(heard.files[0].file == base::ToValidUtf8(file));
  RC_ASSERT(heard.files[0].note == base::ToValidUtf8(note));
  RC_ASSERT(heard.files[0].read == read);
}

}  // namespace
}  // namespace earprint::server
