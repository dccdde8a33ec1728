/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.Graph;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;

/** All operations of this bundle, known to TensorFlow. */
record Operations(
    AttentionOperations attention, AttentionOperations self, ElementOperations elements) {
  /** Registrations in one process at most. */
  private static final int MOST = 1000;

  /** Registers them. */
  static Operations register(Engine engine) throws Throwable {
    TensorFlow.version(); // unpacks and loads it
    String path = Loader.getLoadedLibraries().get("tensorflow_framework@.2");
    if (path == null) {
      throw new IllegalStateException("it is not known where TensorFlow was loaded from");
    }
    Foreign library = Foreign.open(Path.of(path));
    KernelApi api = new KernelApi(library);
    ShapeApi shapes = new ShapeApi(library);
    Registration registration = new Registration(library, api);
    // an object that all class loaders know: two frameworks in one process may share the library
    synchronized (Runtime.getRuntime()) {
      String suffix = free();
      return new Operations(
          AttentionOperations.register(Layout.SEPARATE, registration, api, shapes, engine, suffix),
          AttentionOperations.register(Layout.JOINED, registration, api, shapes, engine, suffix),
          ElementOperations.register(registration, api, shapes, engine, suffix));
    }
  }

  /** A suffix of names that are free: this bundle may have been here before, in an older version. */
  private static String free() {
    for (int i = 1; i <= MOST; i++) {
      String suffix = i == 1 ? "" : String.valueOf(i);
      if (!known("StromaAttention" + suffix)) {
        return suffix;
      }
    }
    throw new IllegalStateException("TensorFlow knows too many operations of ours already");
  }

  private static boolean known(String type) {
    try (Graph graph = new Graph()) {
      Ops.create(graph).scope().opBuilder(type, "Probe").build();
      return true;
    } catch (RuntimeException e) {
      // what is known lacks its inputs
      return !String.valueOf(e.getMessage()).contains("not registered");
    }
  }
}
