/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.savedmodel;

import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/** What a SavedModel is computed on, as {@code stroma.device} has it. */
final class Devices {
  private Devices() {}

  /**
   * What TensorFlow is told.
   *
   * @param device auto, cpu, gpu or gpu:NUMBER
   * @param soft whether what a GPU cannot compute is computed on the CPU
   */
  static ConfigProto config(String device, boolean soft) {
    ConfigProto.Builder config = ConfigProto.newBuilder().setAllowSoftPlacement(soft);
    if (device.equals("cpu")) {
      return config.putDeviceCount("GPU", 0).build();
    }
    GPUOptions.Builder gpu = GPUOptions.newBuilder().setAllowGrowth(true);
    if (device.startsWith("gpu:")) {
      gpu.setVisibleDeviceList(device.substring("gpu:".length()));
    }
    return config.setGpuOptions(gpu).build();
  }

  /** Whether the device is there: for a GPU that is demanded, by computing on it. */
  static boolean there(String device) {
    if (!device.startsWith("gpu")) {
      return true;
    }
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph)
          .withDevice(DeviceSpec.newBuilder()
              .deviceType(DeviceSpec.DeviceType.GPU)
              .deviceIndex(0)
              .build());
      var sum = tf.math.add(tf.constant(1f), tf.constant(2f));
      try (Session session = new Session(graph, config(device, false));
          var result = session.runner().fetch(sum).run()) {
        return result.size() == 1;
      }
    } catch (TensorFlowException | IllegalArgumentException e) {
      return false;
    }
  }
}
