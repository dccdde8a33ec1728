/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.util.List;
import org.stroma.api.slides.SlideFormat;
import org.stroma.command.UsageException;
import picocli.CommandLine.Option;

/** The options of {@code extract} that say how patches are cut and features are written. */
final class PatchOptions {
  private static final int MOST_AT_ONCE = 4096;
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--magnification",
      paramLabel = "X",
      defaultValue = "20",
      description = "of the patches (default: ${DEFAULT-VALUE})")
  private double magnification;

  @Option(
      names = "--mpp",
      paramLabel = "UM",
      description = "micrometres a pixel of the patches, instead of a magnification")
  private double mpp;

  @Option(
      names = "--slide-mpp",
      paramLabel = "UM",
      description = "micrometres a pixel of the slides, whatever they tell; patches are cut by it")
  private double slideMpp;

  @Option(
      names = "--slide-magnification",
      paramLabel = "X",
      description =
          "magnification of the slides, whatever they tell; patches are cut by it. With neither, and where a slide's "
              + "magnification and micrometres disagree, its micrometres are believed")
  private double slideMagnification;

  @Option(
      names = "--patch-size",
      paramLabel = "PIXELS",
      defaultValue = "256",
      description = "on a side (default: ${DEFAULT-VALUE})")
  private int patchSize;

  @Option(
      names = "--overlap",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "of neighbours, 0 to 0.9 (default: 0)")
  private double overlap;

  @Option(
      names = "--tissue",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description = "the least share of a patch that is tissue (default: ${DEFAULT-VALUE})")
  private double tissue;

  @Option(
      names = "--least-brightness",
      paramLabel = "0..255",
      defaultValue = "40",
      description =
          "what is darker on the thumbnail, the brightest of its red, green and blue, is a margin, a scanner's fill or "
              + "ink and no tissue; 0 for whatever its brightness (default: ${DEFAULT-VALUE})")
  private int leastBrightness;

  @Option(
      names = "--least-saturation",
      paramLabel = "0..255",
      defaultValue = "-1",
      description =
          "what is paler on the thumbnail is glass (default: Otsu's threshold of each slide)")
  private int leastSaturation;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "patches of a slide that a thread reads and gives to the extractor at once, 1 to 4096 (default: ${DEFAULT-VALUE}); "
              + "how many of them go through a model at once is extractor.batch")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads that read patches of a slide, 1 to 1024 (default: one a processor); those that compute a batch are "
              + "extractor.threads")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--layout",
      paramLabel = "trident|clam|stamp",
      defaultValue = "trident",
      description =
          "of the files: trident (features and coords in pixels), clam (the same in h5_files, and the features in pt_files as PyTorch reads them) or stamp (feats and coords in micrometres); "
              + "hdf5-patches reads all (default: ${DEFAULT-VALUE})")
  private Layout layout;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "reads slides with this format alone, such as tiff or openslide")
  private String format;

  /** @throws UsageException for an option that cannot be */
  void check(List<SlideFormat> formats) {
    if (!(magnification > 0) || mpp < 0 || slideMpp < 0 || slideMagnification < 0) {
      throw new UsageException(
          "--magnification, --mpp, --slide-mpp and --slide-magnification have to be above 0");
    }
    if (slideMpp > 0 && slideMagnification > 0) {
      throw new UsageException(
          "--slide-mpp and --slide-magnification say the same in two ways; give one of them");
    }
    if (patchSize < 8 || patchSize > 4096) {
      throw new UsageException("--patch-size is " + patchSize + "; it has to be 8 to 4096");
    }
    if (!(overlap >= 0 && overlap <= 0.9)) {
      throw new UsageException("--overlap is " + overlap + "; it has to be 0 to 0.9");
    }
    if (!(tissue >= 0 && tissue <= 1)) {
      throw new UsageException("--tissue is " + tissue + "; it has to be 0 to 1");
    }
    if (leastBrightness < 0
        || leastBrightness > 255
        || leastSaturation < -1
        || leastSaturation > 255) {
      throw new UsageException("--least-brightness and --least-saturation have to be 0 to 255");
    }
    if (batch < 1 || batch > MOST_AT_ONCE) {
      throw new UsageException("--batch is " + batch + "; it has to be 1 to " + MOST_AT_ONCE);
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new UsageException("--threads is " + threads + "; it has to be 1 to " + MOST_THREADS);
    }
    if (format != null && formats.stream().noneMatch(f -> f.name().equals(format))) {
      throw new UsageException("--format is " + format + "; installed are "
          + formats.stream().map(SlideFormat::name).distinct().toList());
    }
  }

  /** Whether slides are read with that format. */
  boolean takes(SlideFormat each) {
    return format == null || each.name().equals(format);
  }

  Options options() {
    return new Options(
        mpp > 0 ? 0 : magnification,
        mpp,
        slideMpp,
        slideMagnification,
        patchSize,
        overlap,
        tissue,
        leastBrightness,
        leastSaturation,
        layout,
        format == null ? "" : format,
        batch,
        threads);
  }
}
