#include "adapters/kafka/kafka_client.hpp"

#include <gtest/gtest.h>

namespace earprint::adapters {
namespace {

bool IsRefused(rd_kafka_resp_err_t code, const std::string& words) {
  KafkaEars ears;
  ears.Note(code, words);
  EXPECT_EQ(ears.troubles().count, 1U);
  return ears.troubles().is_refused;
}

TEST(KafkaEars, TakesACertificateThatIsNotAcceptedForARefusal) {
  EXPECT_TRUE(IsRefused(RD_KAFKA_RESP_ERR__SSL,
                        "SSL handshake failed: ssl/statem/statem_clnt.c:1889: error:0A000086:SSL "
                        "routines::certificate verify failed: broker certificate could not be verified"));
  EXPECT_TRUE(IsRefused(RD_KAFKA_RESP_ERR__TRANSPORT,
                        "Receive failed: ssl/record/rec_layer_s3.c:1590: error:0A00045C:SSL routines::tlsv13 "
                        "alert certificate required: SSL alert number 116"));
  EXPECT_TRUE(
      IsRefused(RD_KAFKA_RESP_ERR__SSL, "tlsv1 alert access denied: SSL alert number 49 (after 3ms)"));
}

TEST(KafkaEars, TakesAConnectionThatBreaksUnderTlsForWhatItIs) {
  EXPECT_FALSE(IsRefused(RD_KAFKA_RESP_ERR__SSL,
                         "SSL handshake failed: ssl/record/rec_layer_s3.c:308: error:0A000126:SSL "
                         "routines::unexpected eof while reading (after 4ms in state SSL_HANDSHAKE)"));
  EXPECT_FALSE(IsRefused(RD_KAFKA_RESP_ERR__SSL, "SSL handshake failed: Disconnected"));
  EXPECT_FALSE(IsRefused(RD_KAFKA_RESP_ERR__SSL, "tlsv1 alert internal error: SSL alert number 80"));
  EXPECT_FALSE(IsRefused(RD_KAFKA_RESP_ERR__TRANSPORT, ""));
}

TEST(KafkaEars, TellsALoginThatBreaksFromOneThatIsRefused) {
  EXPECT_TRUE(IsRefused(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                        "SASL authentication error: Authentication failed: Invalid username or password"));
  EXPECT_TRUE(IsRefused(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                        "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's "
                        "supported mechanisms: GSSAPI"));
  EXPECT_FALSE(IsRefused(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                         "SASL PLAIN mechanism handshake failed: Local: Broker transport failure: broker's "
                         "supported mechanisms: (n/a)"));
}

TEST(KafkaEars, WhoIsLetInIsRefusedNoLonger) {
  KafkaEars ears;
  ears.Note(RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, "");
  ASSERT_TRUE(ears.troubles().is_refused);
  ears.NoteReached();
  EXPECT_FALSE(ears.troubles().is_refused);
  EXPECT_EQ(ears.troubles().count, 1U);
}

}  // namespace
}  // namespace earprint::adapters
