#include "model/event.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

namespace earprint::model {
namespace {

TEST(EventType, EveryTypeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const EventType type : kEventTypes) {
    EXPECT_TRUE(names.insert(TypeName(type)).second) << TypeName(type);
    EXPECT_EQ(TypeName(type).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << "it is a folder's name too";
  }
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(EventId, IsThirtyHexadecimalDigitsIdentityFirst) {
  std::string hex;
  EventId{0xABC, kIdMask}.AppendHexTo(hex);
  EXPECT_EQ(hex, "000000000000abcfffffffffffffff");
}

TEST(EventId, HalvesFitASignedIntegerOfSql) {
  EXPECT_EQ(static_cast<std::int64_t>(kIdMask), (std::int64_t{1} << 60) - 1);
}

TEST(AppendEnvelope, IsACloudEventWhoeverTheListenerIs) {
  std::string line = "before ";
  AppendEnvelope(EventType::kPlay, {1, 2}, "csv", "m\"\n\x01 Ä", -1, line);
  const auto event = boost::json::parse(line.substr(7) + "{}}").as_object();
  EXPECT_EQ(
      boost::json::value(event),
      boost::json::parse(R"({"specversion": "1.0", "id": "000000000000001000000000000002", "source": "csv",
      "type": "play", "subject": "m\"\n\u0001 Ä", "time": "1969-12-31T23:59:59.999Z", "data": {}})"));
  EXPECT_EQ(line.find('\n'), std::string::npos) << "a log line is one line";
}

}  // namespace
}  // namespace earprint::model
