/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens models of a file on this machine. All of them compute on the CPU. */
public final class OnnxModels {
  private OnnxModels() {}

  /**
   * Opens a model. A session is safe for several threads; whoever opened it closes it.
   *
   * @param threads that compute one call; 0 for as many as there are cores
   * @throws IOException for what is no model that can be opened; the message is one sentence for the user
   */
  public static OrtSession open(Path file, int threads) throws IOException {
    data(file); // before native code sees it
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      // the same model on the same machine gives the same numbers
      options.setDeterministicCompute(true);
      return environment().createSession(file.toString(), options);
    } catch (OrtException e) {
      throw new IOException(file + " is no ONNX model that can be used: " + sentence(e), e);
    }
  }

  /**
   * The files beside a model in which it keeps weights.
   *
   * @throws IOException where one of them leads out of the model's folder, is not there or too short, and for what is no model;
   *     the message is one sentence for the user
   */
  public static List<Path> data(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          Files.exists(file) ? file + " is not a file" : "there is no file " + file);
    }
    return ExternalData.of(file);
  }

  /** The runtime; its native code is unpacked and loaded at the first use. */
  public static OrtEnvironment environment() throws IOException {
    try {
      // faults come as exceptions; the runtime's own lines on the screen are for developers
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      environment.setTelemetry(false);
      return environment;
    } catch (OrtException | LinkageError | IllegalStateException e) {
      throw new IOException(
          "the native code of ONNX Runtime does not load (it needs Linux on x86-64 with glibc, and a temporary folder that"
              + " programs may be loaded from): " + e.getMessage(),
          e);
    }
  }

  /** What went wrong, on one line and without the runtime's code of it. */
  public static String sentence(OrtException e) {
    return e.getMessage()
        .strip()
        .replaceAll("\\s+", " ")
        .replaceFirst("^Error code - ORT_\\w+ - message: ", "");
  }
}
