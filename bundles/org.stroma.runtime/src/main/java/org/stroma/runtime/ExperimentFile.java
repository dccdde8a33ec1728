/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.SplitSettings;

/**
 * Reads and checks an experiment file against the parts that are installed now. All faults are collected before
 * anything is refused.
 */
final class ExperimentFile {
  static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final Path file;
  private final PartCatalog catalog;
  private final List<Fault> faults = new ArrayList<>();
  private int missingParts;
  private boolean unreadable;
  private boolean pretraining;

  private ExperimentFile(Path file, PartCatalog catalog) {
    this.file = file;
    this.catalog = catalog;
  }

  /**
   * Reads an experiment.
   *
   * @param overrides {@code path=value} as of {@code --set}; a path is dotted or a JSON pointer
   * @throws ExperimentException with every fault
   */
  static Experiment read(Path file, List<String> overrides, PartCatalog catalog) {
    ExperimentFile reader = new ExperimentFile(file, catalog);
    ObjectNode root = reader.parse();
    if (root != null) {
      overrides.forEach(o -> reader.override(root, o));
    }
    if (root != null) {
      reader.editor(root);
      reader.characters("", root);
    }
    Experiment experiment = root == null || !reader.faults.isEmpty() && reader.unreadable
        ? null
        : reader.experiment(root);
    if (!reader.faults.isEmpty()) {
      throw new ExperimentException(reader.faults, reader.missingParts == reader.faults.size());
    }
    return experiment;
  }

  /** Parts outside of an experiment, by the words of their kinds; their defaults are written into the object. */
  static List<Experiment.PartUse> parts(ObjectNode wanted, PartCatalog catalog) {
    ExperimentFile reader = new ExperimentFile(null, catalog);
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    Section top = reader.new Section("", wanted, out);
    List<Experiment.PartUse> uses = new ArrayList<>();
    for (PartKind kind : PartKind.values()) {
      if (wanted.has(kind.word())) {
        uses.add(top.part(kind.word(), kind, null, List.of()));
      }
    }
    top.close();
    if (!reader.faults.isEmpty()) {
      throw new ExperimentException(reader.faults, reader.missingParts == reader.faults.size());
    }
    wanted.setAll(out);
    return uses;
  }

  private ObjectNode parse() {
    try {
      JsonNode node = JsonFile.read(file, JsonFile.LARGEST_EXPERIMENT);
      if (node instanceof ObjectNode object) {
        return object;
      }
      fault("", file + " has to hold one JSON object");
    } catch (JsonFile.Unreadable e) {
      fault("", e.getMessage());
    }
    return null;
  }

  /** Editors are told by a key of the file which schema checks it. */
  private void editor(ObjectNode root) {
    JsonNode schema = root.remove("$schema");
    if (schema != null && !schema.isTextual()) {
      fault("/$schema", "is " + schema + "; it has to be a text, the schema's place for editors");
    }
  }

  /** No path, column or name can hold these, and the system's own words for it say nothing of the place. */
  private void characters(String pointer, JsonNode node) {
    if (node.isTextual()) {
      String objection = FileNames.characters(node.textValue());
      if (objection != null) {
        fault(pointer, "is " + node + "; " + objection);
        unreadable = true;
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        characters(pointer + "/" + i, node.get(i));
      }
    } else {
      node.fields()
          .forEachRemaining(entry -> characters(
              pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1"),
              entry.getValue()));
    }
  }

  private void override(ObjectNode root, String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      fault("", "--set " + override + " has to be path=value, such as training.epochs=10");
      return;
    }
    String path = override.substring(0, equals);
    String[] keys =
        (path.startsWith("/") ? path.substring(1) : path).split(path.startsWith("/") ? "/" : "\\.");
    String text = override.substring(equals + 1);
    JsonNode value;
    try {
      value = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      value = JsonNodeFactory.instance.textNode(text);
    }
    JsonNode at = root;
    for (int i = 0; i < keys.length; i++) {
      boolean last = i == keys.length - 1;
      if (at instanceof ArrayNode array) {
        int index = keys[i].matches("\\d{1,6}") ? Integer.parseInt(keys[i]) : -1;
        if (index < 0 || index >= array.size()) {
          fault(
              "/" + String.join("/", keys),
              "--set " + path + " names no element of a list: " + keys[i]);
          return;
        }
        if (last) {
          array.set(index, value);
        }
        at = array.get(index);
      } else if (at instanceof ObjectNode object) {
        if (last && value.isNull()) {
          object.remove(keys[i]);
          return;
        }
        if (last) {
          object.set(keys[i], value);
        } else if (!object.has(keys[i])) {
          object.putObject(keys[i]);
        }
        at = object.get(keys[i]);
      } else {
        fault(
            "/" + String.join("/", keys),
            "--set " + path + " goes through a value that holds no other: " + keys[i]);
        return;
      }
    }
  }

  private Experiment experiment(ObjectNode root) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    Section top = new Section("", root, out);
    String name = top.text("name", FileNames.fallback(file));
    String objection = name == null ? null : FileNames.objection(name);
    if (objection != null) {
      fault("/name", "is \"" + name + "\", and the run directory bears it; " + objection);
    }
    long seed = top.integer("seed", 42, 0, Integer.MAX_VALUE);
    pretraining = root.has("pretraining");
    CohortSettings cohort = cohort(top.section("cohort", true));
    SortedMap<String, Experiment.Modality> modalities = new TreeMap<>();
    top.section("modalities", true)
        .sections("a modality")
        .forEach((key, s) -> modalities.put(key, modality(s)));
    Section model = top.section("model", true);
    int embedDim = model.integer("embedDim", 256, 2, 8192);
    if (embedDim % 2 != 0) {
      fault("/model/embedDim", "is " + embedDim + "; it has to be even");
    }
    if (root.has("pretraining")) {
      model.close();
      return pretraining(top, name, seed, cohort, modalities, embedDim, out);
    }
    Experiment.PartUse fusion =
        model.part("fusion", PartKind.FUSION, "cross-modal-attention", List.of());
    boolean visits = cohort.visit() != null;
    if (visits && !model.in.has("temporal")) {
      fault(
          "/model/temporal",
          "is missing; a cohort with visits needs a temporal module, such as {\"type\": \"pool\"}");
    } else if (!visits && model.in.has("temporal")) {
      fault("/model/temporal", "has nothing to reason over: /cohort/visit is missing");
    }
    Experiment.PartUse temporal = model.in.has("temporal")
        ? model.part("temporal", PartKind.TEMPORAL, null, List.of())
        : null;
    targets(cohort, modalities);
    SortedMap<String, Experiment.HeadUse> heads = new TreeMap<>();
    model
        .section("heads", true)
        .sections("a head")
        .forEach((key, s) -> heads.put(key, head(s, cohort)));
    model.close();
    List<Experiment.LossUse> losses = new ArrayList<>();
    for (Section s : top.list("losses", true)) {
      losses.add(loss(s, heads));
    }
    Experiment.Training training = training(top.section("training", false));
    SplitSettings split = evaluation(top.section("evaluation", false), cohort);
    Experiment.Initialize initialize =
        root.has("initialize") ? initialize(top.section("initialize", true), modalities) : null;
    top.close();
    return new Experiment(
        file,
        name,
        seed,
        cohort,
        modalities,
        embedDim,
        fusion,
        temporal,
        heads,
        losses,
        training,
        split,
        initialize,
        new TreeMap<>(),
        out);
  }

  /** An experiment without labels: encoders learn from pretext tasks. */
  private Experiment pretraining(
      Section top,
      String name,
      long seed,
      CohortSettings cohort,
      SortedMap<String, Experiment.Modality> modalities,
      int embedDim,
      ObjectNode out) {
    SortedMap<String, Experiment.PartUse> tasks = new TreeMap<>();
    top.section("pretraining", true)
        .sections("the pretext task of a modality")
        .forEach((modality, s) -> {
          if (!modalities.containsKey(modality)) {
            fault(s.pointer, "is for no modality; the modalities are " + modalities.keySet());
          }
          tasks.put(modality, s.self(PartKind.PRETEXT, List.of()));
        });
    Experiment.Training training = training(top.section("training", false));
    if (training.ensemble() > 1) {
      fault("/training/ensemble", "is " + training.ensemble() + "; a pretraining makes one model");
    }
    Experiment.Initialize initialize =
        top.in.has("initialize") ? initialize(top.section("initialize", true), modalities) : null;
    top.close();
    return new Experiment(
        file,
        name,
        seed,
        cohort,
        modalities,
        embedDim,
        null,
        null,
        new TreeMap<>(),
        List.of(),
        training,
        null,
        initialize,
        tasks,
        out);
  }

  private CohortSettings cohort(Section s) {
    String table = s.text("table", null);
    String id = s.text("id", "patient_id");
    CohortSettings.VisitSettings visit = null;
    if (s.in.has("visit")) {
      Section v = s.section("visit", true);
      visit = new CohortSettings.VisitSettings(
          v.text("id", "visit_id"), v.text("days", ""), v.text("date", ""));
      if (visit.days() != null
          && visit.date() != null
          && visit.days().isEmpty() == visit.date().isEmpty()) {
        fault(
            v.pointer,
            "has to name a column of days or a column of dates, one of the two: \"days\" or \"date\"");
      }
      v.close();
    }
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    Set<String> allow = s.in.has("allow") ? new TreeSet<>(s.texts("allow", 0)) : Set.of();
    allow.stream()
        .filter(a -> !CohortSettings.ALLOWABLE.contains(a))
        .forEach(a -> fault(
            s.pointer + "/allow",
            "names \"" + a + "\"; what can be allowed is "
                + String.join(", ", CohortSettings.ALLOWABLE)));
    if (pretraining && !s.in.has("targets")) {
      s.close();
      return new CohortSettings(table, id, visit, targets, allow);
    }
    s.section("targets", true).sections("a target").forEach((key, t) -> {
      String kind = t.text("kind", null);
      if ("survival".equals(kind)) {
        targets.put(
            key,
            target(
                TargetKind.SURVIVAL,
                t.text("time", null),
                t.text("event", null),
                null,
                null,
                List.of()));
      } else if ("class".equals(kind)) {
        targets.put(
            key, target(TargetKind.CLASS, null, null, t.text("column", null), null, List.of()));
      } else if ("patches".equals(kind)) {
        targets.put(
            key,
            target(
                TargetKind.PATCHES,
                null,
                null,
                null,
                t.text("modality", null),
                t.texts("classes", 2)));
      } else if ("number".equals(kind)) {
        targets.put(
            key, target(TargetKind.NUMBER, null, null, t.text("column", null), null, List.of()));
      } else if (kind != null) {
        fault(
            t.pointer + "/kind",
            "is \"" + kind + "\"; it has to be survival, class, number or patches");
      }
      t.close();
    });
    s.close();
    return new CohortSettings(table, id, visit, targets, allow);
  }

  private static CohortSettings.TargetSettings target(
      TargetKind kind,
      String time,
      String event,
      String column,
      String modality,
      List<String> classes) {
    return new CohortSettings.TargetSettings(kind, time, event, column, modality, classes);
  }

  /** Labels of patches belong to a modality. */
  private void targets(CohortSettings cohort, SortedMap<String, Experiment.Modality> modalities) {
    cohort.targets().forEach((name, target) -> {
      if (target.modality() != null && !modalities.containsKey(target.modality())) {
        fault(
            "/cohort/targets/" + name + "/modality",
            "is \"" + target.modality() + "\"; the modalities are " + modalities.keySet());
      }
    });
  }

  private Experiment.Modality modality(Section s) {
    String per = s.text("per", "visit");
    if (per != null && !per.equals("visit") && !per.equals("patient")) {
      fault(s.pointer + "/per", "is \"" + per + "\"; it has to be visit or patient");
    }
    Experiment.PartUse reader = s.part("reader", PartKind.READER, null, List.of());
    List<Experiment.PartUse> transforms = new ArrayList<>();
    for (Section t : s.list("transforms", false)) {
      transforms.add(t.self(PartKind.TRANSFORM, List.of()));
    }
    Experiment.PartUse tokenizer =
        s.in.has("tokenizer") ? s.part("tokenizer", PartKind.TOKENIZER, null, List.of()) : null;
    Experiment.PartUse encoder = s.part("encoder", PartKind.ENCODER, null, List.of());
    s.close();
    return new Experiment.Modality("patient".equals(per), reader, transforms, tokenizer, encoder);
  }

  private Experiment.HeadUse head(Section s, CohortSettings cohort) {
    String target = s.text("target", null);
    if (target != null && !cohort.targets().containsKey(target)) {
      fault(
          s.pointer + "/target",
          "is \"" + target + "\"; the cohort's targets are " + cohort.targets().keySet());
    }
    return new Experiment.HeadUse(s.self(PartKind.HEAD, List.of("target")), target);
  }

  private Experiment.LossUse loss(Section s, Map<String, Experiment.HeadUse> heads) {
    String head = s.text("head", null);
    if (head != null && !heads.containsKey(head)) {
      fault(s.pointer + "/head", "is \"" + head + "\"; the model's heads are " + heads.keySet());
    }
    double weight = s.number("weight", 1, 0, 1e6);
    return new Experiment.LossUse(s.self(PartKind.LOSS, List.of("head", "weight")), head, weight);
  }

  private Experiment.Training training(Section s) {
    Experiment.Training training = new Experiment.Training(
        s.integer("epochs", 40, 1, 100_000),
        s.integer("batchSize", 16, 1, 1_000_000),
        s.number("maxGradNorm", 1, 0, 1e9),
        s.number("modalityDropout", 0, 0, 0.99),
        s.integer("patchBudget", 0, 0, Integer.MAX_VALUE),
        s.integer("ensemble", 1, 1, 100),
        "uncertainty".equals(s.option("lossWeights", "fixed", List.of("fixed", "uncertainty"))),
        s.part("optimizer", PartKind.OPTIMIZER, "adamw", List.of()),
        s.part("schedule", PartKind.SCHEDULE, "cosine", List.of()));
    s.close();
    return training;
  }

  private Experiment.Initialize initialize(
      Section s, SortedMap<String, Experiment.Modality> modalities) {
    String from = s.text("from", null);
    Path path = null;
    try {
      path = from == null ? null : file.getParent().resolve(from).normalize();
    } catch (InvalidPathException e) {
      fault(
          s.pointer + "/from", "is \"" + from + "\", which can be no path here: " + e.getReason());
    }
    if (path != null && !Files.exists(path)) {
      fault(
          s.pointer + "/from",
          "is \"" + from + "\", and there is no " + path
              + "; it has to be a run directory or a .safetensors file");
    }
    List<String> which =
        s.in.has("modalities") ? s.texts("modalities", 1) : List.copyOf(modalities.keySet());
    for (String name : which) {
      if (!modalities.containsKey(name)) {
        fault(
            s.pointer + "/modalities",
            "names \"" + name + "\"; the modalities are " + modalities.keySet());
      }
    }
    boolean freeze = s.truth("freeze", false);
    s.close();
    return new Experiment.Initialize(path, which, freeze);
  }

  private SplitSettings evaluation(Section s, CohortSettings cohort) {
    Section split = s.section("split", false);
    String type = split.text("type", "k-fold");
    int folds = 1;
    int repeats = 1;
    String stratify = "";
    String group = "";
    String pattern = "";
    String path = "";
    String column = "";
    if ("k-fold".equals(type)) {
      folds = split.integer("folds", 5, 2, 1000);
      stratify = split.text("stratify", "");
      group = split.text("group", "");
      pattern = split.text("groupPattern", "");
      repeats = s.integer("repeats", 1, 1, 1000);
      stratify(split, stratify, cohort);
      pattern(split, pattern, group);
    } else if ("files".equals(type)) {
      path = split.text("path", null);
      folds = split.integer("folds", 1, 1, 1000);
      if (path != null && folds > 1 && !path.contains("{fold}")) {
        fault(
            split.pointer + "/path",
            "is \"" + path + "\"; for " + folds
                + " folds it has to hold {fold}, which counts from 0");
      }
    } else if ("column".equals(type)) {
      column = split.text("column", "split");
    } else if (type != null) {
      fault(split.pointer + "/type", "is \"" + type + "\"; it has to be k-fold, files or column");
    }
    split.close();
    s.close();
    return new SplitSettings(type, folds, stratify, group, pattern, path, column, repeats);
  }

  private void stratify(Section split, String stratify, CohortSettings cohort) {
    if (stratify == null || stratify.isEmpty()) {
      return;
    }
    boolean event = stratify.endsWith(".event");
    CohortSettings.TargetSettings known =
        cohort.targets().get(stratify.replaceFirst("\\.event$", ""));
    if (known == null || known.kind() != (event ? TargetKind.SURVIVAL : TargetKind.CLASS)) {
      fault(
          split.pointer + "/stratify",
          "is \"" + stratify
              + "\"; it has to be TARGET.event of a survival target or the name of a class target");
    }
  }

  private void pattern(Section split, String pattern, String group) {
    if (pattern == null || pattern.isEmpty()) {
      return;
    }
    try {
      if (Pattern.compile(pattern).matcher("").groupCount() < 1) {
        fault(
            split.pointer + "/groupPattern",
            "is \"" + pattern + "\"; it has to hold a group in parentheses, such as "
                + "^TCGA-(..)-");
      }
    } catch (PatternSyntaxException e) {
      fault(
          split.pointer + "/groupPattern",
          "is \"" + pattern + "\", which is no regular expression: " + e.getDescription());
    }
    if (group == null || group.isEmpty()) {
      fault(split.pointer + "/group", "is missing; groupPattern needs a column to look into");
    }
  }

  private void fault(String pointer, String message) {
    faults.add(new Fault(pointer, message));
  }

  /** An object of the file: what is read from it is written out again with its defaults, what is left over is a fault. */
  private final class Section {
    private final String pointer;
    private final ObjectNode in;
    private final ObjectNode out;
    private final boolean given;

    Section(String pointer, ObjectNode in, ObjectNode out) {
      this.pointer = pointer;
      this.given = in != null;
      this.in = in == null ? JsonNodeFactory.instance.objectNode() : in;
      this.out = out;
    }

    private String at(String key) {
      return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    /** A text; a null fallback means that it is required. */
    String text(String key, String fallback) {
      JsonNode node = in.get(key);
      out.put(key, fallback);
      if (node == null) {
        if (fallback == null) {
          fault(at(key), "is missing; it has to be a text");
        }
        return fallback;
      }
      if (!node.isTextual() || node.textValue().isBlank() && fallback == null) {
        fault(at(key), "is " + node + "; it has to be a text");
        return null;
      }
      out.set(key, node);
      return node.textValue();
    }

    /** One of several texts. */
    String option(String key, String fallback, List<String> options) {
      String text = text(key, fallback);
      if (text != null && !options.contains(text)) {
        fault(at(key), "is \"" + text + "\"; it has to be " + String.join(" or ", options));
      }
      return text;
    }

    /** A list of texts. */
    List<String> texts(String key, int atLeast) {
      JsonNode node = in.get(key);
      ArrayNode written = out.putArray(key);
      List<String> texts = new ArrayList<>();
      if (node != null && node.isArray()) {
        node.forEach(text -> texts.add(text.isTextual() ? text.textValue() : ""));
        written.addAll((ArrayNode) node);
      }
      if (texts.size() < atLeast
          || texts.contains("")
          || texts.stream().distinct().count() < texts.size()) {
        fault(
            at(key),
            (node == null ? "is missing" : "is " + node) + "; it has to be a list of " + atLeast
                + " or more different texts");
      }
      return texts;
    }

    boolean truth(String key, boolean fallback) {
      out.put(key, fallback);
      JsonNode node = in.get(key);
      if (node != null && !node.isBoolean()) {
        fault(at(key), "is " + node + "; it has to be true or false");
      } else if (node != null) {
        out.set(key, node);
      }
      return node == null ? fallback : node.booleanValue();
    }

    int integer(String key, int fallback, int min, int max) {
      out.put(key, fallback);
      JsonNode node = in.get(key);
      if (node == null) {
        return fallback;
      }
      if (!node.isIntegralNumber()
          || !node.canConvertToInt()
          || node.intValue() < min
          || node.intValue() > max) {
        fault(at(key), "is " + node + "; it has to be a whole number from " + min + " to " + max);
        return fallback;
      }
      out.set(key, node);
      return node.intValue();
    }

    double number(String key, double fallback, double min, double max) {
      out.put(key, fallback);
      JsonNode node = in.get(key);
      if (node == null) {
        return fallback;
      }
      double x = node.isNumber() ? node.doubleValue() : Double.NaN;
      if (!(x >= min && x <= max)) {
        fault(at(key), "is " + node + "; it has to be a number from " + min + " to " + max);
        return fallback;
      }
      out.set(key, node);
      return x;
    }

    Section section(String key, boolean required) {
      JsonNode node = in.get(key);
      ObjectNode sub = out.putObject(key);
      if (node == null && required) {
        fault(at(key), "is missing; it has to be an object");
      } else if (node != null && !node.isObject()) {
        fault(at(key), "is " + node + "; it has to be an object");
      }
      return new Section(at(key), node instanceof ObjectNode object ? object : null, sub);
    }

    Map<String, Section> sections(String what) {
      Map<String, Section> sections = new LinkedHashMap<>();
      if (given && in.isEmpty()) {
        fault(pointer, "is empty; it has to hold at least " + what);
      }
      in.fieldNames().forEachRemaining(key -> {
        if (!key.matches("[A-Za-z0-9_.-]+")) {
          fault(at(key), "is no name; use letters, digits, '_', '-' and '.'");
        }
        sections.put(key, section(key, false));
      });
      return sections;
    }

    List<Section> list(String key, boolean required) {
      JsonNode node = in.get(key);
      ArrayNode written = out.putArray(key);
      List<Section> sections = new ArrayList<>();
      if (node == null || !node.isArray() || required && node.isEmpty()) {
        if (node != null || required) {
          fault(
              at(key),
              (node == null ? "is missing" : "is " + node) + "; it has to be a list of objects"
                  + (required ? ", with one at least" : ""));
        }
        return sections;
      }
      for (int i = 0; i < node.size(); i++) {
        if (node.get(i) instanceof ObjectNode object) {
          sections.add(new Section(at(key) + "/" + i, object, written.addObject()));
        } else {
          fault(at(key) + "/" + i, "is " + node.get(i) + "; it has to be an object");
        }
      }
      return sections;
    }

    Experiment.PartUse part(String key, PartKind kind, String fallback, List<String> others) {
      if (fallback != null
          && (!in.has(key) || in.get(key) instanceof ObjectNode o && !o.has("type"))) {
        in.withObject("/" + key).put("type", fallback);
      }
      return section(key, true).self(kind, others);
    }

    /** This object as a part: its type, then the settings that the part declares. */
    Experiment.PartUse self(PartKind kind, List<String> others) {
      if (!given) {
        return null;
      }
      String type = text("type", null);
      if (type == null) {
        return null;
      }
      Part part = catalog.part(kind, type).orElse(null);
      if (part == null) {
        List<String> there = catalog.parts().stream()
            .filter(p -> p.kind() == kind)
            .map(Part::type)
            .toList();
        missingParts++;
        faults.add(new Fault(
            at("type"),
            "no installed bundle provides the " + kind.word() + " \"" + type + "\"; installed are "
                + there + "; drop a bundle that provides it into extensions/"
                + Closest.question(type, there),
            new Fault.Wanted(kind, type)));
        return null;
      }
      Map<String, Object> settings = new LinkedHashMap<>();
      for (Setting setting : part.settings()) {
        JsonNode node = in.get(setting.name());
        if (node != null) {
          out.set(setting.name(), node);
          try {
            settings.put(setting.name(), setting.parse(node));
          } catch (Setting.Misfit e) {
            fault(at(setting.name()), e.getMessage());
          }
        } else if (setting.required()) {
          fault(at(setting.name()), "is missing; it has to be " + setting.wanted());
        } else if (setting.preset() != null) {
          out.set(setting.name(), MAPPER.valueToTree(setting.preset()));
        }
      }
      List<String> known = new ArrayList<>(List.of("type"));
      known.addAll(others);
      part.settings().forEach(s -> known.add(s.name()));
      unknown(known);
      return new Experiment.PartUse(pointer, kind, type, settings);
    }

    /** Refuses keys that nobody read. */
    void close() {
      List<String> known = new ArrayList<>();
      out.fieldNames().forEachRemaining(known::add);
      unknown(known);
    }

    private void unknown(List<String> known) {
      in.fieldNames().forEachRemaining(key -> {
        if (!known.contains(key)) {
          fault(
              at(key),
              "is not known here; known are " + String.join(", ", known)
                  + Closest.question(key, known));
        }
      });
    }
  }
}
