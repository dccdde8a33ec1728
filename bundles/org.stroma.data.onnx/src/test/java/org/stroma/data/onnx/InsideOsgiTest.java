/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.stroma.onnxruntime.OnnxModels;
import org.stroma.tokenizers.PretrainedTokenizer;

/** Native code that a class path finds may be out of a framework's sight. */
class InsideOsgiTest {
  private static final String TOKENIZER =
      """
      {"added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
      "decoder": null, "model": {"type": "WordLevel", "unk_token": "b", "vocab": {"a": 0, "b": 1}}}
      """;

  @TempDir
  private Path folder;

  private static Bundle install(Framework framework, Class<?> of) throws Exception {
    URL place = of.getProtectionDomain().getCodeSource().getLocation();
    // in a build that does not package, it is a folder of classes
    return framework
        .getBundleContext()
        .installBundle((place.getPath().endsWith("/") ? "reference:" : "") + place);
  }

  @Test
  void nativeCodeLoadsInsideBundles() throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put(Constants.FRAMEWORK_STORAGE, folder.resolve("bundles").toString());
    settings.put(Constants.FRAMEWORK_BOOTDELEGATION, "");
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(settings);
    framework.start();
    try {
      for (Class<?> library :
          new Class<?>[] {JsonFactory.class, JsonProperty.class, ObjectMapper.class}) {
        install(framework, library);
      }
      Bundle tokenizers = install(framework, PretrainedTokenizer.class);
      Bundle onnx = install(framework, OnnxModels.class);
      tokenizers.start();
      onnx.start();

      Class<?> tokenizer = tokenizers.loadClass(PretrainedTokenizer.class.getName());
      assertNotSame(PretrainedTokenizer.class, tokenizer);
      Object opened = tokenizer
          .getMethod("parse", String.class, String.class, int.class)
          .invoke(null, TOKENIZER, "t", 0);
      Object tokens = tokenizer.getMethod("encode", String.class).invoke(opened, "a b a");
      assertArrayEquals(
          new long[] {0, 1, 0}, (long[]) tokens.getClass().getMethod("ids").invoke(tokens));

      Path model = folder.resolve("bare.onnx");
      try (InputStream in = InsideOsgiTest.class.getResourceAsStream("bare.onnx")) {
        Files.copy(in, model);
      }
      Class<?> models = onnx.loadClass(OnnxModels.class.getName());
      assertNotSame(OnnxModels.class, models);
      Object session = models.getMethod("open", Path.class, int.class).invoke(null, model, 1);
      assertEquals(
          Set.of("input_ids"), session.getClass().getMethod("getInputNames").invoke(session));
      ((AutoCloseable) session).close();
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }
}
