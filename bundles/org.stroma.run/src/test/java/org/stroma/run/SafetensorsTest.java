/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.ModalityInput;
import org.stroma.api.data.DataException;
import org.stroma.encoder.genomicmlp.GenomicMlp;
import org.stroma.nn.Initializer;
import org.stroma.nn.Variable;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

class SafetensorsTest {
  @TempDir
  private Path folder;

  /** A state dict of PyTorch's, by fixtures/safetensors.py of the test kit: the encoder gives what PyTorch's gives. */
  @Test
  void weightsOfPyTorchGiveItsOutputs() throws IOException, URISyntaxException {
    Fixture fixture = Fixture.read(SafetensorsTest.class, "yardstick");
    Path file =
        Path.of(SafetensorsTest.class.getResource("yardstick.safetensors").toURI());
    try (GraphBench bench = new GraphBench(8)) {
      var x = bench.input(fixture.floats("inputs", "x"), 3, 6);
      var embedding = encode(bench, x, 7);
      bench
          .variables()
          .assign(bench.session(), Safetensors.match(file, bench.variables().all()));
      assertArrayEquals(fixture.floats("outputs", "embedding"), bench.run(embedding), 2e-5f);

      // written under the standard names and read again, nothing has changed
      Map<String, float[]> values = bench.variables().read(bench.session());
      Path checkpoint = folder.resolve("checkpoint.safetensors");
      try (OutputStream out = Files.newOutputStream(checkpoint)) {
        Safetensors.write(out, bench.variables().all(), values);
      }
      Path again = folder.resolve("again.safetensors");
      try (OutputStream out = Files.newOutputStream(again)) {
        Safetensors.writeStandard(out, checkpoint);
      }
      Map<String, Safetensors.Stored> stored = Safetensors.readAll(again);
      Map<String, Safetensors.Stored> original = Safetensors.readAll(file);
      assertEquals(original.keySet(), stored.keySet());
      original.forEach((name, tensor) -> {
        assertArrayEquals(tensor.shape(), stored.get(name).shape(), name);
        assertArrayEquals(tensor.values(), stored.get(name).values(), name);
      });
    }
  }

  private record Named(String name, Shape shape) implements Variable {
    @Override
    public VarHandleOp handle() {
      throw new AssertionError();
    }

    @Override
    public Operand<TFloat32> value() {
      throw new AssertionError();
    }

    @Override
    public Initializer initializer() {
      throw new AssertionError();
    }

    @Override
    public boolean trainable() {
      return true;
    }

    @Override
    public boolean decay() {
      return true;
    }
  }

  /** Random tensors of random shapes, empty ones and scalars among them, under names of any characters. */
  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      List<Variable> variables = new ArrayList<>();
      Map<String, float[]> values = new LinkedHashMap<>();
      int count = 1 + random.nextInt(8);
      for (int i = 0; i < count; i++) {
        long[] sizes = random.longs(random.nextInt(4), 0, 6).toArray();
        String name = "modalities/" + (char) (0x21 + random.nextInt(2000)) + "\"ä" + i
            + (random.nextBoolean() ? "/kernel" : "/bias");
        float[] numbers = new float[(int) Shape.of(sizes).size()];
        for (int k = 0; k < numbers.length; k++) {
          numbers[k] = finite(random);
        }
        variables.add(new Named(name, Shape.of(sizes)));
        values.put(name, numbers);
      }
      Path file = folder.resolve("round" + round);
      try (OutputStream out = Files.newOutputStream(file)) {
        Safetensors.write(out, variables, values);
      }
      String which = "round " + round + " of seed " + seed;
      Map<String, Safetensors.Stored> all = Safetensors.readAll(file);
      assertEquals(List.copyOf(values.keySet()), List.copyOf(all.keySet()), which);
      Map<String, float[]> matched = Safetensors.match(file, variables);
      Path standard = folder.resolve("standard" + round);
      try (OutputStream out = Files.newOutputStream(standard)) {
        Safetensors.writeStandard(out, file);
      }
      Map<String, float[]> back = Safetensors.match(standard, variables);
      for (Variable v : variables) {
        float[] written = values.get(v.name());
        assertArrayEquals(v.shape().asArray(), all.get(v.name()).shape(), which);
        assertArrayEquals(written, all.get(v.name()).values(), which);
        assertArrayEquals(written, matched.get(v.name()), which);
        assertArrayEquals(written, back.get(v.name()), "transposed and back, " + which);
      }
    }
  }

  private static float finite(Random random) {
    float number = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(number) ? number : 0;
  }

  @Test
  void weightsThatDoNotFitAreASentence() throws URISyntaxException {
    Path file =
        Path.of(SafetensorsTest.class.getResource("yardstick.safetensors").toURI());
    try (GraphBench bench = new GraphBench(8)) {
      encode(bench, bench.input(new float[6], 1, 6), 9);
      String message = assertThrows(
              DataException.class,
              () -> Safetensors.match(file, bench.variables().all()))
          .getMessage();
      assertTrue(
          message.contains("modalities.rna.hidden1.weight has the shape [7, 6]")
              && message.contains("needs [9, 6]"),
          message);
    }
  }

  private static org.tensorflow.Operand<org.tensorflow.types.TFloat32> encode(
      GraphBench bench, org.tensorflow.Operand<org.tensorflow.types.TFloat32> x, int hidden1) {
    return new GenomicMlp(
            Defaults.of(GenomicMlp.Settings.class, Map.of("hidden1", hidden1, "hidden2", 5)))
        .encode(
            bench.inference().scope("modalities").scope("rna"),
            ModalityInput.vectors(x, bench.input(new float[] {1, 1, 1}, 3)))
        .embedding();
  }

  private Path file(String type, byte[] data, String shape) throws IOException {
    String header = "{\"x\": {\"dtype\": \"" + type + "\", \"shape\": " + shape
        + ", \"data_offsets\": [0, " + data.length + "]}}";
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(text.length).put(text).put(data);
    return Files.write(folder.resolve(type + ".safetensors"), all.array());
  }

  @Test
  void sixteenBitNumbersAreRead() throws IOException {
    // 1, -2, the smallest above zero, 65504
    byte[] half = {0x00, 0x3c, 0x00, (byte) 0xc0, 0x01, 0x00, (byte) 0xff, 0x7b};
    assertArrayEquals(
        new float[] {1, -2, 0x1p-24f, 65504},
        Safetensors.read(file("F16", half, "[4]")).get("x"));
    byte[] brain = {(byte) 0x80, 0x3f, 0x00, (byte) 0xc0};
    assertArrayEquals(
        new float[] {1, -2}, Safetensors.read(file("BF16", brain, "[2]")).get("x"));
  }

  @Test
  void headersThatAreNoneAreASentence() throws IOException {
    Map<String, String> wrong = Map.of(
        "{x}     ",
        "is no JSON: line 1, column 2: ",
        "[1]",
        "names none",
        "{}",
        "names none",
        "{\"__metadata__\": {}}",
        "names none",
        "{\"x\": {\"dtype\": \"F32\"}}",
        "does not say where tensor x lies");
    for (Map.Entry<String, String> header : wrong.entrySet()) {
      byte[] text = header.getKey().getBytes(StandardCharsets.UTF_8);
      ByteBuffer all = ByteBuffer.allocate(8 + text.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(text.length)
          .put(text);
      Path file = Files.write(folder.resolve("w.safetensors"), all.array());
      String message =
          assertThrows(DataException.class, () -> Safetensors.readAll(file)).getMessage();
      assertTrue(
          message.startsWith(file + "")
              && message.contains(header.getValue())
              && !message.contains("cut off"),
          message);
    }
  }

  @Test
  void filesThatAreCutOffAreASentence() throws IOException {
    Path file = file("F32", new byte[8], "[2]");
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 20, bytes.length - 3}) {
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      String message =
          assertThrows(DataException.class, () -> Safetensors.readAll(file)).getMessage();
      assertTrue(message.contains("cut off"), message);
    }
    String other = assertThrows(
            DataException.class, () -> Safetensors.readAll(file("F32", new byte[8], "[3]")))
        .getMessage();
    assertTrue(other.contains("holds 2 numbers"), other);
    String type = assertThrows(
            DataException.class, () -> Safetensors.readAll(file("U8", new byte[8], "[8]")))
        .getMessage();
    assertTrue(type.contains("is of type U8"), type);
  }

  /** Found by fuzzing: sizes that overflow, and many tensors in the same bytes, which take more memory than the file. */
  @Test
  void sizesThatCannotBeAreASentence() throws IOException {
    Map<String, String> wrong = Map.of(
        "[4294967296, 4294967296, 2]", "which none can have",
        "[-1, -2]", "which none can have",
        "[2.5]", "which none can have",
        "[\"2\"]", "which none can have");
    for (Map.Entry<String, String> shape : wrong.entrySet()) {
      Path file = file("F32", new byte[8], shape.getKey());
      String message =
          assertThrows(DataException.class, () -> Safetensors.readAll(file)).getMessage();
      assertTrue(message.contains(shape.getValue()) && message.contains("tensor x"), message);
    }
    Path odd = file("F32", new byte[7], "[1]");
    assertTrue(assertThrows(DataException.class, () -> Safetensors.readAll(odd))
        .getMessage()
        .contains("no whole numbers of F32"));
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 3; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append("\"x")
          .append(i)
          .append("\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}");
    }
    byte[] text = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + text.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    Path same = Files.write(
        folder.resolve("same.safetensors"), all.putLong(text.length).put(text).array());
    assertTrue(assertThrows(DataException.class, () -> Safetensors.readAll(same))
        .getMessage()
        .contains("its tensors have 16 bytes and more, and 8 follow"));
  }
}
