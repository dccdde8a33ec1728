/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.ModalityInput;
import org.stroma.api.Pretext;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The contract of a pretext task. Say what it learns from, with {@link #vectors}, {@link #bags} and {@link #texts}: each call
 * adds a modality, so a task of one modality that takes several kinds runs through a contract for each. Beside what {@link
 * PartContract} tells:
 * <ul>
 * <li>{@code scalar}: the loss is one number;
 * <li>{@code finite}: it and its gradient are finite for every batch: of one row, with an empty bag, with numbers of ±100;
 * <li>{@code presence}: rows without the modality leave no trace, whatever stands in them and however many there are. For
 *     this random numbers have to be drawn with the rows as first dimension, as {@code net.normal(name, tf.shape(x))} does;
 * <li>{@code masks}: what stands behind a mask changes nothing;
 * <li>{@code nothing}: a batch of rows without the modality gives 0 and no gradient;
 * <li>{@code learning}: a gradient reaches the encoder of every modality;
 * <li>{@code gradients}: those of TensorFlow agree with central differences, for the encoders' variables and the task's;
 * <li>{@code determinism}: the same seed and step give the same number;
 * <li>{@code modalities}: one modality more is taken, or refused with an {@link IllegalArgumentException} that says why.
 * </ul>
 * Encoders of one layer stand in for real ones, with tokens and without.
 */
@ProviderType
public final class PretextContract extends PartContract<Pretext, PretextContract> {
  private final List<PretextInput.Modality> modalities = new ArrayList<>();

  PretextContract(Made<Pretext> made) {
    super("pretext", Pretext.class, made);
  }

  /** The task learns from a vector of so many numbers a patient, such as a row of a matrix. */
  public PretextContract vectors(int width) {
    return add(PretextInput.Kind.VECTORS, width);
  }

  /** The task learns from a bag of vectors of so many numbers a patient, such as patches. */
  public PretextContract bags(int width) {
    return add(PretextInput.Kind.BAGS, width);
  }

  /** The task learns from token ids below the size of the vocabulary; 1 stands for the class token. */
  public PretextContract texts(int vocabularySize) {
    if (vocabularySize < 3) {
      throw new IllegalArgumentException(
          "a vocabulary has padding, the class token and words: at least 3 ids");
    }
    return add(PretextInput.Kind.TEXTS, vocabularySize);
  }

  private PretextContract add(PretextInput.Kind kind, int width) {
    if (width < 1) {
      throw new IllegalArgumentException("the width has to be 1 or more, and is " + width);
    }
    modalities.add(new PretextInput.Modality(kind, width));
    return this;
  }

  private List<PretextInput.Modality> modalities() {
    if (modalities.isEmpty()) {
      throw new IllegalStateException(
          "say what the task learns from: vectors(WIDTH), bags(WIDTH) or texts(VOCABULARY_SIZE)");
    }
    return modalities;
  }

  /** An id may be as large as a vocabulary, which the declaration does not know. */
  @Override
  boolean upperBounds() {
    return false;
  }

  private final class Model implements AutoCloseable {
    final GraphBench bench = new GraphBench(embedDim());
    final List<PretextInput> inputs = new ArrayList<>();
    final Operand<TFloat32> loss;
    final Operand<TFloat32> sum;
    final List<Variable> variables;
    final List<Operand<TFloat32>> fetches = new ArrayList<>(); // the loss, and its gradients

    Model(Pretext part, List<PretextInput.Modality> given, boolean withTokens) {
      Net net = bench.training();
      SortedMap<String, ModalityInput> of = new TreeMap<>();
      SortedMap<String, Pretext.Trained> encoders = new TreeMap<>();
      for (int m = 0; m < given.size(); m++) {
        PretextInput fed = new PretextInput(bench, given.get(m), m + 1);
        inputs.add(fed);
        String name = "modality" + m;
        of.put(name, fed.input());
        encoders.put(
            name,
            (view, input) -> PretextInput.encode(
                net.scope("encoders").scope(name).view(view), input, withTokens));
      }
      loss = part.loss(net.scope("task"), of, encoders);
      check(loss != null, "the loss is null; it has to be one number");
      Ops tf = bench.tf();
      sum = tf.reduceSum(tf.reshape(loss, tf.array(-1)), tf.array(0));
      variables = bench.variables().trainable();
      fetches.add(sum);
      if (!variables.isEmpty()) {
        fetches.addAll(
            Gradients.of(bench, sum, variables.stream().map(Variable::value).toList()));
      }
      bench.initialize(3);
      Gradients.shake(bench);
      bench.step(5);
    }

    List<float[]> run(List<Row> rows, Garbage garbage, float scale) {
      int length = Math.max(2, GraphContract.longest(rows));
      inputs.forEach(input -> input.feed(rows, length, garbage, scale));
      return bench.runAll(fetches);
    }

    List<float[]> run(List<Row> rows) {
      return run(rows, Garbage.NONE, 1);
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  private interface Look {
    void at(Model model);
  }

  /** Looks at the task over encoders with tokens, and over such without. */
  private void each(Look look) {
    for (boolean withTokens : new boolean[] {true, false}) {
      try (Model model = new Model(part(), modalities(), withTokens)) {
        look.at(model);
      }
    }
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check("scalar", "the loss is one number", () -> each(this::checkScalar)));
    checks.add(new Check(
        "finite", "loss and gradient are finite for every batch", () -> each(this::checkFinite)));
    checks.add(new Check(
        "presence", "rows without the modality leave no trace", () -> each(this::checkPresence)));
    checks.add(new Check(
        "masks", "what stands behind a mask leaves no trace", () -> each(this::checkMasks)));
    checks.add(new Check(
        "nothing",
        "a batch without the modality gives 0 and no gradient",
        () -> each(this::checkNothing)));
    checks.add(
        new Check("learning", "a gradient reaches every encoder", () -> each(this::checkLearning)));
    checks.add(new Check(
        "gradients", "gradients agree with central differences", () -> each(this::checkGradients)));
    checks.add(new Check(
        "determinism", "the same seed and step give the same number", this::checkDeterminism));
    checks.add(new Check(
        "modalities", "one modality more is taken, or refused in words", this::checkModalities));
  }

  @Override
  void use(Pretext part) {
    try (Model model = new Model(part, modalities(), true)) {
      finite(model.run(GraphContract.rows(1, 2, 3, 4)).get(0), "the loss has to be finite");
    }
  }

  private void checkScalar(Model model) {
    model.run(GraphContract.rows(1, 2, 3));
    Ops tf = model.bench.tf();
    float[] shape = model.bench.run(tf.dtypes.cast(tf.shape(model.loss), TFloat32.class));
    check(
        shape.length == 0,
        "the loss of a batch of 3 has the shape " + Arrays.toString(shape)
            + "; it has to be one number, a scalar: take the mean over the rows that are there");
  }

  private void checkFinite(Model model) {
    List<Row> several = GraphContract.rows(1, 2, 3, 4);
    finite(model, model.run(GraphContract.rows(1)), "of one row");
    finite(model, model.run(several), "of four rows");
    finite(
        model,
        model.run(GraphContract.join(several, new Row(9, 0, true))),
        "with a row of nothing but padding");
    finite(model, model.run(several, Garbage.NONE, 100), "with numbers of about ±100");
  }

  private void finite(Model model, List<float[]> values, String batch) {
    finite(values.get(0), "the loss of a batch " + batch + " has to be finite");
    for (int v = 0; v < model.variables.size(); v++) {
      finite(
          values.get(v + 1),
          "the gradient of " + model.variables.get(v).name() + " in a batch " + batch
              + " has to be finite");
    }
  }

  private void checkPresence(Model model) {
    List<Row> rows = GraphContract.rows(1, 2, 3, 4);
    List<float[]> clean = model.run(rows);
    List<Row> more = GraphContract.join(rows, new Row(10, 1, false), new Row(11, 1, false));
    same(
        clean,
        model.run(more),
        "rows without the modality change the loss or its gradient; divide by the rows that are there (input.presence), not by"
            + " those of the batch");
    same(
        clean,
        model.run(more, Garbage.ABSENT, 1),
        "what stands in rows without the modality changes the loss or its gradient; leave them out by input.presence");
  }

  private void checkMasks(Model model) {
    List<Row> rows = GraphContract.rows(0, 1, 2, 3);
    same(
        model.run(rows),
        model.run(rows, Garbage.MASKED, 1),
        "what stands behind the mask changes the loss or its gradient; leave padding out before anything is summed");
  }

  private void checkNothing(Model model) {
    for (Garbage garbage : new Garbage[] {Garbage.NONE, Garbage.ABSENT}) {
      List<float[]> none =
          model.run(List.of(new Row(1, 1, false), new Row(2, 1, false)), garbage, 1);
      check(
          none.get(0)[0] == 0,
          "a batch without the modality has to give the loss 0, and gives " + none.get(0)[0]
              + "; tf.math.divNoNan divides without NaN");
      for (int v = 0; v < model.variables.size(); v++) {
        check(
            isZero(none.get(v + 1)),
            "a batch without the modality has to give the gradient 0, and moves "
                + model.variables.get(v).name());
      }
    }
  }

  private void checkLearning(Model model) {
    List<float[]> values = model.run(GraphContract.rows(0, 1, 2, 3));
    for (int m = 0; m < model.inputs.size(); m++) {
      String prefix = "encoders/modality" + m + "/";
      check(
          IntStream.range(0, model.variables.size())
              .filter(v -> model.variables.get(v).name().startsWith(prefix))
              .anyMatch(v -> !isZero(values.get(v + 1))),
          "no gradient reaches the encoder of modality " + (m + 1)
              + ", which therefore learns nothing; look for stopGradient, and for what is not used");
    }
  }

  private void checkGradients(Model model) {
    List<float[]> exact = model.run(GraphContract.rows(0, 1, 2, 3));
    GraphBench bench = model.bench;
    for (int v = 0; v < model.variables.size(); v++) {
      String name = model.variables.get(v).name();
      float[] value = bench.variables().read(bench.session()).get(name);
      Gradients.check(bench, model.sum, name, value, exact.get(v + 1), values -> bench
          .variables()
          .assign(bench.session(), Map.of(name, values)));
    }
  }

  private void checkDeterminism() {
    List<Row> rows = GraphContract.rows(1, 2, 3, 4);
    float[] first = null;
    for (int time = 0; time < 2; time++) {
      try (Model model = new Model(part(), modalities(), true)) {
        float[] now = model.run(rows).get(0);
        first = first == null ? now : first;
        String otherwise =
            "the same seed and step give another loss; take random numbers from net.uniform, net.normal or net.keepMask alone";
        same(first, now, otherwise);
        same(first, model.run(rows).get(0), otherwise);
      }
    }
  }

  private void checkModalities() {
    List<PretextInput.Modality> more = new ArrayList<>(modalities());
    more.add(more.get(0));
    try (Model model = new Model(part(), more, true)) {
      finite(
          model.run(GraphContract.rows(1, 2, 3, 4)).get(0),
          "the loss over one modality more has to be finite");
    } catch (IllegalArgumentException e) {
      check(
          e.getMessage() != null && e.getMessage().contains(" "),
          "a modality more is refused without a word; the exception's message should say what the task is for"
              + " (Pretext.only does)");
    }
  }

  private void same(List<float[]> expected, List<float[]> actual, String otherwise) {
    for (int i = 0; i < expected.size(); i++) {
      same(expected.get(i), actual.get(i), otherwise);
    }
  }

  private static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
