/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;
import org.stroma.nn.graph.Tensors;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A batch of B patients with up to T visits each, as tensors; T is 1 where a cohort has no visits. Modalities have B x T
 * rows, visits of a patient one after the other; rows of absent modalities and of visits that are none are zeros with
 * presence 0.
 *
 * @param days [B, T]
 * @param visitMask [B, T]
 * @param patient the place of each patient among the training patients, -1 for others
 * @param present by modality, the presence of each row
 */
public record Batch(
    List<String> patients,
    SortedMap<String, Modality> modalities,
    SortedMap<String, Target> targets,
    TFloat32 days,
    TFloat32 visitMask,
    TInt32 patient,
    Map<String, float[]> present)
    implements AutoCloseable {

  /** Numbers that are read at once, 1 GB. */
  private static final int PIECE = 1 << 28;

  /** One modality; what a kind of modality has not is null. */
  public record Modality(
      TFloat32 values, TInt32 ids, TFloat32 mask, TInt32 coordinates, TFloat32 presence) {
    List<Tensor> tensors() {
      return there(values, ids, mask, coordinates, presence);
    }
  }

  /** One target. */
  public record Target(
      TFloat32 time, TFloat32 event, TInt32 label, TFloat32 value, TFloat32 known) {
    List<Tensor> tensors() {
      return there(time, event, label, value, known);
    }
  }

  private static List<Tensor> there(Tensor... tensors) {
    return Arrays.stream(tensors).filter(t -> t != null).toList();
  }

  public int size() {
    return patients.size();
  }

  @Override
  public void close() {
    modalities.values().forEach(m -> m.tensors().forEach(Tensor::close));
    targets.values().forEach(t -> t.tensors().forEach(Tensor::close));
    days.close();
    visitMask.close();
    patient.close();
  }

  /** Collects what was planned. */
  public static Batch of(
      BatchPlan plan,
      Dataset prepared,
      SortedMap<String, Cohort.Target> targets,
      Map<String, Integer> training) {
    SortedMap<String, Modality> modalities = new TreeMap<>();
    SortedMap<String, Target> known = new TreeMap<>();
    boolean whole = false;
    int b = plan.patients().size();
    int t = plan.rows().size() / b;
    float[] days = new float[b * t];
    float[] visits = new float[b * t];
    for (int i = 0; i < days.length; i++) {
      if (plan.rows().get(i) != null) {
        int row = i;
        days[i] = plan.rows().get(i).days();
        visits[i] = plan.present().values().stream().anyMatch(p -> p[row] > 0) ? 1 : 0;
      }
    }
    Batch batch = new Batch(
        plan.patients(),
        modalities,
        known,
        floats(days, b, t),
        floats(visits, b, t),
        integers(
            plan.patients().stream().mapToInt(p -> training.getOrDefault(p, -1)).toArray(), b),
        plan.present());
    try {
      prepared.inputs().forEach((name, input) -> modalities.put(name, modality(name, plan, input)));
      targets.forEach((name, target) -> known.put(
          name,
          target instanceof Cohort.PatchTarget p
              ? patches(p.modality(), plan, (Dataset.Bags) prepared.inputs().get(p.modality()))
              : target instanceof Cohort.LabelsTarget l
                  ? labels(plan.patients(), l)
                  : target(plan.patients(), target)));
      whole = true;
      return batch;
    } finally {
      if (!whole) {
        batch.close();
      }
    }
  }

  private static Modality modality(String name, BatchPlan plan, Dataset.Input input) {
    float[] presence = plan.present().get(name);
    int n = presence.length;
    if (input instanceof Dataset.Vectors v) {
      float[] values = new float[n * v.width()];
      for (int i = 0; i < n; i++) {
        if (presence[i] > 0) {
          System.arraycopy(
              v.rows().get(plan.rows().get(i).sample()), 0, values, i * v.width(), v.width());
        }
      }
      return new Modality(floats(values, n, v.width()), null, null, null, floats(presence, n));
    }
    if (input instanceof Dataset.Tokens t) {
      return tokens(plan, t, presence);
    }
    return bags(name, plan, (Dataset.Bags) input, presence);
  }

  private static Modality tokens(BatchPlan plan, Dataset.Tokens t, float[] presence) {
    int n = presence.length;
    int longest = 1;
    for (int i = 0; i < n; i++) {
      longest = presence[i] > 0
          ? Math.max(longest, t.ids().get(plan.rows().get(i).sample()).length)
          : longest;
    }
    int[] ids = new int[n * longest];
    float[] mask = new float[n * longest];
    for (int i = 0; i < n; i++) {
      int[] tokens = presence[i] > 0 ? t.ids().get(plan.rows().get(i).sample()) : new int[0];
      for (int k = 0; k < tokens.length; k++) {
        ids[i * longest + k] = tokens[k];
        mask[i * longest + k] = tokens[k] == 0 ? 0 : 1;
      }
    }
    return new Modality(
        null, integers(ids, n, longest), floats(mask, n, longest), null, floats(presence, n));
  }

  private static int longest(String name, BatchPlan plan, Dataset.Bags b) {
    int longest = 1;
    for (int i = 0; i < plan.rows().size(); i++) {
      longest = Math.max(longest, b.count(plan, name, i));
    }
    return longest;
  }

  /** The elements go from their file into the tensor's own memory: one copy. */
  private static Modality bags(String name, BatchPlan plan, Dataset.Bags b, float[] presence) {
    int n = presence.length;
    int longest = longest(name, plan, b);
    TFloat32 values = Tensors.unset(n, longest, b.width());
    boolean filled = false;
    try {
      float[] mask = new float[Math.multiplyExact(n, longest)];
      int[] coordinates = b.located() ? new int[Math.multiplyExact(n * longest, 2)] : null;
      for (int i = 0; i < n; i++) {
        int size = b.count(plan, name, i);
        if (size > 0) {
          Bag bag = b.bags().get(plan.rows().get(i).sample());
          int[] chosen = plan.chosen(name, i);
          read(bag, chosen, size, b.width(), values, (long) i * longest * b.width(), PIECE);
          Arrays.fill(mask, i * longest, i * longest + size, 1);
          if (coordinates != null) {
            place(bag.coordinates(), chosen, coordinates, i * longest * 2, size);
          }
        }
        Tensors.zero(
            values, ((long) i * longest + size) * b.width(), (long) (longest - size) * b.width());
      }
      Modality modality = new Modality(
          values,
          null,
          floats(mask, n, longest),
          coordinates == null ? null : integers(coordinates, n, longest, 2),
          floats(presence, n));
      filled = true;
      return modality;
    } finally {
      if (!filled) {
        values.close();
      }
    }
  }

  /**
   * Reads elements into a tensor in pieces, as a buffer holds less than 2^31 numbers and a slide may have more.
   *
   * @param chosen null for all
   * @param size how many are read
   * @param at where in the tensor the first number goes
   * @param piece numbers at once, unless an element has more
   */
  static void read(
      Bag bag, int[] chosen, int size, int width, TFloat32 values, long at, int piece) {
    int step = Math.max(1, piece / width);
    for (int from = 0; from < size; ) {
      int to = (int) Math.min(size, (long) from + step);
      FloatBuffer target = Tensors.slice(values, at + (long) from * width, (to - from) * width);
      if (chosen == null) {
        bag.read(from, to, target);
      } else {
        bag.read(Arrays.copyOfRange(chosen, from, to), target);
      }
      from = to;
    }
  }

  private static void place(int[] from, int[] chosen, int[] to, int at, int size) {
    for (int k = 0; k < size; k++) {
      int element = chosen == null ? k : chosen[k];
      to[at + 2 * k] = from[2 * element];
      to[at + 2 * k + 1] = from[2 * element + 1];
    }
  }

  /** The labels of the same elements in the same places. */
  private static Target patches(String name, BatchPlan plan, Dataset.Bags b) {
    int n = plan.rows().size();
    int longest = longest(name, plan, b);
    int[] label = new int[n * longest];
    float[] known = new float[n * longest];
    for (int i = 0; i < n; i++) {
      int size = b.count(plan, name, i);
      int[] labels =
          size == 0 ? null : b.bags().get(plan.rows().get(i).sample()).labels();
      int[] chosen = plan.chosen(name, i);
      for (int k = 0; labels != null && k < size; k++) {
        int its = labels[chosen == null ? k : chosen[k]];
        label[i * longest + k] = Math.max(0, its);
        known[i * longest + k] = its < 0 ? 0 : 1;
      }
    }
    return new Target(null, null, integers(label, n, longest), null, floats(known, n, longest));
  }

  /** Labels [B, L], each with its own mask. */
  private static Target labels(List<String> patients, Cohort.LabelsTarget target) {
    int n = patients.size();
    int l = target.classes().size();
    float[] value = new float[n * l];
    float[] known = new float[n * l];
    for (int i = 0; i < n; i++) {
      Cohort.LabelSet its = target.values().get(patients.get(i));
      for (int k = 0; its != null && k < l; k++) {
        value[i * l + k] = its.labels().get(k) == Cohort.Label.PRESENT ? 1 : 0;
        known[i * l + k] = its.labels().get(k) == Cohort.Label.UNKNOWN ? 0 : 1;
      }
    }
    return new Target(null, null, null, floats(value, n, l), floats(known, n, l));
  }

  private static Target target(List<String> patients, Cohort.Target target) {
    int n = patients.size();
    float[] time = new float[n];
    float[] event = new float[n];
    int[] label = new int[n];
    float[] known = new float[n];
    for (int i = 0; i < n; i++) {
      Cohort.Value value = target.values().get(patients.get(i));
      if (value instanceof Cohort.Survival survival) {
        time[i] = survival.trained();
        event[i] = survival.event() ? 1 : 0;
      } else if (value instanceof Cohort.NumberValue number) {
        time[i] = (float) number.number();
      } else if (value instanceof Cohort.ClassLabel its) {
        label[i] = its.index();
      }
      known[i] = value == null ? 0 : 1;
    }
    return switch (target.kind()) {
      case SURVIVAL -> new Target(floats(time, n), floats(event, n), null, null, floats(known, n));
      case NUMBER, COUNT -> new Target(null, null, null, floats(time, n), floats(known, n));
      default -> new Target(null, null, integers(label, n), null, floats(known, n));
    };
  }

  private static TFloat32 floats(float[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }

  private static TInt32 integers(int[] values, long... shape) {
    return TInt32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }
}
