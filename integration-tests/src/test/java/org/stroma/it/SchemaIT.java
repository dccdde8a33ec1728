/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the schema says, an independent validator understands as the runtime does. */
class SchemaIT {
  @TempDir
  private Path folder;

  @Test
  void theSchemaTakesGoodExperimentsAndRefusesBadOnes() throws Exception {
    Stroma.Result result = Stroma.run(folder, "schema");
    assertEquals(0, result.code(), result.toString());
    Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(result.out(), InputFormat.JSON);
    String good = SimulatedCohort.EXPERIMENT;
    assertEquals(List.of(), faults(schema, good));
    assertEquals(
        List.of(),
        faults(schema, good.replace("\"name\"", "\"$schema\": \"stroma.schema.json\", \"name\"")));
    assertEquals(
        List.of(),
        faults(
            schema,
            Files.readString(Stroma.SAMPLES.resolve("tcga-acc/survival.json"))
                .replaceAll("(?m)^\\s*//.*$", "")));
    // a pretraining has no heads and no losses
    assertEquals(
        List.of(),
        faults(
            schema,
            """
            {"cohort": {"table": "c.csv"}, "modalities": {"p": {"reader": {"type": "npy-patches", "path": "{slide}.npy"},
             "encoder": {"type": "abmil"}}}, "model": {"embedDim": 16}, "pretraining": {"p": {"type": "simclr"}}}
            """));
    String choosing = good.replace(
        "\"evaluation\": {",
        """
        "sweep": {"random": {"training.epochs": {"min": 5, "max": 50}, "seed": [1, 2]}, "trials": 3},
        "evaluation": {"inner": {"folds": 3}, "select": {"rule": "one-standard-error", "patience": 3, "metric": "c_index"},
                       "candidates": [{"training.epochs": 20}, {"name": "wide", "set": {"model.embedDim": 32}}, {}],
        """);
    assertEquals(List.of(), faults(schema, choosing));
    for (String[] change : new String[][] {
      {"\"patience\"", "\"patiance\"", "/evaluation/select"},
      {"one-standard-error", "two-standard-errors", "/evaluation/select/rule"},
      {"\"name\": \"wide\"", "\"name\": 3", "/evaluation/candidates/1/name"},
      {"\"min\": 5, ", "", "/sweep/random/training.epochs"},
      {"\"random\": {", "\"grid\": {\"seed\": [1]}, \"random\": {", "/sweep"}
    }) {
      String bad = choosing.replace(change[0], change[1]);
      assertTrue(!bad.equals(choosing), change[0]);
      assertTrue(
          faults(schema, bad).contains(change[2]),
          change[1] + " is refused at " + change[2] + ", not " + faults(schema, bad));
    }
    for (String[] change : new String[][] {
      {"\"hidden1\": 8", "\"hidden1\": -8", "/modalities/a/encoder/hidden1"},
      {"\"hidden1\": 8", "\"hidden\": 8", "/modalities/a/encoder"},
      {"\"type\": \"genomic-mlp\"", "\"type\": \"genomic\"", "/modalities/a/encoder/type"},
      {"\"epochs\": 40", "\"epochs\": 0", "/training/epochs"},
      {"\"epochs\": 40", "\"epochs\": \"many\"", "/training/epochs"},
      {"\"seed\": 1", "\"sead\": 1", ""},
      {"\"time\": ", "\"column\": ", "/cohort/targets/os"},
      {"\"kind\": \"survival\"", "\"kind\": \"class\"", "/cohort/targets/os"},
      {"\"name\": \"simulated\"", "\"name\": \"../x\"", "/name"},
      {"\"target\": \"os\", ", "", "/model/heads/os"},
      {"\"losses\": [{\"type\": \"cox\", \"head\": \"os\"}],", "", ""},
      {"\"embedDim\": 16", "\"embedDim\": 15", "/model/embedDim"},
      {"\"learningRate\": 0.01", "\"learningRate\": 100", "/training/optimizer/learningRate"}
    }) {
      String bad = good.replaceFirst(
          java.util.regex.Pattern.quote(change[0]),
          java.util.regex.Matcher.quoteReplacement(change[1]));
      assertTrue(!bad.equals(good), change[0]);
      assertTrue(
          faults(schema, bad).contains(change[2]),
          change[1] + " is refused at " + change[2] + ", not " + faults(schema, bad));
    }
  }

  /** JSON pointers of what the validator refuses. */
  private static List<String> faults(Schema schema, String json) {
    return schema.validate(json, InputFormat.JSON).stream()
        .map(Error::getInstanceLocation)
        .map(Object::toString)
        .distinct()
        .toList();
  }
}
