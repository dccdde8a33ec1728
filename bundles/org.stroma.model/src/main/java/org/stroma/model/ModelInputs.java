/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.stroma.api.ModalityInput;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchField;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.FieldTensors;
import org.stroma.experiment.Experiment;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The placeholders of a model: of every modality and target, of visits, and of who a patient is. */
final class ModelInputs {
  /** The placeholders of a modality or target by what they hold, and the view of them that parts see. */
  private record Fields<T>(Map<BatchField, Operand<?>> placeholders, T input) {
    void each(FieldTensors tensors, BiConsumer<Operand<?>, Tensor> told) {
      placeholders.forEach((field, placeholder) -> told.accept(placeholder, tensors.get(field)));
    }
  }

  private final Ops tf;
  private final SortedMap<String, Fields<ModalityInput>> modalities = new TreeMap<>();
  private final SortedMap<String, Fields<TargetInput>> targets = new TreeMap<>();
  private final Placeholder<TFloat32> days;
  private final Placeholder<TFloat32> visitMask;
  private final Placeholder<TInt32> trainingIndex;

  ModelInputs(Ops tf, Experiment experiment, Dataset dataset) {
    this.tf = tf;
    days = floats(-1, -1);
    visitMask = floats(-1, -1);
    trainingIndex = integers(-1);
    experiment
        .modalities()
        .keySet()
        .forEach(name ->
            modalities.put(name, dataset.inputs().get(name).accept(new ModalityPlaceholders())));
    experiment
        .cohort()
        .targets()
        .forEach((name, target) -> targets.put(name, target(target.kind())));
  }

  /** Collects the placeholders of one modality as they are made. */
  private final class ModalityPlaceholders implements Dataset.Kinds<Fields<ModalityInput>> {
    private final Map<BatchField, Operand<?>> made = new EnumMap<>(BatchField.class);

    private Placeholder<TFloat32> floats(BatchField field, long... shape) {
      return ModelInputs.this.floats(made, field, shape);
    }

    private Placeholder<TInt32> integers(BatchField field, long... shape) {
      return ModelInputs.this.integers(made, field, shape);
    }

    @Override
    public Fields<ModalityInput> vectors(Dataset.Vectors input) {
      var presence = floats(BatchField.PRESENCE, -1);
      var values = floats(BatchField.VALUES, -1, input.width());
      return new Fields<>(made, ModalityInput.vectors(values, presence));
    }

    @Override
    public Fields<ModalityInput> tokens(Dataset.Tokens input) {
      var presence = floats(BatchField.PRESENCE, -1);
      var mask = floats(BatchField.MASK, -1, -1);
      var ids = integers(BatchField.IDS, -1, -1);
      return new Fields<>(made, ModalityInput.texts(ids, mask, presence, input.vocabularySize()));
    }

    @Override
    public Fields<ModalityInput> bags(Dataset.Bags input) {
      var presence = floats(BatchField.PRESENCE, -1);
      var mask = floats(BatchField.MASK, -1, -1);
      var values = floats(BatchField.VALUES, -1, -1, input.width());
      return new Fields<>(
          made,
          input.located()
              ? ModalityInput.bags(
                  values, mask, integers(BatchField.COORDINATES, -1, -1, 2), presence)
              : ModalityInput.bags(values, mask, presence));
    }
  }

  private Fields<TargetInput> target(TargetKind kind) {
    Map<BatchField, Operand<?>> made = new EnumMap<>(BatchField.class);
    long[] shape = kind == TargetKind.PATCHES || kind == TargetKind.LABELS
        ? new long[] {-1, -1}
        : new long[] {-1};
    var observed = floats(made, BatchField.OBSERVED_MASK, shape);
    TargetInput input =
        switch (kind) {
          case SURVIVAL -> TargetInput.survival(
              floats(made, BatchField.TIME, shape),
              floats(made, BatchField.EVENT, shape),
              observed);
          case NUMBER -> TargetInput.number(floats(made, BatchField.NUMBER, shape), observed);
          case COUNT -> TargetInput.count(floats(made, BatchField.NUMBER, shape), observed);
          case LABELS -> TargetInput.labels(floats(made, BatchField.LABEL_SET, shape), observed);
          case CLASS -> TargetInput.classes(integers(made, BatchField.LABEL, shape), observed);
          case PATCHES -> TargetInput.patches(integers(made, BatchField.LABEL, shape), observed);
        };
    return new Fields<>(made, input);
  }

  private Placeholder<TFloat32> floats(
      Map<BatchField, Operand<?>> made, BatchField field, long... shape) {
    Placeholder<TFloat32> placeholder = floats(shape);
    made.put(field, placeholder);
    return placeholder;
  }

  private Placeholder<TInt32> integers(
      Map<BatchField, Operand<?>> made, BatchField field, long... shape) {
    Placeholder<TInt32> placeholder = integers(shape);
    made.put(field, placeholder);
    return placeholder;
  }

  private Placeholder<TFloat32> floats(long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private Placeholder<TInt32> integers(long... shape) {
    return tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(shape)));
  }

  ModalityInput modality(String name) {
    return modalities.get(name).input();
  }

  TargetInput target(String name) {
    return targets.get(name).input();
  }

  /** [B, T]. */
  Operand<TFloat32> days() {
    return days;
  }

  /** [B, T], 1 for visits that have any modality. */
  Operand<TFloat32> visitMask() {
    return visitMask;
  }

  /** [B], the index of each patient among the training patients. */
  Operand<TInt32> trainingIndex() {
    return trainingIndex;
  }

  /** Feeds a batch, which keeps its tensors; targets that it lacks are for training alone. */
  void feed(Session.Runner runner, Batch batch) {
    each(batch, runner::feed);
  }

  /** Tells each placeholder that a batch has a tensor for, and the tensor. */
  void each(Batch batch, BiConsumer<Operand<?>, Tensor> told) {
    modalities.forEach((name, fields) -> fields.each(batch.modalities().get(name), told));
    targets.forEach((name, fields) -> {
      if (batch.targets().containsKey(name)) {
        fields.each(batch.targets().get(name), told);
      }
    });
    told.accept(days, batch.days());
    told.accept(visitMask, batch.visitMask());
    told.accept(trainingIndex, batch.trainingIndex());
  }

  /** Is told a placeholder of a modality. */
  interface OfModalities {
    void accept(String modality, BatchField field, Operand<?> placeholder);
  }

  /** Tells the placeholders of modalities. */
  void eachOfModalities(OfModalities told) {
    modalities.forEach((name, fields) -> fields
        .placeholders()
        .forEach((field, placeholder) -> told.accept(name, field, placeholder)));
  }
}
