/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import java.util.TreeMap;
import org.stroma.command.UsageException;

/**
 * What is carried out in how many shards: what a driver that goes on must agree with.
 *
 * @param text as it is written, which executors compare with what they see
 * @param shards how many shards
 */
record Plan(String text, int shards) {
  private static final String SHARDS = "shards";

  /**
   * The plan of a command.
   *
   * @param before that of the driver before; null where there is none
   * @param wanted number of shards if nobody has said one
   * @param folder for sentences
   * @throws UsageException if the driver before carried out something else
   */
  static Plan of(ShardedCommand command, Plan before, int wanted, Path folder) throws IOException {
    int shards = command.shards() > 0
        ? command.shards()
        // shards that are done fit no other number
        : before != null ? before.shards : wanted;
    Plan now = new Plan(text(command, shards), shards);
    // where all shards write into one folder, the command itself sees what is done there
    if (before != null && command.kind().isMerged() && !before.text.equals(now.text)) {
      throw new UsageException(folder + " holds shards of another command: "
          + difference(before, now) + "; take it away, or name another place with --out");
    }
    return now;
  }

  /** Reads what {@link #text} has become. */
  static Plan read(Path file) throws IOException {
    String text = Files.readString(file);
    String shards = properties(text).getProperty(SHARDS, "");
    if (!shards.matches("[1-9][0-9]{0,5}")) {
      throw new UsageException(file + " tells no number of shards; take its folder away");
    }
    return new Plan(text, Integer.parseInt(shards));
  }

  private static String text(ShardedCommand command, int shards) throws IOException {
    TreeMap<String, String> told = new TreeMap<>();
    told.put("command", command.kind().word());
    for (int i = 0; i < command.arguments().size(); i++) {
      told.put("argument." + (i + 1), command.arguments().get(i));
    }
    Path input = Path.of(command.input());
    // the experiment may have been edited since
    Path file = Files.isDirectory(input) ? input.resolve("experiment.json") : input;
    if (command.kind().isMerged() && Files.isRegularFile(file)) {
      told.put("experiment.sha256", sha256(file));
    }
    told.put(SHARDS, String.valueOf(shards));
    StringBuilder text = new StringBuilder();
    told.forEach(
        (key, value) -> text.append(key).append('=').append(escaped(value)).append('\n'));
    return text.toString();
  }

  /** What a file of properties cannot hold as it is. */
  private static String escaped(String value) {
    String text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    return text.startsWith(" ") || text.startsWith("\t") ? "\\" + text : text;
  }

  private static Properties properties(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    return properties;
  }

  private static String difference(Plan before, Plan now) throws IOException {
    TreeMap<Object, Object> then = new TreeMap<>(properties(before.text));
    TreeMap<Object, Object> here = new TreeMap<>(properties(now.text));
    TreeMap<Object, Object> all = new TreeMap<>(then);
    all.putAll(here);
    for (Object key : all.keySet()) {
      Object first = then.get(key);
      Object second = here.get(key);
      if (first == null || !first.equals(second)) {
        return key + " is " + (first == null ? "absent" : first) + " there and "
            + (second == null ? "absent" : second) + " now";
      }
    }
    return "they differ in spaces";
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
