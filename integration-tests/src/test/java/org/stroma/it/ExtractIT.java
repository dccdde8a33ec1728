/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.plugins.tiff.TIFFTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From slides to features to a model, as a user does it. The slides are drawn. */
class ExtractIT {
  @TempDir
  private Path folder;

  private void slide(String name, int seed) throws IOException {
    BufferedImage image = new BufferedImage(1400, 1000, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(240, 240, 240));
    g.fillRect(0, 0, 1400, 1000);
    g.setColor(new Color(200, 120 + 20 * (seed % 3), 180));
    g.fillOval(200, 150, 900, 700);
    g.dispose();
    for (int y = 0; y < 1000; y++) {
      for (int x = 0; x < 1400; x++) {
        image.setRGB(x, y, image.getRGB(x, y) + random.nextInt(8) * 0x010101);
      }
    }
    assertTrue(ImageIO.write(image, "tiff", folder.resolve(name).toFile()));
  }

  /** An OME-TIFF as converters write it: half a micrometre a pixel, and the number of a compression if it is to be another. */
  private void ome(String name, int compression) throws Exception {
    slide("plain.tif", 3);
    BufferedImage image = ImageIO.read(folder.resolve("plain.tif").toFile());
    Files.delete(folder.resolve("plain.tif"));
    String xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">"
            + "<Image ID=\"Image:0\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"uint8\" SizeX=\"1400\" SizeY=\"1000\" "
            + "SizeC=\"3\" SizeZ=\"1\" SizeT=\"1\" PhysicalSizeX=\"500\" PhysicalSizeXUnit=\"nm\"><Channel ID=\"Channel:0:0\" "
            + "SamplesPerPixel=\"3\"/><TiffData IFD=\"0\" PlaneCount=\"1\"/></Pixels></Image></OME>";
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    TIFFDirectory fields = TIFFDirectory.createFromMetadata(writer.getDefaultImageMetadata(
        ImageTypeSpecifier.createFromRenderedImage(image), writer.getDefaultWriteParam()));
    TIFFTag description =
        BaselineTIFFTagSet.getInstance().getTag(BaselineTIFFTagSet.TAG_IMAGE_DESCRIPTION);
    fields.addTIFFField(new TIFFField(description, TIFFTag.TIFF_ASCII, 1, new String[] {xml}));
    try (var out = ImageIO.createImageOutputStream(folder.resolve(name).toFile())) {
      writer.setOutput(out);
      writer.write(new IIOImage(image, null, fields.getAsMetadata()));
    } finally {
      writer.dispose();
    }
    if (compression > 1) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name)));
      bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int entry = bytes.getInt(4) + 2;
      while (bytes.getShort(entry) != BaselineTIFFTagSet.TAG_COMPRESSION) {
        entry += 12;
      }
      bytes.putShort(entry + 8, (short) compression);
      Files.write(folder.resolve(name), bytes.array());
    }
  }

  /** Its size of pixels is in the XML; what nobody decodes is called by its name, and the others are extracted. */
  @Test
  void omeTiffIsCutByItsMicrometresAndACompressionIsNamed() throws Exception {
    Files.createDirectories(folder.resolve("slides"));
    ome("slides/a.ome.tif", 1);
    ome("slides/b.ome.tif", 34712);
    Stroma.Result result =
        Stroma.run(folder, "extract", "slides", "--out", "features", "--patch-size=128");
    assertEquals(3, result.code(), result.toString());
    assertTrue(
        result.out().startsWith("1 slide extracted into features, 1 left out: b"), result.out());
    assertTrue(
        result
            .err()
            .contains(
                "slide b left out: slides/b.ome.tif: image 1 is compressed with JPEG 2000, which Stroma does not decode; "),
        result.err());
    assertEquals(
        0.5,
        Stroma.json(folder.resolve("features/extraction.json"))
            .path("slides")
            .path("a")
            .path("mpp")
            .asDouble());
    Stroma.Result tiff =
        Stroma.run(folder, "extract", "slides/b.ome.tif", "--out", "f", "--format", "openslide");
    assertEquals(3, tiff.code(), tiff.toString());
    assertTrue(
        tiff.err().contains("slides/b.ome.tif is no slide that --format openslide reads"),
        tiff.err());
  }

  private Stroma.Result extract(String... arguments) throws Exception {
    String[] all = new String[arguments.length + 7];
    System.arraycopy(arguments, 0, all, 7, arguments.length);
    System.arraycopy(
        new String[] {
          "extract", "slides", "--out", "features", "--slide-mpp", "0.5", "--patch-size=128"
        },
        0,
        all,
        0,
        7);
    return Stroma.run(folder, all);
  }

  @Test
  void slidesAreSplitOverShardsAndProcesses() throws Exception {
    Files.createDirectories(folder.resolve("slides"));
    for (int i = 0; i < 3; i++) {
      slide("slides/s" + i + ".tif", i);
    }
    Files.writeString(folder.resolve("slides/s3.tif"), "II*\0 and no more");
    Stroma.Result shard = extract("--shard", "1/2");
    // s1 and s3 are its own
    assertEquals(3, shard.code(), shard.toString());
    assertTrue(
        shard.out().startsWith("1 slide extracted into features, 1 left out: s3"), shard.out());
    Path features = folder.resolve("features");
    assertFalse(Files.exists(features.resolve("s0.h5")));
    assertTrue(Files.exists(features.resolve("extraction-shard-1-of-2.json")));
    assertFalse(Files.exists(features.resolve("extraction.json")));
    byte[] first = Files.readAllBytes(features.resolve("s1.h5"));
    Stroma.Result rest = extract("--processes", "2");
    assertEquals(3, rest.code(), rest.toString());
    assertTrue(
        rest.out().startsWith("0 slides extracted into features, 3 were there already, 1 left out"),
        rest.out());
    assertEquals(
        1, rest.err().lines().filter(line -> line.contains("s3 left out")).count(), rest.err());
    assertEquals(
        4, Stroma.json(features.resolve("extraction.json")).path("slides").size());
    assertArrayEquals(first, Files.readAllBytes(features.resolve("s1.h5")));
    assertFalse(Files.exists(features.resolve("extraction-shard-1-of-2.json")));
  }

  @Test
  void slidesToFeaturesToAModel() throws Exception {
    Files.createDirectories(folder.resolve("slides"));
    StringBuilder table = new StringBuilder("id,days,event,slide\n");
    for (int i = 0; i < 4; i++) {
      slide("slides/s" + i + ".tif", i);
      table.append(i).append(',').append(10 + i).append(",1,s").append(i).append('\n');
    }
    byte[] whole = Files.readAllBytes(folder.resolve("slides/s3.tif"));
    Files.write(folder.resolve("slides/s9.tif"), java.util.Arrays.copyOf(whole, 20_000));
    Files.writeString(folder.resolve("slides/notes.txt"), "no slide");
    Files.writeString(folder.resolve("slides/page.svs"), "<html>not found</html>");
    Files.write(folder.resolve("slides/zero.tif"), new byte[0]);

    Stroma.Result first = extract();
    assertEquals(3, first.code(), first.toString());
    assertTrue(
        first.out().contains("4 slides extracted into features, 3 left out: page, s9, zero"),
        first.out());
    assertTrue(
        first.err().contains("slide s9 left out: slides/s9.tif is cut off or damaged"),
        first.err());
    assertTrue(
        first.out().contains("  page: slides/page.svs is no slide that an installed format reads"),
        first.out());
    assertTrue(Files.exists(folder.resolve("features/thumbnails/s0.png")));
    assertFalse(Files.exists(folder.resolve("features/s9.h5")));
    CommandsIT.assertNoPartialFiles(folder.resolve("features"));

    // finished slides stay as they are, the one that was lost is made again
    Path kept = folder.resolve("features/s0.h5");
    FileTime time = Files.getLastModifiedTime(kept);
    Files.delete(folder.resolve("features/s2.h5"));
    for (String bad : new String[] {"s9.tif", "page.svs", "zero.tif"}) {
      Files.delete(folder.resolve("slides").resolve(bad));
    }
    // and a slide that was replaced under its name gets new features
    slide("slides/s1.tif", 77);
    byte[] before = Files.readAllBytes(folder.resolve("features/s1.h5"));
    Stroma.Result again = extract();
    assertEquals(0, again.code(), again.toString());
    assertTrue(
        again.out().contains("2 slides extracted into features, 2 were there already"),
        again.out());
    assertTrue(
        again
            .err()
            .contains(
                "slide s1: slides/s1.tif is another file than the one its features were made of"),
        again.err());
    assertFalse(
        java.util.Arrays.equals(before, Files.readAllBytes(folder.resolve("features/s1.h5"))));
    assertEquals(time, Files.getLastModifiedTime(kept));

    Stroma.Result other = extract("--overlap", "0.5");
    assertEquals(2, other.code(), other.toString());
    assertTrue(other.err().contains("was made with other settings"), other.err());
    assertEquals(time, Files.getLastModifiedTime(kept));

    Files.writeString(folder.resolve("patients.csv"), table);
    Files.writeString(
        folder.resolve("experiment.json"),
        """
        {
          "cohort": {"table": "patients.csv", "id": "id",
                     "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
          "modalities": {"wsi": {"reader": {"type": "hdf5-patches", "path": "features/{slide}.h5"},
                                 "encoder": {"type": "wsi-transformer", "layers": 1, "heads": 2}}},
          "model": {"embedDim": 8, "heads": {"os": {"type": "survival", "target": "os"}}},
          "losses": [{"type": "cox", "head": "os"}],
          "training": {"epochs": 1},
          "evaluation": {"split": {"folds": 2}}
        }
        """);
    Stroma.Result run = Stroma.run(folder, "run", "experiment.json", "--out", "run");
    assertEquals(0, run.code(), run.toString());
  }

  /** A killed extraction leaves whole files alone, and the next one goes on. */
  @Test
  void aKilledExtractionGoesOn() throws Exception {
    Files.createDirectories(folder.resolve("slides"));
    for (int i = 0; i < 12; i++) {
      slide("slides/s" + i + ".tif", i);
    }
    Process process = Stroma.command(
            folder,
            "extract",
            "slides",
            "--out",
            "features",
            "--slide-mpp",
            "0.5",
            "--patch-size=128")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile())
        .start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(folder.resolve("features/s0.h5")) && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    // bin/stroma hands its process over to Java, so that this is it
    process.destroyForcibly().waitFor();
    Stroma.Result result = extract();
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.out().matches("(?s).*(1 was|\\d+ were) there already.*"), result.out());
    for (int i = 0; i < 12; i++) {
      assertTrue(Files.size(folder.resolve("features/s" + i + ".h5")) > 1000);
    }
  }

  @Test
  void wrongUseIsASentence() throws Exception {
    Stroma.Result none = Stroma.run(folder, "extract", "none.svs", "--out", "features");
    assertEquals(3, none.code(), none.toString());
    assertTrue(none.err().contains("there is no file none.svs"), none.err());
    Stroma.Result part =
        Stroma.run(folder, "extract", "none.svs", "--out", "f", "--extractor", "resnet99");
    assertEquals(4, part.code(), part.toString());
    assertTrue(
        part.err().contains("no installed bundle provides the extractor \"resnet99\"")
            && part.err().contains("did you mean resnet50?"),
        part.err());
    Stroma.Result setting =
        Stroma.run(folder, "extract", "none.svs", "--out", "f", "--set", "extractor.quantile=3");
    assertEquals(2, setting.code(), setting.toString());
    assertTrue(setting.err().contains("/extractor/quantile: is not known here"), setting.err());
    assertEquals(2, Stroma.run(folder, "extract", "none.svs").code());
  }
}
