/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.experiment.Precision.BFLOAT16;
import static org.stroma.experiment.Precision.FLOAT32;
import static org.stroma.experiment.Precision.TENSORFLOAT32;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.stroma.nn.MatrixProducts;

class DevicesTest {
  @Test
  void aGpuComputesInThePrecisionThatIsWantedOrTheRunIsRefusedWithWhatToSet() {
    assertNull(Devices.objection(FLOAT32, true, null));
    assertNull(Devices.objection(FLOAT32, true, "0"));
    assertNull(Devices.objection(TENSORFLOAT32, true, null));
    assertNull(Devices.objection(TENSORFLOAT32, true, "1"));
    assertTrue(Devices.objection(TENSORFLOAT32, true, "0").contains("unset that"));
    assertNull(Devices.objection(FLOAT32, false, "0"));
    assertTrue(Devices.objection(FLOAT32, false, null).contains("set NVIDIA_TF32_OVERRIDE=0"));
    assertNull(Devices.objection(TENSORFLOAT32, false, null));
    assertNull(Devices.objection(BFLOAT16, true, "0"), "which is of TensorFloat32");
    String all = Devices.objection(BFLOAT16, false, null);
    assertTrue(
        all.contains("float32 in TensorFloat32"), "what is not a product is float32: " + all);
  }

  @Test
  void aCpuComputesInBfloat16ByRoundingAndKnowsNoTensorFloat32() {
    Devices devices = new Devices(settings(Map.of("stroma.device", "cpu")));
    assertEquals(BFLOAT16, devices.precision(BFLOAT16));
    assertEquals(FLOAT32, devices.precision(TENSORFLOAT32));
    assertEquals(FLOAT32, devices.precision(FLOAT32));
    Computing computing = devices.computing(BFLOAT16);
    assertEquals(MatrixProducts.BFLOAT16_ON_CPU, computing.bfloat16());
    assertEquals(0, computing.config().getDeviceCountOrThrow("GPU"));
    assertEquals(
        List.of("common_subgraph_elimination"),
        computing.config().getGraphOptions().getRewriteOptions().getOptimizersList(),
        "the rest of rewriting takes longer than a first step, and makes later ones no faster");
    assertTrue(devices.precisions().contains("bfloat16 if an experiment asks for it"));
  }

  @Test
  void whatIsMissingForAGpuIsNamed() {
    assertEquals(
        "NVIDIA's libraries are all there, and the driver shows no GPU",
        GpuLibraries.sentence(name -> true));
    assertEquals(
        "NVIDIA's driver is not there (libcuda.so.1)",
        GpuLibraries.sentence(name -> !name.equals("libcuda.so.1")));
    assertEquals(
        "of CUDA 12 and cuDNN 9 are missing libcudart.so.12, libcudnn.so.9: install them, or build with -Pgpu,cuda, which brings them",
        GpuLibraries.sentence(name -> !name.contains("cudart") && !name.contains("cudnn")));
    String all = GpuLibraries.sentence(name -> false);
    assertTrue(all.startsWith("NVIDIA's driver is not there (libcuda.so.1); of CUDA 12 "), all);
    assertTrue(all.contains("libcusparse.so.12"), all);
  }

  private static BundleContext settings(Map<String, String> settings) {
    return (BundleContext) Proxy.newProxyInstance(
        DevicesTest.class.getClassLoader(),
        new Class<?>[] {BundleContext.class},
        (proxy, method, arguments) -> method.getName().equals("getBundles")
            ? new Bundle[0]
            : settings.get((String) arguments[0]));
  }
}
