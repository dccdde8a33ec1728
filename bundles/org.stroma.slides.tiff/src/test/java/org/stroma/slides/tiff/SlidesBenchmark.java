/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.stroma.api.slides.Slide;

/**
 * Reads the regions of a slide that a file of lines "x y" names, SIZE on a side at level 0, in one thread; arguments SLIDE SIZE
 * PLACES... Prints PLACES CPU-SECONDS (of all threads) and the CRC-32 of all pixels for each. A run before, which is not timed, warms up and takes
 * the CRC.
 */
final class SlidesBenchmark {
  private SlidesBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    int size = Integer.parseInt(arguments[1]);
    TiffFormat format = new TiffFormat();
    for (String name : List.of(arguments).subList(2, arguments.length)) {
      int[][] places = Files.readAllLines(Path.of(name)).stream()
          .map(line -> line.split(" "))
          .map(xy -> new int[] {Integer.parseInt(xy[0]), Integer.parseInt(xy[1])})
          .toArray(int[][]::new);
      CRC32 crc = new CRC32();
      try (Slide slide = format.open(file)) {
        for (int[] place : places) {
          BufferedImage image = slide.read(0, place[0], place[1], size, size);
          int[] rgb = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
          ByteBuffer bytes = ByteBuffer.allocate(4 * rgb.length).order(ByteOrder.LITTLE_ENDIAN);
          for (int pixel : rgb) {
            bytes.putInt(pixel | 0xff000000);
          }
          crc.update(bytes.flip());
        }
      }
      var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long start = process.getProcessCpuTime();
      try (Slide slide = format.open(file)) {
        for (int[] place : places) {
          slide.read(0, place[0], place[1], size, size);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%s %.5f %d%n",
          Path.of(name).getFileName(),
          (process.getProcessCpuTime() - start) / 1e9,
          crc.getValue());
    }
  }
}
