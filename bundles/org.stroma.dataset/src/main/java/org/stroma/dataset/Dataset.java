/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.stroma.api.Encoder;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.api.data.UnknownTokens;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;

/**
 * The modalities of a cohort as the model takes them, after transforms and tokenizers that learned from training
 * patients alone.
 *
 * @param inputs by modality
 * @param learned what the transforms and tokenizers learned, by modality: enough to prepare other patients alike
 */
public record Dataset(SortedMap<String, Input> inputs, ObjectNode learned) {

  /** Standard deviations beyond which hardly any measurement of the same unit lies. */
  private static final int FAR = 10;

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
  }

  /** A vector a sample. */
  public record Vectors(int width, Map<String, float[]> rows) implements Input {
    @Override
    public Set<String> samples() {
      return rows.keySet();
    }
  }

  /** Token ids a sample. */
  public record Tokens(int vocabularySize, Map<String, int[]> ids) implements Input {
    @Override
    public Set<String> samples() {
      return ids.keySet();
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
      return chosen == null ? elements(plan.rows().get(row).sample()) : chosen.length;
    }
  }

  /** Nobody's data, in the shapes that a run learned from: enough to build its model. */
  public static Dataset shapes(JsonNode learned) {
    SortedMap<String, Input> inputs = new TreeMap<>();
    learned.fields().forEachRemaining(entry -> {
      JsonNode modality = entry.getValue();
      if (modality.has("elementWidth")) {
        boolean located = modality.path("located").asBoolean();
        Bag one = Bag.of(1, new float[1], located ? new int[2] : null);
        inputs.put(
            entry.getKey(), new Bags(modality.path("elementWidth").asInt(), Map.of("", one)));
      } else if (modality.has("vocabularySize")) {
        inputs.put(entry.getKey(), new Tokens(modality.path("vocabularySize").asInt(), Map.of()));
      } else {
        inputs.put(entry.getKey(), new Vectors(modality.path("width").asInt(), Map.of()));
      }
    });
    return new Dataset(inputs, JsonNodeFactory.instance.objectNode());
  }

  /**
   * What a run had learned before, whose encoders others start from.
   *
   * @param learned by modality, as {@link #learned} of then
   * @param modalities of the experiment of then, as it was written
   */
  public record Before(JsonNode learned, JsonNode modalities) {}

  /**
   * Learns from the training patients and prepares everybody.
   *
   * @param start what encoders start from, whose modalities are prepared as then; null where they start anew
   */
  public static Dataset fit(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      List<String> training,
      Before start,
      ReadContext files) {
    return prepare(
        experiment, parts, data, new HashSet<>(data.samples(training)), start, null, files);
  }

  /** Prepares patients by what was learned before. */
  public static Dataset apply(
      Experiment experiment, WiredParts parts, Cohort data, ObjectNode learned, ReadContext files) {
    return prepare(experiment, parts, data, null, null, learned, files);
  }

  private static Dataset prepare(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      Set<String> training,
      Before start,
      ObjectNode known,
      ReadContext files) {
    SortedMap<String, Input> inputs = new TreeMap<>();
    ObjectNode learned = JsonNodeFactory.instance.objectNode();
    Problems problems = new Problems();
    experiment.modalities().forEach((name, modality) -> {
      JsonNode before = known == null ? null : known.path(name);
      // weights that were trained before mean the words and features of then
      if (start != null
          && experiment.initialize().modalities().contains(name)
          && start.learned().has(name)) {
        before = start.learned().path(name);
        sameSteps(name, modality, experiment.initialize(), start.modalities().path(name));
        files.note("modality " + name + " is prepared as in "
            + experiment.initialize().from() + ", where its encoder starts from");
      }
      if (known != null && !data.modalities().containsKey(name)) {
        // nobody of a new cohort has it
        inputs.put(name, shapes(known).inputs().get(name));
        learned.set(name, before);
        return;
      }
      ObjectNode now = learned.putObject(name);
      try {
        boolean gaps = !experiment.pretraining().containsKey(name)
            && parts.get(modality.encoder().slot(), Encoder.class).takesMissingCells();
        inputs.put(
            name,
            input(
                name,
                modality,
                parts,
                data.modalities().get(name),
                training,
                before,
                now,
                gaps,
                files));
      } catch (DataException e) {
        problems.add(e.at("modality " + name));
      }
    });
    problems.throwIfAny();
    for (String patient : data.patients()) {
      boolean has = data.visits().get(patient).stream().anyMatch(v -> inputs.values().stream()
          .anyMatch(input -> input.samples().contains(v.sample())));
      if (!has) {
        throw new DataException(
            "patient " + patient + " has no modality left: the text holds no words");
      }
    }
    return new Dataset(inputs, learned);
  }

  /** What the steps before an encoder learned is taken over, so they have to be the same steps. */
  private static void sameSteps(
      String name,
      Experiment.Modality modality,
      Experiment.Initialize initialize,
      JsonNode source) {
    List<String> then = new ArrayList<>();
    source.path("transforms").forEach(t -> then.add(t.path("type").asText()));
    if (source.has("tokenizer")) {
      then.add(source.path("tokenizer").path("type").asText());
    }
    List<String> now =
        new ArrayList<>(modality.transforms().stream().map(PartUse::type).toList());
    if (modality.tokenizer() != null) {
      now.add(modality.tokenizer().type());
    }
    if (!now.equals(then)) {
      throw refuse(
          "/modalities/" + name,
          "has the transforms and tokenizer " + now + "; the encoder starts from "
              + initialize.from() + ", where they are " + then + ", and they have to be the same");
    }
  }

  private static Input input(
      String name,
      Experiment.Modality modality,
      WiredParts parts,
      ModalityData data,
      Set<String> training,
      JsonNode before,
      ObjectNode now,
      boolean gaps,
      ReadContext files) {
    if (modality.tokenizer() != null && !(data instanceof ModalityData.Texts)) {
      throw refuse(
          "/modalities/" + name + "/tokenizer",
          "the reader gives numbers; a tokenizer takes texts");
    }
    if (!modality.transforms().isEmpty() && !(data instanceof ModalityData.Matrix)) {
      throw refuse(
          "/modalities/" + name + "/transforms",
          "the reader gives "
              + (data instanceof ModalityData.Texts
                  ? "texts"
                  : data instanceof ModalityData.Tokens ? "token ids" : "bags of vectors")
              + "; transforms take one vector a patient");
    }
    if (data instanceof ModalityData.Matrix m) {
      return matrix(
          modality,
          parts,
          m,
          training,
          before,
          now,
          gaps,
          message -> files.note("modality " + name + ": " + message));
    }
    if (data instanceof ModalityData.Texts t) {
      return texts(name, modality, parts, t, training, before, now, files);
    }
    if (data instanceof ModalityData.Tokens t) {
      // ids that training has not seen have no embedding
      int size =
          before == null ? t.vocabularySize() : before.path("vocabularySize").asInt();
      if (t.vocabularySize() > size) {
        throw new DataException("it has token ids up to " + (t.vocabularySize() - 1)
            + ", and those of training end at " + (size - 1));
      }
      now.put("vocabularySize", size);
      return new Tokens(size, t.ids());
    }
    ModalityData.Bags b = (ModalityData.Bags) data;
    Bags bags = new Bags(b.width(), b.bags());
    now.put("elementWidth", b.width()).put("located", bags.located());
    if (before != null && before.path("elementWidth").asInt(b.width()) != b.width()) {
      throw new DataException(
          "it has " + b.width() + " features an element and the model was trained with "
              + before.path("elementWidth").asInt());
    }
    return bags;
  }

  private static FaultsException refuse(String pointer, String message) {
    return new FaultsException(List.of(new Fault(pointer, message)), false);
  }

  private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

  /** What a part learned, as preparation.json holds it. */
  static JsonNode json(Learned learned) {
    return Json.MAPPER.valueToTree(learned.values());
  }

  /** What a part learned, of what preparation.json holds. */
  static Learned learned(String part, JsonNode json) {
    if (!json.isObject()) {
      String text = json.toString();
      throw new DataException("what " + part
          + " learned (in preparation.json) cannot be used: it is "
          + (json.isMissingNode()
              ? "not there"
              : text.length() > 40 ? text.substring(0, 40) + "..." : text)
          + " and has to be an object; take the file as training wrote it");
    }
    return Learned.of(Json.MAPPER.convertValue(json, VALUES));
  }

  /** The features of training, by name; those that a new file lacks are missing cells, and the user is told. */
  private static ModalityData.Matrix aligned(
      JsonNode names, ModalityData.Matrix data, Consumer<String> notes) {
    List<String> wanted = new ArrayList<>();
    names.forEach(name -> wanted.add(name.textValue()));
    if (wanted.equals(data.features())) {
      return data;
    }
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < data.features().size(); i++) {
      places.put(data.features().get(i), i);
    }
    List<String> lacking =
        wanted.stream().filter(name -> !places.containsKey(name)).toList();
    String some = String.join(", ", lacking.subList(0, Math.min(10, lacking.size())))
        + (lacking.size() > 10 ? ", ..." : "");
    if (lacking.size() == wanted.size()) {
      throw new DataException(
          "none of the " + wanted.size() + " features of training is there (" + some + "); it has "
              + String.join(
                  ", ", data.features().subList(0, Math.min(10, data.features().size()))));
    }
    if (!lacking.isEmpty()) {
      notes.accept(lacking.size() + " of the " + wanted.size() + " features of training "
          + (lacking.size() == 1
              ? "is not there and counts as missing: "
              : "are not there and count as missing: ")
          + some);
    }
    Map<String, float[]> rows = new LinkedHashMap<>();
    data.rows().forEach((patient, row) -> {
      float[] picked = new float[wanted.size()];
      for (int i = 0; i < picked.length; i++) {
        Integer place = places.get(wanted.get(i));
        picked[i] = place == null ? Float.NaN : row[place];
      }
      rows.put(patient, picked);
    });
    return ModalityData.Matrix.of(wanted, rows);
  }

  /** @param gaps whether cells may be missing after the transforms */
  static Vectors matrix(
      Experiment.Modality modality,
      WiredParts parts,
      ModalityData.Matrix matrix,
      Set<String> training,
      JsonNode before,
      ObjectNode now,
      boolean gaps,
      Consumer<String> notes) {
    if (before != null && before.has("features")) {
      matrix = aligned(before.path("features"), matrix, notes);
    }
    if (before == null || before.has("features")) {
      matrix.features().forEach(now.putArray("features")::add);
    }
    ArrayNode steps = now.putArray("transforms");
    for (int i = 0; i < modality.transforms().size(); i++) {
      Transform transform = parts.get(modality.transforms().get(i).slot(), Transform.class);
      Learned state;
      if (before == null) {
        // sorted: sums must not depend on the order of the table
        Map<String, float[]> rows = new TreeMap<>();
        matrix.rows().forEach((patient, row) -> {
          if (training.contains(patient)) {
            rows.put(patient, row);
          }
        });
        state = transform.fit(ModalityData.Matrix.of(matrix.features(), rows));
      } else {
        state = learned(
            modality.transforms().get(i).type(), before.path("transforms").path(i));
      }
      steps.add(json(state));
      matrix = transform.apply(state, matrix);
    }
    if (before != null && training == null) {
      farAway(modality, matrix, notes);
    }
    List<String> features = matrix.features();
    if (before != null && before.path("width").asInt() != features.size()) {
      throw new DataException("it has " + features.size()
          + " features and the model was trained with " + before.path("width").asInt());
    }
    now.put("width", features.size());
    matrix.rows().forEach((patient, row) -> {
      for (int i = 0; i < row.length; i++) {
        if (Float.isNaN(row[i]) && !gaps) {
          throw new DataException(
              "patient " + patient + " has no value for " + features.get(i)
                  + "; add the transform zscore, which sets missing cells to the training mean, or take an encoder that takes them");
        }
      }
    });
    return new Vectors(features.size(), matrix.rows());
  }

  /** Tells of numbers that cannot be of the unit that training had: counts for logarithms, say. */
  private static void farAway(
      Experiment.Modality modality, ModalityData.Matrix scores, Consumer<String> notes) {
    List<PartUse> steps = modality.transforms();
    if (steps.isEmpty() || !steps.get(steps.size() - 1).type().equals("zscore")) {
      return;
    }
    long far = 0;
    long all = 0;
    for (float[] row : scores.rows().values()) {
      for (float score : row) {
        far += Math.abs(score) > FAR ? 1 : 0;
        all++;
      }
    }
    if (all > 0 && far > all / 10) {
      notes.accept(
          Math.round(100.0 * far / all) + " % of its numbers lie more than " + FAR
              + " standard deviations from the training patients' means; are they in another unit, such as counts for logarithms?");
    }
  }

  private static Tokens texts(
      String name,
      Experiment.Modality modality,
      WiredParts parts,
      ModalityData.Texts texts,
      Set<String> training,
      JsonNode before,
      ObjectNode now,
      ReadContext files) {
    if (modality.tokenizer() == null) {
      throw refuse(
          "/modalities/" + name + "/tokenizer",
          "is missing; the reader gives texts, and they need a tokenizer");
    }
    Tokenizer tokenizer = parts.get(modality.tokenizer().slot(), Tokenizer.class);
    Learned state = before == null
        ? tokenizer.fit(
            files,
            texts.texts().entrySet().stream()
                .filter(e -> training.contains(e.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList())
        : learned(modality.tokenizer().type(), before.path("tokenizer"));
    now.set("tokenizer", json(state));
    if (before != null) {
      if (tokenizer.vocabularySize(state) != before.path("vocabularySize").asInt(-1)) {
        throw new DataException("its tokenizer has " + tokenizer.vocabularySize(state)
            + " ids and the model was trained with " + before.path("vocabularySize")
            + "; the run's files are damaged");
      }
      UnknownTokens unknown = tokenizer.unknown(state, texts.texts().values());
      if (unknown.notable()) {
        files.note("modality " + name + ": " + unknown.told("these texts", "the tokenizer"));
      }
    }
    Map<String, int[]> ids = new LinkedHashMap<>();
    List<String> cut = new ArrayList<>();
    texts.texts().forEach((patient, text) -> {
      int[] encoded = tokenizer.encode(state, text);
      // what is cut of the training texts has been told by the tokenizer itself
      if (encoded.length > 0
          && (before != null || !training.contains(patient))
          && tokenizer.length(state, text) > encoded.length) {
        cut.add(patient);
      }
      // a text without a word is no text: the patient lacks the modality
      if (encoded.length > 0) {
        ids.put(patient, encoded);
      }
    });
    if (!cut.isEmpty()) {
      files.note("modality " + name + ": " + cut.size() + (cut.size() == 1 ? " text" : " texts")
          + (before == null ? " outside of training" : "") + (cut.size() == 1 ? " is" : " are")
          + " longer than the tokenizer's limit and cut, such as that of " + cut.get(0));
    }
    now.put("vocabularySize", tokenizer.vocabularySize(state));
    return new Tokens(tokenizer.vocabularySize(state), ids);
  }
}
