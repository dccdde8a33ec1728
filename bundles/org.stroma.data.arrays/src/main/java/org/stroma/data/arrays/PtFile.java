/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.stroma.api.data.DataException;

/**
 * The description of the tensors in a file of torch.save (the zip format of PyTorch 1.6 and
 * newer).
 */
final class PtFile {
  private static final int LARGEST_PICKLE = 4 << 20;

  /** Number of keys listed in a message. */
  private static final int TOLD = 12;

  /** How files of PyTorch before 1.6 begin: a pickle of a number of ten bytes. */
  private static final String OLD = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";

  private final OpenFile file;
  private final ZipDirectory zip;
  private final String prefix;
  private final ByteOrder order;
  private final Object content;

  private PtFile(OpenFile file) {
    this.file = file;
    this.zip = ZipDirectory.read(file);
    this.prefix = prefix();
    this.order = order();
    this.content = Pickle.read(path(), ByteBuffer.wrap(entry("data.pkl", LARGEST_PICKLE)));
  }

  /** Opens a file, reads what is needed of its description, and closes it; its numbers are read later. */
  static <T> T read(Path path, Function<PtFile, T> use) {
    try (OpenFile file = OpenFile.open(path)) {
      byte[] start = file.start(FileKind.LOOK);
      String text = new String(start, StandardCharsets.ISO_8859_1);
      if (text.startsWith(OLD)) {
        throw new DataException(path + " is in the format of PyTorch before 1.6; load it with "
            + "torch.load in a newer PyTorch and save it again with torch.save");
      }
      if (!text.startsWith("PK")) {
        String kind = FileKind.of(start);
        throw new DataException(
            path + " is no PyTorch file: it " + (kind == null ? "does not start as one" : kind));
      }
      return use.apply(new PtFile(file));
    }
  }

  private Path path() {
    return file.file();
  }

  /** The folder in the archive that holds all entries; PyTorch names it after the file. */
  private String prefix() {
    String found = null;
    for (String name : zip.names()) {
      int slash = name.indexOf('/');
      String folder = name.substring(0, slash + 1);
      String rest = name.substring(slash + 1);
      if (rest.equals("constants.pkl") || rest.startsWith("code/")) {
        throw new DataException(path() + " holds a TorchScript program, not features; Stroma reads "
            + "tensors alone: save them with torch.save(features.detach().cpu(), ...)");
      }
      if (rest.equals("data.pkl") && found == null) {
        found = folder;
      }
    }
    if (found == null) {
      throw new DataException(
          path()
              + " is no PyTorch file: it is a zip archive without the entry data.pkl that torch.save writes");
    }
    return found;
  }

  private ByteOrder order() {
    if (!zip.has(prefix + "byteorder")) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String name = new String(entry("byteorder", 64), StandardCharsets.ISO_8859_1).strip();
    return switch (name) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default -> throw new DataException(path() + " has the byte order \"" + Pickle.shown(name)
          + "\"; it has to be little or big");
    };
  }

  private byte[] entry(String name, int largest) {
    ZipDirectory.Content entry = zip.content(prefix + name);
    if (entry.size() > largest) {
      throw new DataException(path() + " has an entry " + name + " of " + entry.size()
          + " bytes; that of tensors has at most " + largest);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.size());
    file.read(bytes, entry.address());
    return bytes.array();
  }

  /**
   * The patch features: the named tensor; without a name the one that is alone, features or feats,
   * or the only one beside coordinates.
   *
   * @param name key of the tensor; empty for the usual ones
   * @param usual keys that features have without a name
   * @param coordinates keys that are not features
   */
  PtTensor features(String name, List<String> usual, List<String> coordinates) {
    if (content instanceof Pickle.Tensor tensor) {
      if (!name.isEmpty()) {
        throw new DataException(
            path() + " holds one tensor without a name, and the setting features asks for " + name
                + "; leave features empty");
      }
      return tensor("", tensor);
    }
    Map<?, ?> dict = dict();
    List<String> names = name.isEmpty() ? usual : List.of(name);
    PtTensor found = find(names);
    if (found != null) {
      return found;
    }
    List<?> others = dict.entrySet().stream()
        .filter(e -> e.getValue() instanceof Pickle.Tensor
            && e.getKey() instanceof String key
            && !coordinates.contains(key))
        .map(Map.Entry::getKey)
        .toList();
    if (name.isEmpty() && others.size() == 1) {
      return find(List.of((String) others.get(0)));
    }
    throw new DataException(path() + " has no tensor " + String.join(" or ", names) + "; "
        + keys(dict) + "; the setting features names the one that holds them");
  }

  /**
   * The first of these keys; null if none is there.
   *
   * @throws DataException if its value is no tensor
   */
  PtTensor find(List<String> names) {
    if (content instanceof Pickle.Tensor) {
      return null;
    }
    for (String name : names) {
      Object value = dict().get(name);
      if (value instanceof Pickle.Tensor tensor) {
        return tensor(name, tensor);
      }
      if (value != null && value != Pickle.NONE) {
        throw new DataException(
            path() + ": " + name + " is " + kind(value) + "; it has to be a tensor");
      }
    }
    return null;
  }

  /** The coordinates in a file that holds nothing but them, or those of one of these names. */
  PtTensor coordinates(List<String> names) {
    PtTensor found = content instanceof Pickle.Tensor tensor ? tensor("", tensor) : find(names);
    if (found == null) {
      throw new DataException(
          path() + " has no tensor " + String.join(" or ", names) + "; " + keys(dict()));
    }
    return found;
  }

  /** The keys of the file, for messages. */
  String keys() {
    return content instanceof Pickle.Tensor ? "it holds one tensor without a name" : keys(dict());
  }

  private Map<?, ?> dict() {
    if (content instanceof Map<?, ?> dict) {
      return dict;
    }
    throw new DataException(path() + " holds " + kind(content)
        + "; it has to hold a tensor [patches, features], or a dict with one");
  }

  private static String keys(Map<?, ?> dict) {
    if (dict.isEmpty()) {
      return "it has none";
    }
    String names = dict.keySet().stream()
        .limit(TOLD)
        .map(key -> Pickle.shown(key.toString()))
        .collect(Collectors.joining(", "));
    return "it has " + names + (dict.size() > TOLD ? ", ..." : "");
  }

  private static String kind(Object value) {
    return value instanceof List
        ? "a list"
        : value instanceof Pickle.Tuple
            ? "a tuple"
            : value instanceof Map
                ? "a dict"
                : value instanceof String
                    ? "text"
                    : value instanceof Number || value instanceof Boolean
                        ? "a single value"
                        : value == Pickle.NONE ? "None" : "no value";
  }

  private PtTensor tensor(String name, Pickle.Tensor tensor) {
    Pickle.Storage storage = tensor.storage();
    String label = name.isEmpty() ? path().toString() : path() + ": " + Pickle.shown(name);
    String entry = prefix + "data/" + storage.key();
    if (!zip.has(entry)) {
      throw new DataException(label + " is damaged: the file has no entry data/"
          + Pickle.shown(storage.key()) + " with its numbers");
    }
    ElementType elementType = new ElementType(kind(label, storage.type()), order);
    ZipDirectory.Content content = zip.content(entry);
    long numbers = content.size() / elementType.bytes();
    List<Long> shape = new ArrayList<>();
    for (long length : tensor.shape()) {
      shape.add(length);
    }
    if (storage.size() > numbers || !PtTensor.within(tensor, numbers)) {
      throw new DataException(
          label + " is damaged: it has the shape " + shape + ", and the entry data/"
              + Pickle.shown(storage.key()) + " has " + content.size() + " bytes, too few for it");
    }
    return new PtTensor(file.stamp(), label, elementType, content.address(), tensor, numbers);
  }

  private static ElementType.Kind kind(String label, String storage) {
    return switch (storage) {
      case "FloatStorage" -> ElementType.Kind.FLOAT32;
      case "DoubleStorage" -> ElementType.Kind.FLOAT64;
      case "HalfStorage" -> ElementType.Kind.FLOAT16;
      case "BFloat16Storage" -> ElementType.Kind.BFLOAT16;
      case "CharStorage" -> ElementType.Kind.INT8;
      case "ByteStorage", "BoolStorage" -> ElementType.Kind.UINT8;
      case "ShortStorage" -> ElementType.Kind.INT16;
      case "IntStorage" -> ElementType.Kind.INT32;
      case "LongStorage" -> ElementType.Kind.INT64;
      default -> throw new DataException(
          label + " holds complex numbers; it has to hold floats or integers");
    };
  }
}
