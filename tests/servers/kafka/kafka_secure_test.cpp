// TLS, client certificates and SASL/PLAIN, on a broker that asks for them; certificates made for the test.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "tests/support/file_bytes.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPassword = "correct-horse-battery";

int FreePort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// Stands where a broker is not: lets clients in, hears what they begin with, and hangs up.
class HangsUp {
 public:
  explicit HangsUp(int port) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Whoever was killed there may not be gone yet.
    int bound = -1;
    for (int i = 0; i < 200 && bound != 0; ++i) {
      bound = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
      if (bound != 0) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    EXPECT_EQ(bound, 0) << std::strerror(errno);
    EXPECT_EQ(::listen(listener_, 16), 0);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd ready{listener_, POLLIN, 0};
        if (::poll(&ready, 1, 50) <= 0) continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        std::array<char, 4096> hello{};
        if (::recv(client, hello.data(), hello.size(), 0) > 0) ++count;
        ::close(client);
      }
    });
  }
  HangsUp(const HangsUp&) = delete;
  HangsUp& operator=(const HangsUp&) = delete;
  ~HangsUp() {
    thread_ = {};
    ::close(listener_);
  }
  std::atomic<int> count = 0;  ///< of clients who had begun to speak TLS

 private:
  int listener_;
  std::jthread thread_;
};

/// Two authorities; a broker's and a client's certificate of the first, a stranger's of the second.
class Certificates {
 public:
  Certificates() {
    const std::string script = R"(set -e; cd ")" + folder_.path() + R"("
      authority() { openssl req -x509 -newkey rsa:2048 -nodes -keyout $1.key -out $1.crt -subj /CN=$1 -days 2; }
      member() { openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj /CN=$1
        printf 'subjectAltName=IP:127.0.0.1' >$1.ext
        openssl x509 -req -in $1.csr -CA $2.crt -CAkey $2.key -CAcreateserial -days 2 -extfile $1.ext -out $1.crt; }
      authority ca; authority other; member broker ca; member client ca; member stranger other
      cat broker.key broker.crt ca.crt >broker.pem; chmod 644 *)";
    EXPECT_EQ(std::system(("bash -c '" + Quoted(script) + "' >/dev/null 2>&1").c_str()), 0);
  }
  std::string operator/(const std::string& name) const { return folder_ / name; }
  const std::string& path() const { return folder_.path(); }

 private:
  static std::string Quoted(const std::string& text) {
    std::string quoted;
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted;
  }
  TempFolder folder_;
};

class KafkaSecureTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    certificates = new Certificates;
    mtls_port = FreePort();
    sasl_port = FreePort();
    tls_port = FreePort();
    broker = new OwnServer(
        "kafka", "KAFKA_TLS=" + certificates->path() + " KAFKA_MTLS_PORT=" + std::to_string(mtls_port) +
                     " KAFKA_SASL_PORT=" + std::to_string(sasl_port) +
                     " KAFKA_TLS_PORT=" + std::to_string(tls_port) + " KAFKA_LOGIN=earprint:" + kPassword);
  }
  static void TearDownTestSuite() {
    delete broker;
    delete certificates;
  }
  static std::string At(int port) { return "127.0.0.1:" + std::to_string(port); }
  static Properties ByCertificate(const std::string& who, const std::string& authority = "ca.crt") {
    Properties properties = {{"security.protocol", "ssl"}, {"ssl.ca.location", *certificates / authority}};
    if (!who.empty()) {
      properties.emplace_back("ssl.certificate.location", *certificates / (who + ".crt"));
      properties.emplace_back("ssl.key.location", *certificates / (who + ".key"));
    }
    return properties;
  }
  static Properties ByPassword(const std::string& password, const std::string& authority = "ca.crt") {
    return {{"security.protocol", "sasl_ssl"},
            {"sasl.mechanism", "PLAIN"},
            {"sasl.username", "earprint"},
            {"sasl.password", password},
            {"ssl.ca.location", *certificates / authority}};
  }
  static base::Error RefusalOf(int port, const Properties& properties) {
    auto settings = adapters::ReadKafkaSettings("kafka://" + At(port), properties);
    EXPECT_TRUE(settings) << settings.error().Text();
    auto made = adapters::MakeTopics(*settings);
    EXPECT_FALSE(made);
    return made ? base::Error{} : made.error();
  }
  static void ExpectTravels(int port, const Properties& properties) {
    const KafkaTopics topics(At(port), 1, properties);
    topics.Write(model::EventType::kPlay, {PlayLine(1), PlayLine(2)});
    EXPECT_THAT(topics.LinesOf(model::EventType::kPlay), ::testing::ElementsAre(PlayLine(1), PlayLine(2)));
  }

  static inline Certificates* certificates = nullptr;
  static inline OwnServer* broker = nullptr;
  static inline int mtls_port = 0, sasl_port = 0, tls_port = 0;
};

TEST_F(KafkaSecureTest, EventsTravelWithAClientCertificate) {
  ExpectTravels(mtls_port, ByCertificate("client"));
}

TEST_F(KafkaSecureTest, EventsTravelOverTlsThatAsksClientsForNothing) {
  ExpectTravels(tls_port, ByCertificate(""));
  EXPECT_EQ(RefusalOf(tls_port, ByCertificate("", "other.crt")).code, base::ErrorCode::kUnauthorized);
}

TEST_F(KafkaSecureTest, EventsTravelWithAPasswordOverTls) { ExpectTravels(sasl_port, ByPassword(kPassword)); }

TEST_F(KafkaSecureTest, AWrongPasswordIsRefusedAtOnceAndNotRepeated) {
  const base::Error refusal = RefusalOf(sasl_port, ByPassword("wrong-horse"));
  EXPECT_EQ(refusal.code, base::ErrorCode::kUnauthorized) << refusal.Text();
  EXPECT_THAT(refusal.hint, HasSubstr("docs/kafka.md"));
  EXPECT_THAT(refusal.Text(), Not(HasSubstr("wrong-horse")));
}

TEST_F(KafkaSecureTest, WhoHasNoCertificateOrAStrangersIsRefused) {
  EXPECT_EQ(RefusalOf(mtls_port, ByCertificate("")).code, base::ErrorCode::kUnauthorized);
  EXPECT_EQ(RefusalOf(mtls_port, ByCertificate("stranger")).code, base::ErrorCode::kUnauthorized);
}

TEST_F(KafkaSecureTest, ABrokerOfAnotherAuthorityIsNotBelieved) {
  const base::Error refusal = RefusalOf(sasl_port, ByPassword(kPassword, "other.crt"));
  EXPECT_EQ(refusal.code, base::ErrorCode::kUnauthorized) << refusal.Text();
}

/// A broker that is killed breaks its connections as no broker does that refuses somebody; OpenSSL calls both
/// an error of TLS.
TEST_F(KafkaSecureTest, ABrokerKilledUnderTlsIsWaitedForAndIsNoRefusal) {
  for (const auto& [port, properties] :
       {std::pair(sasl_port, ByPassword(kPassword)), std::pair(mtls_port, ByCertificate("client"))}) {
    const KafkaTopics topics(At(port), 1, properties);
    auto writer = topics.Writer();
    const std::string group = FreshName("group");
    auto feed = topics.Feed(group);
    int written = 0;
    std::size_t read = 0;
    const auto append = [&](int count) {
      std::string frame;
      for (int i = 0; i < count; ++i) frame += PlayLine(written++) + '\n';
      const auto appended = writer->Append(model::EventType::kPlay, frame);
      ASSERT_TRUE(appended) << appended.error().Text();
    };
    const auto look = [&] {
      const auto batch = feed->Read({.messages_max = 500});
      // Who asked just then where a share begins joins anew, as whoever brings events in does.
      if (!batch && batch.error().code == base::ErrorCode::kConflict) {
        feed = topics.Feed(group);
        return;
      }
      ASSERT_TRUE(batch) << batch.error().Text();
      read += batch->messages.size();
      if (!batch->messages.empty()) (void)feed->Commit(batch->next);
    };
    for (int kill = 0; kill < 3; ++kill) {
      append(2'000);
      look();
      broker->Kill();
      append(1'000);
      {
        const HangsUp stranger(port);
        for (int i = 0; i < 200 && stranger.count < 6; ++i) look();
        EXPECT_GE(stranger.count, 6) << "nobody was cut off while TLS begins";
      }
      broker->Start();
      const auto synced = writer->Sync();
      ASSERT_TRUE(synced) << synced.error().Text();
    }
    for (int i = 0; i < 600 && read < static_cast<std::size_t>(written); ++i) look();
    EXPECT_GE(read, static_cast<std::size_t>(written));  // what was not committed comes again
    EXPECT_EQ(topics.LinesOf(model::EventType::kPlay).size(), static_cast<std::size_t>(written));
    EXPECT_GT(writer->figures().errors, 0U);
  }
}

TEST_F(KafkaSecureTest, AWriterWhoWasRefusedGoesOnWhenItIsLetIn) {
  TempFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const int own_mtls = FreePort(), own_sasl = FreePort();
  const std::string ports = "KAFKA_TLS=" + certificates->path() +
                            " KAFKA_MTLS_PORT=" + std::to_string(own_mtls) +
                            " KAFKA_SASL_PORT=" + std::to_string(own_sasl) + " KAFKA_LOGIN=earprint:";
  auto own = std::make_unique<OwnServer>("kafka", ports + "another-one", folder.path());
  const KafkaTopics topics(own->address(), 1);
  auto settings = adapters::ReadKafkaSettings("kafka://" + At(own_sasl) + "/" + topics.settings().prefix,
                                              ByPassword(kPassword));
  ASSERT_TRUE(settings) << settings.error().Text();
  auto writer = adapters::KafkaEventWriter::Open(*settings);
  ASSERT_TRUE(writer) << writer.error().Text();
  const auto write = [&](int number) -> base::Result<void> {
    auto done = (*writer)->Append(model::EventType::kPlay, PlayLine(number) + "\n");
    return done ? (*writer)->Sync() : done;
  };
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto refused = write(1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnauthorized) << refused.error().Text();
  }
  own.reset();
  own = std::make_unique<OwnServer>("kafka", ports + kPassword, folder.path());
  const auto done = write(1);
  EXPECT_TRUE(done) << done.error().Text();
  EXPECT_THAT(topics.LinesOf(model::EventType::kPlay), ::testing::ElementsAre(PlayLine(1)));
}

TEST_F(KafkaSecureTest, TheProgramTakesSecretsFromItsEnvironmentAndTellsThemNowhere) {
  TempFolder folder;
  ::setenv("EARPRINT_KAFKA_SASL_PASSWORD", kPassword, 1);
  const std::vector<std::string> with = {"--log",   "kafka://" + At(sasl_port) + "/" + FreshName("program"),
                                         "--kafka", "security.protocol=sasl_ssl",
                                         "--kafka", "sasl.mechanism=PLAIN",
                                         "--kafka", "sasl.username=earprint",
                                         "--kafka", "ssl.ca.location=" + (*certificates / "ca.crt"),
                                         "--data",  folder / "store"};
  const auto run = [&with](std::vector<std::string> more) {
    std::vector<std::string> all = with;
    all.insert(all.end(), more.begin(), more.end());
    return MustRun(all);
  };
  std::string words = run({"produce", "sql/cases/given/history.csv"});
  words += run({"consume", "--once"}) + run({"doctor"});
  ::setenv("EARPRINT_KAFKA_SASL_PASSWORD", "wrong-horse", 1);
  std::vector<std::string> wrong = with;
  wrong.insert(wrong.end(), {"consume", "--once"});
  ProgramRun refused(wrong);
  EXPECT_EQ(refused.Wait(), 1);
  words += refused.Words();
  ::unsetenv("EARPRINT_KAFKA_SASL_PASSWORD");
  EXPECT_THAT(words, HasSubstr("events are on the log"));
  EXPECT_THAT(words, Not(HasSubstr(kPassword)));
  EXPECT_THAT(words, Not(HasSubstr("wrong-horse")));
}

}  // namespace
}  // namespace earprint::testing
