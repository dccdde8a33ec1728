/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;

/**
 * Makes operations known to TensorFlow, with a kernel for the CPU (tensorflow/c/ops.h and
 * c/kernels.h). That cannot be undone.
 */
final class Registration {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** What TensorFlow calls to compute an operation. */
  @FunctionalInterface
  interface Kernel {
    /** Must not throw. */
    void compute(long context);
  }

  /** What TensorFlow calls for an operation's static shapes. */
  @FunctionalInterface
  interface Shapes {
    /** @param status an address, to tell what is wrong with the shapes */
    void infer(long context, long status) throws Throwable;
  }

  private final Foreign library;
  private final KernelApi api;

  Registration(Foreign library, KernelApi api) {
    this.library = library;
    this.api = api;
  }

  /**
   * Registers an operation. TensorFlow ends the process where the name is taken.
   *
   * @param inputs such as "x: float"
   */
  void register(
      String name, List<String> inputs, List<String> outputs, Shapes shapes, Kernel kernel)
      throws Throwable {
    MethodHandle compute = MethodHandles.dropArguments(
        LOOKUP.bind(kernel, "compute", MethodType.methodType(void.class, long.class)),
        0,
        long.class);
    MethodHandle infer = MethodHandles.insertArguments(
        LOOKUP.findStatic(
            Registration.class,
            "infer",
            MethodType.methodType(void.class, Shapes.class, long.class, long.class)),
        0,
        shapes);
    MethodHandle create =
        MethodHandles.dropArguments(MethodHandles.constant(long.class, 0L), 0, long.class);
    MethodHandle delete = MethodHandles.empty(MethodType.methodType(void.class, long.class));
    try (KernelApi.Status status = api.new Status();
        BytePointer op = new BytePointer(name);
        BytePointer device = new BytePointer("CPU");
        BytePointer kernelName = new BytePointer(name + "Kernel")) {
      long definition = (long) library
          .function("TF_NewOpDefinitionBuilder", long.class, long.class)
          .invokeExact(op.address());
      add("TF_OpDefinitionBuilderAddInput", definition, inputs);
      add("TF_OpDefinitionBuilderAddOutput", definition, outputs);
      library
          .function(
              "TF_OpDefinitionBuilderSetShapeInferenceFunction", void.class, long.class, long.class)
          .invokeExact(definition, library.callback(infer));
      library
          .function("TF_RegisterOpDefinition", void.class, long.class, long.class)
          .invokeExact(definition, status.address);
      status.check();
      long builder = (long) library
          .function(
              "TF_NewKernelBuilder",
              long.class,
              long.class,
              long.class,
              long.class,
              long.class,
              long.class)
          .invokeExact(
              op.address(),
              device.address(),
              library.callback(create),
              library.callback(compute),
              library.callback(delete));
      library
          .function("TF_RegisterKernelBuilder", void.class, long.class, long.class, long.class)
          .invokeExact(kernelName.address(), builder, status.address);
      status.check();
    }
  }

  private void add(String function, long definition, List<String> specifications) throws Throwable {
    MethodHandle add = library.function(function, void.class, long.class, long.class);
    for (String specification : specifications) {
      try (BytePointer string = new BytePointer(specification)) {
        add.invokeExact(definition, string.address());
      }
    }
  }

  /** Called by TensorFlow: an exception here would end the process. */
  @SuppressWarnings("unused")
  private static void infer(Shapes shapes, long context, long status) {
    try {
      shapes.infer(context, status);
    } catch (Throwable t) {
      // shapes stay unknown, and the kernel says what is wrong with them
    }
  }
}
