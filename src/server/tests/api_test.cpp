#include "server/api.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "server/tests/fake_backend.hpp"

namespace earprint::server {
namespace {

class ApiTest : public testing::Test {
 protected:
  Response Ask(const std::string& target, const std::string& method = "GET") {
    Request request;
    request.method = method;
    EXPECT_TRUE(ParseTarget(target, request).has_value());
    return api.Answer(request);
  }

  std::string Events(const Response& response) {
    std::string text;
    if (response.stream) {
      response.stream([&text](std::string_view event, std::string_view data) {
        text += std::string(event) + " " + std::string(data) + "\n";
        return true;
      });
    }
    return text;
  }

  static std::string Header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  FakeBackend house;
  Api api{house.backend, FakePage()};
};

TEST_F(ApiTest, HandsConditionsToTheMetric) {
  const Response response = Ask("/api/v1/metrics/sizes?listener=ann&artist=A+B&format=csv&from=2020-01-01");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"listener":"ann","format":"csv","artist":"A B","from":"2020-01-01","padding":""})");
}

TEST_F(ApiTest, HandsATrackToWhoKnowsItsSound) {
  const Response response = Ask("/api/v1/sound?track=t1&title=A+B&artist=C%26D");
  EXPECT_EQ(response.body, R"(["t1","A B","C&D"])");
  EXPECT_EQ(Header(response, "Cache-Control"), "no-cache");
  EXPECT_EQ(Ask("/api/v1/sound").status, 400);
  house.backend.sound_json = nullptr;  // as where a store answers
  EXPECT_EQ(Ask("/api/v1/sound?track=t1").status, 404);
}

TEST_F(ApiTest, AnUnchangedAnswerIsA304AndAChangedOneIsNot) {
  const std::string tag = Header(Ask("/api/v1/metrics/sizes"), "ETag");
  ASSERT_TRUE(tag.starts_with("\"v1-")) << tag;
  Request again;
  again.method = "GET";
  again.path = "/api/v1/metrics/sizes";
  again.headers["if-none-match"] = tag;
  Response response = api.Answer(again);
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(Header(response, "ETag"), tag);
  house.SetVersion("v2");
  EXPECT_EQ(api.Answer(again).status, 200);
  house.SetVersion("v1");
  again.query.emplace_back("artist", "another question");
  EXPECT_EQ(api.Answer(again).status, 200);
}

TEST_F(ApiTest, ProblemsOfTheHouseBecomeProblemDocuments) {
  EXPECT_EQ(Ask("/api/v1/metrics/none").status, 404);
  EXPECT_EQ(Ask("/api/v1/metrics/").status, 404);
  const Response response = Ask("/api/v1/metrics/sizes?bad=1");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(boost::json::parse(response.body).at("hint"), "min_ms");
}

TEST_F(ApiTest, KnowsItsAddressesAndNoOther) {
  for (const std::string target :
       {"/api/v1/metrics", "/api/v1/listeners", "/api/v1/openapi.json", "/api/v1/values?dimension=artist",
        "/healthz", "/readyz", "/metrics", "/", "/habits", "/favicon.svg"}) {
    EXPECT_EQ(Ask(target).status, 200) << target;
  }
  for (const std::string target :
       {"/api/v1/nothing", "/api/", "/api/v2/metrics", "/missing.js", "/assets/missing", "/assets/",
        "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd.", "/assets/..%2findex.html", "/.env"}) {
    const Response response = Ask(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.content_type, "application/problem+json") << target;
  }
}

TEST_F(ApiTest, RefusesMethodsThatAnAddressHasNot) {
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "BREW"}) {
    const Response response = Ask("/api/v1/metrics", method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(Header(response, "Allow"), "GET, HEAD");
  }
  const Response response = Ask("/api/v1/import", "GET");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(Header(response, "Allow"), "POST");
}

TEST_F(ApiTest, BoundsTheNumberOfValues) {
  EXPECT_EQ(Ask("/api/v1/values?dimension=artist&q=be").body,
            R"({"values":[{"value":"artist/be","plays":20}]})");
  EXPECT_EQ(Ask("/api/v1/values?dimension=artist&limit=200").status, 200);
  for (const std::string limit : {"0", "201", "-1", "x", "5x", "99999999999999999999"}) {
    EXPECT_EQ(Ask("/api/v1/values?dimension=artist&limit=" + limit).status, 400) << limit;
  }
}

TEST_F(ApiTest, ReadinessFollowsTheData) {
  EXPECT_EQ(Ask("/readyz").status, 200);
  house.is_broken = true;
  EXPECT_EQ(Ask("/readyz").status, 503);
  EXPECT_EQ(Ask("/healthz").status, 200);
}

TEST_F(ApiTest, TellsAnImportAsEvents) {
  Request request;
  request.method = "POST";
  EXPECT_TRUE(ParseTarget("/api/v1/import?name=..%2F..%2Fmine.zip&as=history", request).has_value());
  request.upload_path = "where/it/lies";
  const Response response = api.Answer(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Events(response),
            "progress "
            "{\"phase\":\"read\",\"bytes\":5,\"total_bytes\":10,\"rows\":2,\"rows_per_s\":100,\"seconds_"
            "left\":0.5}\n"
            "file "
            "{\"file\":\"mine.zip\",\"kind\":\"history\",\"read\":3,\"accepted\":1,\"duplicate\":1,"
            "\"rejected\":1,\"retold\":0}\n"
            "done "
            "{\"read\":3,\"accepted\":1,\"duplicate\":1,\"rejected\":1,\"retold\":0,\"seconds\":0.250,\"data_"
            "version\":\"v2\"}\n");
  ASSERT_EQ(house.Imports().size(), 1U);
  EXPECT_EQ(house.Imports()[0].shown_name, "mine.zip");
  EXPECT_EQ(house.Imports()[0].paths, std::vector<std::string>{"where/it/lies"});
  EXPECT_EQ(house.Imports()[0].as, "history");
  EXPECT_EQ(house.Imports()[0].listener, "") << "whose plays these are is the house's to decide";
}

TEST_F(ApiTest, TellsAFailedImportAsAnEvent) {
  Request request;
  request.method = "POST";
  EXPECT_TRUE(ParseTarget("/api/v1/import?name=failing.zip", request).has_value());
  request.upload_path = "where/it/lies";
  const std::string events = Events(api.Answer(request));
  EXPECT_TRUE(events.starts_with("error {\"type\":\"urn:earprint:problem:corrupt\"")) << events;
  EXPECT_NE(
      Ask("/metrics").body.find("earprint_http_requests_total{route=\"/api/v1/import\",status=\"500\"} 1\n"),
      std::string::npos);
}

TEST_F(ApiTest, RefusesImportsThatItCannotUnderstand) {
  EXPECT_EQ(Ask("/api/v1/import?name=a.zip", "POST").status, 400) << "no body";
  Request request;
  request.method = "POST";
  request.path = "/api/v1/import";
  request.upload_path = "where/it/lies";
  request.query = {{"as", "video"}};
  EXPECT_EQ(api.Answer(request).status, 400);
  request.query.clear();
  request.headers["content-type"] = "multipart/form-data; boundary=x";
  EXPECT_EQ(api.Answer(request).status, 415);
  EXPECT_TRUE(house.Imports().empty());
}

TEST_F(ApiTest, TakesPathsFromTheLocalSocketOnly) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/local/import";
  request.body = R"({"paths":["a.zip","b"],"listener":"ann","as":"catalogue"})";
  EXPECT_EQ(api.Answer(request).status, 405);
  EXPECT_TRUE(house.Imports().empty());
  request.is_local = true;
  Events(api.Answer(request));
  ASSERT_EQ(house.Imports().size(), 1U);
  EXPECT_EQ(house.Imports()[0].paths, (std::vector<std::string>{"a.zip", "b"}));
  EXPECT_EQ(house.Imports()[0].listener, "ann");
  EXPECT_EQ(house.Imports()[0].as, "catalogue");
  for (const std::string body : {"", "[]", "{", "{}", R"({"paths":"a"})", R"({"paths":[]})",
                                 R"({"paths":[1]})", R"({"paths":["a"],"as":"video"})"}) {
    request.body = body;
    EXPECT_EQ(api.Answer(request).status, 400) << body;
  }
  EXPECT_EQ(house.Imports().size(), 1U);
}

TEST_F(ApiTest, PublishesForTheLocalSocketOnlyAndTellsHowItWent) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/local/publish";
  request.body = "the wish";
  std::string wished;
  bool fails = false;
  house.backend.publish = [&](const std::string& wish, const SendEvent& send) -> base::Result<void> {
    wished = wish;
    send("published", "{\"listener\":\"ann\"}");
    if (fails) return base::Fail(base::ErrorCode::kRetryLater, "publish", "store", "it is away");
    return {};
  };
  EXPECT_EQ(api.Answer(request).status, 405);
  EXPECT_EQ(wished, "");
  request.is_local = true;
  EXPECT_EQ(Events(api.Answer(request)), "published {\"listener\":\"ann\"}\ndone {}\n");
  EXPECT_EQ(wished, "the wish");
  fails = true;
  const std::string failed = Events(api.Answer(request));
  EXPECT_TRUE(failed.contains("\nerror {\"type\":\"urn:earprint:problem:retry_later\"")) << failed;
  EXPECT_TRUE(failed.contains("it is away")) << failed;
  request.method = "GET";
  EXPECT_EQ(api.Answer(request).status, 405);
}

TEST_F(ApiTest, TellsANewVersionOnceWhoeverSawItFirst) {
  int told = 0;
  EXPECT_EQ(api.LiveVersion(), "v1");
  api.OnNews([&told] { ++told; });
  Ask("/api/v1/metrics/sizes");
  EXPECT_EQ(told, 0);
  house.SetVersion("v9");
  Ask("/api/v1/metrics/sizes");
  Ask("/api/v1/metrics/sizes");
  EXPECT_EQ(told, 1);
  EXPECT_EQ(api.LiveVersion(), "v9");
}

TEST_F(ApiTest, CountsRequestsByRouteAndNotByAddress) {
  Ask("/api/v1/metrics/sizes");
  Ask("/api/v1/metrics/none");
  Ask("/api/v1/nonsense\"x");
  const std::string text = Ask("/metrics").body;
  EXPECT_NE(text.find("earprint_http_requests_total{route=\"/api/v1/metrics/{name}\",status=\"200\"} 1\n"),
            std::string::npos);
  EXPECT_NE(text.find("earprint_http_requests_total{route=\"/api/v1/metrics/{name}\",status=\"404\"} 1\n"),
            std::string::npos);
  EXPECT_NE(text.find("earprint_http_requests_total{route=\"other\",status=\"404\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("le=\"+Inf\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("earprint_data_version_info{version=\"v1\"} 1\n"), std::string::npos);
  EXPECT_EQ(text.find("nonsense"), std::string::npos);
}

TEST_F(ApiTest, ServesThePageWithItsTagsAndLastingNames) {
  const Response script = Ask("/assets/app-1a2b.js");
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.lasting_body.size(), 5'000U);
  EXPECT_EQ(Header(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(Header(Ask("/taste"), "Cache-Control"), "no-cache");
  EXPECT_EQ(Ask("/taste").lasting_body, Ask("/index.html").lasting_body);
  Request again;
  again.method = "GET";
  again.path = "/favicon.svg";
  again.headers["if-none-match"] = "\"tagsvg\"";
  EXPECT_EQ(api.Answer(again).status, 304);
}

TEST_F(ApiTest, SaysThatThePageWasNotBuilt) {
  Api bare(house.backend, {});
  Request request;
  request.method = "GET";
  request.path = "/";
  EXPECT_EQ(bare.Answer(request).status, 404);
  EXPECT_EQ(boost::json::parse(bare.Answer(request).body).at("hint"), "./dev build");
}

}  // namespace
}  // namespace earprint::server
