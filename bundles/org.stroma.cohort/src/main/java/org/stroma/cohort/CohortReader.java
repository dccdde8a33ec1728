/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;

/** Reads a cohort: its table, targets, visits and modalities. */
public final class CohortReader implements ReadContext {
  private final CohortSettings settings;
  private final Path directory;
  private final String id;
  private final Table table;
  private final Set<Path> files;
  private final Set<String> told;
  private final Consumer<String> notes;
  private final Permissions permissions;
  private final List<CohortSummary.Exclusion> excluded = new ArrayList<>();
  private int patients;

  /** A reader of a modality, and whether its data are of patients rather than of visits. */
  public record Source(Reader reader, boolean perPatient) {}

  /**
   * Reads the cohort's table.
   *
   * @param directory where relative paths start
   * @param notes hears what the user should know, each thing once
   */
  public CohortReader(Path directory, CohortSettings settings, Consumer<String> notes) {
    this.directory = directory;
    this.settings = settings;
    this.notes = notes;
    this.files = Collections.synchronizedSet(new LinkedHashSet<>());
    this.told = new HashSet<>();
    this.permissions = new Permissions(settings.allow(), this::note);
    this.id = settings.visit() == null ? settings.id() : settings.visit().id();
    this.table = Rows.read(settings, this::resolve, name -> Files.isRegularFile(path(name)));
    if (!table.columns().contains(settings.id())) {
      throw new DataException(table.file() + ": there is no column \"" + settings.id()
          + "\"; the columns are " + String.join(", ", table.columns()));
    }
  }

  /** The same cohort with a row a patient, the first of each: for data that are the patient's and not a visit's. */
  private CohortReader(CohortReader of) {
    this.settings = of.settings;
    this.directory = of.directory;
    this.notes = of.notes;
    this.files = of.files;
    this.told = of.told;
    this.permissions = of.permissions;
    this.id = of.settings.id();
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    of.table.rows().values().forEach(row -> rows.putIfAbsent(row.get(id).strip(), row));
    this.table = Table.of(of.table.file(), of.table.columns(), rows);
  }

  /** Reads everything. */
  public Cohort read(SortedMap<String, Source> sources, Purpose purpose) {
    Map<String, List<Cohort.Visit>> visits = Visits.of(table, settings);
    Lookalikes lookalikes = new Lookalikes(settings, purpose, permissions, this::note);
    patients = visits.size();
    lookalikes.checkIds(table.file(), visits.keySet());
    Targets reader = new Targets(table, visits, purpose, this::note);
    SortedMap<String, Cohort.Target> targets = new TreeMap<>();
    Problems problems = new Problems();
    if (purpose.targets()) {
      settings
          .targets()
          .forEach((name, t) -> problems.check(() -> targets.put(name, reader.read(name, t))));
    }
    SortedMap<String, ModalityData> modalities = new TreeMap<>();
    sources.forEach((name, source) -> {
      try {
        ModalityData data =
            valued(name, source.reader().read(source.perPatient() ? new CohortReader(this) : this));
        known(name, data, source.perPatient() ? visits.keySet() : table.rows().keySet());
        modalities.put(name, source.perPatient() ? spread(data, visits) : data);
      } catch (AbsentDataException e) {
        if (purpose.learning()) {
          problems.add(e.at("modality " + name));
        } else {
          note("modality " + name + ": nobody has it, and all are predicted without it ("
              + e.getMessage() + ")");
        }
      } catch (DataException e) {
        problems.add(e.at("modality " + name));
      }
    });
    problems.throwIfAny();
    if (purpose.targets()) {
      targets.forEach((name, target) -> labelled(name, target, modalities));
    }
    List<String> patients = eligible(visits, targets, modalities, purpose.targets());
    Map<String, List<Cohort.Visit>> theirs = new LinkedHashMap<>();
    for (String patient : patients) {
      List<Cohort.Visit> some = visits.get(patient).stream()
          .filter(
              v -> modalities.values().stream().anyMatch(m -> m.patients().contains(v.sample())))
          .toList();
      theirs.put(patient, some);
    }
    Cohort cohort = new Cohort(List.copyOf(patients), theirs, targets, modalities, table);
    modalities.forEach((name, data) -> {
      if (patients.stream().noneMatch(patient -> cohort.has(patient, data))) {
        if (purpose.learning()) {
          throw new DataException("modality " + name + ": none of its patients is in "
              + table.file() + "; ids have to match column " + id);
        }
        note("modality " + name + ": nobody in " + table.file().getFileName()
            + " has it, and all are predicted without it");
      }
    });
    lookalikes.checkTargets(cohort);
    lookalikes.checkData(cohort);
    targets.forEach((name, target) -> labels(name, target, cohort));
    return cohort;
  }

  /** Rows in which every cell is missing are none: their patients lack the modality. */
  private ModalityData valued(String name, ModalityData data) {
    if (!(data instanceof ModalityData.Matrix matrix)) {
      return data;
    }
    List<String> empty = new ArrayList<>();
    Map<String, float[]> rows = new LinkedHashMap<>();
    matrix.rows().forEach((sample, row) -> {
      boolean any = row.length == 0;
      for (float value : row) {
        any |= !Float.isNaN(value);
      }
      if (any) {
        rows.put(sample, row);
      } else {
        empty.add(sample);
      }
    });
    if (!empty.isEmpty()) {
      note("modality " + name + ": " + some(empty) + (empty.size() == 1 ? " has" : " have")
          + " no value at all and " + (empty.size() == 1 ? "lacks" : "lack") + " it");
    }
    return empty.isEmpty() ? data : ModalityData.Matrix.of(matrix.features(), rows);
  }

  private void known(String name, ModalityData data, Set<String> samples) {
    Set<String> strangers = new TreeSet<>(data.patients());
    strangers.removeAll(samples);
    if (!strangers.isEmpty()) {
      note("modality " + name + ": " + some(List.copyOf(strangers)) + " not in "
          + table.file().getFileName() + " and not used" + likely(strangers, samples));
    }
  }

  /** Ids that would match if they were spelled alike. */
  private static String likely(Set<String> strangers, Set<String> samples) {
    Map<String, String> byKey = new LinkedHashMap<>();
    samples.forEach(sample -> byKey.putIfAbsent(PatientIds.key(sample), sample));
    return strangers.stream()
        .filter(stranger -> byKey.containsKey(PatientIds.key(stranger)))
        .findFirst()
        .map(stranger -> "; is " + stranger + " the patient " + byKey.get(PatientIds.key(stranger))
            + "? Ids have to be written alike")
        .orElse("");
  }

  private List<String> eligible(
      Map<String, List<Cohort.Visit>> visits,
      SortedMap<String, Cohort.Target> targets,
      SortedMap<String, ModalityData> modalities,
      boolean withTargets) {
    List<String> patients = new ArrayList<>();
    List<String> untargeted = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    visits.forEach((patient, its) -> {
      boolean has = modalities.values().stream()
          .anyMatch(m -> its.stream().anyMatch(v -> m.patients().contains(v.sample())));
      boolean known = targets.values().stream()
          .anyMatch(t -> t instanceof Cohort.PatchTarget patches
              ? its.stream()
                  .anyMatch(v ->
                      bag(modalities, patches, v).map(b -> b.labels() != null).orElse(false))
              : t.values().containsKey(patient));
      if (withTargets && !known) {
        untargeted.add(patient);
      } else if (!has) {
        empty.add(patient);
      } else {
        patients.add(patient);
      }
    });
    excluded.clear();
    if (!untargeted.isEmpty()) {
      excluded.add(new CohortSummary.Exclusion("no target is known", List.copyOf(untargeted)));
      note(some(untargeted) + " left out: no target is known");
    }
    if (!empty.isEmpty()) {
      excluded.add(
          new CohortSummary.Exclusion("none of the modalities is there", List.copyOf(empty)));
      note(some(empty) + " left out: none of the modalities " + modalities.keySet() + " is there");
    }
    if (patients.isEmpty()) {
      throw new DataException(table.file() + ": no patient has "
          + (withTargets ? "both a target and " : "") + "a modality; do the ids of column " + id
          + " match those of the modalities' files?");
    }
    return patients;
  }

  /** A target of patches needs a modality of bags, and labels of some. */
  private static void labelled(
      String name, Cohort.Target of, SortedMap<String, ModalityData> modalities) {
    if (!(of instanceof Cohort.PatchTarget target)) {
      return;
    }
    if (!(modalities.get(target.modality()) instanceof ModalityData.Bags bags)) {
      throw new DataException(
          "target " + name + ": modality " + target.modality() + " has no patches to label");
    }
    if (bags.bags().values().stream().allMatch(b -> b.labels() == null)) {
      throw new DataException("target " + name + ": no patch of modality " + target.modality()
          + " has a label; its reader has to be told where they are, by \"labels\"");
    }
  }

  private static java.util.Optional<Bag> bag(
      SortedMap<String, ModalityData> modalities, Cohort.PatchTarget target, Cohort.Visit visit) {
    return modalities.get(target.modality()) instanceof ModalityData.Bags bags
        ? java.util.Optional.ofNullable(bags.bags().get(visit.sample()))
        : java.util.Optional.empty();
  }

  /** The labels of patches have to be there and to be classes. */
  private static void labels(String name, Cohort.Target of, Cohort cohort) {
    if (!(of instanceof Cohort.PatchTarget target)) {
      return;
    }
    if (!(cohort.modalities().get(target.modality()) instanceof ModalityData.Bags bags)) {
      throw new DataException(
          "target " + name + ": modality " + target.modality() + " has no patches to label");
    }
    bags.bags().forEach((sample, bag) -> {
      int[] labels = bag.labels();
      for (int i = 0; labels != null && i < labels.length; i++) {
        if (labels[i] < -1 || labels[i] >= target.classes().size()) {
          throw new DataException(
              "modality " + target.modality() + ", sample " + sample + ": patch " + (i + 1)
                  + " has the label " + labels[i] + "; it has to be the place of a class in "
                  + target.classes()
                  + ", from 0, or -1 where it is unknown");
        }
      }
    });
  }

  /** What is the patient's is that of each visit. */
  private static ModalityData spread(ModalityData data, Map<String, List<Cohort.Visit>> visits) {
    if (data instanceof ModalityData.Matrix m) {
      return ModalityData.Matrix.of(m.features(), spread(m.rows(), visits));
    }
    if (data instanceof ModalityData.Texts t) {
      return ModalityData.Texts.of(spread(t.texts(), visits));
    }
    if (data instanceof ModalityData.Tokens t) {
      return ModalityData.Tokens.of(t.vocabularySize(), spread(t.ids(), visits));
    }
    ModalityData.Bags b = (ModalityData.Bags) data;
    return ModalityData.Bags.of(b.width(), spread(b.bags(), visits));
  }

  private static <T> Map<String, T> spread(
      Map<String, T> byPatient, Map<String, List<Cohort.Visit>> visits) {
    Map<String, T> bySample = new LinkedHashMap<>();
    byPatient.forEach((patient, value) -> visits
        .getOrDefault(patient, List.of())
        .forEach(visit -> bySample.put(visit.sample(), value)));
    return bySample;
  }

  static String some(List<String> patients) {
    return Problems.patients(patients);
  }

  /** The patient of a sample. */
  String patient(String sample) {
    return table.rows().get(sample).get(settings.id()).strip();
  }

  /** What the experiment lets pass, and what it has let pass so far. */
  public Permissions permissions() {
    return permissions;
  }

  /** Where a path of the experiment lies. */
  Path path(String path) {
    return directory.resolve(path).normalize();
  }

  @Override
  public Path resolve(String path) {
    Path resolved = path(path);
    if (!Files.isRegularFile(resolved)) {
      if (Files.exists(resolved)) {
        throw new DataException(
            resolved + (Files.isDirectory(resolved) ? " is a folder" : " is a device or the like")
                + "; it has to be a file");
      }
      throw new AbsentDataException("there is no file " + resolved);
    }
    files.add(resolved);
    return resolved;
  }

  @Override
  public Map<String, List<Path>> files(String template, String of, boolean absent) {
    return SampleFiles.find(this, template, of, absent);
  }

  @Override
  public Table cohort() {
    return table;
  }

  @Override
  public String idColumn() {
    return id;
  }

  @Override
  public void note(String message) {
    if (told.add(message)) {
      notes.accept(message);
    }
  }

  /** Patients of the table, once {@link #read} has looked. */
  int patients() {
    return patients;
  }

  /** Who was left out by {@link #read}, and why. */
  List<CohortSummary.Exclusion> excluded() {
    return List.copyOf(excluded);
  }

  /** What was read so far. */
  public Set<Path> files() {
    return Collections.unmodifiableSet(files);
  }
}
