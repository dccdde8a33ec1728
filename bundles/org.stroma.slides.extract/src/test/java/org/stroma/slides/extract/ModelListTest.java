/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.slides.pixels.ModelRegistry;

class ModelListTest {
  private static String line(String list, String name) {
    return list.lines().filter(l -> l.startsWith(name + " ")).findFirst().orElseThrow();
  }

  @Test
  void eachModelHasALineThatTellsWhetherItIsThere(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("virchow2"));
    Files.writeString(folder.resolve("virchow2/model.onnx"), "");
    Files.writeString(folder.resolve("config.json"), "{}");
    String list = ModelList.of(new ModelRegistry(folder));
    assertEquals(
        List.of(
            "virchow2",
            "2560",
            "224 pixels (bicubic), mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225",
            "class+mean, 4 registers",
            "224 pixels at 20x",
            folder.resolve("virchow2/model.onnx").toString()),
        List.of(line(list, "virchow2").split(" {2,}")));
    assertTrue(
        line(list, "uni").endsWith("not there; ask for it at huggingface.co/MahmoodLab/UNI"), list);
    assertTrue(list.contains("(stroma.models) is " + folder + "."), list);
    assertTrue(list.contains("Passed over: " + folder.resolve("config.json")), list);
    assertTrue(ModelList.of(new ModelRegistry(null)).contains("(stroma.models) is not set"));
  }
}
