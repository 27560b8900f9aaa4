#include "adapters/file/input_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>
#include <zlib.h>

#include <filesystem>
#include <map>

#include "tests/support/file_bytes.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

namespace fs = std::filesystem;
using testing::BytesOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TempFolder;
using testing::WriteBytes;

void WriteZip(const std::string& path, const std::vector<std::pair<std::string, std::string>>& entries,
              const char* password = nullptr) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  ASSERT_NE(archive, nullptr);
  for (const auto& [name, bytes] : entries) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t at = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    ASSERT_GE(at, 0) << name;
    if (password != nullptr) {
      zip_file_set_encryption(archive, static_cast<zip_uint64_t>(at), ZIP_EM_AES_256, password);
    }
  }
  ASSERT_EQ(zip_close(archive), 0);
}

std::string Gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib's type; not written to
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

struct Unpacked {
  std::string text;
  std::uint64_t bytes = 0;
  std::string error;
};

Unpacked ReadAll(const ports::InputFile& file, std::size_t step = 10'000) {
  Unpacked all;
  auto reader = file.open();
  if (!reader) return {"", 0, reader.error().Text()};
  std::string buffer(step, '\0');
  for (;;) {
    auto count = (*reader)->Read(buffer);
    if (!count) {
      all.error = count.error().Text();
      return all;
    }
    if (*count == 0) return all;
    all.bytes += *count;
    if (all.text.size() < 1U << 20) all.text.append(buffer, 0, *count);
  }
}

std::vector<std::string> NamesOf(const ports::InputListing& listing) {
  std::vector<std::string> names;
  for (const auto& file : listing.files) names.push_back(file.base_name);
  return names;
}

TEST(ListInputs, FindsFilesAtAnyDepthAndLeavesHiddenOnesOut) {
  const TempFolder folder;
  WriteBytes(folder / "b/deep/er/endsong_0.json", "[]");
  WriteBytes(folder / "a.csv", "x");
  WriteBytes(folder / ".hidden/c.json", "x");
  WriteBytes(folder / ".d.json", "x");
  const auto listing = ListInputs({folder.path()});
  EXPECT_THAT(NamesOf(listing), ElementsAre("a.csv", "endsong_0.json"));
  EXPECT_THAT(listing.refused, IsEmpty());
}

TEST(ListInputs, ReadsPlainPackedAndZippedBytesAlike) {
  const TempFolder folder;
  const std::string text = "[{\"ts\":\"2019\"}]";
  WriteBytes(folder / "1.json", text);
  WriteBytes(folder / "2.json.gz", Gzipped(text));
  WriteBytes(folder / "3-two-members.gz", Gzipped("[{\"ts\"") + Gzipped(":\"2019\"}]"));
  WriteBytes(folder / "4-by-content.json", Gzipped(text));
  WriteZip(folder / "5.zip", {{"MyData/x/endsong.json", text}, {"MyData/", ""}});
  const auto listing = ListInputs({folder.path()});
  ASSERT_THAT(listing.files, SizeIs(5));
  for (const auto& file : listing.files) EXPECT_EQ(ReadAll(file).text, text) << file.name;
  EXPECT_EQ(listing.files[1].base_name, "2.json");
  EXPECT_EQ(listing.files[4].base_name, "endsong.json");
  EXPECT_THAT(listing.files[4].name, HasSubstr("5.zip/MyData/x/endsong.json"));
}

TEST(ListInputs, AZipThatClimbsOutIsOnlyANameAndWritesNothing) {
  const TempFolder folder;
  fs::create_directories(folder / "in");
  WriteZip(folder / "in/x.zip", {{"../../escaped.json", "[]"}, {"/abs/\xe2\x82\xac.json", "[]"}});
  const auto listing = ListInputs({folder / "in/x.zip"});
  ASSERT_THAT(listing.files, SizeIs(2));
  EXPECT_EQ(ReadAll(listing.files[0]).text, "[]");
  EXPECT_EQ(ReadAll(listing.files[1]).text, "[]");
  std::vector<std::string> on_disk;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    on_disk.push_back(entry.path().filename());
  EXPECT_THAT(on_disk, ::testing::UnorderedElementsAre("in", "x.zip"));
}

TEST(ListInputs, ANameThatWouldDriveATerminalIsShownHarmless) {
  const TempFolder folder;
  WriteZip(folder / "x.zip", {{"escape_here.json", "[]"}});
  std::string bytes = BytesOf(folder / "x.zip");
  for (auto at = bytes.find("escape_"); at != std::string::npos; at = bytes.find("escape_", at)) {
    bytes.replace(at, 4, "\x1b[2J");
  }
  WriteBytes(folder / "x.zip", bytes);
  const auto listing = ListInputs({folder / "x.zip"});
  for (const auto& file : listing.files) EXPECT_THAT(file.base_name, Not(HasSubstr("\x1b")));
  for (const auto& error : listing.refused) EXPECT_THAT(error.Text(), Not(HasSubstr("\x1b")));
  EXPECT_EQ(listing.files.size() + listing.refused.size(), 1U);
}

TEST(ListInputs, AControlCharacterOfTwoBytesIsShownHarmlessToo) {
  const TempFolder folder;
  WriteBytes(folder /
                 "a\xC2\x9B"
                 "2J\xC3\x9B.json",
             "[]");
  const auto listing = ListInputs({folder.path()});
  EXPECT_THAT(NamesOf(listing), ElementsAre("a?2J\xC3\x9B.json"));
  ASSERT_THAT(listing.files, SizeIs(1));
  EXPECT_EQ(ReadAll(listing.files[0]).text, "[]") << "only the name that is shown changes";
}

TEST(ListInputs, BombsAreStoppedEarlyWhateverTheyArePackedWith) {
  const TempFolder folder;
  const std::string zeros(200U << 20, '0');
  WriteZip(folder / "bomb.zip", {{"endsong.json", zeros}});
  WriteBytes(folder / "bomb.gz", Gzipped(zeros));
  const auto listing = ListInputs({folder.path()});
  ASSERT_THAT(listing.files, SizeIs(2));
  for (const auto& file : listing.files) {
    const Unpacked all = ReadAll(file);
    EXPECT_THAT(all.error, HasSubstr("250 times")) << file.name;
    EXPECT_LT(all.bytes, 100U << 20) << file.name;
  }
}

TEST(ListInputs, AnEncryptedEntryIsRefusedWithTheWayOut) {
  const TempFolder folder;
  WriteZip(folder / "locked.zip", {{"endsong.json", "[]"}}, "secret");
  const auto listing = ListInputs({folder / "locked.zip"});
  EXPECT_THAT(listing.files, IsEmpty());
  ASSERT_THAT(listing.refused, SizeIs(1));
  EXPECT_THAT(listing.refused[0].Text(), HasSubstr("encrypted"));
  EXPECT_THAT(listing.refused[0].Text(), HasSubstr("password"));
}

TEST(ListInputs, AGzipCutAtEveryByteGivesWhatItHoldsAndSaysSo) {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 200; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string packed = Gzipped(text);
  for (std::size_t size = 2; size < packed.size(); size += 3) {
    WriteBytes(folder / "x.gz", packed.substr(0, size));
    const auto listing = ListInputs({folder / "x.gz"});
    ASSERT_THAT(listing.files, SizeIs(1));
    const Unpacked all = ReadAll(listing.files[0]);
    ASSERT_TRUE(text.starts_with(all.text)) << size;
    ASSERT_THAT(all.error, HasSubstr("ends early")) << size;
  }
}

TEST(ListInputs, ACutGzipGivesTheSameWhateverTheReadsSize) {
  const TempFolder folder;
  std::string text = "once ";
  for (int i = 0; i < 40; ++i) text += std::string(300, static_cast<char>('a' + i % 26)) + std::to_string(i);
  const std::string packed = Gzipped(text);
  for (std::size_t size = 2; size < packed.size(); ++size) {
    WriteBytes(folder / "x.gz", packed.substr(0, size));
    const auto listing = ListInputs({folder / "x.gz"});
    ASSERT_THAT(listing.files, SizeIs(1));
    const Unpacked all = ReadAll(listing.files[0]);
    for (const std::size_t step : {1, 7, 250}) {
      ASSERT_EQ(ReadAll(listing.files[0], step).text, all.text) << size << " bytes, read by " << step;
    }
  }
}

TEST(ListInputs, ABombThatLiesAboutItsSizeIsStoppedAllTheSame) {
  const TempFolder folder;
  WriteZip(folder / "bomb.zip", {{"endsong.json", std::string(200U << 20, '0')}});
  std::string bytes = BytesOf(folder / "bomb.zip");
  const std::size_t central = bytes.rfind("PK\x01\x02");
  ASSERT_NE(central, std::string::npos);
  bytes.replace(central + 20, 4, std::string("\xFE\xFF\xFF\x7F", 4));  // the packed size
  WriteBytes(folder / "bomb.zip", bytes);
  const auto listing = ListInputs({folder / "bomb.zip"});
  for (const auto& file : listing.files) {
    EXPECT_LE(file.packed_bytes, bytes.size()) << "progress would never end";
    EXPECT_LT(ReadAll(file).bytes, 100U << 20);
  }
  EXPECT_EQ(listing.files.size() + listing.refused.size(), 1U);
}

TEST(ListInputs, AZipCutAnywhereIsRefusedOrToldNeverReadWrong) {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i * 7919) + "\n";
  WriteZip(folder / "whole.zip", {{"a.json", text}, {"b.json", text}});
  const std::string bytes = BytesOf(folder / "whole.zip");
  for (std::size_t size = 4; size < bytes.size(); size += 17) {
    WriteBytes(folder / "cut.zip", bytes.substr(0, size));
    const auto listing = ListInputs({folder / "cut.zip"});
    ASSERT_THAT(listing.files, IsEmpty()) << size;
    ASSERT_THAT(listing.refused, SizeIs(1)) << size;
    ASSERT_THAT(listing.refused[0].Text(), HasSubstr("unfinished download")) << size;
  }
  for (std::size_t at = 30; at < bytes.size() / 2; at += 11) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    WriteBytes(folder / "cut.zip", damaged);
    for (const auto& file : ListInputs({folder / "cut.zip"}).files) {
      const Unpacked all = ReadAll(file);
      ASSERT_TRUE(all.text == text || !all.error.empty()) << file.name << " with byte " << at << " damaged";
    }
  }
}

TEST(ListInputs, WhatIsNotThereIsToldByName) {
  const TempFolder folder;
  fs::create_directories(folder / "empty");
  const auto listing = ListInputs({folder / "nothing.json", folder / "empty", "/dev/null"});
  EXPECT_THAT(listing.files, IsEmpty());
  ASSERT_THAT(listing.refused, SizeIs(3));
  EXPECT_THAT(listing.refused[0].Text(), HasSubstr("no such file or folder"));
  EXPECT_THAT(listing.refused[1].Text(), HasSubstr("holds no file"));
  EXPECT_THAT(listing.refused[2].Text(), HasSubstr("neither a file nor a folder"));
}

}  // namespace
}  // namespace earprint::adapters
