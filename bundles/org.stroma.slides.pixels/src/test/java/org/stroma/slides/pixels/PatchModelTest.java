/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;

class PatchModelTest {
  private static final double[] ZERO = {0, 0, 0};
  private static final double[] ONE = {1, 1, 1};

  /** A network of one function, which notes what it was given. */
  private static class Fake implements ImageNetwork {
    private final long[] input;
    private final BiFunction<float[], long[], Output> function;
    private final List<float[]> seen = new ArrayList<>();
    private final List<long[]> shapes = new ArrayList<>();
    private boolean closed;

    Fake(long[] input, BiFunction<float[], long[], Output> function) {
      this.input = input;
      this.function = function;
    }

    @Override
    public String name() {
      return "fake.onnx";
    }

    @Override
    public long[] inputShape() {
      return input;
    }

    @Override
    public List<String> outputs() {
      return List.of("features", "map");
    }

    @Override
    public Output run(float[] pixels, long[] shape) {
      seen.add(pixels);
      shapes.add(shape);
      return function.apply(pixels, shape);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** The first number of each patch, and its number. */
  private static ImageNetwork.Output first(float[] pixels, long[] shape) {
    int count = (int) shape[0];
    float[] rows = new float[2 * count];
    for (int i = 0; i < count; i++) {
      rows[2 * i] = pixels[i * pixels.length / count];
      rows[2 * i + 1] = i;
    }
    return new ImageNetwork.Output(rows, new long[] {count, 2});
  }

  private static BufferedImage plain(int size, int rgb) {
    BufferedImage patch = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < size * size; i++) {
      patch.setRGB(i % size, i / size, rgb);
    }
    return patch;
  }

  private static PatchModel model(
      Fake network, int inputSize, String layout, boolean pool, int batch) {
    return new PatchModel(
        network, new Preprocessing(inputSize, "bilinear", ZERO, ONE), "fake", layout, pool, batch);
  }

  private static float[] last(Fake network) {
    return network.seen.get(network.seen.size() - 1);
  }

  private static BufferedImage twoPixels() {
    BufferedImage patch = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    patch.setRGB(0, 0, 0xff0033);
    patch.setRGB(1, 0, 0x00ff66);
    return patch;
  }

  /** By hand: 0x33 is 0.2 of 255, 0x66 is 0.4. */
  @Test
  void channelsStandWhereTheLayoutWantsThem() {
    Fake first = new Fake(new long[] {-1, 3, -1, -1}, PatchModelTest::first);
    model(first, 0, "auto", false, 8).extract(List.of(twoPixels()));
    assertArrayEquals(new float[] {1, 0, 0, 1, 0.2f, 0.4f}, last(first), 1e-6f);
    assertArrayEquals(new long[] {1, 3, 1, 2}, first.shapes.get(1));
    Fake last = new Fake(new long[] {-1, -1, -1, 3}, PatchModelTest::first);
    model(last, 0, "auto", false, 8).extract(List.of(twoPixels()));
    assertArrayEquals(new float[] {1, 0, 0.2f, 0, 1, 0.4f}, last(last), 1e-6f);
    assertArrayEquals(new long[] {1, 1, 2, 3}, last.shapes.get(1));
  }

  /** By hand: (1 - 0.5) / 0.25, (0 - 0.25) / 0.5, (0.2 - 0.2) / 1. */
  @Test
  void eachChannelIsNormalised() {
    Fake network = new Fake(new long[] {-1, -1, -1, 3}, PatchModelTest::first);
    Preprocessing preprocessing =
        new Preprocessing(0, "bicubic", new double[] {0.5, 0.25, 0.2}, new double[] {0.25, 0.5, 1});
    new PatchModel(network, preprocessing, "fake", "auto", false, 1)
        .extract(List.of(plain(1, 0xff0033)));
    assertArrayEquals(new float[] {2, -0.5f, 0}, last(network), 1e-6f);
  }

  @Test
  void batchesDoNotChangeFeatures() {
    List<BufferedImage> patches = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      patches.add(plain(4, (10 * i) << 16));
    }
    for (long fixed : new long[] {-1, 3}) {
      Fake network = new Fake(new long[] {fixed, 3, 4, 4}, PatchModelTest::first);
      float[][] rows = model(network, 0, "auto", false, 3).extract(patches);
      assertEquals(7, rows.length);
      for (int i = 0; i < 7; i++) {
        assertArrayEquals(new float[] {10 * i / 255f, i % 3}, rows[i], 1e-6f);
      }
      assertEquals(fixed > 0 ? 3 : 1, network.shapes.get(3)[0], "only a fixed batch is filled up");
    }
  }

  @Test
  void patchesAreResizedToWhatTheModelTakes() {
    Fake fixed = new Fake(new long[] {-1, 3, 6, 6}, PatchModelTest::first);
    model(fixed, 0, "auto", false, 1).extract(List.of(plain(9, 0x334455)));
    assertArrayEquals(new long[] {1, 3, 6, 6}, fixed.shapes.get(1));
    Fake open = new Fake(new long[] {-1, 3, -1, -1}, PatchModelTest::first);
    model(open, 5, "auto", false, 1).extract(List.of(plain(9, 0x334455)));
    assertArrayEquals(new long[] {1, 3, 5, 5}, open.shapes.get(1));
    refused("inputSize is 5; set it to 6", fixed.input, 5, "auto", false, PatchModelTest::first);
  }

  /** By hand: two channels of two places. */
  @Test
  void mapsAreAveragedWhereThatWasAskedFor() {
    float[] numbers = {1, 3, 10, 30};
    Fake first = new Fake(
        new long[] {-1, 3, 4, 4},
        (p, s) -> new ImageNetwork.Output(numbers, new long[] {1, 2, 1, 2}));
    assertArrayEquals(
        new float[] {2, 20}, model(first, 0, "auto", true, 1).extract(List.of(plain(4, 0)))[0]);
    Fake last = new Fake(
        new long[] {-1, 4, 4, 3},
        (p, s) -> new ImageNetwork.Output(numbers, new long[] {1, 1, 2, 2}));
    assertArrayEquals(
        new float[] {5.5f, 16.5f},
        model(last, 0, "auto", true, 1).extract(List.of(plain(4, 0)))[0]);
    refused("set pool to true", first.input, 0, "auto", false, first.function);
    Fake point = new Fake(
        new long[] {-1, 3, 4, 4},
        (p, s) -> new ImageNetwork.Output(numbers, new long[] {1, 4, 1, 1}));
    assertArrayEquals(numbers, model(point, 0, "auto", false, 1).extract(List.of(plain(4, 0)))[0]);
  }

  private static void refused(
      String words,
      long[] input,
      int inputSize,
      String layout,
      boolean pool,
      BiFunction<float[], long[], ImageNetwork.Output> function) {
    Fake network = new Fake(input, function);
    String message = assertThrows(
            DataException.class, () -> model(network, inputSize, layout, pool, 4))
        .getMessage();
    assertTrue(
        message.contains("fake.onnx") && message.contains(words) && !message.contains("\n"),
        message);
    assertTrue(network.closed, "a model that is refused is closed");
  }

  @Test
  void whatIsNoRowOfFeaturesIsRefused() {
    long[] image = {-1, 3, 4, 4};
    BiFunction<float[], long[], ImageNetwork.Output> tokens =
        (p, s) -> new ImageNetwork.Output(new float[10], new long[] {1, 5, 2});
    refused("[1, 5, 2]", image, 0, "auto", true, tokens);
    refused("its outputs are features, map", image, 0, "auto", false, tokens);
    refused(
        "[1]",
        image,
        0,
        "auto",
        false,
        (p, s) -> new ImageNetwork.Output(new float[1], new long[] {1}));
    refused(
        "[2, 3]",
        image,
        0,
        "auto",
        false,
        (p, s) -> new ImageNetwork.Output(new float[6], new long[] {2, 3}));
    refused("[?, 7]", new long[] {-1, 7}, 0, "auto", false, PatchModelTest::first);
    refused("set layout", new long[] {-1, -1, -1, -1}, 0, "auto", false, PatchModelTest::first);
    refused("set layout", new long[] {-1, 3, 3, 3}, 0, "auto", false, PatchModelTest::first);
    refused("[B, 3, h, w]", new long[] {-1, 4, 8, 8}, 0, "auto", false, PatchModelTest::first);
    refused("4 colours", new long[] {-1, 4, 8, 3}, 0, "nchw", false, PatchModelTest::first);
    assertEquals(
        2, model(new Fake(null, PatchModelTest::first), 0, "nhwc", false, 1).width());
  }

  /** An extraction that is interrupted closes its model while other threads are still at it. */
  @Test
  void closingWaitsForWhatIsComputing() throws InterruptedException {
    CountDownLatch computing = new CountDownLatch(2); // the white patch, and the one below
    AtomicBoolean freed = new AtomicBoolean();
    AtomicBoolean usedFreed = new AtomicBoolean();
    Fake network =
        new Fake(new long[] {-1, 3, 4, 4}, (p, s) -> {
          computing.countDown();
          if (computing.getCount() == 0) {
            LockSupport.parkNanos(100_000_000);
          }
          usedFreed.compareAndSet(false, freed.get());
          return first(p, s);
        }) {
          @Override
          public void close() {
            freed.set(true);
          }
        };
    PatchModel model = model(network, 0, "auto", false, 1);
    Thread extracting = new Thread(() -> model.extract(List.of(plain(4, 0))));
    extracting.start();
    computing.await();
    model.close();
    extracting.join();
    assertFalse(usedFreed.get());
    assertThrows(IllegalStateException.class, () -> model.extract(List.of(plain(4, 0))));
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertTrue(assertThrows(
            IllegalArgumentException.class,
            () -> new Preprocessing(0, "bilinear", new double[2], ONE))
        .getMessage()
        .contains("red, green and blue"));
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(0, "bilinear", ZERO, ZERO));
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(0, "nearest", ZERO, ONE));
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(-1, "bilinear", ZERO, ONE));
  }

  /** The SHA-256 of "abc" is known. */
  @Test
  void modelsAreToldApart(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("m.onnx"), "abc");
    assertEquals(
        "m.onnx sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ModelFiles.identity(file));
    String before = ModelFiles.identity(folder);
    assertEquals(before, ModelFiles.identity(folder));
    Files.writeString(folder.resolve("n"), "");
    assertNotEquals(before, ModelFiles.identity(folder));
    assertThrows(DataException.class, () -> ModelFiles.identity(folder.resolve("none")));
  }

  /** Found by fuzzing: a fixed input is there in memory at once, and its size is what the file says. */
  @Test
  void inputsThatNoModelTakesAreASentence() {
    for (long[] shape : new long[][] {
      {1L << 40, 3, 8, 8},
      {1, 3, 1 << 20, 1 << 20},
      {2_000_000_000, 3, 8, 8},
      {Long.MAX_VALUE, Long.MAX_VALUE, 3, 3}
    }) {
      Fake fake = new Fake(shape, PatchModelTest::first);
      String message = assertThrows(
              DataException.class,
              () -> new PatchModel(
                  fake, new Preprocessing(0, "bilinear", ZERO, ONE), "fake", "nchw", false, 4))
          .getMessage();
      assertTrue(message.startsWith("fake.onnx takes an input of shape"), message);
      assertTrue(fake.closed);
    }
  }
}
