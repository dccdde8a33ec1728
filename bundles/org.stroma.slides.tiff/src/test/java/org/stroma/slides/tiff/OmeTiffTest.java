/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

class OmeTiffTest {
  private static final int W = 150;
  private static final int H = 100;
  private static final OmeTiff.Image RGB = OmeTiff.Image.rgb(W, H, 3, OmeTiffTest::eight);

  @TempDir
  private Path folder;

  private static int eight(int x, int y, int c) {
    return c == 0 ? x * 7 + y * 3 & 0xff : c == 1 ? x * x + y & 0xff : c == 2 ? (x ^ y) & 0xff : 90;
  }

  private static int sixteen(int x, int y, int c) {
    return eight(x, y, c) * 257;
  }

  private static int rgb(int x, int y) {
    return eight(x, y, 0) << 16 | eight(x, y, 1) << 8 | eight(x, y, 2);
  }

  private static OmeTiff little() {
    return new OmeTiff(false, ByteOrder.LITTLE_ENDIAN);
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("slide.ome.tif"), bytes);
  }

  private interface Colour {
    int at(int x, int y);
  }

  /** Every pixel of every level, and white around. */
  private void holds(byte[] bytes, Colour colour) throws IOException {
    Path file = file(bytes);
    assertTrue(new TiffFormat().reads(file));
    try (Slide slide = new TiffFormat().open(file)) {
      assertEquals(3, slide.levels());
      for (int level = 0; level < 3; level++) {
        assertEquals(W >> level, slide.width(level));
        assertEquals(H >> level, slide.height(level));
        BufferedImage all = slide.read(level, 0, 0, W + 5, H + 5);
        for (int y = 0; y < H + 5; y++) {
          for (int x = 0; x < W + 5; x++) {
            boolean inside = x < W >> level && y < H >> level;
            int wanted = inside ? colour.at(x << level, y << level) : 0xffffff;
            assertEquals(
                Integer.toHexString(wanted),
                Integer.toHexString(all.getRGB(x, y) & 0xffffff),
                level + ": " + x + ", " + y);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, little", "false, big", "true, little", "true, big"})
  void levelsBelowAnImageAreItsPyramidTogetherAndInPlanes(boolean big, String order)
      throws IOException {
    ByteOrder bytes = order.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    for (OmeTiff.Image image :
        new OmeTiff.Image[] {RGB, RGB.planes(), RGB.deflated(), RGB.planes().deflated()}) {
      holds(new OmeTiff(big, bytes).write(OmeTiff.xml("", image), image), OmeTiffTest::rgb);
      holds(new OmeTiff(big, bytes).write("no OME", image), OmeTiffTest::rgb);
    }
    OmeTiff.Image wide = new OmeTiff.Image(W, H, 3, 16, 2, false, false, 3, OmeTiffTest::sixteen);
    for (OmeTiff.Image image :
        new OmeTiff.Image[] {wide, wide.planes(), wide.deflated(), wide.planes().deflated()}) {
      holds(new OmeTiff(big, bytes).write(OmeTiff.xml("", image), image), OmeTiffTest::rgb);
    }
  }

  @Test
  void greyIsRedGreenAndBlueAlikeAndItsZeroIsBlackOrWhite() throws IOException {
    for (boolean deflate : new boolean[] {false, true}) {
      OmeTiff.Image grey = new OmeTiff.Image(W, H, 1, 8, 1, false, deflate, 3, OmeTiffTest::eight);
      holds(little().write(OmeTiff.xml("", grey), grey), (x, y) -> eight(x, y, 0) * 0x010101);
      OmeTiff.Image inverse = grey.of(1, 8, 0);
      holds(
          little().write(OmeTiff.xml("", inverse), inverse),
          (x, y) -> (255 - eight(x, y, 0)) * 0x010101);
    }
    OmeTiff.Image wide = new OmeTiff.Image(W, H, 1, 16, 1, false, true, 3, OmeTiffTest::sixteen);
    holds(little().write(OmeTiff.xml("", wide), wide), (x, y) -> eight(x, y, 0) * 0x010101);
  }

  /** By hand: of 200 with an alpha of 90 there is 200 x 90 / 255 and 165 of white; of 60 multiplied already, 60 and 165. */
  @Test
  void whatAlphaLetsThroughIsWhite() throws IOException {
    OmeTiff.Picture flat = (x, y, c) -> c == 3 ? 90 : c == 0 ? 200 : c == 1 ? 60 : 0;
    OmeTiff.Image image = new OmeTiff.Image(W, H, 4, 8, 2, false, false, 3, flat);
    for (OmeTiff.Image each : new OmeTiff.Image[] {image, image.planes()}) {
      String xml = OmeTiff.xml("", each);
      holds(little().with(338, 2).write(xml, each), (x, y) -> 236 << 16 | 186 << 8 | 165);
    }
    OmeTiff.Image multiplied =
        new OmeTiff.Image(W, H, 4, 8, 2, false, true, 3, (x, y, c) -> 90 - 30 * (c % 3));
    holds(
        little().with(338, 1).write(OmeTiff.xml("", multiplied), multiplied),
        (x, y) -> 255 << 16 | 225 << 8 | 195);
  }

  /** Smooth colours, of which JPEG keeps all but two or three of 255; each colour has its own slope. */
  @Test
  void planesOfJpegAreColours() throws IOException {
    OmeTiff.Picture slope = (x, y, c) -> c == 0 ? x : c == 1 ? 2 * y : 200 - x;
    OmeTiff.Image image = OmeTiff.Image.rgb(W, H, 2, slope).planes();
    byte[] bytes = little().jpeg().write(OmeTiff.xml("", image), image);
    try (Slide slide = new TiffFormat().open(file(bytes))) {
      assertEquals(2, slide.levels());
      BufferedImage all = slide.read(0, 0, 0, W, H);
      for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
          for (int c = 0; c < 3; c++) {
            assertEquals(
                slope.sample(x, y, c), all.getRGB(x, y) >> 16 - 8 * c & 0xff, 4, x + ", " + y);
          }
        }
      }
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int place = tiff.getInt(tiff.getInt(entry(tiff, 324)));
    int length = tiff.getInt(tiff.getInt(entry(tiff, 325)));
    java.util.Arrays.fill(bytes, place + length / 2, place + length, (byte) 0);
    assertRefused(bytes, "the tile at 0, 0 of level 0 cannot be decoded: ");
    tiff.putInt(entry(tiff, 322), 48); // tiles of other sizes than their JPEG has
    assertRefused(bytes, "its size is not that of the image's tiles");
  }

  private Slide open(String xml, OmeTiff.Image... images) throws IOException {
    return new TiffFormat().open(file(little().write(xml, images)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, , 0.25", "250, nm, 0.25", "0.00025, mm, 0.25", "0.000025, cm, 0.25",
        "0.00000025, m, 0.25",
    "0.01, thou, 0.254", "0.00001, in, 0.254", "0.25, \u00b5m, 0.25", "0.25, \u03bcm, 0.25",
        "2500, \u00c5, 0.25"
  })
  void micrometresAreThoseOfThePixelsInAnyUnit(double size, String unit, double micrometres)
      throws IOException {
    String pixels = "PhysicalSizeX=\"" + size + "\""
        + (unit == null ? "" : " PhysicalSizeXUnit=\"" + unit + "\"");
    try (Slide slide = open(OmeTiff.xml(pixels, RGB), RGB)) {
      assertEquals(micrometres, slide.micronsPerPixel().orElseThrow(), 1e-9);
      assertEquals(20, slide.magnification().orElseThrow()); // the objective of the image, of two
    }
  }

  @Test
  void whatIsNoLengthOrThatOfNoMicroscopeIsNotBelieved() throws IOException {
    for (String pixels : new String[] {
      "PhysicalSizeX=\"0.25\" PhysicalSizeXUnit=\"reference frame\"",
      "PhysicalSizeX=\"0.25\" PhysicalSizeXUnit=\"pixel\"",
      "PhysicalSizeX=\"0.25\" PhysicalSizeXUnit=\"mm\"",
      "PhysicalSizeX=\"-1\"",
      "PhysicalSizeX=\"NaN\"",
      ""
    }) {
      try (Slide slide = open(OmeTiff.xml(pixels, RGB), RGB)) {
        assertEquals(OptionalDouble.empty(), slide.micronsPerPixel(), pixels);
      }
    }
    // a program made the image smaller and left the OME-XML as it was
    OmeTiff.Image other = OmeTiff.Image.rgb(2 * W, 2 * H, 1, OmeTiffTest::eight);
    try (Slide slide = open(OmeTiff.xml("PhysicalSizeX=\"0.25\"", other), RGB)) {
      assertTrue(slide.micronsPerPixel().isEmpty() && slide.magnification().isEmpty());
    }
  }

  /** Some writers put the sign of micrometres as one byte, though the XML says that it is UTF-8. */
  @Test
  void lettersThatAreNoUtf8AreRead() throws IOException {
    String xml = OmeTiff.xml("PhysicalSizeX=\"0.25\" PhysicalSizeXUnit=\"\u00b5m\"", RGB);
    try (Slide slide = new TiffFormat()
        .open(file(little().write((xml + "\0").getBytes(StandardCharsets.ISO_8859_1), RGB)))) {
      assertEquals(0.25, slide.micronsPerPixel().orElseThrow());
    }
  }

  /** The macro image has the slide's aspect and tiles; where the slide comes second, OME-XML says so. */
  @Test
  void labelsAndMacroImagesAreNoLevels() throws IOException {
    OmeTiff.Image slide = OmeTiff.Image.rgb(W, H, 1, OmeTiffTest::eight);
    OmeTiff.Image macro = OmeTiff.Image.rgb(W / 2, H / 2, 1, (x, y, c) -> 3);
    try (Slide open = open(OmeTiff.xml("", slide, macro), slide, macro)) {
      assertEquals(1, open.levels());
    }
    try (Slide open = open("an export of some program", slide, macro)) {
      assertEquals(2, open.levels());
    }
    String second = OmeTiff.xml("", slide, macro)
        .replace("IFD=\"0\"", "IFD=\"x\"")
        .replace("IFD=\"1\"", "IFD=\"0\"")
        .replace("IFD=\"x\"", "IFD=\"1\"");
    try (Slide open = open(second, macro, slide)) {
      assertEquals(1, open.levels());
      assertEquals(W, open.width(0));
      assertEquals(rgb(77, 55), open.read(0, 77, 55, 1, 1).getRGB(0, 0) & 0xffffff);
    }
    assertRefused(
        second.replace("IFD=\"1\"", "IFD=\"7\""),
        "its OME-XML says that its pixels are image 8 of the TIFF, which has 2",
        macro,
        slide);
  }

  private void assertRefused(String xml, String words, OmeTiff.Image... images) throws IOException {
    assertRefused(little().write(xml, images), words);
  }

  private void assertRefused(byte[] bytes, String words) throws IOException {
    Path file = file(bytes);
    String message = assertThrows(
            DataException.class,
            () -> {
              try (Slide slide = new TiffFormat().open(file)) {
                slide.read(0, 0, 0, W, H);
              }
            },
            words)
        .getMessage();
    assertTrue(message.startsWith(file.toString()) && message.contains(words), message);
    assertFalse(message.contains("null"), message);
    // no other format is to make something of it
    assertTrue(new TiffFormat().reads(file));
  }

  @Test
  void whatIsNoBrightfieldPictureIsRefusedAndCalledByItsName() throws IOException {
    OmeTiff.Image grey = new OmeTiff.Image(W, H, 1, 8, 1, false, false, 1, OmeTiffTest::eight);
    assertRefused(
        OmeTiff.xml("SizeC=\"5\" SizeZ=\"1\" SizeT=\"1\"", grey),
        "holds 5 channels, as fluorescence has them",
        grey);
    assertRefused("no OME", "holds 3 channels", grey.of(3, 8, 1));
    assertRefused("no OME", "holds 5 channels", grey.of(5, 8, 2));
    assertRefused("no OME", "is in CMYK", grey.of(4, 8, 5));
    assertRefused(
        OmeTiff.xml("SizeC=\"3\" SizeZ=\"7\" SizeT=\"1\"", RGB),
        "is a stack of 7 focal planes (SizeZ)",
        RGB);
    assertRefused(
        OmeTiff.xml("SizeC=\"3\" SizeZ=\"1\" SizeT=\"9\"", RGB),
        "is a stack of 9 times (SizeT)",
        RGB);
    OmeTiff.Image wide = new OmeTiff.Image(W, H, 3, 16, 2, false, false, 1, OmeTiffTest::sixteen);
    assertRefused(
        OmeTiff.xml("SignificantBits=\"12\"", wide),
        "has samples of 16 bits, of which 12 are used; write it with 8",
        wide);
    assertRefused(little().with(281, 4095).write("no OME", wide), "of which 4095 is the largest");
    assertRefused(
        little().with(339, 3).write("no OME", RGB.of(1, 32, 1).of(1, 16, 1)),
        "has floating-point samples of 16 bits");
  }

  @Test
  void aPartOfSeveralFilesNamesTheOther() throws IOException {
    String uuid =
        "<TiffData IFD=\"0\" PlaneCount=\"1\"><UUID FileName=\"%s\">urn:uuid:%d</UUID></TiffData>";
    String xml = OmeTiff.xml("", RGB);
    String data = "<TiffData IFD=\"0\" PlaneCount=\"1\"/>";
    assertTrue(xml.contains(data));
    assertRefused(
        xml.replace(data, String.format(uuid, "other.ome.tif", 2)),
        "the pixels of its first image are in other.ome.tif, as its OME-XML says",
        RGB);
    // one that was renamed since is still itself
    try (Slide slide = open(xml.replace(data, String.format(uuid, "before.ome.tif", 1)), RGB)) {
      assertEquals(3, slide.levels());
    }
    assertRefused(
        "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><BinaryOnly MetadataFile=\"a.companion.ome\" "
            + "UUID=\"urn:uuid:3\"/></OME>",
        "is a part of an OME-TIFF of several files, which a.companion.ome describes",
        RGB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image>",
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><OME>&a;</OME>",
        "<?xml version=\"1.0\"?><!DOCTYPE OME SYSTEM \"file:///etc/passwd\"><OME></OME>",
        "<OME><Image><Pixels SizeX=\"many\"/></Image></OME>",
        "<OME><Image><Pixels><TiffData IFD=\"-3\"/></Pixels></Image></OME>"
      })
  void brokenXmlIsASentenceAndNothingIsFetched(String xml) throws IOException {
    assertRefused(xml, "its OME-XML, which tells what its images are, is broken", RGB);
  }

  /** Where the value of a field of the first image is stored, in a small TIFF of the usual order. */
  private static int entry(ByteBuffer tiff, int tag) {
    int at = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(at); i++) {
      if (tiff.getShort(at + 2 + 12 * i) == tag) {
        return at + 2 + 12 * i + 8;
      }
    }
    throw new IllegalArgumentException("" + tag);
  }

  @Test
  void damagedDirectoriesBelowAnImageAreASentence() throws IOException {
    byte[] bytes = little().write(OmeTiff.xml("", RGB), RGB);
    ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = tiff.getInt(entry(tiff, 330));
    int first = tiff.getInt(at);
    tiff.putInt(at, bytes.length + 100);
    assertRefused(
        bytes,
        "its directory of reduced version 1 of image 1 lies at byte " + (bytes.length + 100));
    tiff.putInt(at, tiff.getInt(4));
    assertRefused(bytes, "its directories of images lead in a circle");
    tiff.putInt(at, tiff.getInt(at + 4));
    assertRefused(bytes, "its directories of images lead in a circle");
    tiff.putInt(at, first).putInt(entry(tiff, 330) - 4, 100).putInt(entry(tiff, 330), 8);
    assertRefused(bytes, "image 1 names 100 reduced versions of itself");
    tiff.putInt(entry(tiff, 330) - 4, 2_000_000_000);
    assertRefused(bytes, "field 330 of image 1 has 2000000000 values");
  }

  @Test
  void tilesThatWereCutAreASentenceAndTheOthersAreRead() throws IOException {
    byte[] bytes = little().write(OmeTiff.xml("", RGB), RGB.planes().deflated());
    ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int lengths = tiff.getInt(entry(tiff, 325));
    int green = 20 + 6; // of 20 tiles a plane, the second of the second row
    tiff.putInt(lengths + 4 * green, 10);
    assertRefused(bytes, "the tile at 32, 32 of level 0 cannot be decoded: its data end too early");
    try (Slide slide = new TiffFormat().open(folder.resolve("slide.ome.tif"))) {
      assertEquals(rgb(70, 40), slide.read(0, 70, 40, 1, 1).getRGB(0, 0) & 0xffffff);
    }
    // one that was left out is glass
    for (int plane = 0; plane < 3; plane++) {
      tiff.putInt(lengths + 4 * (20 * plane + 6), 0);
    }
    try (Slide slide = new TiffFormat().open(file(bytes))) {
      assertEquals(0xffffff, slide.read(0, 40, 40, 1, 1).getRGB(0, 0) & 0xffffff);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "50000, Zstandard, install OpenSlide", "50001, WebP, install OpenSlide",
    "33003, JPEG 2000, install OpenSlide", "34712, JPEG 2000, OpenSlide does not either",
    "22610, JPEG XR, OpenSlide does not either", "50002, JPEG XL, OpenSlide does not either",
    "33004, JPEG 2000, vips tiffsave IN.tif OUT.tif",
        "4711, a method of number 4711, LZW or Deflate"
  })
  void whatIsNotDecodedIsLeftToOthersAndElseNamed(int number, String name, String advice)
      throws IOException {
    byte[] bytes = little().write(OmeTiff.xml("", RGB), RGB);
    ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    tiff.putShort(entry(tiff, 259), (short) number);
    Path file = file(bytes);
    assertFalse(new TiffFormat().reads(file));
    UndecodedTiff rest = new UndecodedTiff();
    assertTrue(rest.reads(file));
    String message = assertThrows(DataException.class, () -> rest.open(file)).getMessage();
    assertTrue(
        message.startsWith(
                file + ": image 1 is compressed with " + name + ", which Stroma does not decode; ")
            && message.contains(advice),
        message);
    // what is damaged, or holds other than one picture, is told by the format itself
    assertFalse(rest.reads(file(java.util.Arrays.copyOf(bytes, bytes.length - 50))));
    assertFalse(rest.reads(Files.writeString(folder.resolve("text.tif"), "no TIFF")));
  }
}
