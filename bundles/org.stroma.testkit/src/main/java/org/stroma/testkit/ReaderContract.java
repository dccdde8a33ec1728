/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * The contract of a reader, over a small cohort of its author's ({@link #reads}). Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code data}: there are patients; rows are as wide as the features; bags give what they say; texts are not blank; ids
 *     are in the vocabulary and not padding alone; no number is infinite, and those of bags are not NaN;
 * <li>{@code determinism}: reading again gives the same.
 * </ul>
 * The check {@code bounds} makes readers, and reads nothing.
 */
@ProviderType
public final class ReaderContract extends PartContract<Reader, ReaderContract> {
  private Supplier<? extends ReadContext> cohort;

  ReaderContract(Made<Reader> made) {
    super("reader", Reader.class, made);
  }

  /** The cohort to read, such as a {@link TestCohort}; made anew for each reading. */
  public ReaderContract reads(Supplier<? extends ReadContext> cohort) {
    this.cohort = cohort;
    return this;
  }

  @Override
  boolean upperBounds() {
    return false;
  }

  @Override
  void use(Reader part) {
    // to be made is all that bounds ask for
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check("data", "what is read is complete", this::checkData));
    checks.add(new Check("determinism", "reading again gives the same", this::checkDeterminism));
  }

  private ModalityData read() {
    if (cohort == null) {
      throw new IllegalStateException(
          "say what the reader reads: reads(() -> new TestCohort(FOLDER, TABLE, ID_COLUMN))");
    }
    ModalityData data = part().read(cohort.get());
    check(data != null, "read gave null");
    return data;
  }

  private void checkData() {
    ModalityData data = read();
    check(
        !data.patients().isEmpty(),
        "nobody has the modality; the cohort of the test should hold somebody");
    if (data instanceof ModalityData.Matrix matrix) {
      matrix.rows().forEach((patient, row) -> {
        check(
            row.length == matrix.features().size(),
            patient + " has " + row.length + " numbers and there are "
                + matrix.features().size() + " features");
        for (float x : row) {
          check(
              !Float.isInfinite(x),
              patient + " has an infinite number; refuse it with a DataException");
        }
      });
    } else if (data instanceof ModalityData.Texts texts) {
      texts
          .texts()
          .forEach((patient, text) -> check(
              !text.isBlank(), patient + " has a blank text; who has none is to be left out"));
    } else if (data instanceof ModalityData.Tokens tokens) {
      tokens.ids().forEach((patient, ids) -> {
        int most = 0;
        for (int id : ids) {
          check(
              id >= 0 && id < tokens.vocabularySize(),
              patient + " has the id " + id + ", and the vocabulary has the size "
                  + tokens.vocabularySize());
          most = Math.max(most, id);
        }
        check(most > 0, patient + " has padding alone; who has no text is to be left out");
      });
    } else if (data instanceof ModalityData.Bags bags) {
      bags.bags().forEach((patient, bag) -> checkBag(patient, bag, bags.width()));
    }
  }

  private static void checkBag(String patient, Bag bag, int width) {
    check(bag.size() > 0, patient + " has an empty bag; who has no elements is to be left out");
    FloatBuffer all = FloatBuffer.allocate(bag.size() * width);
    bag.read(all);
    check(
        all.position() == bag.size() * width,
        patient + "'s bag of " + bag.size() + " x " + width + " gives " + all.position()
            + " numbers");
    finite(
        all.array(),
        "the numbers of " + patient
            + "'s bag have to be finite; refuse others with a DataException");
    FloatBuffer pieces = FloatBuffer.allocate(all.capacity());
    for (int from = 0; from < bag.size(); ) {
      int to = Math.min(bag.size(), from + 1 + from / 2); // pieces of one, two, three, ...
      bag.read(from, to, pieces);
      from = to;
    }
    same(
        all.array(),
        pieces.array(),
        0,
        patient + "'s bag, read in ranges, is another than read whole");
    FloatBuffer last = FloatBuffer.allocate(width);
    bag.read(new int[] {bag.size() - 1}, last);
    same(
        java.util.Arrays.copyOfRange(all.array(), (bag.size() - 1) * width, bag.size() * width),
        last.array(),
        0,
        "the last element of " + patient + "'s bag, read alone, is another than in the whole bag");
    int[] coordinates = bag.coordinates();
    check(
        coordinates == null || coordinates.length == 2 * bag.size(),
        patient + "'s bag of " + bag.size() + " has to have twice as many coordinates");
    int[] labels = bag.labels();
    check(
        labels == null || labels.length == bag.size(),
        patient + "'s bag of " + bag.size() + " has to have as many labels");
  }

  private void checkDeterminism() {
    Map<String, String> first = told(read());
    Map<String, String> second = told(read());
    check(first.equals(second), "reading again gives other data");
    check(
        List.copyOf(read().patients()).equals(List.copyOf(read().patients())),
        "reading again gives the patients in another order; keep that of the file, in a LinkedHashMap");
  }

  private static Map<String, String> told(ModalityData data) {
    Map<String, String> told = new TreeMap<>();
    if (data instanceof ModalityData.Matrix matrix) {
      matrix.rows().forEach((patient, row) -> told.put(patient, java.util.Arrays.toString(row)));
      told.put("", matrix.features().toString());
    } else if (data instanceof ModalityData.Texts texts) {
      told.putAll(texts.texts());
    } else if (data instanceof ModalityData.Tokens tokens) {
      tokens.ids().forEach((patient, ids) -> told.put(patient, java.util.Arrays.toString(ids)));
    } else if (data instanceof ModalityData.Bags bags) {
      bags.bags().forEach((patient, bag) -> {
        FloatBuffer all = FloatBuffer.allocate(bag.size() * bags.width());
        bag.read(all);
        told.put(patient, java.util.Arrays.toString(all.array()));
      });
    }
    return told;
  }
}
