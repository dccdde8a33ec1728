/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.Encoding;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.PatchLocation;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.BatchPlan;
import org.stroma.model.AuxiliaryName;
import org.stroma.model.AuxiliaryOutput;

/** Heat maps over slides of 4096 x 2048 pixels, two of them a pixel of the thumbnail. */
class AttentionFilesTest {
  @TempDir
  Path folder;

  private Path out;
  private Path slides;

  @BeforeEach
  void folders() throws IOException {
    out = folder.resolve("out");
    slides = Files.createDirectories(folder.resolve("slides/deep"));
  }

  /** Reads .toy files: red on the left, blue on the right; those that hold "bad" cannot be decoded. */
  private static final SlideFormat TOY = new SlideFormat() {
    @Override
    public String name() {
      return "toy";
    }

    @Override
    public boolean reads(Path file) {
      return file.toString().endsWith(".toy");
    }

    @Override
    public Slide open(Path file) throws IOException {
      return new Toy(Files.readString(file));
    }
  };

  private record Toy(String text) implements Slide {
    @Override
    public int levels() {
      return 2;
    }

    @Override
    public int width(int level) {
      return 4096 >> 2 * level;
    }

    @Override
    public int height(int level) {
      return 2048 >> 2 * level;
    }

    @Override
    public double downsample(int level) {
      return 1 << 2 * level;
    }

    @Override
    public OptionalDouble micronsPerPixel() {
      return text.contains("mpp") ? OptionalDouble.of(0.5) : OptionalDouble.empty();
    }

    @Override
    public OptionalDouble magnification() {
      return OptionalDouble.empty();
    }

    @Override
    public BufferedImage read(int level, int x, int y, int width, int height) {
      if (text.contains("bad")) {
        throw new DataException("the tile at 0, 0 cannot be decoded");
      }
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int j = 0; j < height; j++) {
        for (int i = 0; i < width; i++) {
          image.setRGB(i, j, (x + i) * downsample(level) < 2048 ? 0xff0000 : 0x0000ff);
        }
      }
      return image;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static Bag bag(PatchLocation... places) {
    return new Bag() {
      @Override
      public int size() {
        return places.length;
      }

      @Override
      public void read(int from, int to, FloatBuffer target) {
        throw new AssertionError("nobody needs features here");
      }

      @Override
      public int[] coordinates() {
        return null;
      }

      @Override
      public List<PatchLocation> locations() {
        return List.of(places);
      }
    };
  }

  private static PatchLocation at(String slide, double x, double y) {
    return PatchLocation.of(slide, x, y).withSize(256);
  }

  private List<String> write(
      ExplanationOptions options, Map<String, Bag> bags, float[]... weights) {
    Explanations all = new Explanations(Map.of("wsi", bags), Map.of(), Set.of("wsi"), "");
    int row = 0;
    for (String sample : new TreeMap<>(bags).keySet()) {
      BatchPlan plan = new BatchPlan(
          List.of(sample),
          List.of(new Cohort.Visit(sample, 0)),
          new TreeMap<>(Map.of("wsi", new float[] {1})),
          new TreeMap<>());
      float[] own = weights[row++];
      all.outputs(
          plan,
          Map.of(
              AuxiliaryName.attention("wsi", Encoding.ATTENTION),
              new AuxiliaryOutput(new long[] {1, own.length}, own)));
    }
    return all.write(out, options);
  }

  private ExplanationOptions options() {
    return ExplanationOptions.usual().slides(folder.resolve("slides")).formats(List.of(TOY));
  }

  private BufferedImage picture(String file) throws IOException {
    return ImageIO.read(out.resolve(file).toFile());
  }

  private String text(String file) throws IOException {
    return Files.readString(out.resolve(file));
  }

  @Test
  void theMapLiesOverTheSlideWhoseNameTheFeaturesHave() throws IOException {
    Files.writeString(slides.resolve("TCGA-1.DX1.toy"), "");
    Files.writeString(slides.resolve("TCGA-1.DX1.txt"), "notes");
    Bag patches =
        bag(at("TCGA-1.DX1", 0, 0), at("TCGA-1.DX1", 256, 0), at("TCGA-1.DX1", 2048, 512));
    assertEquals(List.of(), write(options(), Map.of("a", patches), new float[] {.1f, .2f, .7f}));
    BufferedImage map = picture("attention/wsi/a.png");
    assertEquals(2048, map.getWidth());
    assertEquals(1024, map.getHeight());
    // 0.6 of the colour, and 0.4 of the thumbnail in grey: red is 76, blue 29
    near(mixed(0x440154, 76), map.getRGB(10, 10));
    near(mixed(0x21918c, 76), map.getRGB(140, 10));
    near(mixed(0xfde725, 29), map.getRGB(1030, 300));
    near(0x4c4c4c, map.getRGB(500, 500));
    near(0x1d1d1d, map.getRGB(1500, 900));
    assertEquals(
        "sample,end,rank,element,slide,x,y,weight,percentile\n"
            + "a,most,1,2,TCGA-1.DX1,2048,512,0.7,100.0\na,most,2,1,TCGA-1.DX1,256,0,0.2,50.0\n"
            + "a,least,1,0,TCGA-1.DX1,0,0,0.1,0.0\n",
        text("attention/wsi/top.csv"));
    assertTrue(text("attention/wsi/slides.csv")
        .startsWith("sample,slide,patches,attention\na,TCGA-1.DX1,3,1.0"));
    BufferedImage sheet = picture("attention/wsi/patches/a.png");
    // two above, one below: frames of 6 pixels in the colours of percentiles, and the slide within
    near(0xfde725, sheet.getRGB(8, 8));
    near(0x0000ff, sheet.getRGB(70, 70));
    near(0x21918c, sheet.getRGB(6 + 140 + 6 + 2, 8));
    near(0xff0000, sheet.getRGB(6 + 140 + 6 + 64, 70));
    near(0x440154, sheet.getRGB(8, sheet.getHeight() - 8));
    assertTrue(text("attention/wsi/legend.csv")
        .startsWith("attention_percentile,red,green,blue\n0,68,1,84\n"));
    assertTrue(text("README.txt").contains("SAMPLE.png"));
  }

  private static int mixed(int colour, int grey) {
    int rgb = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      rgb |= (int) Math.round(0.6 * (colour >> shift & 0xff) + 0.4 * grey) << shift;
    }
    return rgb;
  }

  private static void near(int expected, int rgb) {
    for (int shift = 0; shift <= 16; shift += 8) {
      assertEquals(
          expected >> shift & 0xff,
          rgb >> shift & 0xff,
          3,
          Integer.toHexString(expected) + " and " + Integer.toHexString(rgb));
    }
  }

  /** Without a slide there is a map of the patches alone, and one sentence for all of those slides. */
  @Test
  void whereNoSlideIsFoundTheMapLiesOverNothing() throws IOException {
    List<String> notes = write(
        options(),
        Map.of("a", bag(at("x", 512, 256), at("x", 1024, 512)), "b", bag(at("y", 0, 0))),
        new float[] {.25f, .75f},
        new float[] {1});
    assertEquals(
        List.of(
            "of 2 slides 2 were not found in " + folder.resolve("slides")
                + " as a file that an installed format reads (x, y): the heat maps of those lie over no picture"),
        notes);
    BufferedImage map = picture("attention/wsi/a.png");
    assertEquals(3 * 16, map.getWidth());
    assertEquals(2 * 16, map.getHeight());
    assertEquals(0xff440154, map.getRGB(3, 3));
    assertEquals(0xfffde725, map.getRGB(40, 20));
    assertEquals(0, map.getRGB(20, 5) >>> 24, "transparent where no patch is");
    assertFalse(Files.exists(out.resolve("attention/wsi/patches")));
    assertEquals(
        List.of(),
        write(ExplanationOptions.usual(), Map.of("a", bag(at("x", 0, 0))), new float[] {1}));
  }

  /** Weights add up to 1 over all slides of a patient: pictures are of each slide, and of all on one scale. */
  @Test
  void slidesOfOnePatientAreComparable() throws IOException {
    Files.writeString(slides.resolve("x.toy"), "");
    Bag two = bag(at("x", 0, 0), at("x", 256, 0), at("y", 0, 0), at("y", 256, 0));
    write(options(), Map.of("a", two), new float[] {.1f, .2f, .3f, .4f});
    near(mixed(0x440154, 76), picture("attention/wsi/a.x.png").getRGB(10, 10));
    near(mixed(0xfde725, 76), picture("attention/wsi/a.x.png").getRGB(140, 10));
    assertEquals(0xff440154, picture("attention/wsi/a.y.png").getRGB(3, 3), "least of this slide");
    String[] rows = text("attention/wsi/slides.csv").split("\n");
    assertTrue(
        rows[1].startsWith("a,x,2,0.3") && rows[2].startsWith("a,y,2,0.7"), rows[1] + rows[2]);
    BufferedImage both = picture("attention/wsi/a.png");
    assertEquals(6 + 2 * (768 + 6), both.getWidth());
    // the slide x fills its square's width; the map of y, 32 x 16 pixels, stands in the middle of
    // its own
    near(mixed(Viridis.rgb(1 / 3.0), 76), both.getRGB(6 + 60, 6 + 192 + 5));
    near(Viridis.rgb(2 / 3.0), both.getRGB(6 + 768 + 6 + 384 - 12, 6 + 384));
    assertTrue(text("attention/wsi/top.csv").contains("a,most,1,3,y,256,0,0.4,100.0"));
    JsonNode json = new ObjectMapper().readTree(text("attention/wsi/a.y.geojson"));
    JsonNode patch = json.path("features").get(0).path("properties");
    assertEquals(
        "{\"attention\":0.3,\"attention percentile\":0.0}",
        patch.path("measurements").toString());
    assertEquals("[68,1,84]", patch.path("color").toString());
  }

  @Test
  void slidesThatCannotBeTheOnesAreNotDrawnOn() throws IOException {
    Files.writeString(slides.resolve("small.toy"), "");
    Files.writeString(slides.resolve("bad.toy"), "bad");
    Files.writeString(slides.resolve("twice.toy"), "");
    Files.writeString(folder.resolve("slides/twice.toy"), "");
    Files.writeString(slides.resolve("um.toy"), "");
    Files.writeString(slides.resolve("known.toy"), "mpp");
    PatchLocation micrometres = PatchLocation.of("um", 64, 0).withSize(128).inMicrometres();
    PatchLocation known = PatchLocation.of("known", 1024, 0).withSize(128).inMicrometres();
    List<String> notes = write(
        options(),
        Map.of(
            "a", bag(at("small", 4096, 0), at("small", 5000, 0)),
            "b", bag(at("bad", 0, 0)),
            "c", bag(at("twice", 0, 0)),
            "d", bag(micrometres),
            "e", bag(known)),
        new float[] {.5f, .5f},
        new float[] {1},
        new float[] {1},
        new float[] {1},
        new float[] {1});
    String all = String.join("\n", notes);
    assertTrue(
        all.contains("slide small is not drawn on: patches lie beyond its 4096 x 2048 pixels"),
        all);
    assertTrue(all.contains("slide bad is not drawn on: the tile at 0, 0 cannot be decoded"), all);
    assertTrue(all.contains("several slides are called twice"), all);
    assertTrue(all.contains("slide um is not drawn on: its patches lie at micrometres"), all);
    for (String sample : List.of("a", "b", "c", "d")) {
      assertTrue(picture("attention/wsi/" + sample + ".png").getWidth() < 2048, sample);
    }
    // 1024 micrometres are 2048 pixels, and 1024 of the thumbnail
    BufferedImage map = picture("attention/wsi/e.png");
    near(0x4c4c4c, map.getRGB(1020, 10));
    near(mixed(0xfde725, 29), map.getRGB(1030, 10));
  }

  @Test
  void manyPatchesArePackedForQuPath() throws IOException {
    int side = 224;
    PatchLocation[] places = new PatchLocation[PatchFiles.MANY + 1];
    float[] weights = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = at("größe", 256.0 * (i % side), 256.0 * (i / side));
      weights[i] = i;
    }
    write(ExplanationOptions.usual().top(0), Map.of("a", bag(places)), weights);
    assertFalse(Files.exists(out.resolve("attention/wsi/a.geojson")));
    assertFalse(Files.exists(out.resolve("attention/wsi/top.csv")));
    try (var in =
        new GZIPInputStream(Files.newInputStream(out.resolve("attention/wsi/a.geojson.gz")))) {
      JsonNode features = new ObjectMapper().readTree(in).path("features");
      assertEquals(places.length, features.size());
      assertEquals(
          "[253,231,37]",
          features.get(places.length - 1).at("/properties/color").toString());
    }
    // all of them fit a picture
    BufferedImage map = picture("attention/wsi/a.png");
    assertTrue(map.getWidth() > 1000 && map.getWidth() <= 1536, "" + map.getWidth());
  }

  @Test
  void patchesOfUnknownSizeStandSideBySide() {
    List<PatchLocation> places = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      places.add(PatchLocation.of("s", 100 + 512.0 * (i % 3), 512.0 * (i / 3)));
    }
    Squares squares = Squares.of(new int[] {0, 1, 2, 3, 4, 5}, places, null);
    assertEquals(512, squares.side());
    assertEquals(100 + 3 * 512, squares.right());
    assertEquals(1024, squares.bottom());
    assertEquals(256, Squares.of(new int[] {0}, places, null).side(), "one alone has some size");
  }
}
