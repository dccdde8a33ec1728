/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.openslide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

class OpenSlideTest {
  @TempDir
  private Path folder;

  private final OpenSlideFormat format = new OpenSlideFormat();

  /** A file that OpenSlide reads wherever it is installed. */
  private Path slide(String name, String description, double perCentimetre) throws IOException {
    Path file = Files.write(folder.resolve(name), TiledTiff.of(description, perCentimetre));
    Assumptions.assumeTrue(
        format.reads(file), "the OpenSlide library (libopenslide) is not installed");
    return file;
  }

  @Test
  void whatIsNoSlideIsNotRead() throws IOException {
    Path text = Files.writeString(folder.resolve("text.svs"), "no picture");
    for (Path file : new Path[] {text, folder.resolve("none.svs"), folder}) {
      assertFalse(format.reads(file));
      assertFalse(new VendorFormat().reads(file));
      String message =
          assertThrows(DataException.class, () -> format.open(file)).getMessage();
      assertTrue(message.startsWith(file.toString()), message);
    }
  }

  @Test
  void withoutTheLibraryNothingIsRead() throws IOException {
    Path file = Files.write(folder.resolve("slide.tif"), TiledTiff.of("Aperio J2K/KDU", 20_000));
    OpenSlideFormat none = new OpenSlideFormat("there-is-no-such-library");
    assertFalse(none.reads(file));
    assertFalse(new VendorFormat(none).reads(file));
    assertTrue(assertThrows(DataException.class, () -> none.open(file))
        .getMessage()
        .contains("(libopenslide) is not installed"));
  }

  @Test
  void pixelsAreThoseOfTheFileAndWhiteOutside() throws IOException {
    try (Slide slide = format.open(slide("plain.tif", "plain", 20_000))) {
      assertEquals(2, slide.levels());
      for (int level = 0; level < 2; level++) {
        assertEquals(TiledTiff.WIDTH >> level, slide.width(level));
        assertEquals(TiledTiff.HEIGHT >> level, slide.height(level));
        assertEquals(1 << level, slide.downsample(level));
        for (int[] at : new int[][] {
          {0, 0}, {37, 21}, {-10, -20}, {slide.width(level) - 30, slide.height(level) - 10}
        }) {
          BufferedImage region = slide.read(level, at[0], at[1], 70, 50);
          assertEquals(BufferedImage.TYPE_INT_RGB, region.getType());
          for (int y = 0; y < 50; y++) {
            for (int x = 0; x < 70; x++) {
              int wanted = TiledTiff.colour(level, at[0] + x, at[1] + y);
              assertEquals(
                  wanted,
                  region.getRGB(x, y) & 0xffffff,
                  level + ": " + (at[0] + x) + ", " + (at[1] + y));
            }
          }
        }
      }
    }
  }

  @Test
  void resolutionIsToldWhereAMicroscopeCanHaveIt() throws IOException {
    try (Slide slide = format.open(slide("plain.tif", "plain", 20_000))) {
      assertEquals(0.5, slide.micronsPerPixel().orElseThrow(), 1e-6);
      assertTrue(slide.magnification().isEmpty());
    }
    // 25 pixels an inch, as writers put it that know nothing
    try (Slide slide = format.open(slide("unknown.tif", "plain", 10))) {
      assertTrue(slide.micronsPerPixel().isEmpty());
    }
    try (Slide slide = format.open(slide(
        "aperio.svs",
        "Aperio Image Library v1\r\nJPEG/RGB Q=70|AppMag = 40|MPP = 0.2521",
        20_000))) {
      assertEquals(0.2521, slide.micronsPerPixel().orElseThrow());
      assertEquals(40, slide.magnification().orElseThrow());
    }
  }

  /** A format for plain TIFF comes between the two. */
  @Test
  void vendorsFilesComeBeforePlainTiff() throws IOException {
    VendorFormat vendors = new VendorFormat();
    assertFalse(vendors.reads(slide("plain.tif", "plain", 20_000)));
    assertFalse(vendors.reads(slide(
        "jpeg.svs",
        "Aperio Image Library v1\r\n300x200 (64x64) JPEG/RGB Q=70|AppMag = 20",
        20_000)));
    Path jpeg2000 = slide(
        "jpeg2000.svs",
        "Aperio Image Library v1\r\n300x200 (64x64) J2K/KDU Q=70|AppMag = 20",
        20_000);
    assertTrue(vendors.reads(jpeg2000));
    try (Slide slide = vendors.open(jpeg2000)) {
      assertEquals(TiledTiff.WIDTH, slide.width(0));
    }
  }

  /** OpenSlide detects such files as its own, and then says a number. */
  @Test
  void whatLibtiffDoesNotDecodeIsForOthersToName() throws IOException {
    for (String description :
        new String[] {"plain", "Aperio Image Library v1\r\n300x200 JPEG/RGB"}) {
      byte[] bytes = Files.readAllBytes(slide("whole.tif", description, 20_000));
      ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int entry = tiff.getInt(4) + 2;
      while (tiff.getShort(entry) != 259) {
        entry += 12;
      }
      tiff.putInt(entry + 8, 34712); // JPEG 2000
      Path file = Files.write(folder.resolve("jpeg2000.tif"), bytes);
      assertTrue(format.vendor(file).isPresent());
      assertFalse(format.reads(file));
    }
  }

  @Test
  void damageIsASentence() throws IOException {
    byte[] whole = Files.readAllBytes(slide("whole.tif", "plain", 20_000));
    Path half = Files.write(folder.resolve("half.tif"), Arrays.copyOf(whole, whole.length / 2));
    assertEquals(
        half + " is no slide that OpenSlide can open",
        assertThrows(DataException.class, () -> format.open(half)).getMessage());
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int entry = bytes.getInt(4) + 2;
    while (bytes.getShort(entry) != 324) {
      entry += 12;
    }
    bytes.putInt(
        bytes.getInt(entry + 8),
        whole.length + 1000); // the first tile lies behind the end of the file
    Path torn = Files.write(folder.resolve("torn.tif"), whole);
    try (Slide slide = format.open(torn)) {
      slide.read(0, 200, 100, 10, 10);
      String message =
          assertThrows(DataException.class, () -> slide.read(0, 0, 0, 10, 10)).getMessage();
      assertTrue(message.startsWith(torn + " cannot be read by OpenSlide: "), message);
    }
  }

  @Test
  void aClosedSlideDoesNotEndTheProcess() throws IOException {
    Slide slide = format.open(slide("plain.tif", "plain", 20_000));
    slide.close();
    slide.close();
    assertThrows(IllegalStateException.class, () -> slide.read(0, 0, 0, 10, 10));
    assertThrows(IllegalStateException.class, slide::levels);
  }
}
