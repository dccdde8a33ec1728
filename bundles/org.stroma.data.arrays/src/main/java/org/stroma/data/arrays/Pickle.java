/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;

/**
 * Reads the pickle of a PyTorch file: tensors, text, numbers, and lists, tuples and dicts of them.
 * A pickle is a program; here a few of its instructions are understood, nothing is looked up by
 * name, and nothing of the file is run. Values are {@link String}, {@link Long}, {@link
 * BigInteger}, {@link Double}, {@link Boolean}, {@link #NONE}, {@link List}, {@link Map}, {@link
 * Tuple}, {@link Storage} and {@link Tensor}.
 */
final class Pickle {
  /** Python's None. */
  static final Object NONE = new Object();

  /** Tuple of values. */
  record Tuple(List<Object> items) {}

  /**
   * Numbers that lie in an entry of their own.
   *
   * @param type PyTorch's name of their type, such as FloatStorage
   * @param key the entry's name
   */
  record Storage(String type, String key, long size) {}

  /** A view of a storage; lengths are in numbers, not in bytes. */
  record Tensor(Storage storage, long offset, long[] shape, long[] strides) {}

  /** What a pickle may name. */
  private record Global(String module, String name) {}

  private static final Global TENSOR = new Global("torch._utils", "_rebuild_tensor_v2");
  private static final Global DICT = new Global("collections", "OrderedDict");
  private static final Set<String> STORAGES = Set.of(
      "FloatStorage",
      "DoubleStorage",
      "HalfStorage",
      "BFloat16Storage",
      "CharStorage",
      "ByteStorage",
      "BoolStorage",
      "ShortStorage",
      "IntStorage",
      "LongStorage",
      "ComplexFloatStorage",
      "ComplexDoubleStorage");

  private static final Object MARK = new Object();
  private static final int DEEPEST_STACK = 1 << 14;
  private static final int MOST_INSTRUCTIONS = 1 << 19;

  private final Path file;
  private final ByteBuffer bytes;
  private final ArrayList<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The value that a pickle holds.
   *
   * @param file for messages
   * @throws DataException if the pickle is damaged or holds something else than tensors and plain
   *     values
   */
  static Object read(Path file, ByteBuffer bytes) {
    Pickle pickle = new Pickle(file, bytes);
    try {
      return pickle.run();
    } catch (BufferUnderflowException e) {
      throw pickle.damaged("it ends too early", e);
    }
  }

  private Object run() {
    for (int i = 0; i < MOST_INSTRUCTIONS; i++) {
      int instruction = bytes.get() & 0xff;
      if (instruction == '.') {
        return pop();
      }
      if (!value(instruction) && !container(instruction) && !named(instruction)) {
        throw refused(instruction);
      }
      if (stack.size() > DEEPEST_STACK) {
        throw tooLarge();
      }
    }
    throw tooLarge();
  }

  /** Instructions that push a plain value. */
  private boolean value(int instruction) {
    switch (instruction) {
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) (bytes.get() & 0xff));
      case 'M' -> push((long) (bytes.getShort() & 0xffff));
      case 'J' -> push((long) bytes.getInt());
      case 0x8a -> push(number(bytes.get() & 0xff));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong())));
      case 'X' -> push(text(bytes.getInt() & 0xffffffffL));
      case 0x8c -> push(text(bytes.get() & 0xff));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Instructions that make or fill tuples, lists and dicts. */
  private boolean container(int instruction) {
    switch (instruction) {
      case '(' -> {
        push(MARK);
        marks.push(stack.size());
      }
      case ')' -> push(new Tuple(List.of()));
      case 0x85, 0x86, 0x87 -> push(new Tuple(taken(instruction - 0x84)));
      case 't' -> push(new Tuple(takenToMark()));
      case ']' -> push(new ArrayList<Object>());
      case '}' -> push(new LinkedHashMap<Object, Object>());
      case 'a' -> append(taken(1));
      case 'e' -> append(takenToMark());
      case 's' -> set(taken(2));
      case 'u' -> set(takenToMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Instructions about names, remembered values and what is called. */
  private boolean named(int instruction) {
    switch (instruction) {
      case 0x80 -> bytes.get(); // the protocol
      case 0x95 -> bytes.getLong(); // the length of a frame
      case 'q' -> memo.put(bytes.get() & 0xff, top());
      case 'r' -> memo.put(bytes.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(remembered(bytes.get() & 0xff));
      case 'j' -> push(remembered(bytes.getInt()));
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        List<Object> names = taken(2);
        push(global(text(names.get(0)), text(names.get(1))));
      }
      case 'Q' -> push(storage(pop()));
      case 'R' -> {
        List<Object> call = taken(2);
        push(made(call.get(0), call.get(1)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw damaged("a value is missing", null);
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> taken(int count) {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return Arrays.asList(values);
  }

  private List<Object> takenToMark() {
    if (marks.isEmpty()) {
      throw damaged("a value is missing", null);
    }
    List<Object> above = stack.subList(marks.pop(), stack.size());
    List<Object> values = new ArrayList<>(above);
    above.clear();
    stack.remove(stack.size() - 1);
    return values;
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> values) {
    if (!(top() instanceof List)) {
      throw damaged("a list is missing", null);
    }
    ((List<Object>) top()).addAll(values);
  }

  @SuppressWarnings("unchecked")
  private void set(List<Object> values) {
    if (!(top() instanceof Map) || values.size() % 2 != 0) {
      throw damaged("a dict is missing", null);
    }
    Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < values.size(); i += 2) {
      // hashes of containers may go in circles
      if (!(values.get(i) instanceof String) && !(values.get(i) instanceof Long)) {
        throw new DataException(
            file + " holds a dict with a key that is neither text nor a whole number; "
                + "Stroma reads a tensor or a dict of tensors by their names");
      }
      map.put(values.get(i), values.get(i + 1));
    }
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged("a value is missing", null);
    }
    return value;
  }

  private Object number(int length) {
    byte[] read = bytes(length);
    byte[] number = new byte[length + 1]; // the highest byte first
    for (int i = 0; i < length; i++) {
      number[length - i] = read[i];
    }
    number[0] = (byte) (length > 0 && read[length - 1] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(number);
    return value.bitLength() < 64 ? value.longValue() : value;
  }

  private String text(long length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private byte[] bytes(long length) {
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] read = new byte[(int) length];
    bytes.get(read);
    return read;
  }

  private String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw damaged("a name is missing", null);
  }

  private String line() {
    int start = bytes.position();
    while (bytes.get() != '\n') {
      // to the end of the line
    }
    return StandardCharsets.UTF_8
        .decode(bytes.slice(start, bytes.position() - 1 - start))
        .toString();
  }

  private Global global(String module, String name) {
    Global global = new Global(module, name);
    boolean storage =
        (module.equals("torch") || module.equals("torch.cuda")) && STORAGES.contains(name);
    if (storage || global.equals(TENSOR) || global.equals(DICT)) {
      return global;
    }
    throw new DataException(file + " holds " + shown(module + "." + name)
        + ", which is code to be run; Stroma reads tensors alone: save it again with "
        + "torch.save(features.detach().cpu(), ...)");
  }

  private Storage storage(Object id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() == 5
        && tuple.items().get(0).equals("storage")
        && tuple.items().get(1) instanceof Global type
        && STORAGES.contains(type.name())
        && tuple.items().get(2) instanceof String key
        && tuple.items().get(4) instanceof Long size
        && size >= 0) {
      return new Storage(type.name(), key, size);
    }
    throw damaged("a storage is not described as PyTorch does", null);
  }

  /** The result of a call of one of the two functions that are known. */
  private Object made(Object function, Object arguments) {
    List<Object> given = arguments instanceof Tuple tuple ? tuple.items() : List.of();
    if (DICT.equals(function)) {
      if (given.isEmpty()) {
        return new LinkedHashMap<Object, Object>();
      }
    } else if (TENSOR.equals(function)
        && given.size() >= 4
        && given.get(0) instanceof Storage storage
        && given.get(1) instanceof Long offset) {
      long[] shape = lengths(given.get(2));
      long[] strides = lengths(given.get(3));
      if (offset >= 0 && shape != null && strides != null && shape.length == strides.length) {
        return new Tensor(storage, offset, shape, strides);
      }
    }
    throw damaged("a tensor is not described as PyTorch does", null);
  }

  /** The lengths that a tuple holds; null if it holds something else. */
  private static long[] lengths(Object value) {
    if (!(value instanceof Tuple tuple)
        || !tuple.items().stream().allMatch(i -> i instanceof Long length && length >= 0)) {
      return null;
    }
    return tuple.items().stream().mapToLong(i -> (Long) i).toArray();
  }

  private DataException refused(int instruction) {
    String what =
        switch (instruction) {
          case 'b' -> "an object with a state of its own, as a model or its state_dict is";
          case 'i', 'o', 0x81, 0x92 -> "a Python object";
          default -> String.format(
              Locale.ROOT,
              "the pickle instruction 0x%02x, which no file of tensors has",
              instruction);
        };
    return new DataException(
        file + " holds " + what
            + "; Stroma reads tensors alone: save it again with torch.save(features.detach().cpu(), ...)");
  }

  private DataException tooLarge() {
    return new DataException(file
        + " describes more than a slide's tensors; Stroma reads a tensor or a dict of tensors: "
        + "save it again with torch.save(features.detach().cpu(), ...)");
  }

  private DataException damaged(String how, Exception cause) {
    return new DataException(
        file + " is damaged: in its description of the tensors, " + how, cause);
  }

  /** A text of a file, fit for a message. */
  static String shown(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() > 80 ? plain.substring(0, 80) + "..." : plain;
  }
}
