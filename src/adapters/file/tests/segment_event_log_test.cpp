#include "adapters/file/segment_event_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <filesystem>

#include "tests/support/file_bytes.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

namespace fs = std::filesystem;
using model::EventType;
using testing::BytesOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::TempFolder;
using testing::WriteBytes;

std::string Unpacked(const std::string& packed) {
  std::string text(1 << 20, '\0');
  std::string all;
  for (std::size_t at = 0; at < packed.size();) {
    const std::size_t size = ZSTD_findFrameCompressedSize(packed.data() + at, packed.size() - at);
    if (ZSTD_isError(size)) return "(damaged)";
    const std::size_t got = ZSTD_decompress(text.data(), text.size(), packed.data() + at, size);
    if (ZSTD_isError(got)) return "(damaged)";
    all.append(text, 0, got);
    at += size;
  }
  return all;
}

/// What lies from an offset on, as files and as frames: always the same.
std::string ReadFrom(const SegmentEventLog& log, std::uint64_t offset, const TempFolder& folder) {
  auto files = log.FilesFrom(EventType::kPlay, offset, folder / "scratch");
  EXPECT_TRUE(files) << files.error().Text();
  std::string all, by_frames;
  for (const std::string& file : *files) all += Unpacked(BytesOf(file));
  const auto read =
      log.ReadFrames(EventType::kPlay, offset, [&](std::string_view frame) -> base::Result<bool> {
        auto lines = log.Unpack(frame);
        EXPECT_TRUE(lines) << lines.error().Text();
        by_frames += *lines;
        return true;
      });
  EXPECT_TRUE(read) << read.error().Text();
  EXPECT_EQ(by_frames, all);
  return all;
}

class SegmentEventLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<SegmentEventLog> Open() {
    auto log = SegmentEventLog::Open(folder_ / "lake", clock_);
    EXPECT_TRUE(log) << log.error().Text();
    return std::move(*log);
  }
  /// Three frames in one segment; gives the offsets after each.
  std::vector<std::uint64_t> WriteThree() {
    auto log = Open();
    std::vector<std::uint64_t> ends;
    for (const char* lines : {"{\"a\":1}\n{\"a\":2}\n", "{\"b\":1}\n", "{\"c\":1}\n{\"c\":2}\n{\"c\":3}\n"}) {
      EXPECT_TRUE(log->Append(EventType::kPlay, log->Pack(lines)));
      ends.push_back(log->End(EventType::kPlay));
    }
    EXPECT_TRUE(log->Sync());
    return ends;
  }
  std::string OnlySegment() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "lake")) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    EXPECT_THAT(found, SizeIs(1));
    return found.empty() ? "" : found[0];
  }

  TempFolder folder_;
  testing::StoppedClock clock_;
};

TEST_F(SegmentEventLogTest, GivesBackWhatWasAppendedFromAnyFrameOn) {
  const auto ends = WriteThree();
  const auto log = Open();
  EXPECT_EQ(log->End(EventType::kPlay), ends[2]);
  EXPECT_EQ(log->End(EventType::kDeadLetter), 0U);
  EXPECT_EQ(ReadFrom(*log, 0, folder_), "{\"a\":1}\n{\"a\":2}\n{\"b\":1}\n{\"c\":1}\n{\"c\":2}\n{\"c\":3}\n");
  EXPECT_EQ(ReadFrom(*log, ends[0], folder_), "{\"b\":1}\n{\"c\":1}\n{\"c\":2}\n{\"c\":3}\n");
  EXPECT_EQ(ReadFrom(*log, ends[2], folder_), "");
}

TEST_F(SegmentEventLogTest, LiesUnderItsTypeAndDayOfArrival) {
  WriteThree();
  EXPECT_THAT(OnlySegment(), HasSubstr("/lake/type=play/date=2026-11-23/00000000000000000000.jsonl.zst"));
}

TEST_F(SegmentEventLogTest, ATornTailAtEveryByteCostsTheTornFrameOnly) {
  const auto ends = WriteThree();
  const std::string path = OnlySegment();
  const std::string bytes = BytesOf(path);
  ASSERT_EQ(bytes.size(), ends[2]);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    WriteBytes(path, bytes.substr(0, size));
    const auto log = Open();
    const std::uint64_t sound = size >= ends[1] ? ends[1] : size >= ends[0] ? ends[0] : 0;
    ASSERT_EQ(log->End(EventType::kPlay), sound) << size;
    ASSERT_EQ(log->repaired_bytes(), size - sound) << size;
    ASSERT_TRUE(log->Append(EventType::kPlay, log->Pack("{\"d\":1}\n"))) << size;
    ASSERT_THAT(ReadFrom(*log, sound, folder_), "{\"d\":1}\n") << size;
  }
}

TEST_F(SegmentEventLogTest, AFlippedByteInTheLastFrameIsATornTail) {
  const auto ends = WriteThree();
  const std::string path = OnlySegment();
  const std::string bytes = BytesOf(path);
  for (std::size_t at = ends[1]; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    WriteBytes(path, damaged);
    const auto log = Open();
    const std::string read = ReadFrom(*log, 0, folder_);
    ASSERT_THAT(read, ::testing::StartsWith("{\"a\":1}\n{\"a\":2}\n{\"b\":1}\n")) << at;
    ASSERT_THAT(read, ::testing::Not(HasSubstr("damaged"))) << at;
  }
}

TEST_F(SegmentEventLogTest, DamageBeforeSoundFramesTakesNothingOff) {
  const auto ends = WriteThree();
  const std::string path = OnlySegment();
  const std::string bytes = BytesOf(path);
  int refused = 0;
  for (std::size_t at = 0; at < ends[1]; ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    WriteBytes(path, damaged);
    if (auto log = SegmentEventLog::Open(folder_ / "lake", clock_); !log) {
      ++refused;
      ASSERT_EQ(log.error().code, base::ErrorCode::kCorrupt) << at;
      ASSERT_THAT(log.error().Text(), HasSubstr("truncate -s")) << at;
    }
    ASSERT_EQ(BytesOf(path), damaged) << at;
  }
  EXPECT_GT(refused, 0);
}

TEST_F(SegmentEventLogTest, AnOffsetBeyondTheEndSaysWhatToDo) {
  const auto ends = WriteThree();
  const auto files = Open()->FilesFrom(EventType::kPlay, ends[2] + 1, folder_ / "scratch");
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, base::ErrorCode::kNotFound);
  EXPECT_THAT(files.error().Text(), HasSubstr("earprint rebuild"));
}

TEST_F(SegmentEventLogTest, BeginsANewSegmentWhenOneIsFullAndNoticesWhenOneIsGone) {
  {
    auto log = Open();
    std::string lines;  // hard to pack, so that two frames fill a segment
    std::uint64_t state = 1;
    while (lines.size() < 12U << 20) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      lines += std::to_string(state);
    }
    lines += '\n';
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(log->Append(EventType::kPlay, log->Pack(lines)));
    ASSERT_TRUE(log->Sync());
    auto files = log->FilesFrom(EventType::kPlay, 0, folder_ / "scratch");
    ASSERT_TRUE(files);
    ASSERT_GE(files->size(), 2U);
    fs::remove(files->front());
  }
  const auto log = SegmentEventLog::Open(folder_ / "lake", clock_);
  ASSERT_FALSE(log) << "a missing first segment must not go unseen";
  EXPECT_EQ(log.error().code, base::ErrorCode::kCorrupt);
}

TEST_F(SegmentEventLogTest, AFolderThatCannotBeMadeIsToldByName) {
  WriteBytes(folder_ / "file", "x");
  const auto log = SegmentEventLog::Open(folder_ / "file/lake", clock_);
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().Text(), HasSubstr("file/lake"));
}

TEST_F(SegmentEventLogTest, ACopyKeepsTheLinesThatAreWantedUnderTheirOldDays) {
  {
    auto log = Open();
    ASSERT_TRUE(log->Append(EventType::kPlay, log->Pack("a1\nb1\na2\n")));
    ASSERT_TRUE(log->Append(EventType::kPlay, log->Pack("a3\n")));
    ASSERT_TRUE(log->Append(EventType::kGap, log->Pack("a4\n")));
    ASSERT_TRUE(log->Append(EventType::kPlay, log->Pack("b2\nb3\n")));
  }
  auto log = Open();
  clock_.now_ms += 3 * base::kMsPerDay;
  const auto copied = log->CopyTo(
      folder_ / "copy",
      [](EventType, std::string_view line) -> base::Result<bool> { return line.starts_with('b'); });
  ASSERT_TRUE(copied) << copied.error().Text();
  auto copy = SegmentEventLog::Open(folder_ / "copy", clock_);
  ASSERT_TRUE(copy) << copy.error().Text();
  EXPECT_EQ((*copy)->repaired_bytes(), 0U);
  EXPECT_EQ(ReadFrom(**copy, 0, folder_), "b1\nb2\nb3\n");
  EXPECT_EQ((*copy)->End(EventType::kGap), 0U);
  EXPECT_EQ(ReadFrom(*log, 0, folder_), "a1\nb1\na2\na3\nb2\nb3\n") << "the log itself is as it was";
  const auto files = (*copy)->FilesFrom(EventType::kPlay, 0, folder_ / "scratch");
  const auto old_files = log->FilesFrom(EventType::kPlay, 0, folder_ / "scratch");
  ASSERT_THAT(*files, SizeIs(1));
  EXPECT_EQ(fs::path((*files)[0]).parent_path().filename(),
            fs::path((*old_files)[0]).parent_path().filename());
  ASSERT_TRUE((*copy)->Append(EventType::kPlay, log->Pack("c1\n"))) << "it goes on";
  EXPECT_EQ(ReadFrom(**copy, 0, folder_), "b1\nb2\nb3\nc1\n");
}

TEST_F(SegmentEventLogTest, ACopyOfWhatIsDamagedIsNone) {
  auto log = Open();
  ASSERT_TRUE(log->Append(EventType::kPlay, log->Pack("a1\na2\n")));
  const auto refused =
      log->CopyTo(folder_ / "copy", [](EventType, std::string_view line) -> base::Result<bool> {
        if (line.starts_with("a2")) return base::Fail(base::ErrorCode::kCorrupt, "read", "a2", "odd");
        return true;
      });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace earprint::adapters
