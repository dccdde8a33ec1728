/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.nn.Tensors;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A batch of patients: per modality its values, a mask over its elements, and a presence flag a patient; per target its
 * values and who has them. Rows of absent modalities are zeros with presence 0.
 */
record Batch(List<String> patients, SortedMap<String, Modality> modalities, SortedMap<String, Target> targets) {

  /** One modality; what a kind of modality has not is null. The shape is that of values or ids. */
  record Modality(
      TFloat32 values, int[] ids, float[] mask, int[] coordinates, float[] presence, long[] shape) {}

  /** One target. */
  record Target(float[] time, float[] event, int[] label, float[] known) {}

  int size() {
    return patients.size();
  }

  /**
   * Collects the patients' values.
   *
   * @param dropout probability with which a modality of a patient is hidden; at least one always stays
   * @param random for the dropout; null for none
   */
  static Batch of(
      List<String> patients,
      Prepared prepared,
      SortedMap<String, CohortData.Target> targets,
      double dropout,
      RandomGenerator random) {
    Map<String, float[]> presence = presence(patients, prepared, dropout, random);
    SortedMap<String, Modality> modalities = new TreeMap<>();
    prepared.inputs().forEach((name, input) ->
        modalities.put(name, modality(patients, input, presence.get(name))));
    SortedMap<String, Target> known = new TreeMap<>();
    targets.forEach((name, target) -> known.put(name, target(patients, target)));
    return new Batch(List.copyOf(patients), modalities, known);
  }

  private static Map<String, float[]> presence(
      List<String> patients, Prepared prepared, double dropout, RandomGenerator random) {
    Map<String, float[]> presence = new TreeMap<>();
    prepared.inputs().forEach((name, input) -> {
      float[] there = new float[patients.size()];
      for (int i = 0; i < there.length; i++) {
        there[i] = input.patients().contains(patients.get(i)) ? 1 : 0;
      }
      presence.put(name, there);
    });
    if (random == null || dropout <= 0) {
      return presence;
    }
    for (int i = 0; i < patients.size(); i++) {
      int patient = i;
      List<float[]> has = presence.values().stream().filter(p -> p[patient] > 0).toList();
      int kept = has.isEmpty() ? 0 : random.nextInt(has.size());
      for (int m = 0; m < has.size(); m++) {
        boolean hide = random.nextDouble() < dropout;
        if (hide && m != kept) {
          has.get(m)[i] = 0;
        }
      }
    }
    return presence;
  }

  private static Modality modality(List<String> patients, Prepared.Input input, float[] presence) {
    int n = patients.size();
    if (input instanceof Prepared.Vectors v) {
      float[] values = new float[n * v.width()];
      for (int i = 0; i < n; i++) {
        if (presence[i] > 0) {
          System.arraycopy(v.rows().get(patients.get(i)), 0, values, i * v.width(), v.width());
        }
      }
      return new Modality(floats(values, n, v.width()), null, null, null, presence, new long[] {n, v.width()});
    }
    if (input instanceof Prepared.Tokens t) {
      int longest = 1;
      for (int i = 0; i < n; i++) {
        longest = presence[i] > 0 ? Math.max(longest, t.ids().get(patients.get(i)).length) : longest;
      }
      int[] ids = new int[n * longest];
      float[] mask = new float[n * longest];
      for (int i = 0; i < n; i++) {
        int[] tokens = presence[i] > 0 ? t.ids().get(patients.get(i)) : new int[0];
        for (int k = 0; k < tokens.length; k++) {
          ids[i * longest + k] = tokens[k];
          mask[i * longest + k] = tokens[k] == 0 ? 0 : 1;
        }
      }
      return new Modality(null, ids, mask, null, presence, new long[] {n, longest});
    }
    return bags(patients, (Prepared.Bags) input, presence);
  }

  /** The elements go from their file into the tensor's own memory: one copy. */
  private static Modality bags(List<String> patients, Prepared.Bags b, float[] presence) {
    int n = patients.size();
    int longest = 1;
    for (int i = 0; i < n; i++) {
      longest = presence[i] > 0 ? Math.max(longest, b.bags().get(patients.get(i)).size()) : longest;
    }
    TFloat32 values = Tensors.unset(n, longest, b.width());
    boolean filled = false;
    try {
      float[] mask = new float[n * longest];
      int[] coordinates = new int[n * longest * 2];
      for (int i = 0; i < n; i++) {
        int size = 0;
        if (presence[i] > 0) {
          Bag bag = b.bags().get(patients.get(i));
          size = bag.size();
          bag.read(null, Tensors.slice(values, (long) i * longest * b.width(), Math.multiplyExact(size, b.width())));
          Arrays.fill(mask, i * longest, i * longest + size, 1);
          if (bag.coordinates() != null) {
            System.arraycopy(bag.coordinates(), 0, coordinates, i * longest * 2, size * 2);
          }
        }
        Tensors.zero(values, ((long) i * longest + size) * b.width(), (long) (longest - size) * b.width());
      }
      filled = true;
      return new Modality(values, null, mask, coordinates, presence, new long[] {n, longest, b.width()});
    } finally {
      if (!filled) {
        values.close();
      }
    }
  }

  private static Target target(List<String> patients, CohortData.Target target) {
    int n = patients.size();
    float[] time = new float[n];
    float[] event = new float[n];
    int[] label = new int[n];
    float[] known = new float[n];
    for (int i = 0; i < n; i++) {
      CohortData.Value value = target.values().get(patients.get(i));
      if (value != null) {
        time[i] = value.time();
        event[i] = value.event() ? 1 : 0;
        label[i] = value.label();
        known[i] = 1;
      }
    }
    boolean survival = target.kind() == TargetKind.SURVIVAL;
    return new Target(survival ? time : null, survival ? event : null, survival ? null : label, known);
  }

  static TFloat32 floats(float[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }

  static TInt32 integers(int[] values, long... shape) {
    return TInt32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }
}
