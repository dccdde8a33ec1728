/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * A matrix of an AnnData file (.h5ad), one row per patient: dense, or sparse by rows (CSR) or columns (CSC). NaN is a missing value; what a
 * sparse matrix does not store is 0. The layout is AnnData's of version 0.7 and later (anndata's documentation, "On-disk format").
 */
@Component(configurationPid = H5adReader.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = H5adReader.Settings.class, factory = true)
@ReaderPart("h5ad")
@ReaderGives(ReaderGives.Kind.VECTORS)
public final class H5adReader implements Reader {
  static final String PID = "org.stroma.data.arrays.h5ad";

  private static final String ROWS = "obs";
  private static final String COLUMNS = "var";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "AnnData",
      description =
          "A matrix of an AnnData file (.h5ad) with a row a patient, such as bulk or pseudo-bulk expression")
  public @interface Settings {
    @AttributeDefinition(description = "the file, relative to the experiment")
    String path();

    @AttributeDefinition(
        description = "the matrix: X, raw/X, or one of layers, such as layers/counts")
    String matrix() default "X";

    @AttributeDefinition(
        description = "the column of obs with the patients' ids; if empty, the index of obs")
    String id() default "";

    @AttributeDefinition(
        description = "the column of var with the features' names; if empty, the index of var")
    String features() default "";
  }

  private final Settings settings;

  @Activate
  public H5adReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    Path path = context.resolve(settings.path());
    return Hdf5File.read(path, file -> matrix(path, file));
  }

  private ModalityData.Matrix matrix(Path path, Hdf5File file) {
    // raw has variables of its own
    String matrix = settings.matrix();
    String variables = matrix.startsWith("raw/") ? "raw/" + COLUMNS : COLUMNS;
    List<String> patients = names(path, file, ROWS, settings.id());
    List<String> features = names(path, file, variables, settings.features());
    unique(
        path,
        ROWS,
        patients,
        "a row a patient; cells of a patient are added up or averaged before (pseudo-bulk)");
    unique(
        path,
        variables,
        features,
        "a name a feature; AnnData's var_names_make_unique makes them differ");
    if (patients.isEmpty() || features.isEmpty()) {
      throw new AbsentDataException(
          path + " holds " + patients.size() + " rows and " + features.size() + " features");
    }
    float[][] rows = H5adMatrix.read(path, file, matrix, patients.size(), features.size());
    // the order of the file does not matter, as with tables
    int[] order = IntStream.range(0, features.size())
        .boxed()
        .sorted(Comparator.comparing(features::get))
        .mapToInt(i -> i)
        .toArray();
    Map<String, float[]> vectors = new TreeMap<>();
    for (int i = 0; i < rows.length; i++) {
      if (!MissingValues.all(rows[i])) {
        vectors.put(patients.get(i), ordered(rows[i], order));
      }
      rows[i] = null;
    }
    return ModalityData.Matrix.of(Arrays.stream(order).mapToObj(features::get).toList(), vectors);
  }

  private static float[] ordered(float[] row, int[] order) {
    float[] sorted = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      sorted[i] = row[order[i]];
    }
    return sorted;
  }

  /** The names of rows or columns: an index or a column, of texts or of categories. */
  private static List<String> names(Path path, Hdf5File file, String group, String column) {
    if (!file.isGroup(group)) {
      throw new DataException(
          path + " has no group " + group
              + "; it is no AnnData file, or one of before version 0.7, which anndata reads and writes anew");
    }
    String name = group + "/"
        + (column.isEmpty() ? file.textAttribute(group, "_index").orElse("_index") : column);
    List<String> names;
    if (file.isGroup(name)) {
      List<String> categories = file.texts(name + "/categories");
      Hdf5Dataset codes = file.find(List.of(name + "/codes"));
      if (codes == null) {
        throw new DataException(path + " has no dataset " + name + "/codes; " + file.datasets());
      }
      names = new ArrayList<>();
      for (double code : file.rows(codes, codes.elementType()).numbers()) {
        if (code >= categories.size()) {
          throw new DataException(codes.label() + " holds " + (long) code + ", and there are "
              + categories.size() + " categories");
        }
        names.add(code < 0 ? "" : categories.get((int) code));
      }
    } else {
      names = file.texts(name);
    }
    List<String> stripped = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String text = names.get(i).strip();
      if (text.isEmpty() || MissingValues.contains(text)) {
        throw new DataException(path + ": row " + (i + 1) + " of " + name + " has no name"
            + (text.isEmpty() ? "" : ", but \"" + text + "\", which stands for a missing value"));
      }
      stripped.add(text);
    }
    return stripped;
  }

  private static void unique(Path path, String group, List<String> names, String wanted) {
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Integer earlier = first.putIfAbsent(names.get(i), i);
      if (earlier != null) {
        throw new DataException(path + ": rows " + (earlier + 1) + " and " + (i + 1) + " of "
            + group + " are both named " + names.get(i) + "; there has to be " + wanted);
      }
    }
  }
}
