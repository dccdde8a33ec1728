/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageWriterSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

class TiffSlideTest {
  @TempDir
  private Path folder;

  private static int colour(int x, int y) {
    return (x * 7 + y * 3 & 0xff) << 16 | (x * x + y & 0xff) << 8 | (x ^ y) & 0xff;
  }

  private Path plain(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour(x, y));
      }
    }
    Path file = folder.resolve("plain.tif");
    ImageWriter writer = new TIFFImageWriterSpi().createWriterInstance();
    try (var out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(image);
    }
    return file;
  }

  @Test
  void regionsAreThePixelsStoredAndWhiteOutside() throws IOException {
    Path file = plain(70, 50);
    TiffFormat format = new TiffFormat();
    assertTrue(format.reads(file));
    try (Slide slide = format.open(file)) {
      assertEquals(1, slide.levels());
      assertEquals(70, slide.width(0));
      assertEquals(50, slide.height(0));
      assertTrue(slide.magnification().isEmpty());
      BufferedImage region = slide.read(0, -5, 40, 30, 20);
      for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 30; x++) {
          boolean inside = x >= 5 && y < 10;
          assertEquals(
              inside ? colour(x - 5, y + 40) : 0xffffff,
              region.getRGB(x, y) & 0xffffff,
              x + "," + y);
        }
      }
      assertEquals(0xffffff, slide.read(0, 500, 500, 4, 4).getRGB(0, 0) & 0xffffff);
    } finally {
      format.close();
    }
  }

  @Test
  void otherAndDamagedFilesAreASentence() throws IOException {
    TiffFormat format = new TiffFormat();
    Path text = Files.writeString(folder.resolve("text.svs"), "no picture at all");
    assertFalse(format.reads(text));
    assertFalse(format.reads(folder.resolve("none.svs")));
    byte[] whole = Files.readAllBytes(plain(300, 300));
    Path half =
        Files.write(folder.resolve("half.tif"), java.util.Arrays.copyOf(whole, whole.length / 2));
    DataException e = assertThrows(DataException.class, () -> {
      try (Slide slide = format.open(half)) {
        slide.read(0, 0, 0, 300, 300);
      }
    });
    assertTrue(e.getMessage().contains("half.tif"), e.getMessage());
    format.close();
  }

  private static BufferedImage picture(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour(x, y));
      }
    }
    return image;
  }

  private static byte[] pyramid(Pyramid.Codec codec, boolean big, ByteOrder order)
      throws IOException {
    return Pyramid.write(
        List.of(picture(333, 129), picture(166, 64)), codec, 64, big, order, "a pyramid");
  }

  /** Without loss, in both orders and both kinds of TIFF. */
  @ParameterizedTest
  @EnumSource(
      value = Pyramid.Codec.class,
      names = {"NONE", "LZW", "DEFLATE"})
  void pixelsOfTilesAreThoseStored(Pyramid.Codec codec) throws IOException {
    for (boolean big : new boolean[] {false, true}) {
      for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
        Path file = Files.write(folder.resolve("tiles.tif"), pyramid(codec, big, order));
        try (Slide slide = new TiffFormat().open(file)) {
          assertEquals(2, slide.levels());
          BufferedImage all = slide.read(0, 0, 0, 340, 140);
          for (int y = 0; y < 140; y++) {
            for (int x = 0; x < 340; x++) {
              assertEquals(
                  x < 333 && y < 129 ? colour(x, y) : 0xffffff,
                  all.getRGB(x, y) & 0xffffff,
                  codec + ": " + x + ", " + y);
            }
          }
        }
      }
    }
  }

  /** Where the entry of a tag of the first image has its value, in a small TIFF of the usual order. */
  private static int entry(ByteBuffer tiff, int tag) {
    int at = tiff.getInt(4);
    int entries = tiff.getShort(at);
    for (int i = 0; i < entries; i++) {
      if ((tiff.getShort(at + 2 + 12 * i) & 0xffff) == tag) {
        return at + 2 + 12 * i + 8;
      }
    }
    throw new IllegalArgumentException("" + tag);
  }

  private static ByteBuffer small(Pyramid.Codec codec) throws IOException {
    return ByteBuffer.wrap(pyramid(codec, false, ByteOrder.LITTLE_ENDIAN))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void refused(byte[] bytes, String words) throws IOException {
    Path file = Files.write(folder.resolve("bad.svs"), bytes);
    String message = assertThrows(
            DataException.class,
            () -> {
              try (Slide slide = new TiffFormat().open(file)) {
                slide.read(0, 0, 0, slide.width(0), slide.height(0));
              }
            },
            words)
        .getMessage();
    assertTrue(
        message.startsWith(file.toString()) && message.contains(words) && !message.contains("null"),
        message);
  }

  @Test
  void aFileThatWasCutOffIsCalledSo() throws IOException {
    for (Pyramid.Codec codec : Pyramid.Codec.values()) {
      byte[] whole = small(codec).array();
      for (int share = 1; share < 20; share++) {
        refused(Arrays.copyOf(whole, whole.length * share / 20), "is cut off");
      }
      refused(Arrays.copyOf(whole, 5), "is cut off: it has 5 bytes");
    }
    // directories may come before what they name
    ByteBuffer tiff = small(Pyramid.Codec.NONE);
    tiff.putInt(tiff.getInt(entry(tiff, 324)) + 8, tiff.capacity() - 100);
    refused(
        tiff.array(),
        "tile 3 of 18 of image 1 lies at byte " + (tiff.capacity() - 100) + " and is 12288 long");
  }

  @Test
  void whatCannotBeIsCalledByItsName() throws IOException {
    ByteBuffer tiff = small(Pyramid.Codec.JPEG);
    tiff.putInt(entry(tiff, 256), 0).putInt(entry(tiff, 257), 0);
    refused(tiff.array(), "its first image is 0 x 0 pixels");
    tiff = small(Pyramid.Codec.JPEG);
    tiff.putInt(entry(tiff, 256), 400_000);
    refused(tiff.array(), "image 1 has 18 tiles, and its size asks for 18750");
    tiff = small(Pyramid.Codec.JPEG);
    tiff.putInt(entry(tiff, 322), 2_000_000_000);
    refused(tiff.array(), "image 1 has tiles of 2000000000 x 64 pixels");
    tiff = small(Pyramid.Codec.JPEG);
    tiff.putShort(entry(tiff, 259), (short) 33005);
    refused(tiff.array(), "image 1 is compressed with JPEG 2000, which Stroma does not decode");
    tiff = small(Pyramid.Codec.JPEG);
    int next = tiff.getInt(4) + 2 + 12 * tiff.getShort(tiff.getInt(4));
    tiff.putInt(next, tiff.getInt(4));
    refused(tiff.array(), "lead in a circle");
    refused(new byte[] {'I', 'I', 42, 0, 0, 0, 0, 0}, "its header names no image");
    refused(
        Pyramid.write(
            List.of(picture(99, 99)),
            Pyramid.Codec.JPEG,
            64,
            false,
            ByteOrder.LITTLE_ENDIAN,
            "<scn xmlns=\"http://www.leica-microsystems.com/scn/2010/10/01\">"),
        "is a Leica SCN file, whose pixels are not where a plain TIFF has them");
  }

  /** A decoder makes grey of JPEG data that end too early, and says so by the way. */
  @Test
  void tilesWithDamagedDataAreRefusedAndOthersAreRead() throws IOException {
    for (Pyramid.Codec codec : new Pyramid.Codec[] {
      Pyramid.Codec.JPEG, Pyramid.Codec.JPEG_SHARED, Pyramid.Codec.LZW, Pyramid.Codec.DEFLATE
    }) {
      ByteBuffer tiff = small(codec);
      int place = tiff.getInt(tiff.getInt(entry(tiff, 324)) + 8);
      int length = tiff.getInt(tiff.getInt(entry(tiff, 325)) + 8);
      Arrays.fill(tiff.array(), place + length * 2 / 3, place + length, (byte) 0);
      refused(tiff.array(), "of level 0 cannot be decoded: ");
      try (Slide slide = new TiffFormat().open(folder.resolve("bad.svs"))) {
        slide.read(0, 0, 64, 333, 60);
      }
    }
  }

  @Test
  void tilesThatWereLeftOutAreGlass() throws IOException {
    for (Pyramid.Codec codec : Pyramid.Codec.values()) {
      ByteBuffer tiff = small(codec);
      tiff.putInt(tiff.getInt(entry(tiff, 325)) + 8, 0)
          .putInt(tiff.getInt(entry(tiff, 324)) + 8, 0);
      Path file = Files.write(folder.resolve("sparse.tif"), tiff.array());
      try (Slide slide = new TiffFormat().open(file)) {
        BufferedImage row = slide.read(0, 0, 0, 333, 64);
        assertEquals(0xffffff, row.getRGB(128, 0) & 0xffffff);
        assertEquals(0xffffff, row.getRGB(191, 63) & 0xffffff);
        assertTrue((row.getRGB(127, 40) & 0xffffff) != 0xffffff
            && (row.getRGB(192, 40) & 0xffffff) != 0xffffff);
      }
    }
  }

  /** Whatever bytes are changed: pixels, or a sentence, at once and without much memory. */
  @Test
  void aChangedByteIsReadOrRefused() throws IOException {
    Random random = new Random(5);
    long start = System.nanoTime();
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] bytes = pyramid(
          Pyramid.Codec.values()[i % 6],
          i % 4 > 1,
          i % 2 > 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int tail = Math.min(bytes.length, 900);
      for (int k = 0; k < 1 + i % 3; k++) {
        // the directories are at the end, the header at the start
        bytes[
                random.nextInt(10) == 0
                    ? random.nextInt(16)
                    : bytes.length - 1 - random.nextInt(tail)] =
            (byte) random.nextInt();
      }
      bytes[0] = bytes[1];
      Path file = Files.write(folder.resolve("fuzzed.tif"), bytes);
      TiffFormat format = new TiffFormat();
      if (!format.reads(file)) {
        continue;
      }
      try (Slide slide = format.open(file)) {
        for (int level = 0; level < slide.levels(); level++) {
          slide.read(level, 0, 0, 70, 70);
        }
      } catch (DataException e) {
        refused++;
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
      }
    }
    assertTrue(refused > 100, refused + " were refused");
    assertTrue(System.nanoTime() - start < 60e9, "within a minute");
  }

  @Test
  void numbersOfNoMicroscopeAreNotBelieved() throws IOException {
    for (String description : List.of(
        "Aperio |AppMag = 0|MPP = 0",
        "Aperio |AppMag = 1.2.3|MPP = .",
        "Aperio |AppMag = 20000|MPP = 900")) {
      Path file = Files.write(
          folder.resolve("odd.svs"),
          Pyramid.write(
              List.of(picture(70, 70)),
              Pyramid.Codec.JPEG,
              64,
              false,
              ByteOrder.LITTLE_ENDIAN,
              description));
      try (Slide slide = new TiffFormat().open(file)) {
        assertTrue(
            slide.magnification().isEmpty() && slide.micronsPerPixel().isEmpty(), description);
      }
    }
  }

  /** Found by fuzzing: decoders that fail themselves say so in the language of their programmers. */
  @Test
  void whatADecoderSaysOfItselfIsNotTold() {
    assertEquals(
        "its data are damaged",
        TiffSlide.why(new ClassCastException("class [I cannot be cast to class java.lang.Number")));
    assertEquals("a reason", TiffSlide.why(new IOException("a reason")));
  }
}
