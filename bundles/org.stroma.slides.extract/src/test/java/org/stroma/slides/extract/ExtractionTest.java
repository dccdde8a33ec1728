/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jhdf.HdfFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;
import org.stroma.command.UsageException;
import org.stroma.shards.Shard;

/** Slides are files of one word, which says what is seen on them. */
class ExtractionTest {
  @TempDir
  private Path folder;

  private Notes notes = new Notes();
  private Path out;

  @BeforeEach
  void makeFolders() throws IOException {
    out = folder.resolve("features");
    Files.createDirectories(folder.resolve("slides"));
  }

  private static final SlideFormat FORMAT = new SlideFormat() {
    @Override
    public String name() {
      return "words";
    }

    @Override
    public boolean reads(Path file) {
      return true;
    }

    @Override
    public Slide open(Path file) throws IOException {
      String word = Files.readString(file);
      return switch (word.split(" ")[0]) {
        case "zero" -> DrawnSlide.of(0, 0, 0.5, 20);
        case "small" -> DrawnSlide.of(20, 500, 0.5, 20);
        case "cut" -> throw new DataException(file + " is cut off");
        case "fault" -> throw new ArithmeticException("/ by zero");
        case "silent" -> throw new NullPointerException();
        case "ended" -> throw new EOFException();
        case "unread" -> throw new IOException("Input/output error");
        case "huge" -> throw new OutOfMemoryError("Java heap space");
        case "odd" -> new DrawnSlide(
            draw(0xc850a0, 0),
            320,
            320,
            java.util.OptionalDouble.of(0.25),
            java.util.OptionalDouble.of(20));
        case "glass" -> DrawnSlide.of(draw(0xf0f0f0, 0));
        case "grey" -> DrawnSlide.of(draw(0x808080, 0));
        case "pale" -> DrawnSlide.of(draw(0xf0ebf0, 0));
        case "night" -> DrawnSlide.of(pieces(320, 0x0c0209, 0, 0, 320, 320));
        case "islands" -> DrawnSlide.of(pieces(320, 0xc850a0, 40, 40, 20, 20));
        case "band" -> DrawnSlide.of(pieces(320, 0xc850a0, 2, 0, 14, 320));
        case "edge" -> DrawnSlide.of(pieces(332, 0xc850a0, 322, 0, 10, 320));
        case "margin" -> DrawnSlide.of(draw(0xc850a0, 160));
        default -> DrawnSlide.of(draw(Integer.parseInt(word, 16), 0));
      };
    }
  };

  /** 320 x 320: a margin of noise that is nearly black, and to its right tissue of a colour with glass below. */
  private static BufferedImage draw(int colour, int margin) {
    BufferedImage image = new BufferedImage(320, 320, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 320, 320);
    g.setColor(new Color(colour));
    g.fillRect(margin, 0, 320, 256);
    g.setColor(new Color(12, 2, 9));
    g.fillRect(0, 0, margin, 320);
    g.dispose();
    return image;
  }

  /** Glass with one piece of a colour. */
  private static BufferedImage pieces(int width, int colour, int x, int y, int w, int h) {
    BufferedImage image = new BufferedImage(width, 320, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, 320);
    g.setColor(new Color(colour));
    g.fillRect(x, y, w, h);
    g.dispose();
    return image;
  }

  /** Red of the patch's middle; the name of the model is part of the settings. */
  private static final FeatureExtractor.Model MODEL = new FeatureExtractor.Model() {
    @Override
    public int width() {
      return 1;
    }

    @Override
    public String identity() {
      return "middle";
    }

    @Override
    public float[][] extract(List<BufferedImage> patches) {
      return patches.stream()
          .map(p -> new float[] {p.getRGB(16, 16) >> 16 & 0xff})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {
      // nothing is open
    }
  };

  private Path slide(String name, String word) throws IOException {
    return Files.writeString(folder.resolve("slides/" + name + ".raw"), word);
  }

  private Extraction extraction(int leastBrightness, double overlap) {
    return extraction(
        new Options(20, 0, 0, 0, 32, overlap, 0.5, leastBrightness, -1, Layout.TRIDENT, "", 4, 2));
  }

  private Extraction extraction(Options options) {
    return new Extraction(
        out,
        options,
        MODEL,
        null,
        options.line("middle", ""),
        f -> f.toString().endsWith(".none") ? null : FORMAT,
        notes,
        Shard.ALL,
        new ObjectMapper().createObjectNode());
  }

  private Extraction.Outcome extract(Path... slides) {
    notes = new Notes();
    Map<String, Path> named = new LinkedHashMap<>();
    for (Path slide : slides) {
      named.put(SlideFiles.name(slide), slide);
    }
    Extraction extraction = extraction(40, 0);
    extraction.refuseOthers(named);
    return extraction.run(named);
  }

  private Extraction.Outcome extract(Options options, Path slide) {
    notes = new Notes();
    Map<String, Path> named = Map.of(SlideFiles.name(slide), slide);
    Extraction extraction = extraction(options);
    extraction.refuseOthers(named);
    return extraction.run(named);
  }

  @Test
  void tridentFindsWhatItCutsPatchesAgainBy() throws IOException {
    Path slide = slide("s", "c85000");
    extract(new Options(0, 1, 0.25, 0, 32, 0, 0.5, 40, -1, Layout.TRIDENT, "", 4, 2), slide);
    try (HdfFile in = new HdfFile(out.resolve("s.h5"))) {
      var coords = in.getDatasetByPath("coords");
      assertEquals(long.class, coords.getJavaType());
      assertEquals(40, coords.getAttribute("level0_magnification").getData());
      assertEquals(10, coords.getAttribute("target_magnification").getData());
      assertEquals(32, coords.getAttribute("patch_size").getData());
      assertEquals(128, coords.getAttribute("patch_size_level0").getData());
    }
  }

  @Test
  void clamFindsItsTwoFolders() throws IOException {
    Path slide = slide("s", "c85000");
    Options clam = new Options(0, 1, 0.25, 0, 32, 0, 0.5, 40, -1, Layout.CLAM, "", 4, 2);
    assertEquals(1, extract(clam, slide).done);
    Path bag = out.resolve("pt_files/s.pt");
    byte[] first = Files.readAllBytes(bag);
    try (HdfFile in = new HdfFile(out.resolve("h5_files/s.h5"))) {
      float[][] features = (float[][]) in.getDatasetByPath("features").getData();
      Path again = folder.resolve("again.pt");
      TorchFile.write(again, features);
      assertArrayEquals(Files.readAllBytes(again), first);
      assertEquals(features.length, in.getDatasetByPath("coords").getDimensions()[0]);
    }
    assertEquals(1, extract(clam, slide).before);

    Files.delete(bag);
    assertEquals(1, extract(clam, slide).done, "both files make a slide that is done");
    assertArrayEquals(first, Files.readAllBytes(bag));

    Files.writeString(slide, "cut");
    assertEquals(1, extract(clam, slide).bad.size());
    assertFalse(Files.exists(bag), "features of another slide must not be trained with");
    assertArrayEquals(first, Files.readAllBytes(out.resolve("replaced/pt_files/s.pt")));
    Files.writeString(slide, "a05030");
    assertEquals(1, extract(clam, slide).done);
    assertFalse(Files.exists(out.resolve("replaced")));
  }

  @Test
  void stampFindsItsCoordinatesInMicrometres() throws IOException {
    Path slide = slide("s", "c85000");
    Options stamp = new Options(0, 1, 0.25, 0, 32, 0, 0.5, 40, -1, Layout.STAMP, "", 4, 2);
    assertEquals(1, extract(stamp, slide).done);
    double[][] micrometres;
    try (HdfFile in = new HdfFile(out.resolve("s.h5"))) {
      assertEquals("um", in.getAttribute("unit").getData());
      assertEquals(32.0, in.getAttribute("tile_size_um").getData());
      assertEquals(32, in.getAttribute("tile_size_px").getData());
      assertEquals("tile", in.getAttribute("feat_type").getData());
      micrometres = (double[][]) in.getDatasetByPath("coords").getData();
      float[][] features = (float[][]) in.getDatasetByPath("feats").getData();
      assertEquals(features.length, micrometres.length);
      assertEquals(200, features[0][0]);
    }
    assertEquals(1, extract(stamp, slide).before);
    Options trident = new Options(0, 1, 0.25, 0, 32, 0, 0.5, 40, -1, Layout.TRIDENT, "", 4, 2);
    String message =
        assertThrows(UsageException.class, () -> extract(trident, slide)).getMessage();
    assertTrue(message.contains("(layout stamp, and now layout trident)"), message);

    Files.delete(out.resolve("s.h5"));
    extract(trident, slide);
    try (HdfFile in = new HdfFile(out.resolve("s.h5"))) {
      long[][] pixels = (long[][]) in.getDatasetByPath("coords").getData();
      for (int i = 0; i < pixels.length; i++) {
        assertEquals(pixels[i][0] * 0.25, micrometres[i][0]);
        assertEquals(pixels[i][1] * 0.25, micrometres[i][1]);
      }
    }
  }

  private float[][] features(String name) {
    try (HdfFile in = new HdfFile(out.resolve(name + ".h5"))) {
      return (float[][]) in.getDatasetByPath("features").getData();
    }
  }

  private JsonNode record(String name) throws IOException {
    return new ObjectMapper()
        .readTree(out.resolve("extraction.json").toFile())
        .path("slides")
        .path(name);
  }

  @Test
  void featuresOfASlideThatWasReplacedAreMadeAnewAndThatIsTold() throws IOException {
    Path slide = slide("s", "c85000");
    assertEquals(1, extract(slide).done);
    assertEquals(80, features("s").length);
    assertEquals(200, features("s")[0][0]);
    String before = record("s").path("sha256").asText();
    assertEquals(1, extract(slide).before);
    assertEquals(List.of(), notes.said);

    FileTime time = Files.getLastModifiedTime(slide);
    slide("s", "965000"); // the same size
    Files.setLastModifiedTime(slide, time);
    assertEquals(1, extract(slide).done);
    assertEquals(150, features("s")[0][0]);
    assertTrue(
        notes.of("slide s").contains("is another file than the one its features were made of"),
        "" + notes.said);
    assertNotEquals(before, record("s").path("sha256").asText());
    assertFalse(Files.exists(out.resolve("replaced")));
    assertEquals(1, extract(slide).before);
  }

  @Test
  void featuresOfWhatWasReplacedByABadFileAreNotLeftInTheirPlace() throws IOException {
    Path slide = slide("s", "c85000");
    extract(slide);
    slide("s", "cut");
    Extraction.Outcome outcome = extract(slide);
    assertEquals(Set.of("s"), outcome.bad.keySet());
    assertFalse(Files.exists(out.resolve("s.h5")));
    assertTrue(outcome
        .bad
        .get("s")
        .endsWith("s.raw is cut off; features of what it was before are in "
            + out.resolve("replaced/s.h5")));
    assertTrue(Files.exists(out.resolve("replaced/s.h5")));
    assertTrue(
        record("s").path("sha256").isMissingNode(),
        "nothing is told of a slide that has no features");
    slide("s", "c85000");
    assertEquals(1, extract(slide).done);
    assertFalse(Files.exists(out.resolve("replaced")));
  }

  @Test
  void featuresWhoseSlideIsGoneAreTold() throws IOException {
    Path gone = slide("gone", "c85000");
    Path other = slide("other", "c85000");
    extract(gone, other);
    Files.delete(gone);
    assertEquals(1, extract(other).before);
    assertTrue(
        notes.of("gone.h5").contains("holds features of a slide that is gone: " + gone),
        "" + notes.said);
    assertEquals(
        "there is no file " + gone + "; features of what was there are in "
            + out.resolve("gone.h5"),
        extract(gone).bad.get("gone"));
  }

  @Test
  void otherSettingsAreRefusedWithTheFirstThatDiffers() throws IOException {
    Path slide = slide("s", "c85000");
    extract(slide);
    UsageException e = assertThrows(
        UsageException.class, () -> extraction(40, 0.5).refuseOthers(Map.of("s", slide)));
    assertTrue(
        e.getMessage()
            .contains("s.h5 was made with other settings (overlap 0.0, and now overlap 0.5)"),
        e.getMessage());
    assertThrows(UsageException.class, () -> extraction(30, 0).refuseOthers(Map.of("s", slide)));
    Files.writeString(out.resolve("s.h5"), "no HDF5");
    e = assertThrows(
        UsageException.class, () -> extraction(40, 0).refuseOthers(Map.of("s", slide)));
    assertTrue(e.getMessage().contains("s.h5 was made by another program"), e.getMessage());
  }

  @Test
  void noBadSlideStopsTheOthersAndEachIsNamedWithItsCause() throws IOException {
    Map<String, String> causes = new LinkedHashMap<>();
    causes.put("zero", "zero.raw is 0 x 0 pixels");
    causes.put(
        "small",
        "small.raw is 20 x 500 pixels, less than one patch, which is 32 pixels of it on a side");
    causes.put("cut", "cut.raw is cut off");
    causes.put("fault", "fault.raw cannot be extracted: / by zero");
    causes.put(
        "silent",
        "silent.raw cannot be extracted: what read it failed and did not say why (NullPointerException)");
    causes.put("ended", "ended.raw cannot be read: its data end too early");
    causes.put("unread", "unread.raw cannot be read: Input/output error");
    causes.put("huge", "huge.raw needs more memory than Java has here");
    Path[] slides = new Path[causes.size() + 4];
    int i = 0;
    for (String word : causes.keySet()) {
      slides[i++] = slide(word, word);
    }
    slides[i++] = Files.writeString(folder.resolve("slides/text.none"), "<html>");
    slides[i++] = Files.writeString(folder.resolve("slides/nothing.none"), "");
    slides[i++] = folder.resolve("slides/missing.raw");
    slides[i] = slide("good", "c85000");
    causes.put("text", "text.none is no slide that an installed format reads");
    causes.put("nothing", "nothing.none is empty");
    causes.put("missing", "there is no file ");
    Extraction.Outcome outcome = extract(slides);
    assertEquals(1, outcome.done);
    assertEquals(causes.keySet(), outcome.bad.keySet());
    for (Map.Entry<String, String> each : causes.entrySet()) {
      String said = outcome.bad.get(each.getKey());
      assertTrue(said.contains(each.getValue()), said);
      assertEquals(
          "slide " + each.getKey() + " left out: " + said,
          notes.of("slide " + each.getKey() + " "));
      assertEquals(said, record(each.getKey()).path("reason").asText());
    }
    assertEquals(80, features("good").length);
  }

  @Test
  void noMoreThanTwentyOfAKindAreToldAndAllAreInTheRecord() throws IOException {
    Path[] slides = new Path[27];
    for (int i = 0; i < slides.length; i++) {
      slides[i] = slide("s" + i, "cut");
    }
    assertEquals(27, extract(slides).bad.size());
    assertEquals(21, notes.said.size());
    assertEquals(
        "and 7 slides more that are left out; extraction.json has all of them", notes.said.get(20));
    assertTrue(record("s26").path("reason").asText().endsWith("s26.raw is cut off"));
    notes = new Notes();
    extract(java.util.Arrays.copyOf(slides, 21));
    assertEquals(
        "and 1 slide more that is left out; extraction.json has all of them", notes.said.get(20));
  }

  /** By hand, of patches of 32 x 32 pixels on 320 x 320; and what is advised there gives patches. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      glass | nothing on it has any colour, by which tissue is found; where it is a grey picture, --tissue 0 takes all 100 squares | 0 | 40 | -1
      grey | nothing on it has any colour, by which tissue is found; where it is a grey picture, --tissue 0 takes all 100 squares | 0 | 40 | -1
      pale | it is as pale as glass: nothing is coloured (a saturation above 8 of 255, by Otsu), and the most that there is is a saturation of 5; --least-saturation 2 takes paler tissue | 0.5 | 40 | 2
      night | 100 % of it is darker than 40 of 255, as fluorescence, a scanner's fill and black glass are; --least-brightness 0 takes what is dark | 0.5 | 0 | -1
      islands | 0.4 % of it is coloured (a saturation above 8 of 255, by Otsu), in pieces smaller than a patch, of which the largest has 39 % of a patch's area; a smaller --patch-size or a higher --magnification cuts smaller patches, and --tissue 0 takes all 100 squares | 0 | 40 | -1
      band | 4.4 % of it is tissue, and the fullest patch has 43.8 % of it, where --tissue asks for 50 %; --tissue 0.43 takes that one, and a smaller --patch-size or a higher --magnification cuts patches that are fuller | 0.43 | 40 | -1
      edge | 3.0 % of it is tissue, and all of that lies at its right or lower edge, where no whole patch fits; a smaller --patch-size leaves less over | 0 | 40 | -1
      """)
  void aSlideWithoutTissueIsNamedWithTheCauseAndWhatToDo(
      String word, String cause, double tissue, int leastBrightness, int leastSaturation)
      throws IOException {
    Path slide = slide("s", word);
    Extraction.Outcome outcome = extract(slide, slide("good", "c85000"));
    assertEquals(Set.of(), outcome.bad.keySet());
    assertEquals(1, outcome.done);
    assertEquals(slide + " has no patch of tissue: " + cause, outcome.empty.get("s"));
    assertFalse(Files.exists(out.resolve("s.h5")));
    assertEquals("no tissue", record("s").path("state").asText());
    Options advised = new Options(
        20, 0, 0, 0, 32, 0, tissue, leastBrightness, leastSaturation, Layout.TRIDENT, "", 4, 2);
    assertEquals(1, extraction(advised).run(Map.of("s", slide)).done);
  }

  @Test
  void darkMarginsAreLeftOutAndTheirShareIsTold() throws IOException {
    assertEquals(1, extract(slide("s", "margin")).done);
    assertEquals(40, features("s").length);
    for (float[] red : features("s")) {
      assertEquals(200, red[0]);
    }
    String told =
        "50 of its 100 squares (50 %) are dark, below a brightness of 40 of 255, and left out as margin, fill or ink "
            + "(--least-brightness); 40 patches of tissue stay";
    assertEquals("slide s: " + told, notes.said.get(0));
    assertEquals(50, record("s").path("darkSquares").asInt());
    assertEquals(100, record("s").path("squares").asInt());
    assertEquals(told, record("s").path("notes").path(0).asText());

    Files.delete(out.resolve("s.h5"));
    notes = new Notes();
    extraction(0, 0).run(Map.of("s", folder.resolve("slides/s.raw")));
    assertEquals(90, features("s").length);
    assertTrue(notes.said.get(0).contains("50 of its 90 patches (56 %) are dark"), "" + notes.said);
  }

  @Test
  void aSlideThatTellsItsScaleInTwoWaysIsToldAndCutByMicrometres() throws IOException {
    assertEquals(1, extract(slide("s", "odd")).done);
    assertTrue(
        notes
            .said
            .get(0)
            .startsWith("slide s: it tells a magnification of 20.0 and 0.25 micrometres"),
        "" + notes.said);
    assertEquals(40, record("s").path("magnification").asDouble());
    try (HdfFile in = new HdfFile(out.resolve("s.h5"))) {
      assertEquals(
          64, in.getDatasetByPath("coords").getAttribute("patch_size_level0").getData());
      assertEquals(
          40, in.getDatasetByPath("coords").getAttribute("level0_magnification").getData());
    }
  }

  @Test
  void namesOfAnyLettersBecomeFilesOfTheSameName() throws IOException {
    for (String name : List.of("Größe 切片 [1] (2)", "a b", "x".repeat(230))) {
      Path slide = slide(name, "c85000");
      assertEquals(1, extract(slide).done, "" + notes.said);
      assertEquals(80, features(name).length);
      assertEquals(1, extract(slide).before);
    }
  }
}
