#include "adapters/kafka/kafka_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace earprint::adapters {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;
using ::testing::HasSubstr;
using ::testing::Not;

base::Error FaultOf(const std::string& url, const Properties& properties = {}) {
  auto settings = ReadKafkaSettings(url, properties);
  EXPECT_FALSE(settings) << url;
  return settings ? base::Error{} : settings.error();
}

TEST(KafkaSettings, ReadsServersAndThePrefixOfItsTopics) {
  auto one = ReadKafkaSettings("kafka://broker:9092", {});
  ASSERT_TRUE(one) << one.error().Text();
  EXPECT_EQ(one->servers, "broker:9092");
  EXPECT_EQ(one->TopicOf(model::EventType::kPlay), "earprint.play");
  auto more = ReadKafkaSettings("kafka://a:1,b:65535/house.2", {});
  ASSERT_TRUE(more) << more.error().Text();
  EXPECT_EQ(more->servers, "a:1,b:65535");
  EXPECT_EQ(more->TopicOf(model::EventType::kAudioFeatures), "house.2.audio_features");
  EXPECT_EQ(more->ListenersTopic(), "house.2.listeners");
}

TEST(KafkaSettings, RefusesWhatIsNoAddress) {
  for (const char* url :
       {"broker:9092", "kafka://", "kafka://broker", "kafka://broker:0", "kafka://broker:70000",
        "kafka://a:1,,b:2", "kafka://:9092", "kafka://a:1/", "kafka://a:1/with space"}) {
    EXPECT_EQ(FaultOf(url).code, base::ErrorCode::kInvalidInput) << url;
  }
}

TEST(KafkaSettings, NeverRepeatsAPasswordThatWasPutIntoTheAddress) {
  EXPECT_THAT(FaultOf("kafka://ann:hunter2@broker:9092").Text(), Not(HasSubstr("hunter2")));
}

TEST(KafkaSettings, RefusesAPropertyThatIsNoneWithoutRepeatingItsValue) {
  const base::Error none = FaultOf("kafka://a:1", {{"sasl.passwrd", "hunter2"}});
  EXPECT_EQ(none.code, base::ErrorCode::kInvalidInput);
  EXPECT_EQ(none.subject, "sasl.passwrd");
  EXPECT_THAT(none.Text(), Not(HasSubstr("hunter2")));
  const base::Error wrong = FaultOf("kafka://a:1", {{"security.protocol", "hunter2"}});
  EXPECT_EQ(wrong.subject, "security.protocol");
  EXPECT_THAT(wrong.Text(), Not(HasSubstr("hunter2")));
}

TEST(KafkaSettings, RefusesWhatDeliveryRestsOn) {
  for (const char* name :
       {"acks", "enable.idempotence", "enable.auto.commit", "bootstrap.servers", "group.id"}) {
    const base::Error fault = FaultOf("kafka://a:1", {{name, "1"}});
    EXPECT_EQ(fault.subject, name);
    EXPECT_THAT(fault.cause, HasSubstr("set by the program"));
  }
}

TEST(KafkaSettings, SaysThatScramIsBeyondThisLibraryAndWhatToTake) {
  EXPECT_FALSE(CanScram(0x020002ff));
  EXPECT_FALSE(CanScram(0x020600ff));
  EXPECT_TRUE(CanScram(0x020601ff));
  EXPECT_THAT(KafkaLibraryText(), HasSubstr("librdkafka "));
  const Properties scram = {{"sasl.mechanism", "SCRAM-SHA-512"}};
  if (KafkaLibraryText().contains("SCRAM")) {
    const base::Error fault = FaultOf("kafka://a:1", scram);
    EXPECT_EQ(fault.code, base::ErrorCode::kUnsupported);
    EXPECT_THAT(fault.cause, HasSubstr("SCRAM"));
    EXPECT_THAT(fault.hint, HasSubstr("PLAIN"));
  } else {
    EXPECT_TRUE(ReadKafkaSettings("kafka://a:1", scram));
  }
}

}  // namespace
}  // namespace earprint::adapters
