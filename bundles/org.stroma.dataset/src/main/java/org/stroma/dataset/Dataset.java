/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.Bag;
import org.stroma.nn.graph.Tensors;
import org.tensorflow.types.TFloat32;

/**
 * The modalities of a cohort as the model takes them, after transforms and tokenizers that learned from training
 * patients alone ({@link Preparation}).
 *
 * @param inputs by modality
 * @param learned what the transforms and tokenizers learned, by modality: enough to prepare other patients alike
 */
public record Dataset(SortedMap<String, Input> inputs, ObjectNode learned) {
  /** Numbers that are read at once, 1 GB. */
  private static final int PIECE = 1 << 28;

  /** One modality. */
  public sealed interface Input {
    /** The samples that have it. */
    Set<String> samples();

    /** The elements of a sample's bag; 0 where it has none, and of modalities that are no bags. */
    default int elements(String sample) {
      return 0;
    }

    /** The numbers of a vector, or of each element of a bag; 0 of token ids. */
    default int width() {
      return 0;
    }

    /**
     * The rows of a batch: zeros where a row lacks the modality.
     *
     * @param modality the name under which the plan knows this
     * @return tensors that the caller closes
     */
    FieldTensors collect(BatchPlan plan, String modality);

    /** Calls the method for this kind. */
    <R> R accept(Kinds<R> kinds);
  }

  /** What is done with each kind of modality. */
  public interface Kinds<R> {
    /** With a vector a sample. */
    R vectors(Vectors input);

    /** With token ids. */
    R tokens(Tokens input);

    /** With bags of elements. */
    R bags(Bags input);
  }

  /**
   * A vector a sample.
   *
   * @param features their names after the transforms; none where they are not known
   * @param mean of each feature among the training patients, after the transforms; null where it is not known
   */
  public record Vectors(
      int width, List<String> features, float @Nullable [] mean, Map<String, float[]> rows)
      implements Input {
    /** Vectors of which no more is known. */
    public Vectors(int width, Map<String, float[]> rows) {
      this(width, List.of(), null, rows);
    }

    @Override
    public Set<String> samples() {
      return rows.keySet();
    }

    @Override
    public FieldTensors collect(BatchPlan plan, String modality) {
      int n = plan.rows().size();
      boolean[] having = plan.having(modality);
      TFloat32 values = Tensors.unset(n, width);
      FieldTensors tensors = new FieldTensors().with(BatchField.VALUES, values);
      boolean filled = false;
      try {
        FloatBuffer target = Tensors.slice(values, 0, Math.multiplyExact(n, width));
        float[] nothing = new float[width];
        for (int i = 0; i < n; i++) {
          target.put(i * width, having[i] ? rows.get(plan.sample(i)) : nothing, 0, width);
        }
        filled = true;
        return tensors.with(BatchField.PRESENCE, plan.present().get(modality), n);
      } finally {
        if (!filled) {
          tensors.close();
        }
      }
    }

    @Override
    public <R> R accept(Kinds<R> kinds) {
      return kinds.vectors(this);
    }
  }

  /** Token ids a sample. */
  public record Tokens(int vocabularySize, Map<String, int[]> ids) implements Input {
    @Override
    public Set<String> samples() {
      return ids.keySet();
    }

    @Override
    public FieldTensors collect(BatchPlan plan, String modality) {
      int n = plan.rows().size();
      int longest = 1;
      for (int i = 0; i < n; i++) {
        longest = Math.max(longest, tokens(plan, modality, i).length);
      }
      int[] padded = new int[n * longest];
      float[] mask = new float[n * longest];
      for (int i = 0; i < n; i++) {
        int[] tokens = tokens(plan, modality, i);
        for (int k = 0; k < tokens.length; k++) {
          padded[i * longest + k] = tokens[k];
          mask[i * longest + k] = tokens[k] == 0 ? 0 : 1;
        }
      }
      return new FieldTensors()
          .with(BatchField.IDS, padded, n, longest)
          .with(BatchField.MASK, mask, n, longest)
          .with(BatchField.PRESENCE, plan.present().get(modality), n);
    }

    private int[] tokens(BatchPlan plan, String modality, int row) {
      return plan.has(modality, row) ? ids.get(plan.sample(row)) : new int[0];
    }

    @Override
    public <R> R accept(Kinds<R> kinds) {
      return kinds.tokens(this);
    }
  }

  /** A bag a sample. */
  public record Bags(int width, Map<String, Bag> bags) implements Input {
    /** Whether all elements have coordinates. */
    public boolean located() {
      return bags.values().stream().allMatch(Bag::located);
    }

    @Override
    public Set<String> samples() {
      return bags.keySet();
    }

    @Override
    public int elements(String sample) {
      Bag bag = bags.get(sample);
      return bag == null ? 0 : bag.size();
    }

    /** How many elements of a row's bag a batch holds. */
    int count(BatchPlan plan, String modality, int row) {
      if (!plan.has(modality, row)) {
        return 0;
      }
      int[] chosen = plan.chosen(modality, row);
      return chosen == null ? elements(plan.sample(row)) : chosen.length;
    }

    private int longest(BatchPlan plan, String modality) {
      int longest = 1;
      for (int i = 0; i < plan.rows().size(); i++) {
        longest = Math.max(longest, count(plan, modality, i));
      }
      return longest;
    }

    /** The elements go from their file into the tensor's own memory: one copy. */
    @Override
    public FieldTensors collect(BatchPlan plan, String modality) {
      int n = plan.rows().size();
      int longest = longest(plan, modality);
      TFloat32 values = Tensors.unset(n, longest, width);
      FieldTensors tensors = new FieldTensors().with(BatchField.VALUES, values);
      boolean filled = false;
      try {
        float[] mask = new float[Math.multiplyExact(n, longest)];
        int[] coordinates = located() ? new int[Math.multiplyExact(n * longest, 2)] : null;
        for (int i = 0; i < n; i++) {
          int size = count(plan, modality, i);
          if (size > 0) {
            Bag bag = bags.get(plan.sample(i));
            int[] chosen = plan.chosen(modality, i);
            read(bag, chosen, size, width, values, (long) i * longest * width, PIECE);
            Arrays.fill(mask, i * longest, i * longest + size, 1);
            if (coordinates != null) {
              copy(bag.coordinates(), chosen, coordinates, i * longest * 2, size);
            }
          }
          Tensors.zero(
              values, ((long) i * longest + size) * width, (long) (longest - size) * width);
        }
        tensors
            .with(BatchField.MASK, mask, n, longest)
            .with(BatchField.PRESENCE, plan.present().get(modality), n);
        if (coordinates != null) {
          tensors.with(BatchField.COORDINATES, coordinates, n, longest, 2);
        }
        filled = true;
        return tensors;
      } finally {
        if (!filled) {
          tensors.close();
        }
      }
    }

    /** The labels of the elements that {@link #collect} gives, in the same places. */
    FieldTensors collectLabels(BatchPlan plan, String modality) {
      int n = plan.rows().size();
      int longest = longest(plan, modality);
      int[] label = new int[n * longest];
      float[] observed = new float[n * longest];
      for (int i = 0; i < n; i++) {
        int size = count(plan, modality, i);
        int[] labels = size == 0 ? null : bags.get(plan.sample(i)).labels();
        int[] chosen = plan.chosen(modality, i);
        for (int k = 0; labels != null && k < size; k++) {
          int own = labels[chosen == null ? k : chosen[k]];
          label[i * longest + k] = Math.max(0, own);
          observed[i * longest + k] = own < 0 ? 0 : 1;
        }
      }
      return new FieldTensors()
          .with(BatchField.LABEL, label, n, longest)
          .with(BatchField.OBSERVED_MASK, observed, n, longest);
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

    private static void copy(int[] from, int[] chosen, int[] to, int at, int size) {
      for (int k = 0; k < size; k++) {
        int element = chosen == null ? k : chosen[k];
        to[at + 2 * k] = from[2 * element];
        to[at + 2 * k + 1] = from[2 * element + 1];
      }
    }

    @Override
    public <R> R accept(Kinds<R> kinds) {
      return kinds.bags(this);
    }
  }

  /**
   * Empty inputs with recorded widths: enough to rebuild the graph for export.
   *
   * @param learned by modality, as {@link #learned()} of a training
   */
  public static Dataset shapes(JsonNode learned) {
    SortedMap<String, Input> inputs = new TreeMap<>();
    learned.fields().forEachRemaining(entry -> inputs.put(entry.getKey(), shape(entry.getValue())));
    return new Dataset(inputs, JsonNodeFactory.instance.objectNode());
  }

  static Input shape(JsonNode modality) {
    if (modality.has("elementWidth")) {
      boolean located = modality.path("located").asBoolean();
      Bag one = Bag.of(1, new float[1], located ? new int[2] : null);
      return new Bags(modality.path("elementWidth").asInt(), Map.of("", one));
    }
    if (modality.has("vocabularySize")) {
      return new Tokens(modality.path("vocabularySize").asInt(), Map.of());
    }
    return new Vectors(modality.path("width").asInt(), Map.of());
  }
}
