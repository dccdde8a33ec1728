/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;

/**
 * The contract of a transform. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code shapes}: the same patients come out, each with a number a feature;
 * <li>{@code training}: a patient's numbers come from what was learned and from the patient alone, whoever else is there;
 * <li>{@code inputs}: neither learning nor applying changes the numbers that were given;
 * <li>{@code missing}: a missing number stays NaN or becomes a finite one, and spoils no other;
 * <li>{@code json}: what was learned does the same after it was written and read;
 * <li>{@code determinism}: the same numbers give the same.
 * </ul>
 * Numbers are normal, or counts where {@link #counts} says so.
 */
@ProviderType
public final class TransformContract extends PartContract<Transform, TransformContract> {
  private static final int FEATURES = 6;

  private boolean counts;

  TransformContract(Made<Transform> made) {
    super("transform", Transform.class, made);
  }

  /** The transform takes counts: whole numbers from 0 on. */
  public TransformContract counts() {
    counts = true;
    return this;
  }

  private Matrix data(int from, int to) {
    List<String> features = new ArrayList<>();
    for (int f = 0; f < FEATURES; f++) {
      features.add("f" + f);
    }
    Map<String, float[]> rows = new LinkedHashMap<>();
    for (int p = from; p < to; p++) {
      Random random = new Random(300 + p);
      float[] row = new float[FEATURES];
      for (int f = 0; f < FEATURES; f++) {
        double x = random.nextGaussian() * (f + 1) + f;
        row[f] = (float) (counts ? Math.floor(20 * Math.abs(x)) : x);
      }
      rows.put("p" + p, row);
    }
    return Matrix.of(features, rows);
  }

  private Matrix withHoles(int from, int to) {
    Matrix data = data(from, to);
    data.rows().values().iterator().next()[1] = Float.NaN;
    return data;
  }

  @Override
  boolean upperBounds() {
    return false;
  }

  @Override
  void use(Transform part) {
    part.apply(part.fit(data(0, 20)), data(15, 25));
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check(
        "shapes", "the same patients come out, with a number a feature", this::checkShapes));
    checks.add(new Check(
        "training",
        "a patient's numbers depend on the training patients and the patient alone",
        this::checkTraining));
    checks.add(
        new Check("inputs", "the numbers that were given stay as they are", this::checkInputs));
    checks.add(
        new Check("missing", "missing numbers stay NaN or become finite", this::checkMissing));
    checks.add(new Check("json", "what was learned can be written and read", this::checkJson));
    checks.add(new Check("determinism", "the same numbers give the same", this::checkDeterminism));
  }

  private void checkShapes() {
    Transform part = part();
    Matrix out = part.apply(part.fit(data(0, 20)), data(15, 25));
    check(
        out.patients().equals(data(15, 25).patients()),
        "patients " + data(15, 25).patients() + " went in, and " + out.patients() + " came out");
    out.rows()
        .forEach((patient, row) -> check(
            row.length == out.features().size(),
            patient + " has " + row.length + " numbers and there are "
                + out.features().size() + " names of features"));
  }

  private void checkTraining() {
    Transform part = part();
    Learned learned = part.fit(data(0, 20));
    Matrix together = part.apply(learned, data(0, 30));
    Matrix alone = part.apply(learned, data(25, 26));
    check(
        alone.features().equals(together.features()),
        "the features that come out depend on the patients that go in; decide on them in fit, and keep them in what it returns");
    same(
        together.rows().get("p25"),
        alone.rows().get("p25"),
        "a patient alone gets other numbers than among others: apply looks at the patients that it is given; what depends on"
            + " patients belongs into fit, which sees those of training alone");
  }

  private void checkInputs() {
    Transform part = part();
    Matrix training = data(0, 20);
    Learned learned = part.fit(training);
    String before = learned.toString();
    untouched(data(0, 20), training, "fit");
    Matrix given = data(20, 25);
    part.apply(learned, given);
    untouched(data(20, 25), given, "apply");
    check(
        learned.toString().equals(before),
        "apply changes what was learned; it is used again for the next patients");
  }

  private static void untouched(Matrix before, Matrix after, String by) {
    check(
        before.features().equals(after.features()),
        by + " changes the names of the features that it was given");
    before
        .rows()
        .forEach((patient, row) -> same(
            row,
            after.rows().get(patient),
            0,
            by + " changes the numbers that it was given; write into a copy"));
  }

  private void checkMissing() {
    Transform part = part();
    Learned learned = part.fit(withHoles(0, 20));
    Matrix out = part.apply(learned, withHoles(20, 25));
    boolean first = true;
    for (Map.Entry<String, float[]> row : out.rows().entrySet()) {
      int missing = 0;
      for (float x : row.getValue()) {
        check(!Float.isInfinite(x), "a missing number makes infinite ones");
        missing += Float.isNaN(x) ? 1 : 0;
      }
      check(
          missing <= (first ? 1 : 0),
          row.getKey() + " lacked " + (first ? 1 : 0) + " number and lacks " + missing
              + " afterwards: NaN in one place, in training too, must not spread to others");
      first = false;
    }
  }

  private void checkJson() {
    Transform part = part();
    Learned learned = part.fit(withHoles(0, 20));
    Learned read = Stored.again(learned);
    Matrix expected = part.apply(learned, data(20, 25));
    // another object, as at prediction
    Matrix actual = part().apply(read, data(20, 25));
    compare(
        expected,
        actual,
        "what was learned does something else after it was written as JSON and read; keep all of it in what fit returns, and"
            + " nothing in the object");
  }

  private void checkDeterminism() {
    Transform part = part();
    Transform other = part();
    Learned learned = part.fit(data(0, 20));
    Learned again = other.fit(data(0, 20));
    check(
        learned.toString().equals(again.toString()),
        "the same training patients teach something else the second time");
    compare(
        part.apply(learned, data(20, 25)),
        other.apply(again, data(20, 25)),
        "the same numbers give others");
  }

  private static void compare(Matrix expected, Matrix actual, String otherwise) {
    check(expected.features().equals(actual.features()), otherwise);
    expected.rows().forEach((patient, row) -> {
      float[] other = actual.rows().get(patient);
      check(java.util.Arrays.equals(row, other), otherwise);
    });
  }
}
