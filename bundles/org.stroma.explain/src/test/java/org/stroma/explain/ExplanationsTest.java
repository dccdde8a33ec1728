/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.Encoding;
import org.stroma.api.Prediction;
import org.stroma.api.data.Bag;
import org.stroma.api.data.PatchLocation;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.BatchPlan;
import org.stroma.files.FileNames;
import org.stroma.model.AuxiliaryName;
import org.stroma.model.AuxiliaryOutput;

class ExplanationsTest {
  private static final Map<String, Explanations.Segmentation> TISSUE = Map.of(
      "tissue", new Explanations.Segmentation("wsi", List.of("stroma", "tumour, solid", "fat")));

  @TempDir
  Path folder;

  /** Patches of 256 pixels on a grid; slides stand side by side. */
  private static Bag bag(int[] grid, PatchLocation... places) {
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
        return grid;
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

  private static Bag three() {
    return bag(
        new int[] {0, 0, 2, 0, 1, 1},
        at("s1", 512, 256),
        at("s1", 1024, 256),
        at("s1", 768.5, 512));
  }

  private static Explanations explanations(
      Map<String, Map<String, Bag>> bags, Map<String, Explanations.Segmentation> heads) {
    return new Explanations(bags, heads, java.util.Set.of("text", "wsi"), "attending");
  }

  private static BatchPlan plan(int visits, Map<String, float[]> present, String... samples) {
    List<Cohort.Visit> rows = new ArrayList<>();
    List<String> patients = new ArrayList<>();
    for (int i = 0; i < samples.length; i++) {
      rows.add(samples[i] == null ? null : new Cohort.Visit(samples[i], 30.5f * (i % visits)));
      if (i % visits == 0) {
        patients.add(visits == 1 ? samples[i] : "patient " + i / visits);
      }
    }
    return new BatchPlan(patients, rows, new TreeMap<>(present), new TreeMap<>());
  }

  private static Map<AuxiliaryName, AuxiliaryOutput> detail(
      AuxiliaryName name, float[] values, long... shape) {
    assertEquals(values.length, Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    return Map.of(name, new AuxiliaryOutput(shape, values));
  }

  private static float[] there(float... presence) {
    return presence;
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  private List<String> files() throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Test
  void attentionByANameHasAFolderBesideTheUnnamed() throws IOException {
    Explanations details = explanations(Map.of("wsi", Map.of("a", three())), Map.of());
    BatchPlan plan = plan(1, Map.of("wsi", there(1)), "a");
    details.outputs(
        plan,
        detail(
            AuxiliaryName.attention("wsi", Encoding.ATTENTION),
            new float[] {.5f, .25f, .25f},
            1,
            3));
    details.outputs(
        plan,
        detail(AuxiliaryName.attention("wsi", "head 2"), new float[] {0, .75f, .25f, 9}, 1, 4));
    assertEquals(List.of(), details.write(folder));
    assertEquals(
        List.of(
            "README.txt",
            "attention/wsi.head_2/a.csv",
            "attention/wsi.head_2/a.geojson",
            "attention/wsi.head_2/a.png",
            "attention/wsi.head_2/legend.csv",
            "attention/wsi.head_2/legend.svg",
            "attention/wsi.head_2/slides.csv",
            "attention/wsi.head_2/top.csv",
            "attention/wsi/a.csv",
            "attention/wsi/a.geojson",
            "attention/wsi/a.png",
            "attention/wsi/legend.csv",
            "attention/wsi/legend.svg",
            "attention/wsi/slides.csv",
            "attention/wsi/top.csv"),
        files());
    assertEquals(
        "element,slide,x,y,weight\n0,s1,512,256,0.0\n1,s1,1024,256,0.75\n2,s1,768.5,512,0.25\n",
        text("attention/wsi.head_2/a.csv"));
  }

  @Test
  void attentionIsTheMeanOverModelsWithoutPadding() throws IOException {
    Explanations details =
        explanations(Map.of("wsi", Map.of("a", three(), "b", bag(null, at("s2", 0, 0)))), Map.of());
    BatchPlan both = plan(1, Map.of("wsi", there(1, 1, 0)), "a", "b", "c");
    details.outputs(
        both,
        detail(
            AuxiliaryName.attention("wsi", Encoding.ATTENTION),
            new float[] {.5f, .25f, .25f, 9, 1, 0, 0, 9, 9, 9, 9, 9},
            3,
            4));
    // the second model sees the samples in other batches
    details.outputs(
        plan(1, Map.of("wsi", there(1)), "b"),
        detail(AuxiliaryName.attention("wsi", Encoding.ATTENTION), new float[] {.5f}, 1, 1));
    details.outputs(
        plan(1, Map.of("wsi", there(1)), "a"),
        detail(
            AuxiliaryName.attention("wsi", Encoding.ATTENTION),
            new float[] {.25f, .25f, .5f},
            1,
            3));
    assertEquals(List.of(), details.write(folder));
    assertEquals(
        List.of(
            "README.txt",
            "attention/wsi/a.csv",
            "attention/wsi/a.geojson",
            "attention/wsi/a.png",
            "attention/wsi/b.csv",
            "attention/wsi/b.geojson",
            "attention/wsi/b.png",
            "attention/wsi/legend.csv",
            "attention/wsi/legend.svg",
            "attention/wsi/slides.csv",
            "attention/wsi/top.csv"),
        files());
    assertEquals(
        "element,slide,x,y,weight\n0,s1,512,256,0.375\n1,s1,1024,256,0.25\n2,s1,768.5,512,0.375\n",
        text("attention/wsi/a.csv"));
    assertEquals("element,slide,x,y,weight\n0,s2,0,0,0.75\n", text("attention/wsi/b.csv"));
  }

  @Test
  void geoJsonIsWhatQuPathImports() throws IOException {
    Explanations details = explanations(Map.of("wsi", Map.of("a", three())), TISSUE);
    BatchPlan plan = plan(1, Map.of("wsi", there(1)), "a");
    details.outputs(
        plan,
        detail(
            AuxiliaryName.attention("wsi", Encoding.ATTENTION),
            new float[] {.5f, .25f, .25f},
            1,
            3));
    details.outputs(
        plan,
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {.1f, .8f, .1f, .5f, .2f, .3f, 0, .25f, .75f},
            1,
            3,
            3));
    details.write(folder);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode json = mapper.readTree(text("attention/wsi/a.geojson"));
    assertEquals("FeatureCollection", json.path("type").textValue());
    assertFalse(json.has("unit"));
    assertEquals(3, json.path("features").size());
    assertEquals(
        mapper.readTree(
            """
            {"type": "Feature",
             "geometry": {"type": "Polygon",
               "coordinates": [[[768.5, 512], [1024.5, 512], [1024.5, 768], [768.5, 768], [768.5, 512]]]},
             "properties": {"objectType": "detection", "name": "patch 2", "color": [59, 82, 139],
                            "measurements": {"attention": 0.25, "attention percentile": 25.0}}}
            """),
        json.path("features").get(2));
    JsonNode properties = mapper
        .readTree(text("segmentation/tissue/a.geojson"))
        .path("features")
        .get(0)
        .path("properties");
    assertEquals("tumour, solid", properties.path("classification").path("name").textValue());
    assertEquals("[86,180,233]", properties.path("classification").path("color").toString());
    assertEquals("{\"probability\":0.8}", properties.path("measurements").toString());
  }

  @Test
  void segmentationIsATableAndAnImageOfThePatches() throws IOException {
    Explanations details = explanations(Map.of("wsi", Map.of("a", three())), TISSUE);
    BatchPlan plan = plan(1, Map.of("wsi", there(1)), "a");
    // the models disagree on the first patch: the mean decides
    details.outputs(
        plan,
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {.75f, 0, .25f, .5f, .25f, .25f, 0, .25f, .75f},
            1,
            3,
            3));
    details.outputs(
        plan,
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {0, 1, 0, .5f, .25f, .25f, 0, .25f, .75f},
            1,
            3,
            3));
    details.outputs(
        plan,
        detail(
            new AuxiliaryName(AuxiliaryName.Kind.PATCHES, "tissue", "other"),
            new float[] {1},
            1,
            1));
    details.write(folder);
    assertEquals(
        "element,slide,x,y,class,probability.stroma,\"probability.tumour, solid\",probability.fat\n"
            + "0,s1,512,256,\"tumour, solid\",0.375,0.5,0.125\n1,s1,1024,256,stroma,0.5,0.25,0.25\n"
            + "2,s1,768.5,512,fat,0.0,0.25,0.75\n",
        text("segmentation/tissue/a.csv"));
    assertEquals(
        "index,class,red,green,blue\n1,stroma,230,159,0\n2,\"tumour, solid\",86,180,233\n3,fat,0,158,115\n",
        text("segmentation/tissue/legend.csv"));
    BufferedImage image =
        ImageIO.read(folder.resolve("segmentation/tissue/a.png").toFile());
    assertEquals(3, image.getWidth());
    assertEquals(2, image.getHeight());
    assertEquals(
        "[2, 0, 1, 0, 3, 0]",
        Arrays.toString(image.getRaster().getSamples(0, 0, 3, 2, 0, (int[]) null)));
    assertEquals(0, image.getRGB(1, 0) >>> 24, "the background is transparent");
    assertEquals(0xff56b4e9, image.getRGB(0, 0));
    assertEquals(0xff009e73, image.getRGB(1, 1));
  }

  @Test
  void eachSlideHasItsOwnPictures() throws IOException {
    Bag two = bag(
        new int[] {0, 0, 1, 0, 5, 3, 5, 3},
        at("x", 0, 0),
        at("x", 256, 0),
        at("y/z", 0, 0),
        at("y/z", 10, 0));
    // the other sample is called as a slide's file would be
    Explanations details = explanations(Map.of("wsi", Map.of("a", two, "a.x", three())), TISSUE);
    BatchPlan plan = plan(1, Map.of("wsi", there(1, 1)), "a", "a.x");
    details.outputs(
        plan,
        detail(
            AuxiliaryName.attention("wsi", Encoding.ATTENTION),
            new float[] {.1f, .2f, .3f, .4f, .5f, .5f, 0, 0},
            2,
            4));
    details.outputs(
        plan,
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {
              1, 0, 0, 0, 1, 0, 0, .25f, .75f, 0, .5f, .5f, 1, 0, 0, 1, 0, 0, 1, 0, 0, 9, 9, 9
            },
            2,
            4,
            3));
    details.write(folder);
    assertEquals(
        List.of(
            "README.txt",
            "attention/wsi/a.csv",
            "attention/wsi/a.png",
            "attention/wsi/a.x-2.csv",
            "attention/wsi/a.x-2.geojson",
            "attention/wsi/a.x-2.png",
            "attention/wsi/a.x.geojson",
            "attention/wsi/a.x.png",
            "attention/wsi/a.y_z.geojson",
            "attention/wsi/a.y_z.png",
            "attention/wsi/legend.csv",
            "attention/wsi/legend.svg",
            "attention/wsi/slides.csv",
            "attention/wsi/top.csv",
            "names.csv",
            "segmentation/tissue/a.csv",
            "segmentation/tissue/a.x-2.csv",
            "segmentation/tissue/a.x-2.geojson",
            "segmentation/tissue/a.x-2.png",
            "segmentation/tissue/a.x.geojson",
            "segmentation/tissue/a.x.png",
            "segmentation/tissue/a.y_z.geojson",
            "segmentation/tissue/a.y_z.png",
            "segmentation/tissue/legend.csv"),
        files());
    assertEquals("name,slide,file\na,y/z,a.y_z\na.x,,a.x-2\n", text("names.csv"));
    assertTrue(text("attention/wsi/a.csv").contains("\n2,y/z,0,0,0.3\n"));
    JsonNode second =
        new ObjectMapper().readTree(text("attention/wsi/a.y_z.geojson")).path("features");
    assertEquals(2, second.size());
    assertEquals("patch 2", second.get(0).path("properties").path("name").textValue());
    BufferedImage one =
        ImageIO.read(folder.resolve("segmentation/tissue/a.x.png").toFile());
    assertEquals(
        "[1, 2]", Arrays.toString(one.getRaster().getSamples(0, 0, 2, 1, 0, (int[]) null)));
    BufferedImage cell =
        ImageIO.read(folder.resolve("segmentation/tissue/a.y_z.png").toFile());
    assertEquals(1, cell.getWidth());
    assertEquals(
        3, cell.getRaster().getSample(0, 0, 0), "of two patches in a cell the surer one is seen");
  }

  @Test
  void patchesWithoutPlacesHaveATableAndAPictureWithoutSlides() throws IOException {
    Bag bare = Bag.of(1, new float[] {1, 2}, new int[] {4, 4, 5, 4});
    Bag nowhere = bag(null, PatchLocation.unknown("s"));
    Explanations details = explanations(Map.of("wsi", Map.of("a", bare, "b", nowhere)), TISSUE);
    BatchPlan plan = plan(1, Map.of("wsi", there(1, 1)), "a", "b");
    details.outputs(
        plan,
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0},
            2,
            2,
            3));
    details.write(folder);
    assertEquals(
        List.of("README.txt", "a.csv", "a.png", "b.csv", "legend.csv"),
        files().stream().map(f -> f.replace("segmentation/tissue/", "")).toList());
    assertTrue(text("segmentation/tissue/a.csv").contains("\n1,,,,\"tumour, solid\","));
    assertTrue(text("segmentation/tissue/b.csv").contains("\n0,s,,,fat,"));
  }

  @Test
  void aSampleMayBeCalledLegend() throws IOException {
    Explanations details = explanations(Map.of("wsi", Map.of("legend", three())), TISSUE);
    details.outputs(
        plan(1, Map.of("wsi", there(1)), "legend"),
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1},
            1,
            3,
            3));
    details.write(folder);
    assertTrue(text("segmentation/tissue/legend.csv").startsWith("index,class"));
    assertTrue(text("segmentation/tissue/legend-2.csv").startsWith("element,slide"));
  }

  @Test
  void micrometresAreTold() throws IOException {
    PatchLocation place = PatchLocation.of("s", 255.9999, 0).withSize(256).inMicrometres();
    Explanations details = explanations(Map.of("wsi", Map.of("a", bag(null, place))), Map.of());
    details.outputs(
        plan(1, Map.of("wsi", there(1)), "a"),
        detail(AuxiliaryName.attention("wsi", Encoding.ATTENTION), new float[] {1}, 1, 1));
    List<String> notes = details.write(folder);
    assertEquals(1, notes.size());
    assertTrue(notes.get(0).contains("micrometres"));
    assertEquals(
        "micrometre",
        new ObjectMapper()
            .readTree(text("attention/wsi/a.geojson"))
            .path("unit")
            .textValue());
    assertTrue(text("attention/wsi/a.csv").contains("0,s,255.9999,0,1.0"));
  }

  @Test
  void attentionOverWordsEndsWithTheText() throws IOException {
    Explanations details = explanations(Map.of(), Map.of());
    details.outputs(
        plan(1, Map.of("text", there(1)), "a"),
        detail(
            AuxiliaryName.attention("text", Encoding.ATTENTION),
            new float[] {0, .5f, .5f, 0, 0},
            1,
            5));
    details.write(folder);
    assertEquals(List.of("README.txt", "attention/text/a.csv"), files());
    assertEquals(
        "element,slide,x,y,weight\n0,,,,0.0\n1,,,,0.5\n2,,,,0.5\n", text("attention/text/a.csv"));
  }

  @Test
  void fusionIsARowASampleUnlessItIsOverPatches() throws IOException {
    Explanations details = explanations(Map.of("wsi", Map.of("a", three())), Map.of());
    SortedMap<String, float[]> present =
        new TreeMap<>(Map.of("wsi", there(1, 0, 0), "text", there(1, 1, 0)));
    BatchPlan plan = plan(3, present, "a", "b,1", null);
    details.outputs(
        plan,
        detail(
            AuxiliaryName.fusion("text"),
            new float[] {1, 2, 3, 4, 0, 0, 0, 0, 9, 9, 9, 9},
            3,
            2,
            2));
    details.outputs(
        plan,
        detail(
            AuxiliaryName.fusion("text"),
            new float[] {3, 4, 5, 6, 1, 0, 0, 0, 9, 9, 9, 9},
            3,
            2,
            2));
    details.outputs(
        plan,
        detail(
            AuxiliaryName.fusion("text->wsi"),
            new float[] {.5f, .25f, .25f, 0, 9, 9, 9, 9, 9, 9, 9, 9},
            3,
            4));
    details.outputs(
        plan,
        detail(
            AuxiliaryName.fusion("wsi->text"), new float[] {.5f, .5f, 0, 1, 0, 0, 9, 9, 9}, 3, 3));
    details.write(folder);
    assertEquals(
        "sample,0.0,0.1,1.0,1.1\na,2.0,3.0,4.0,5.0\n\"b,1\",0.5,0.0,0.0,0.0\n",
        text("fusion/text.csv"));
    assertEquals(
        "element,slide,x,y,weight\n0,s1,512,256,0.5\n1,s1,1024,256,0.25\n2,s1,768.5,512,0.25\n",
        text("fusion/text-to-wsi/a.csv"));
    assertTrue(Files.exists(folder.resolve("fusion/text-to-wsi/a.geojson")));
    assertEquals("sample,0,1\na,0.5,0.5\n\"b,1\",1.0,\n", text("fusion/wsi-to-text.csv"));
  }

  /** Step t leads to visit t + 1 from the last visit before it that is there. */
  @Test
  void progressionTellsWhichVisitsAStepLiesBetween() throws IOException {
    Explanations details = explanations(Map.of(), Map.of());
    Map<String, float[]> present =
        Map.of("m", there(1, 0, 1, 1, 1, 0), "n", there(0, 0, 0, 1, 0, 0));
    BatchPlan plan = plan(3, present, "a0", "a1", "a2", "b0", "b1", null);
    details.outputs(
        plan, detail(AuxiliaryName.progression(""), new float[] {9, 9, 1, 2, 3, 4, 9, 9}, 2, 2, 2));
    details.outputs(
        plan, detail(AuxiliaryName.progression(""), new float[] {9, 9, 2, 3, 3, 4, 9, 9}, 2, 2, 2));
    details.outputs(
        plan,
        detail(AuxiliaryName.progression("n"), new float[] {9, 9, 9, 9, 9, 9, 9, 9}, 2, 2, 2));
    details.write(folder);
    assertEquals(
        List.of(
            "README.txt", "names.csv", "progression/patient_0.csv", "progression/patient_1.csv"),
        files());
    assertEquals(
        "from,to,from_days,to_days,0,1\na0,a2,0,61,1.5,2.5\n", text("progression/patient_0.csv"));
    assertEquals(
        "from,to,from_days,to_days,0,1\nb0,b1,0,30.5,3.0,4.0\n", text("progression/patient_1.csv"));
  }

  @Test
  void namesOfFilesAreSafeAndDifferent() throws IOException {
    FileNames names = new FileNames("legend");
    assertEquals("TCGA-01.b_2", names.of("TCGA-01.b_2"));
    assertEquals("_._etc_passwd", names.of("../etc/passwd"));
    assertEquals("__", names.of(".."));
    assertEquals("a_b", names.of("a/b"));
    assertEquals("a_b-2", names.of("a\\b"));
    assertEquals("A_B-3", names.of("A B"), "some systems do not tell upper from lower case");
    assertEquals("a_b", names.of("a/b"), "the same at each call");
    assertEquals("legend-2", names.of("legend"));
    assertEquals("_", names.of(""));
    assertEquals(150, names.of("x".repeat(1000)).length());
    assertEquals(75, names.of("é".repeat(1000)).length());
    Explanations details = explanations(Map.of("wsi", Map.of("../../a", three())), Map.of());
    details.outputs(
        plan(1, Map.of("wsi", there(1)), "../../a"),
        detail(AuxiliaryName.attention("wsi", Encoding.ATTENTION), new float[] {1, 0, 0}, 1, 3));
    details.write(folder.resolve("in/side"));
    assertTrue(files().stream().allMatch(f -> f.startsWith("in/side/")), files().toString());
  }

  @Test
  void coloursOfManyClassesAreDifferent() {
    assertEquals(
        LabelImage.MOST_CLASSES,
        java.util.stream.IntStream.range(0, LabelImage.MOST_CLASSES)
            .mapToObj(i -> Arrays.toString(LabelImage.colour(i)))
            .distinct()
            .count());
  }

  @Test
  void aGridTooLargeForAPictureIsANote() throws IOException {
    Bag wide = bag(new int[] {0, 0, 1_000_000, 1_000_000}, at("s", 0, 0), at("s", 1e6, 1e6));
    Explanations details = explanations(Map.of("wsi", Map.of("a", wide)), TISSUE);
    details.outputs(
        plan(1, Map.of("wsi", there(1)), "a"),
        detail(
            AuxiliaryName.patches("tissue", Prediction.PROBABILITY),
            new float[] {1, 0, 0, 0, 1, 0},
            1,
            2,
            3));
    assertEquals(1, details.write(folder).size());
    assertFalse(Files.exists(folder.resolve("segmentation/tissue/a.png")));
  }

  @Test
  void attentionOverFewerElementsThanTheBagHasIsRefused() {
    Explanations details = explanations(Map.of("wsi", Map.of("a", three())), Map.of());
    assertThrows(
        IllegalStateException.class,
        () -> details.outputs(
            plan(1, Map.of("wsi", there(1)), "a"),
            detail(AuxiliaryName.attention("wsi", Encoding.ATTENTION), new float[] {1, 0}, 1, 2)));
  }
}
