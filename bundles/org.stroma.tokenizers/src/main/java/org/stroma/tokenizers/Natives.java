/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Loads the native library, unpacked from this bundle, on first use. DJL's own loader is not used:
 * it probes for GPUs, downloads builds for them, and does not work inside OSGi.
 */
final class Natives {
  private static final String LIBRARY = "/native/lib/linux-x86_64/cpu/libtokenizers.so";
  private static boolean loaded;

  private Natives() {}

  static synchronized TokenizersLibrary library() throws IOException {
    if (!loaded) {
      try (InputStream in = Natives.class.getResourceAsStream(LIBRARY)) {
        if (in == null) {
          throw new IOException("the bundle org.stroma.tokenizers lacks " + LIBRARY);
        }
        Path file = Files.createTempFile("stroma-tokenizers", ".so");
        try {
          Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
          System.load(file.toString());
        } finally {
          Files.delete(file); // a loaded library stays mapped
        }
        loaded = true;
      } catch (IOException | LinkageError e) {
        throw new IOException(
            "the native code of the tokenizers does not load (it needs Linux on x86-64 with glibc, and a temporary folder that"
                + " programs may be loaded from): " + e.getMessage(),
            e);
      }
    }
    return TokenizersLibrary.LIB;
  }
}
