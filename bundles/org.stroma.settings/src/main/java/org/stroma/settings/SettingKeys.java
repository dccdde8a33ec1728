/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All settings of an installation. */
public final class SettingKeys {
  /** Upper bound of settings in seconds. */
  private static final int MOST_SECONDS = 999_999;

  private static final String SECONDS = "a whole number of seconds, 1 or more";

  /** The device for computations. */
  public static final SettingKey<String> DEVICE = SettingKey.of(
      "stroma.device",
      "auto",
      "auto, cpu, gpu or gpu:NUMBER",
      "what models compute on: auto (a GPU where there is one), cpu, gpu (refuses to run without one), gpu:1 (that one)",
      text -> {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.matches("auto|cpu|gpu|gpu:[0-9]{1,4}") ? lower : null;
      });

  /** How attention is computed. */
  public static final SettingKey<String> ATTENTION = SettingKey.choice(
      "stroma.attention",
      List.of("auto", "plain", "blocks", "kernel"),
      "how attention is computed: plain (all scores at once); blocks (of queries, in bounded memory); kernel (one of a bundle's, on CPUs); auto (the kernel where there is one, else blocks)");

  /** How an optimizer gets a model's parameters. */
  public static final SettingKey<String> PARAMETERS = SettingKey.choice(
      "stroma.parameters",
      List.of("auto", "alone", "joined"),
      "how an optimizer gets the parameters: alone (a variable at a time); joined (as one vector, which a few operations change); auto (joined on a GPU)");

  /** Whether GPU memory is allocated on demand. */
  public static final SettingKey<Boolean> MEMORY_GROWTH = SettingKey.bool(
      "stroma.memoryGrowth",
      true,
      "whether GPU memory is taken as it is needed (true) or all at the start (false)");

  /** Number of TensorFlow threads. */
  public static final SettingKey<Integer> THREADS = SettingKey.whole(
      "stroma.threads",
      "0",
      0,
      9999,
      "a whole number, 0 for as many as there are cores",
      "threads of TensorFlow");

  /** Number of background experiments that run at the same time. */
  public static final SettingKey<Integer> JOBS = SettingKey.whole(
      "stroma.jobs",
      "1",
      1,
      999,
      "a whole number from 1 to 999",
      "how many experiments that were started in the background run at a time");

  /** Whether runs write TensorBoard event files. */
  public static final SettingKey<Boolean> TENSORBOARD = SettingKey.bool(
      "stroma.tensorboard",
      true,
      "whether a run writes its learning curves for TensorBoard too, into tensorboard/ of the run directory");

  /** The MLflow tracking server that runs are told to. */
  public static final SettingKey<URI> MLFLOW = SettingKey.of(
      "stroma.mlflow",
      "",
      "an address such as http://127.0.0.1:5000, without a name and a password",
      "the MLflow tracking server that runs are told to; none if not set",
      SettingKeys::server);

  /** The experiment of MLflow's that runs belong to. */
  public static final SettingKey<String> MLFLOW_EXPERIMENT = SettingKey.of(
      "stroma.mlflow.experiment",
      "",
      "a name",
      "MLflow's experiment that runs belong to; named as the experiment itself if not set",
      text -> text);

  /** The files of a run that the MLflow tracking server gets. */
  public static final SettingKey<List<String>> MLFLOW_FILES = SettingKey.of(
      "stroma.mlflow.files",
      "experiment.json, provenance.json, history.csv, metrics.json, model-card.md",
      "names of files of a run directory, with commas between them, or none",
      "the files of a run that the MLflow tracking server gets; those that name patients are not among them by themselves",
      SettingKeys::files);

  /** Time limit for code of parts in seconds; if not set, each use has its own default. */
  public static final SettingKey<Integer> BUILD_SECONDS = SettingKey.whole(
      "stroma.buildSeconds",
      null,
      1,
      MOST_SECONDS,
      SECONDS,
      "how long a part may take to build its piece of the model (60) or to start (20)");

  /** The folder of extensions. */
  public static final SettingKey<Path> EXTENSIONS = path(
      "stroma.extensions",
      "",
      "the folder of extensions; extensions/ of the installation if not set");

  /** Which extensions are trusted. */
  public static final SettingKey<String> EXTENSIONS_POLICY = SettingKey.choice(
      "stroma.extensions.policy",
      List.of("any", "listed", "signed"),
      "which extensions are trusted: any; listed (by SHA-256); signed (by a trusted certificate)");

  /** The list of trusted extensions. */
  public static final SettingKey<Path> EXTENSIONS_LIST = path(
      "stroma.extensions.list",
      "conf/extensions.sha256",
      "where the policy is listed: the file of SHA-256 sums");

  /** The trusted certificates. */
  public static final SettingKey<Path> EXTENSIONS_CERTIFICATES = path(
      "stroma.extensions.certificates",
      "conf/certificates",
      "where the policy is signed: the folder of certificates");

  /** Time limit for starting or stopping an extension, in seconds. */
  public static final SettingKey<Integer> EXTENSIONS_START_SECONDS = SettingKey.whole(
      "stroma.extensions.startSeconds",
      "15",
      1,
      MOST_SECONDS,
      SECONDS,
      "how long an extension may take to start or to stop");

  /** The folder of models. */
  public static final SettingKey<Path> MODELS = path(
      "stroma.models",
      "",
      "the folder of models that extractors find by name (uni.onnx); none if not set");

  /** Folder for unpacked native libraries, the log and the console's history. */
  public static final SettingKey<Path> CACHE = path(
      "stroma.cache",
      "",
      "where unpacked natives, the log and the console's history are kept; the user's cache if not set");

  private static final List<SettingKey<?>> ALL = List.of(
      DEVICE,
      ATTENTION,
      PARAMETERS,
      MEMORY_GROWTH,
      THREADS,
      JOBS,
      TENSORBOARD,
      MLFLOW,
      MLFLOW_EXPERIMENT,
      MLFLOW_FILES,
      BUILD_SECONDS,
      EXTENSIONS,
      EXTENSIONS_POLICY,
      EXTENSIONS_LIST,
      EXTENSIONS_CERTIFICATES,
      EXTENSIONS_START_SECONDS,
      MODELS,
      CACHE);

  private SettingKeys() {}

  private static SettingKey<Path> path(String name, String preset, String meaning) {
    return SettingKey.of(name, preset, "a path", meaning, text -> {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        return null;
      }
    });
  }

  private static @Nullable URI server(String text) {
    try {
      URI server = new URI(text);
      boolean web = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
      boolean bare = server.getRawUserInfo() == null
          && server.getRawQuery() == null
          && server.getRawFragment() == null;
      return web && bare && server.getHost() != null ? server : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static @Nullable List<String> files(String text) {
    if (text.equals("none")) {
      return List.of();
    }
    List<String> names = Stream.of(text.split(",", -1)).map(String::strip).toList();
    return names.stream().allMatch(name -> name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*"))
        ? names
        : null;
  }

  /** All settings, in display order. */
  public static List<SettingKey<?>> all() {
    return ALL;
  }

  /** The setting with a name. */
  public static Optional<SettingKey<?>> named(String name) {
    return ALL.stream()
        .<SettingKey<?>>map(key -> key)
        .filter(key -> key.name().equals(name))
        .findFirst();
  }
}
