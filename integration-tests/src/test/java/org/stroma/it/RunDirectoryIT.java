/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' scripts read run directories: which files, columns, keys and tensors there are, and of which types, is fixed in one file. */
class RunDirectoryIT {
  private static final Path GOLDEN = Path.of("src", "test", "golden", "run-directory.txt");

  @TempDir
  private Path folder;

  @Test
  void filesColumnsAndKeysAreThoseThatScriptsKnow() throws Exception {
    Stroma.Result simulated = Stroma.run(
        folder,
        "simulate",
        "--out",
        "cohort",
        "--patients",
        "40",
        "--patches",
        "6",
        "--patch-width",
        "4",
        "--genes",
        "5");
    assertEquals(0, simulated.code(), simulated.toString());
    Files.writeString(
        folder.resolve("cohort/golden.json"),
        """
        {"seed": 3,
         "cohort": {"table": "cohort.csv", "id": "patient_id",
                    "targets": {"os": {"kind": "survival", "time": "time_days", "event": "event"},
                                "outcome": {"kind": "class", "column": "outcome"},
                                "marker": {"kind": "number", "column": "marker"},
                                "tissue": {"kind": "patches", "modality": "patches", "classes": ["none", "tumour"]}}},
         "modalities": {
           "genes": {"reader": {"type": "csv-matrix", "path": "genes.csv"}, "transforms": [{"type": "zscore"}],
                     "encoder": {"type": "genomic-mlp", "hidden1": 4, "hidden2": 0}},
           "patches": {"reader": {"type": "npy-patches", "path": "patches/{slide}.npy",
                                  "coordinates": "patches/{slide}.coordinates.npy", "labels": "patches/{slide}.labels.npy"},
                       "encoder": {"type": "abmil"}}},
         "model": {"embedDim": 4, "fusion": {"type": "concat"},
                   "heads": {"os": {"type": "survival", "target": "os", "bins": 3},
                             "outcome": {"type": "classification", "target": "outcome"},
                             "marker": {"type": "regression", "target": "marker"},
                             "tissue": {"type": "segmentation", "target": "tissue"}}},
         "losses": [{"type": "discrete-time-nll", "head": "os"}, {"type": "cross-entropy", "head": "outcome"},
                    {"type": "mse", "head": "marker"}, {"type": "cross-entropy", "head": "tissue"}],
         "training": {"epochs": 2, "ensemble": 2},
         "evaluation": {"split": {"folds": 2, "stratify": "os.event"}}}
        """);
    Stroma.Result result = Stroma.run(folder, "run", "cohort/golden.json", "--out", "run");
    assertEquals(0, result.code(), result.toString());
    curvesForTensorBoardAreThoseOfTheHistory(folder.resolve("run"));
    String now = told(folder.resolve("run"));
    Path file = Path.of("target", "run-directory.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, now);
    List<String> golden = Files.exists(GOLDEN) ? Files.readAllLines(GOLDEN) : List.of();
    List<String> lines = now.lines().toList();
    int same = 0;
    while (same < Math.min(golden.size(), lines.size())
        && golden.get(same).equals(lines.get(same))) {
      same++;
    }
    assertEquals(
        String.join("\n", golden.subList(same, Math.min(golden.size(), same + 10))),
        String.join("\n", lines.subList(same, Math.min(lines.size(), same + 10))),
        "from line " + (same + 1)
            + " a run directory is another than scripts know it. Columns and keys that are added break none; whatever else"
            + " changes is for CHANGELOG.md. Where it is meant: cp integration-tests/" + file
            + " integration-tests/" + GOLDEN);
  }

  private static String told(Path run) throws IOException {
    StringBuilder text = new StringBuilder();
    List<Path> files;
    try (var all = Files.walk(run)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      // the files of TensorBoard bear the second in which they were begun
      String name =
          run.relativize(file).toString().replaceAll("tfevents\\.\\d+\\.", "tfevents.SECONDS.");
      text.append(name).append('\n');
      // folds and members are alike
      if (name.matches("checkpoints/.*") && !name.matches("checkpoints/repeat-0-fold-0/[^2]*")) {
        continue;
      }
      if (name.endsWith(".csv")) {
        table(file, text);
      } else if (name.endsWith(".json")) {
        json(Stroma.json(file), "  ", text);
      } else if (name.endsWith(".safetensors")) {
        tensors(file, text);
      }
    }
    return text.toString();
  }

  /** Reads the records by hand, as the format is described; sums and messages are checked by TensorFlow in the bundle's own test. */
  private static void curvesForTensorBoardAreThoseOfTheHistory(Path run) throws IOException {
    int epochs = 0;
    for (Map<String, String> row : Stroma.csv(run.resolve("history.csv"))) {
      Path model = run.resolve("tensorboard/repeat-%s-fold-%s-model-%s"
          .formatted(row.get("repeat"), row.get("fold"), row.get("model")));
      List<Path> files;
      try (var all = Files.list(model)) {
        files = all.toList();
      }
      assertEquals(1, files.size(), files.toString());
      ByteBuffer bytes =
          ByteBuffer.wrap(Files.readAllBytes(files.get(0))).order(ByteOrder.LITTLE_ENDIAN);
      Map<String, Float> scalars = new TreeMap<>();
      for (int record = 0; bytes.hasRemaining(); record++) {
        int length = Math.toIntExact(bytes.getLong());
        bytes.getInt();
        ByteBuffer event = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).limit(length);
        bytes.position(bytes.position() + length);
        bytes.getInt();
        if (record == Integer.parseInt(row.get("epoch"))) {
          scalars(event, scalars);
        }
      }
      for (String column : row.keySet()) {
        if (column.startsWith("loss") || column.equals("gradient_norm")) {
          assertEquals(
              Double.parseDouble(row.get(column)),
              scalars.get(column.replace("loss.", "loss/")),
              1e-5 * Math.abs(Double.parseDouble(row.get(column))),
              column + " in " + model);
        }
      }
      epochs++;
    }
    assertEquals(8, epochs);
  }

  /** The tags and numbers of an Event: its field 5 is a Summary, whose fields 1 are values with a tag (1) and a float (2). */
  private static void scalars(ByteBuffer message, Map<String, Float> scalars) {
    String tag = "";
    while (message.hasRemaining()) {
      int key = message.get();
      switch (key & 7) {
        case 0 -> {
          while (message.get() < 0) {
            // the bytes of a number in pieces of seven bits
          }
        }
        case 1 -> message.getLong();
        case 5 -> scalars.put(tag, message.getFloat());
        default -> {
          int length = 0;
          int shift = 0;
          int part;
          do {
            part = message.get();
            length |= (part & 127) << shift;
            shift += 7;
          } while (part < 0);
          ByteBuffer inner = message.slice().order(ByteOrder.LITTLE_ENDIAN).limit(length);
          message.position(message.position() + length);
          if (key >> 3 == 1) {
            // a value of the summary begins as its tag does: with a key of its own
            byte[] text = new byte[length];
            inner.get(text);
            inner.rewind();
            tag = new String(text, StandardCharsets.UTF_8);
            if (length > 0 && text[0] == 10) {
              scalars(inner, scalars);
            }
          } else {
            scalars(inner, scalars);
          }
        }
      }
    }
  }

  private static void table(Path file, StringBuilder text) throws IOException {
    List<Map<String, String>> rows = Stroma.csv(file);
    text.append("  ").append(rows.size()).append(" rows\n");
    for (String column : Files.readAllLines(file).get(0).split(",")) {
      Set<String> types = rows.stream()
          .map(row -> type(row.get(column)))
          .collect(Collectors.toCollection(LinkedHashSet::new));
      if (types.contains("number")) {
        types.remove("integer"); // 1 in one row, 0.5 in another
      }
      text.append("  ").append(column).append(": ");
      text.append(types.stream().sorted().collect(Collectors.joining(" or "))).append('\n');
    }
  }

  private static String type(String cell) {
    return cell.isEmpty()
        ? "nothing"
        : cell.matches("-?\\d+")
            ? "integer"
            : cell.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?") ? "number" : "text";
  }

  /** Keys in their order; of a list what its elements are like, once. */
  private static void json(JsonNode node, String indent, StringBuilder text) {
    if (node.isObject()) {
      node.fields().forEachRemaining(field -> {
        text.append(indent).append(field.getKey()).append(": ");
        value(field.getValue(), indent, text);
      });
    } else {
      text.append(indent);
      value(node, indent, text);
    }
  }

  private static void value(JsonNode node, String indent, StringBuilder text) {
    if (node.isObject()) {
      text.append(node.isEmpty() ? "empty object\n" : "object\n");
      json(node, indent + "  ", text);
    } else if (node.isArray()) {
      Set<String> kinds = new LinkedHashSet<>();
      node.forEach(element -> {
        StringBuilder one = new StringBuilder();
        json(element, indent + "  ", one);
        kinds.add(one.toString());
      });
      text.append(kinds.isEmpty() ? "empty list\n" : "list of\n");
      text.append(new ArrayList<>(kinds).stream().collect(Collectors.joining(indent + " or\n")));
    } else {
      text.append(
              node.isTextual()
                  ? "text"
                  : node.isIntegralNumber()
                      ? "integer"
                      : node.isNumber() ? "number" : node.isBoolean() ? "true or false" : "null")
          .append('\n');
    }
  }

  private static void tensors(Path file, StringBuilder text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong(0));
    JsonNode header = new ObjectMapper().readTree(bytes.array(), 8, length);
    header.fields().forEachRemaining(tensor -> {
      JsonNode what = tensor.getValue();
      text.append("  ").append(tensor.getKey()).append(": ");
      text.append(
              tensor.getKey().startsWith("__")
                  ? "metadata"
                  : what.path("dtype").asText() + what.path("shape"))
          .append('\n');
    });
  }
}
