/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;

/** Opens local ONNX models. They run on the CPU, or on a GPU where this is a build of ONNX Runtime with CUDA. */
public final class OnnxModels {
  private static final int LONGEST = 400;
  private static final String LIBRARIES =
      "; NVIDIA's driver, CUDA 12 and cuDNN 9 have to be there, and a build with -Pgpu,cuda brings the two";
  private static final Logger LOG = Logger.getLogger("org.stroma.onnxruntime");

  private OnnxModels() {}

  /**
   * Opens a model on the CPU. The session is thread-safe; the caller closes it.
   *
   * @param threads number of threads per call; 0 for the number of cores
   * @throws IOException if the model cannot be opened; the message is one sentence for the user
   */
  public static OrtSession open(Path file, int threads) throws IOException {
    return open(file, threads, "cpu");
  }

  /**
   * Opens a model on a device. The session is thread-safe; the caller closes it.
   *
   * @param threads number of threads per call on the CPU; 0 for the number of cores
   * @param device as the setting {@code stroma.device} has it: auto, cpu, gpu or gpu:NUMBER
   * @throws IOException if the model cannot be opened, or not on a GPU that is demanded; the message is one sentence for
   *     the user
   */
  public static OrtSession open(Path file, int threads, String device) throws IOException {
    data(file); // check first, before native code reads it
    OrtEnvironment environment = environment();
    boolean demanded = device.startsWith("gpu");
    boolean cuda = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    if (demanded && !cuda) {
      throw new IOException(
          file + " cannot be computed on a GPU (the device is " + device
              + "), as this distribution's ONNX Runtime is for CPUs alone; set the device to auto or cpu, or build it with -Pgpu");
    }
    if (cuda && !device.equals("cpu")) {
      try {
        return session(
            environment,
            file,
            threads,
            demanded && device.length() > 4 ? Integer.parseInt(device.substring(4)) : 0);
      } catch (OrtException e) {
        String why = sentence(e);
        if (demanded) {
          throw new IOException(
              file + " cannot be computed on a GPU (the device is " + device + "): " + why
                  + (why.contains(".so.") ? LIBRARIES : ""),
              e);
        }
        // auto takes a GPU where there is one that works
        LOG.info("ONNX Runtime computes on the CPU, not on a GPU: " + why);
      }
    }
    try {
      return session(environment, file, threads, -1);
    } catch (OrtException e) {
      throw new IOException(file + " is no ONNX model that can be used: " + sentence(e), e);
    }
  }

  /** @param gpu its number; below 0 for the CPU */
  private static OrtSession session(OrtEnvironment environment, Path file, int threads, int gpu)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      // reproducible on the same machine
      options.setDeterministicCompute(true);
      if (gpu >= 0) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu)) {
          cuda.add("use_tf32", "0"); // features are those of the CPU
          options.addCUDA(cuda);
        }
      }
      return environment.createSession(file.toString(), options);
    }
  }

  /**
   * The files with external weights of a model.
   *
   * @throws IOException if one of them leads out of the model's folder, does not exist or is
   *     too short, or if the file is not a model; the message is one sentence for the user
   */
  public static List<Path> data(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          Files.exists(file) ? file + " is not a file" : "there is no file " + file);
    }
    return ExternalData.of(file);
  }

  /**
   * The runtime; its native library is unpacked and loaded on first use.
   *
   * @throws IOException if it cannot be loaded; the message is one sentence for the user
   */
  public static OrtEnvironment environment() throws IOException {
    try {
      // errors are thrown as exceptions; the runtime's own log is for developers
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

  /**
   * The message of an exception on one line, without the error code and the places in the runtime's
   * own source.
   */
  public static String sentence(OrtException e) {
    String message = String.valueOf(e.getMessage())
        .strip()
        .replaceAll("\\s+", " ")
        .replaceFirst("^Error code - ORT_\\w+ - message: ", "")
        .replaceFirst("^\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ", "")
        .replace("Exception during initialization: ", "");
    int source = message.indexOf("/onnxruntime_src/");
    int said = source < 0 ? -1 : message.indexOf(") ", source);
    if (said > 0) {
      message = message.substring(0, source) + message.substring(said + 2);
    }
    return message.length() > LONGEST ? message.substring(0, LONGEST) + " ..." : message;
  }
}
