#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <tuple>

#include "app/command.hpp"

namespace {

using namespace earprint;  // the porch of the program: names of every room meet here

struct Invocation {
  app::GlobalOptions global;
  app::ImportOptions import;
  app::QueryOptions query;
  app::ServeOptions serve;
  app::DemoCommandOptions demo;
  app::LoginOptions login;
  app::SyncOptions sync;
  app::ForgetOptions forget;
  app::LogoutOptions logout;
  app::AuditCommandOptions audit;
  app::PublishOptions publish;
  app::CatalogueOptions catalogue;
  app::ProduceOptions produce;
  app::ConsumeOptions consume;
  app::EditOptions edit;
  std::map<std::string, std::vector<std::string>> edited;
  std::map<std::string, std::vector<std::string>> conditions;
  app::ExitCode result = app::ExitCode::kDone;
};

void AddGlobal(CLI::App& cli, Invocation& run) {
  cli.set_config("--config", "", "a TOML file; its keys are the options' names");
  cli.add_option("--data", run.global.data, "folder that holds everything (default: the XDG data home)")
      ->envname("EARPRINT_DATA");
  cli.add_option("--listener", run.global.listener, "whose plays (default: the only one there is)")
      ->envname("EARPRINT_LISTENER");
  cli.add_option("--format", run.global.format, "table, json, jsonl or csv")
      ->envname("EARPRINT_FORMAT")
      ->check(CLI::IsMember({"table", "json", "jsonl", "csv"}));
  cli.add_option("--zone", run.global.tz, "the listener's time zone (default: the system's)")
      ->envname("EARPRINT_TZ");
  cli.add_flag("--quiet", run.global.quiet, "only errors and results")->envname("EARPRINT_QUIET");
  cli.add_option("--log", run.global.log, "a Kafka between sources and everything else: kafka://host:port")
      ->envname("EARPRINT_LOG");
  cli.add_option("--kafka", run.global.kafka,
                 "a property of librdkafka, as name=value; for secrets EARPRINT_KAFKA_…")
      ->allow_extra_args(false)
      ->take_all();
  cli.add_flag("--share", run.global.share,
               "serve and sync follow listeners together with all who do so over the same --log")
      ->envname("EARPRINT_SHARE");
  cli.add_option("--logins", run.global.logins,
                 "a folder for logins that several machines reach (default: in the data folder)")
      ->envname("EARPRINT_LOGINS");
}

void AddImport(CLI::App& cli, Invocation& run) {
  auto* command =
      cli.add_subcommand("import", "read zips, folders and files of plays or audio features; safe to repeat");
  command->add_option("paths", run.import.paths, "a my_spotify_data.zip, a folder, JSON or CSV files")
      ->required();
  command->add_option("--as", run.import.as, "auto, history or catalogue")
      ->check(CLI::IsMember({"auto", "history", "catalogue"}));
  command->add_flag("--strict", run.import.strict, "exit with 3 when a record or file was refused");
  command->callback([&run] { run.result = app::RunImport(run.global, run.import); });
}

void AddQuery(CLI::App& cli, Invocation& run) {
  auto* command = cli.add_subcommand(
      "query", "answer one metric: earprint query top_artists --from 2020-01-01 --limit 10");
  command->add_option("metric", run.query.metric, "its name; `earprint metrics` lists them")->required();
  for (const model::ConditionHelp& help : model::ConditionHelps()) {
    const std::string name(help.name);
    command->add_option("--" + name, run.conditions[name], std::string(help.meaning))
        ->type_name(std::string(help.value))
        ->allow_extra_args(false)
        ->take_all();
  }
  command->callback([&run] {
    for (const auto& [name, values] : run.conditions) {
      for (const std::string& value : values) run.query.conditions.emplace_back(name, value);
    }
    run.result = app::RunQuery(run.global, run.query);
  });
}

void AddServe(CLI::App& cli, Invocation& run) {
  auto* demo = cli.add_subcommand("demo", "an invented listener with years of plays, served at once");
  demo->add_option("--port", run.demo.port, "port of the page (0: any free one)")->capture_default_str();
  demo->add_option("--plays", run.demo.plays, "how many plays to invent")->check(CLI::Range(10, 100'000'000));
  demo->add_option("--seed", run.demo.seed, "another seed is another listener")->capture_default_str();
  demo->add_option("--files-only", run.demo.files_only, "write the invented export here and stop");
  demo->callback([&run] { run.result = app::RunDemo(run.global, run.demo); });
  auto* serve = cli.add_subcommand("serve", "the page and the API");
  serve->add_option("--listen", run.serve.listen, "address and port")
      ->envname("EARPRINT_LISTEN")
      ->capture_default_str();
  serve->add_option("--allow-host", run.serve.allowed_hosts, "a host name beyond loopback to answer under");
  serve
      ->add_option("--store", run.serve.store,
                   "answer from a store (mongodb://…, postgresql://…, parquet:folder)")
      ->envname("EARPRINT_STORE");
  serve
      ->add_option(
          "--publish", run.serve.publish,
          "a store to be kept up to date (mongodb://…, postgresql://…, parquet:folder); may be given again")
      ->envname("EARPRINT_PUBLISH")
      ->allow_extra_args(false)
      ->take_all();
  serve->add_option("--memory", run.serve.memory_mib, "MiB that listeners loaded from a store may take")
      ->capture_default_str();
  serve->callback([&run] { run.result = app::RunServe(run.global, run.serve); });
}

void AddSpotify(CLI::App& cli, Invocation& run) {
  auto* login =
      cli.add_subcommand("login", "log in to Spotify in the browser, so that plays come in by themselves");
  login->add_option("--client-id", run.login.client_id,
                    "of your application at developer.spotify.com/dashboard");
  login->add_option("--listen", run.login.listen, "where the browser comes back to, when no server runs")
      ->capture_default_str();
  login->callback([&run] { run.result = app::RunLogin(run.global, run.login); });
  auto* logout = cli.add_subcommand(
      "logout", "drop a login at Spotify, and erase all that came over it; what exports told stays");
  logout->add_flag("--yes", run.logout.is_agreed, "do not ask");
  logout->callback([&run] { run.result = app::RunLogout(run.global, run.logout); });
  auto* sync = cli.add_subcommand("sync", "bring in what Spotify has; a running server does so by itself");
  sync->add_flag("--once", run.sync.once, "what is there now, and end");
  sync->add_option("--metrics", run.sync.metrics, "answer /metrics here meanwhile: 127.0.0.1:9100");
  sync->callback([&run] { run.result = app::RunSync(run.global, run.sync); });
}

void AddStreams(CLI::App& cli, Invocation& run) {
  auto* produce =
      cli.add_subcommand("produce", "put plays and audio features on a Kafka: --log kafka://host:port");
  produce->add_option("paths", run.produce.paths, "what import reads");
  produce->add_flag("--lake", run.produce.is_lake, "what the data folder's lake holds, in place of files");
  produce->add_option("--as", run.produce.as, "auto, history or catalogue")
      ->check(CLI::IsMember({"auto", "history", "catalogue"}));
  produce->add_option("--partitions", run.produce.partitions, "of the topics that are made")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  produce->add_flag("--strict", run.produce.strict, "exit with 3 when a record or file was refused");
  produce->callback([&run] { run.result = app::RunProduce(run.global, run.produce); });
  auto* consume =
      cli.add_subcommand("consume", "bring what is on a Kafka to the data folder's lake, or to a store");
  consume->add_option("--to", run.consume.to, "lake, mongodb://… or postgresql://…")
      ->envname("EARPRINT_CONSUME_TO")
      ->capture_default_str();
  consume->add_option(
      "--group", run.consume.group,
      "share the work with others (default: a lake reads everything, a store's readers share)");
  consume
      ->add_option("--batch", run.consume.batch,
                   "most events that are read at a time, within 16 MB; figures are built of five times as "
                   "many, 900,000 at "
                   "most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  consume->add_flag("--once", run.consume.once, "end where there is nothing more");
  consume->add_option("--metrics", run.consume.metrics, "answer /metrics here meanwhile: 127.0.0.1:9100");
  consume->callback([&run] { run.result = app::RunConsume(run.global, run.consume); });
}

void AddCatalogue(CLI::App& cli, Invocation& run) {
  auto* catalogue = cli.add_subcommand(
      "catalogue", "audio features from Kaggle and ReccoBeats, brought in and kept up to date");
  catalogue->require_subcommand(1);
  catalogue->fallthrough();
  auto* add = catalogue->add_subcommand("add", "download a dataset, import it, and follow it");
  add->add_option("name", run.catalogue.name, "kaggle:owner/slug, or reccobeats")->required();
  add->add_option("--file", run.catalogue.file, "one file of it (default: all)");
  add->add_flag("--agree", run.catalogue.agrees, "to what reccobeats is sent; without it, that is told");
  add->callback([&run] { run.result = app::RunCatalogueAdd(run.global, run.catalogue); });
  auto* list = catalogue->add_subcommand("list", "what is followed");
  list->callback([&run] { run.result = app::RunCatalogueList(run.global); });
  auto* remove = catalogue->add_subcommand("remove", "stop following it; what it told stays");
  remove->add_option("name", run.catalogue.name, "kaggle:owner/slug, or reccobeats")->required();
  remove->callback([&run] { run.result = app::RunCatalogueRemove(run.global, run.catalogue); });
  auto* refresh =
      catalogue->add_subcommand("refresh", "look for new versions now; a running server does so by itself");
  refresh->add_option("name", run.catalogue.name,
                      "kaggle:owner/slug, or reccobeats (default: all of Kaggle's)");
  refresh->add_option("--every", run.catalogue.every,
                      "how often a server looks from now on: 12h, 7d, or off");
  refresh->callback([&run] { run.result = app::RunCatalogueRefresh(run.global, run.catalogue); });
}

/// A kind of edit with the options that it takes; of the ones in `plain` the values stand without a name.
void AddEditKind(CLI::App& edit, Invocation& run, const std::string& kind, const std::string& meaning,
                 const std::vector<std::pair<std::string, std::string>>& options,
                 const std::string& plain = "") {
  auto* command = edit.add_subcommand(kind, meaning);
  for (const auto& [name, told] : options) {
    const std::string option = name == plain ? name : "--" + name;
    command->add_option(option, run.edited[name], told)->allow_extra_args(name == plain)->take_all();
  }
  command->add_option("--note", run.edited["note"], "in your words");
  command->callback([&run, kind] {
    run.edit.pairs.emplace_back("kind", kind);
    for (const auto& [name, values] : run.edited) {
      for (const std::string& value : values) run.edit.pairs.emplace_back(name, value);
    }
    run.result = app::RunEdit(run.global, run.edit);
  });
}

void AddEdit(CLI::App& cli, Invocation& run) {
  auto* edit =
      cli.add_subcommand("edit", "correct what was played; every figure obeys, and each edit can be undone");
  edit->require_subcommand(1);
  edit->fallthrough();
  AddEditKind(
      *edit, run, "delete", "one play",
      {{"at", "when it ended"}, {"track", "its id"}, {"title", "or its title"}, {"artist", "and artist"}});
  AddEditKind(*edit, run, "exclude", "the plays of a span, or some of them: that was not me",
              {{"from", "from this date or instant"},
               {"to", "to before this one"},
               {"artist", "only this artist"},
               {"track", "only this track id"},
               {"platform", "only this platform"},
               {"country", "only this country of connection"}});
  AddEditKind(*edit, run, "hide", "an artist", {{"artist", "the artist's name"}}, "artist");
  AddEditKind(*edit, run, "merge", "tracks that are one recording", {{"track", "their ids"}}, "track");
  AddEditKind(*edit, run, "split", "a track that is a recording of its own", {{"track", "its id"}}, "track");
  AddEditKind(*edit, run, "travel", "where you were, for `--tz local`",
              {{"from", "from this date or instant"},
               {"to", "to before this one"},
               {"zone", "such as Europe/Lisbon"}});
  AddEditKind(*edit, run, "undo", "another edit", {{"edit", "its id, or the first digits"}}, "edit");
  for (const auto& [name, metric, meaning] :
       {std::tuple("list", "edits", "what was corrected"),
        std::tuple("proposals", "proposed_edits", "spans that may not have been you")}) {
    edit->add_subcommand(name, meaning)->callback([&run, metric] {
      run.query.metric = metric;
      run.result = app::RunQuery(run.global, run.query);
    });
  }
}

void AddPublish(CLI::App& cli, Invocation& run) {
  auto* publish = cli.add_subcommand(
      "publish",
      "plays, tracks, playlists and figures to MongoDB, PostgreSQL or Parquet; sends what changed");
  publish->add_option("url", run.publish.url, "mongodb://…, postgresql://… or parquet:folder")->required();
  publish
      ->add_option("--patience", run.publish.patience_seconds,
                   "seconds for which a store that fails is tried again")
      ->check(CLI::Range(std::int64_t{0}, app::kPatienceMaxSeconds))
      ->capture_default_str();
  publish->callback([&run] { run.result = app::RunPublish(run.global, run.publish); });
}

void AddRest(CLI::App& cli, Invocation& run) {
  auto* forget =
      cli.add_subcommand("forget", "erase a listener from the lake, all that is derived from it, and stores");
  forget->add_option("listener", run.forget.listener, "whose plays and login are erased")->required();
  forget->add_flag("--yes", run.forget.is_agreed, "do not ask");
  forget->callback([&run] { run.result = app::RunForget(run.global, run.forget); });
  auto* audit = cli.add_subcommand(
      "audit", "count every figure anew from the lake's bytes and compare; exits with 4 where one differs");
  audit->add_option("--seed", run.audit.seed, "another seed draws other conditions")->capture_default_str();
  audit->add_option("--samples", run.audit.samples, "conditions drawn at random for each listener")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  audit->add_option(
      "--store", run.audit.store,
      "what was published there, in place of the warehouse (mongodb://…, postgresql://…, parquet:folder)");
  audit->callback([&run] { run.result = app::RunAudit(run.global, run.audit); });
  cli.add_subcommand("metrics", "every metric: its question, columns, units")->callback([&run] {
    run.result = app::RunMetrics(run.global);
  });
  cli.add_subcommand("rebuild", "drop the warehouse and derive it again from the lake")->callback([&run] {
    run.result = app::RunRebuild(run.global);
  });
  cli.add_subcommand("doctor", "what is there, and what is missing or wrong")->callback([&run] {
    run.result = app::RunDoctor(run.global);
  });
}

int Run(int argc, char** argv) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") == 0) {
    std::fputs("earprint: this build needs a processor with AVX2 (2013 or later)\n", stderr);
    return 1;
  }
#endif
  Invocation run;
  CLI::App cli("Earprint: figures you can trust from everything you played on Spotify", "earprint");
  cli.require_subcommand(1);
  cli.fallthrough();
  cli.set_version_flag("--version", EARPRINT_VERSION);
  AddGlobal(cli, run);
  AddImport(cli, run);
  AddQuery(cli, run);
  AddServe(cli, run);
  AddSpotify(cli, run);
  AddStreams(cli, run);
  AddCatalogue(cli, run);
  AddEdit(cli, run);
  AddPublish(cli, run);
  AddRest(cli, run);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : static_cast<int>(app::ExitCode::kWrongUsage);
  }
  return static_cast<int>(run.result);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "earprint: a fault of the program: %s\n", error.what());
    return static_cast<int>(app::ExitCode::kFailed);
  }
}
