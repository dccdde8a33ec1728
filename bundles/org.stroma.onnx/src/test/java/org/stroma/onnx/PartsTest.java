/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.ModalityInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TemporalModule;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Every part of this repository, in ONNX Runtime, gives what it gives in TensorFlow. */
class PartsTest {
  private static final int D = 8;
  private static final int VOCABULARY = 11;

  private static final List<Map<String, Long>> SIZES = List.of(
      Map.of("batch", 1L, "visits", 1L, "patches", 1L, "words", 1L),
      Map.of("batch", 1L, "visits", 3L, "patches", 6L, "words", 2L),
      Map.of("batch", 3L, "visits", 4L, "patches", 17L, "words", 5L));

  @TestFactory
  Stream<DynamicTest> everyPartGivesTheSame() {
    List<DynamicTest> tests = new ArrayList<>();
    for (InstalledParts.Variant variant : InstalledParts.all()) {
      Object part = variant.make();
      if (part instanceof Encoder encoder) {
        tests.add(dynamicTest(variant.toString(), () -> encoder(encoder)));
      } else if (part instanceof Fusion fusion) {
        tests.add(dynamicTest(variant.toString(), () -> fusion(fusion)));
      } else if (part instanceof TemporalModule temporal) {
        tests.add(dynamicTest(variant.toString(), () -> temporal(temporal)));
      } else if (part instanceof Head head) {
        tests.add(dynamicTest(variant.toString(), () -> head(head)));
      } else {
        tests.add(dynamicTest(
            variant.toString(), () -> assertTrue(false, "a kind that this test does not know")));
      }
    }
    return tests.stream();
  }

  /** With each kind of modality that it takes. */
  private static void encoder(Encoder encoder) throws IOException {
    int taken = 0;
    for (String kind : List.of("vectors", "short vectors", "bags", "places", "texts")) {
      try {
        told(BothRuntimes.check(
            D, g -> tell(g, encoder.encode(g.net().scope("modality"), input(g, kind))), SIZES));
        taken++;
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("the modality gives"), e.getMessage());
      }
    }
    assertTrue(taken > 0, "it takes no kind of modality");
  }

  private static ModalityInput input(BothRuntimes g, String kind) {
    Operand<TFloat32> presence = g.mask("presence", "batch");
    return switch (kind) {
      case "vectors" -> ModalityInput.vectors(g.numbers("values", "batch", D + 3), presence);
      case "short vectors" -> ModalityInput.vectors(g.numbers("values", "batch", D - 3), presence);
      case "bags" -> ModalityInput.bags(
          g.numbers("values", "batch patches", 5), g.mask("mask", "batch patches"), presence);
      case "places" -> ModalityInput.bags(
          g.numbers("values", "batch patches", 5),
          g.mask("mask", "batch patches"),
          g.integers("coordinates", "batch patches", 2, 40),
          presence);
      default -> ModalityInput.texts(
          g.integers("ids", "batch words", 0, VOCABULARY),
          g.mask("mask", "batch words"),
          presence,
          VOCABULARY);
    };
  }

  private static void tell(BothRuntimes g, Encoding encoding) {
    g.output("embedding", encoding.embedding());
    encoding.tokens().ifPresent(tokens -> {
      g.output("tokens", g.tf().math.mul(tokens.values(), g.net().expand(tokens.mask(), 2)));
    });
    encoding.attention().forEach((name, weights) -> g.output("attention." + name, weights));
    encoding.values().forEach((key, value) -> g.output("value." + key, value));
  }

  private static SortedMap<String, Encoding> encodings(BothRuntimes g) {
    return new TreeMap<>(Map.of(
        "rna", Encoding.of(g.numbers("rna", "batch", D)),
        "text",
            Encoding.of(g.numbers("text", "batch", D))
                .withTokens(
                    g.numbers("text.tokens", "batch words", D), g.mask("text.mask", "batch words")),
        "wsi",
            Encoding.of(g.numbers("wsi", "batch", D))
                .withTokens(
                    g.numbers("wsi.tokens", "batch patches", D),
                    g.mask("wsi.mask", "batch patches"))));
  }

  private static SortedMap<String, Operand<TFloat32>> presence(BothRuntimes g) {
    return new TreeMap<>(Map.of(
        "rna", g.mask("rna.presence", "batch"),
        "text", g.mask("text.presence", "batch"),
        "wsi", g.mask("wsi.presence", "batch")));
  }

  private static void fusion(Fusion fusion) throws IOException {
    told(BothRuntimes.check(
        D,
        g -> {
          Fused fused = fusion.fuse(g.net().scope("fusion"), encodings(g), presence(g));
          g.output("embedding", fused.embedding());
          fused.attention().forEach((name, weights) -> g.output("attention." + name, weights));
          fused.branches().forEach((name, branch) -> g.output("branch." + name, branch));
          fused.weights().forEach((name, weights) -> g.output("weight." + name, weights));
        },
        SIZES));
  }

  private static void temporal(TemporalModule temporal) throws IOException {
    told(BothRuntimes.check(
        D,
        g -> {
          TemporalModule.Sequence sequence = temporal.reason(
              g.net().scope("temporal"),
              g.numbers("embeddings", "batch visits", D),
              g.numbers("days", "batch visits", 0),
              g.mask("visit_mask", "batch visits"));
          g.output("embedding", sequence.embedding());
          g.output("states", sequence.states());
          sequence.progression().ifPresent(steps -> g.output("progression", steps));
        },
        SIZES));
  }

  private static void head(Head head) throws IOException {
    TargetInfo info =
        switch (head.target()) {
          case SURVIVAL -> TargetInfo.survival(30, 90, 200);
          case CLASS -> TargetInfo.classes(3);
          case NUMBER -> TargetInfo.number(30, 5);
          case COUNT -> TargetInfo.count(4);
          case LABELS -> TargetInfo.labels(new float[] {.5f, .1f}, List.of("kras", "egfr"));
          case PATCHES -> TargetInfo.patches("wsi", TargetInfo.classes(3));
        };
    told(BothRuntimes.check(
        D,
        g -> {
          Operand<TFloat32> embedding = g.numbers("fused", "batch", D);
          HeadInput input = HeadInput.of(embedding, info)
              .withVisits(embedding)
              .withEncodings(encodings(g), presence(g));
          Operand<TFloat32> raw = head.predict(g.net().scope("head"), input);
          g.output("raw", raw);
          head.read(g.net(), raw, info)
              .forEach((prediction, value) -> g.output(prediction.toString(), value));
        },
        SIZES));
  }

  /** README lists the weights: a layer, or a weight that is in none, by its name there. */
  private static void told(Set<String> variables) throws IOException {
    String readme = Files.readString(Path.of("../../README.md"));
    for (String variable : variables) {
      String path = variable
          .substring(variable.indexOf('/') + 1)
          .replaceAll("over/(rna|text|wsi)", "over/OTHER")
          .replaceAll("^(rna|text|wsi)/", "NAME/")
          .replaceAll("(layer)\\d", "$1I")
          .replaceAll("(convolution)\\d", "$1K")
          .replaceAll("/(kernel|gamma|embeddings)$", ".weight")
          .replace('/', '.');
      String layer = path.replaceFirst("\\.(weight|bias|beta|moving_mean|moving_variance)$", "");
      assertTrue(
          readme.contains("`" + layer + "`")
              || readme.contains("`" + layer + ".weight`")
              || readme.contains("`" + path + "`"),
          "README does not list " + path);
    }
  }
}
