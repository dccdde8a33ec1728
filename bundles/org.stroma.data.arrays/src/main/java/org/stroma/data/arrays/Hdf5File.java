/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.ObjectHeader;
import io.jhdf.exceptions.HdfException;
import io.jhdf.exceptions.UnsupportedHdfException;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.message.DataLayoutMessage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.stroma.api.data.DataException;

/**
 * An HDF5 file of patch features, open while its headers are read. Every error becomes one sentence
 * for the user.
 */
final class Hdf5File {
  /** Number of dataset names listed in a message. */
  private static final int TOLD = 12;

  private final OpenFile file;
  private final Hdf5Storage storage;
  private final Hdf5Tree tree;

  private Hdf5File(OpenFile file) {
    this.file = file;
    this.storage = new Hdf5Storage(file);
    this.tree = new Hdf5Tree(file.file(), storage);
  }

  /** Opens a file, reads what is needed of its headers, and closes it. */
  static <T> T read(Path path, Function<Hdf5File, T> use) {
    try (OpenFile file = OpenFile.open(path)) {
      return guarded(path, () -> {
        try {
          return use.apply(new Hdf5File(file));
        } catch (OutOfMemoryError | StackOverflowError e) {
          throw new HdfException("its headers lead nowhere, or in a circle");
        }
      });
    }
  }

  /**
   * Turns jHDF's exceptions, and those that damaged files provoke in it, into a
   * {@link DataException}.
   */
  static <T> T guarded(Path path, Supplier<T> use) {
    try {
      return use.get();
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException e) {
      // such as a buffer underflow at an address that the file gives
      String why = null;
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof DataException known) {
          throw known;
        }
        if (cause instanceof UnsupportedHdfException) {
          throw new DataException(
              path + " uses what is not read here (" + cause.getMessage()
                  + "); rewrite it with h5repack -f NONE -l CONTI IN OUT",
              e);
        }
        String opaque = OpaqueDataType.class.getName();
        if (Arrays.stream(cause.getStackTrace())
            .anyMatch(at -> at.getClassName().equals(opaque))) {
          // jHDF does not read an opaque type without a tag
          throw new DataException(
              path
                  + ": a dataset holds opaque bytes (NumPy's V2 or the like). bfloat16 is often stored "
                  + "so: store it as float32, or as uint16 (by .view(\"uint16\")) and set integers to "
                  + ElementType.BFLOAT16,
              e);
        }
        why =
            cause instanceof HdfException && cause.getMessage() != null ? cause.getMessage() : why;
      }
      throw new DataException(
          path + " is damaged, or not written to its end" + (why == null ? "" : ": " + why), e);
    }
  }

  /** The first of these datasets that exists; null if none does. */
  Hdf5Dataset find(List<String> names) {
    for (String name : names) {
      ObjectHeader header = tree.find(name);
      if (header != null && header.hasMessageOfType(DataLayoutMessage.class)) {
        return Hdf5Dataset.of(file.file(), name, header);
      }
    }
    return null;
  }

  /** Whether there is a group, and no dataset, at a path. */
  boolean isGroup(String path) {
    ObjectHeader header = tree.find(path);
    return header != null && !header.hasMessageOfType(DataLayoutMessage.class);
  }

  /**
   * The texts of a dataset.
   *
   * @throws DataException where there is none, or it holds others than texts
   */
  List<String> texts(String name) {
    ObjectHeader header = tree.find(name);
    if (header == null || !header.hasMessageOfType(DataLayoutMessage.class)) {
      throw new DataException(file.file() + " has no dataset " + name + "; " + datasets());
    }
    return Hdf5Texts.of(file.file() + ": dataset " + name, storage, header, name);
  }

  /** A text that is an attribute of an object; empty where there is none. */
  Optional<String> textAttribute(String path, String attribute) {
    ObjectHeader header = tree.find(path);
    return header == null ? Optional.empty() : Hdf5Texts.attribute(storage, header, attribute);
  }

  /** The names of the file's datasets, for messages. */
  String datasets() {
    List<String> names = tree.datasets(TOLD);
    return names.isEmpty()
        ? "it has none"
        : "it has " + String.join(", ", names) + (names.size() == TOLD ? ", ..." : "");
  }

  /** The rows of a dataset, after checking that they lie within the file. */
  Hdf5Rows rows(Hdf5Dataset dataset, ElementType elementType) {
    return Hdf5Rows.of(file, storage, dataset, elementType);
  }

  /**
   * Numeric attributes of the datasets, the root and the group "metadata"; the first occurrence of
   * a name counts.
   */
  Map<String, Double> attributes(List<Hdf5Dataset> datasets) {
    Map<String, Double> numbers = new HashMap<>();
    datasets.forEach(dataset -> add(tree.find(dataset.name()), numbers));
    add(tree.root(), numbers);
    add(tree.find("metadata"), numbers);
    return numbers;
  }

  private void add(ObjectHeader header, Map<String, Double> numbers) {
    if (header != null) {
      Hdf5Dataset.attributes(storage, header).forEach(numbers::putIfAbsent);
    }
  }
}
