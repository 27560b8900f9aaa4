#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

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
  app::PublishOptions publish;
  app::CatalogueOptions catalogue;
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
  serve->add_option("--store", run.serve.store, "answer from a store (mongodb://…, postgresql://…)")
      ->envname("EARPRINT_STORE");
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
  auto* sync = cli.add_subcommand("sync", "bring in what Spotify has; a running server does so by itself");
  sync->add_flag("--once", run.sync.once, "what is there now, and end");
  sync->callback([&run] { run.result = app::RunSync(run.global, run.sync); });
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

void AddPublish(CLI::App& cli, Invocation& run) {
  auto* publish = cli.add_subcommand(
      "publish", "plays, tracks, playlists and figures to MongoDB or PostgreSQL; sends what changed");
  publish->add_option("url", run.publish.url, "mongodb://… or postgresql://…")->required();
  publish
      ->add_option("--patience", run.publish.patience_seconds,
                   "seconds for which a store that fails is tried again")
      ->capture_default_str();
  publish->callback([&run] { run.result = app::RunPublish(run.global, run.publish); });
}

void AddRest(CLI::App& cli, Invocation& run) {
  auto* forget =
      cli.add_subcommand("forget", "erase a listener from the lake and all that is derived from it");
  forget->add_option("listener", run.forget.listener, "whose plays and login are erased")->required();
  forget->add_flag("--yes", run.forget.is_agreed, "do not ask");
  forget->callback([&run] { run.result = app::RunForget(run.global, run.forget); });
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
  AddCatalogue(cli, run);
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
