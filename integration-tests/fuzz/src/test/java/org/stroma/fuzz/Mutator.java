/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Changes inputs, in ways that fit what their files are. The same chance gives the same input. */
final class Mutator {
  private Mutator() {}

  /** One of a corpus, changed in one file, or in two. */
  static Sample changed(List<Sample> corpus, Predicate<String> changing, Random random) {
    Sample sample = corpus.get(random.nextInt(corpus.size()));
    int files = random.nextInt(8) == 0 ? 2 : 1;
    for (int i = 0; i < files; i++) {
      List<String> names = new ArrayList<>(sample.files().keySet());
      names.removeIf(changing.negate());
      String name = names.get(random.nextInt(names.size()));
      if (names.size() > 1 && random.nextInt(40) == 0) {
        sample = sample.without(name);
        continue;
      }
      Sample other = corpus.get(random.nextInt(corpus.size()));
      byte[] others = other.files().getOrDefault(name, sample.files().get(names.get(0)));
      sample = sample.with(name, changed(name, sample.files().get(name), others, random));
    }
    return sample;
  }

  static byte[] changed(String name, byte[] bytes, byte[] other, Random random) {
    byte[] changed = bytes;
    int changes = 1 + (random.nextInt(3) == 0 ? random.nextInt(5) : 0);
    for (int i = 0; i < changes; i++) {
      changed = once(name, changed, other, random);
    }
    return changed;
  }

  private static byte[] once(String name, byte[] bytes, byte[] other, Random random) {
    int way = random.nextInt(10);
    byte[] changed = null;
    if (name.endsWith(".json")) {
      changed =
          way < 6 ? Trees.changed(bytes, random) : way < 8 ? Texts.changed(bytes, random) : null;
    } else if (name.endsWith(".csv") || name.endsWith(".txt") || name.endsWith("SUMS")) {
      changed = way < 8 ? Texts.changed(bytes, random) : null;
    } else if (name.endsWith(".onnx") || name.endsWith(".pb")) {
      changed = way < 7 ? Messages.changed(bytes, random) : null;
    } else if (name.endsWith(".safetensors")) {
      changed = way < 6 ? Headed.safetensors(bytes, random) : null;
    } else if (name.endsWith(".npy")) {
      changed = way < 5 ? Headed.npy(bytes, random) : null;
    } else if (name.endsWith(".jar") || name.endsWith(".npz") || name.endsWith(".xlsx")) {
      changed = way < 6 ? Zips.changed(bytes, random) : null;
    }
    return changed == null ? Bytes.changed(bytes, other, random) : changed;
  }
}
