/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.BatchPlan;
import org.stroma.model.AuxiliaryName;
import org.stroma.model.AuxiliaryOutput;

class CrossModalAttentionTest {
  private static final Set<String> MODALITIES = Set.of("rna", "text", "wsi");

  @TempDir
  Path folder;

  /** Patient b lacks the text. */
  private static BatchPlan plan() {
    List<Cohort.Visit> rows = new ArrayList<>();
    List.of("a", "b").forEach(patient -> rows.add(new Cohort.Visit(patient, 0)));
    return new BatchPlan(
        List.of("a", "b"),
        rows,
        new TreeMap<>(Map.of(
            "rna", new float[] {1, 1}, "text", new float[] {1, 0}, "wsi", new float[] {1, 1})),
        new TreeMap<>());
  }

  private static Explanations explanations() {
    return new Explanations(Map.of(), Map.of(), MODALITIES, "cross-modal-attention");
  }

  private static void tell(Explanations to, String name, float[] values, long... shape) {
    to.outputs(plan(), Map.of(AuxiliaryName.fusion(name), new AuxiliaryOutput(shape, values)));
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  /** Of two heads over the two others, sorted by name. */
  @Test
  void weightsBetweenModalitiesAreALabelledMatrix() throws IOException {
    Explanations all = explanations();
    tell(all, "rna", new float[] {.25f, .75f, .75f, .25f, 0, 1, 0, 1}, 2, 2, 2);
    tell(all, "text", new float[] {.5f, .5f, 1, 0, 9, 9, 9, 9}, 2, 2, 2);
    tell(all, "wsi", new float[] {.25f, .75f, .25f, .75f, 1, 0, 1, 0}, 2, 2, 2);
    // a second model
    tell(all, "rna", new float[] {0, 1, 0, 1, 0, 1, 0, 1}, 2, 2, 2);
    all.write(folder);
    assertEquals(
        "query,rna,text,wsi\nrna,,0.25,0.875\ntext,0.75,,0.25\nwsi,0.625,0.75,\n",
        text("fusion/cross-modal-attention.csv"));
    assertEquals(
        "sample,query,rna,text,wsi\na,rna,,0.25,0.75\na,text,0.75,,0.25\na,wsi,0.25,0.75,\n"
            + "b,rna,,,1.0\nb,wsi,1.0,,\n",
        text("fusion/cross-modal-attention-samples.csv"));
    assertTrue(
        text("fusion/rna.csv").startsWith("sample,0.text,0.wsi,1.text,1.wsi\n"),
        text("fusion/rna.csv"));
    String svg = text("fusion/cross-modal-attention.svg");
    assertTrue(
        svg.contains(">0.88<") && svg.contains("<title>") && svg.contains("role=\"img\""), svg);
  }

  /** Over tokens, the weights of all tokens of a modality are its own. */
  @Test
  void weightsOverElementsAreSummed() throws IOException {
    Explanations all = explanations();
    tell(all, "rna->wsi", new float[] {.25f, .25f, 0, .5f, .5f, 0}, 2, 3);
    tell(all, "rna->text", new float[] {.5f, 0, 0, 0}, 2, 2);
    tell(all, "text->rna", new float[] {1, 0}, 2, 1);
    all.write(folder);
    assertEquals(
        "query,rna,text,wsi\nrna,,0.5,0.75\ntext,1.0,,\nwsi,,,\n",
        text("fusion/cross-modal-attention.csv"));
  }

  @Test
  void otherTensorsKeepTheirIndices() throws IOException {
    Explanations all = explanations();
    tell(all, "rna", new float[] {.25f, .5f}, 2);
    tell(all, "gate", new float[8], 2, 2, 2);
    tell(all, "text", new float[12], 2, 2, 3);
    all.write(folder);
    assertEquals("sample,0\na,0.25\nb,0.5\n", text("fusion/rna.csv"));
    assertTrue(text("fusion/gate.csv").startsWith("sample,0.0,0.1,1.0,1.1\n"));
    assertFalse(Files.exists(folder.resolve("fusion/cross-modal-attention.csv")));
  }
}
