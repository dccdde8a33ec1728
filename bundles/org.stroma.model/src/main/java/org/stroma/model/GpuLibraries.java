/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.javacpp.Loader;
import org.osgi.framework.Bundle;

/** What natives for GPUs want of NVIDIA and do not bring: where one is missing, they compute on the CPU. */
final class GpuLibraries {
  private static final String DRIVER = "libcuda.so.1";

  /** As TensorFlow 2.18 and ONNX Runtime 1.28 ask for them; cuRAND is for the latter alone. */
  private static final List<String> WANTED = List.of(
      DRIVER,
      "libcudart.so.12",
      "libcublas.so.12",
      "libcublasLt.so.12",
      "libcufft.so.11",
      "libcurand.so.10",
      "libcusolver.so.11",
      "libcusparse.so.12",
      "libcudnn.so.9");

  private GpuLibraries() {}

  /** Whether TensorFlow's natives here are those for GPUs. */
  static boolean wanted(Bundle... bundles) {
    return Arrays.stream(bundles).anyMatch(bundle -> {
      String name = bundle.getSymbolicName();
      return name != null && name.startsWith("org.stroma.tensorflow.") && name.endsWith("-gpu");
    });
  }

  /** Why natives for GPUs see none, in words. */
  static String sentence() {
    return sentence(GpuLibraries::loads);
  }

  static String sentence(Predicate<String> loads) {
    List<String> missing = WANTED.stream().filter(loads.negate()).toList();
    List<String> cuda = missing.stream().filter(name -> !name.equals(DRIVER)).toList();
    StringBuilder said = new StringBuilder();
    if (missing.contains(DRIVER)) {
      said.append("NVIDIA's driver is not there (" + DRIVER + ")");
    }
    if (!cuda.isEmpty()) {
      said.append(said.isEmpty() ? "" : "; ")
          .append("of CUDA 12 and cuDNN 9 are missing " + String.join(", ", cuda))
          .append(": install them, or build with -Pgpu,cuda, which brings them");
    }
    return said.isEmpty()
        ? "NVIDIA's libraries are all there, and the driver shows no GPU"
        : said.toString();
  }

  private static boolean loads(String name) {
    try {
      Loader.loadGlobal(name);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
