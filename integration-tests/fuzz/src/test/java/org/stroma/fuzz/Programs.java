/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.extensions.JarReading;
import org.stroma.slides.savedmodel.SavedModelExtractor;
import org.stroma.testkit.Defaults;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** Programs of others: SavedModels, and extensions with the files that say whom to trust. */
final class Programs {
  private static final BundleContext CPU = (BundleContext) Proxy.newProxyInstance(
      Programs.class.getClassLoader(),
      new Class<?>[] {BundleContext.class},
      (proxy, method, arguments) -> method.getName().equals("getProperty") ? "cpu" : null);

  private Programs() {}

  static List<Reading> readings() throws IOException {
    return List.of(
        Readings.of("savedmodel", 30, () -> List.of(savedModel()), Programs::extract),
        Readings.of("extension", 50, () -> List.of(extension()), folder -> {
          var objection = JarReading.objection(
              folder.resolve("extension.jar"),
              folder.resolve("list.txt"),
              folder.resolve("certificates"));
          if (objection.isPresent()) {
            throw new Reading.Refused(objection.get());
          }
        }));
  }

  private static void extract(Path folder) {
    try (FeatureExtractor.Model model = new SavedModelExtractor(
            Defaults.of(SavedModelExtractor.Settings.class, Map.of("model", "model")), CPU)
        .open(folder)) {
      model.extract(List.of(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)));
    }
  }

  /** Colours, convolved by weights that are stored beside the graph. */
  private static Sample savedModel() throws IOException {
    Path folder = Files.createTempDirectory("fuzz-model");
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> pixels = tf.withName("pixels")
          .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 3)));
      Operand<TFloat32> start = tf.fill(tf.constant(new int[] {3, 3, 3, 2}), tf.constant(0.1f));
      Variable<TFloat32> kernel =
          tf.withName("kernel").variable(Shape.of(3, 3, 3, 2), TFloat32.class);
      session.run(tf.assign(kernel, start));
      Operand<TFloat32> map =
          tf.nn.relu(tf.nn.conv2d(pixels, kernel, List.of(1L, 1L, 1L, 1L), "SAME"));
      Operand<TFloat32> mean = tf.math.mean(map, tf.constant(new int[] {1, 2}));
      SavedModelBundle.exporter(folder.resolve("model").toString())
          .withSession(session)
          .withSignature(Signature.builder()
              .input("images", pixels)
              .output("features", mean)
              .build())
          .export();
    }
    Sample sample = Sample.read(folder);
    Sample.delete(folder);
    return sample;
  }

  private static Sample extension() throws IOException {
    byte[] jar = resource("signed.jar");
    try {
      String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
      return Sample.of("extension.jar", jar)
          .with("list.txt", "# trusted\n" + sum + "  extension.jar\n")
          .with("certificates/fuzz.pem", resource("fuzz.pem"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Programs.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    }
  }
}
