/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.stroma.api.data.DataException;

/** The readers that need no framework around them. */
final class Readings {
  /** Where the bundles are, for the fixtures of their tests. */
  static final Path BUNDLES = Path.of(System.getProperty("fuzz.bundles", "../../bundles"));

  /** Reads a sample's folder. */
  interface Body {
    void read(Path folder) throws Exception;
  }

  /** Makes a corpus when it is needed. */
  interface Corpus {
    List<Sample> get() throws IOException;
  }

  private record Plain(
      String name, int share, Corpus samples, Predicate<String> changing, Body body)
      implements Reading {
    @Override
    public boolean changes(String file) {
      return changing.test(file);
    }

    @Override
    public List<Sample> corpus() throws IOException {
      return samples.get();
    }

    @Override
    public void read(Path folder) throws Exception {
      try {
        body.read(folder);
      } catch (DataException e) {
        throw refused(e.getMessage(), folder);
      }
    }
  }

  private Readings() {}

  /** A refusal has to name the file, or what is in it. */
  static Reading.Refused refused(String message, Path folder) {
    if (message == null
        || !message.contains(folder.toString())
            && !message.startsWith("modality ")
            && !message.startsWith("no sample has")) {
      throw new AssertionError("it does not say which file: " + message);
    }
    return new Reading.Refused(message);
  }

  static Reading of(String name, int share, List<Sample> corpus, Body body) {
    return new Plain(name, share, () -> corpus, file -> true, body);
  }

  /** A kind whose corpus takes some time to make. */
  static Reading of(String name, int share, Corpus corpus, Body body) {
    return new Plain(name, share, corpus, file -> true, body);
  }

  /** A kind of which one file alone is changed. */
  static Reading of(String name, int share, List<Sample> corpus, String changing, Body body) {
    return new Plain(name, share, () -> corpus, changing::equals, body);
  }

  static Path resources(String bundle) {
    return BUNDLES.resolve(bundle).resolve("src/test/resources");
  }

  /** Files of a folder as samples of one file each. */
  static List<Sample> fixtures(Path folder, String end, long largest) {
    List<Sample> samples = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(end)).sorted().toList()) {
        if (Files.size(file) <= largest) {
          samples.add(Sample.of("input" + end, Files.readAllBytes(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return samples;
  }

  static List<Reading> all() throws IOException {
    List<Reading> all = new ArrayList<>();
    all.addAll(Tables.readings());
    all.add(Workbooks.reading());
    all.addAll(Arrays.readings());
    all.addAll(Models.readings());
    all.addAll(Programs.readings());
    return all;
  }
}
