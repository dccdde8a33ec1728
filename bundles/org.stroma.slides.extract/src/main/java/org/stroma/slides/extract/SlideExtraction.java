/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;
import org.stroma.api.slides.StainNormalizer;
import org.stroma.command.CancelledException;

/** Extracts the features of one slide: tissue, patches, stain, model. Each thread reads with a slide of its own. */
final class SlideExtraction {
  /** Patches whose pixels the stain is learned from. */
  private static final int LEARNED_FROM = 64;

  private static final int PATIENCE_SECONDS = 60;

  private final Path file;
  private final SlideFormat format;
  private final Options options;
  private final FeatureExtractor.Model model;
  private final StainNormalizer stain;

  /** What was made of a slide. */
  record Result(float[][] features, Patches patches, Tissue tissue, Thumbnail thumbnail) {}

  SlideExtraction(
      Path file,
      SlideFormat format,
      Options options,
      FeatureExtractor.Model model,
      StainNormalizer stain) {
    this.file = file;
    this.format = format;
    this.options = options;
    this.model = model;
    this.stain = stain;
  }

  /** Extracts all patches; the listener hears how many there are, below zero, and then of each batch's size. */
  Result run(IntConsumer listener) throws IOException {
    Thumbnail thumbnail;
    Tissue tissue;
    Patches patches;
    StainNormalizer.Stain colours;
    try (Slide slide = format.open(file)) {
      if (slide.width(0) < 1 || slide.height(0) < 1) {
        throw new DataException(
            file + " is " + slide.width(0) + " x " + slide.height(0) + " pixels; a slide has some");
      }
      Scale scale = Scale.of(file, slide, options);
      options.layout().check(file, scale);
      double size = scale.factor(file, options) * options.patchSize();
      if (size > Math.min(slide.width(0), slide.height(0))) {
        throw new DataException(String.format(
            Locale.ROOT,
            "%s is %d x %d pixels, less than one patch, which is %.0f pixels of it on a side; a smaller --patch-size "
                + "or a higher --magnification cuts smaller ones",
            file,
            slide.width(0),
            slide.height(0),
            size));
      }
      thumbnail = Thumbnail.of(slide);
      tissue = Tissue.find(
          thumbnail.image(),
          thumbnail.scale(),
          size / thumbnail.scale(),
          options.leastBrightness(),
          options.leastSaturation());
      patches = Patches.of(file, slide, scale, tissue, options);
      if (patches.places().isEmpty()) {
        throw new NoTissueException(file, tissue, patches, options);
      }
      colours = stain == null ? null : learn(slide, patches);
    }
    listener.accept(-patches.places().size());
    float[][] features = new float[patches.places().size()][];
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(options.threads());
    List<Future<?>> work = new ArrayList<>();
    try {
      for (int i = 0; i < options.threads(); i++) {
        work.add(threads.submit(() -> {
          try {
            extract(patches, colours, next, features, listener);
            return null;
          } finally {
            next.set(features
                .length); // where one fails the others stop; where it does not, nothing is left
          }
        }));
      }
      for (Future<?> each : work) {
        each.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof OutOfMemoryError cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } finally {
      next.set(features.length);
      threads.shutdownNow();
      settle(threads);
    }
    return new Result(features, patches, tissue, thumbnail);
  }

  /** What still computes uses the model and tells its progress; whoever was interrupted does not wait for it. */
  private static void settle(ExecutorService threads) {
    try {
      threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void extract(
      Patches patches,
      StainNormalizer.Stain colours,
      AtomicInteger next,
      float[][] features,
      IntConsumer listener) {
    try (Slide slide = format.open(file)) {
      while (true) {
        int from = next.getAndAdd(options.batch());
        int to = Math.min(features.length, from + options.batch());
        if (from >= to) {
          return;
        }
        List<BufferedImage> images = new ArrayList<>();
        for (int i = from; i < to; i++) {
          BufferedImage image = patches.read(slide, i);
          if (colours != null) {
            colours.normalize(pixels(image));
          }
          images.add(image);
        }
        float[][] rows = model.extract(images);
        for (int i = from; i < to; i++) {
          features[i] = rows[i - from];
          for (float x : features[i]) {
            if (!Float.isFinite(x)) {
              throw new DataException(file + ": the extractor gives " + x + " for the patch at "
                  + patches.places().get(i)[0] + ", " + patches.places().get(i)[1]);
            }
          }
        }
        listener.accept(to - from);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] pixels(BufferedImage image) {
    return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
  }

  /** A sample of the slide's tissue, the same each time. */
  private StainNormalizer.Stain learn(Slide slide, Patches patches) throws IOException {
    Random random = new Random(17);
    int count = Math.min(LEARNED_FROM, patches.places().size());
    int area = patches.pixels() * patches.pixels();
    int[] all = new int[count * area];
    for (int i = 0; i < count; i++) {
      int patch =
          count == patches.places().size() ? i : random.nextInt(patches.places().size());
      System.arraycopy(pixels(patches.read(slide, patch)), 0, all, i * area, area);
    }
    return stain.learn(all);
  }
}
