/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.settings.SettingKeys;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * Where models compute. Three framework properties, set in {@code conf/stroma.properties} or by {@code -D}, say what to
 * use: {@code stroma.device} ({@code auto}: a GPU where TensorFlow sees one, else the CPU; {@code cpu}; {@code gpu};
 * {@code gpu:1} for a certain one), {@code stroma.memoryGrowth} ({@code true}: take GPU memory as needed; {@code false}:
 * all at once), {@code stroma.threads} (0: as many as there are cores).
 */
@Component(service = Devices.class)
public final class Devices {
  private final String device;
  private final boolean memoryGrowth;
  private final int threads;
  private List<String> seen;

  @Activate
  public Devices(BundleContext context) {
    device = SettingKeys.DEVICE.of(context::getProperty);
    memoryGrowth = SettingKeys.MEMORY_GROWTH.of(context::getProperty);
    threads = SettingKeys.THREADS.of(context::getProperty);
  }

  /**
   * The configuration of a session.
   *
   * @throws FaultsException when a GPU is demanded and there is none
   */
  public ConfigProto config() {
    ConfigProto.Builder config = ConfigProto.newBuilder()
        .setAllowSoftPlacement(true)
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(threads);
    if (device.equals("cpu")) {
      config.putDeviceCount("GPU", 0);
    } else {
      GPUOptions.Builder gpu = GPUOptions.newBuilder().setAllowGrowth(memoryGrowth);
      if (device.matches("gpu:\\d+")) {
        gpu.setVisibleDeviceList(device.substring(4));
      }
      config.setGpuOptions(gpu);
      if (device.startsWith("gpu") && list().size() < 2) {
        throw refuse("stroma.device is " + device
            + ", but TensorFlow sees no GPU; use auto or cpu, or install the GPU build");
      }
    }
    return config.build();
  }

  private static FaultsException refuse(String message) {
    return new FaultsException(List.of(new Fault("", message)), false);
  }

  /** The devices that TensorFlow computes on here, found by computing on them: CPU:0, GPU:0 and so on. */
  public synchronized List<String> list() {
    if (seen == null) {
      List<String> found = new ArrayList<>(List.of("CPU:0"));
      for (int i = 0; !device.equals("cpu") && works("GPU:" + i); i++) {
        found.add("GPU:" + i);
      }
      seen = List.copyOf(found);
    }
    return seen;
  }

  /** What is used, in words. */
  public String sentence() {
    List<String> devices = list();
    return "computing on " + (devices.size() == 1 ? "the CPU" : String.join(", ", devices));
  }

  private boolean works(String name) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph)
          .withDevice(org.tensorflow.DeviceSpec.newBuilder()
              .deviceType(org.tensorflow.DeviceSpec.DeviceType.GPU)
              .deviceIndex(Integer.parseInt(name.substring(4)))
              .build());
      var sum = tf.math.add(tf.constant(1f), tf.constant(2f));
      ConfigProto config = ConfigProto.newBuilder()
          .setAllowSoftPlacement(false)
          .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(memoryGrowth))
          .build();
      try (Session session = new Session(graph, config);
          var result = session.runner().fetch(sum).run()) {
        return result.size() == 1;
      }
    } catch (TensorFlowException | IllegalArgumentException e) {
      return false;
    }
  }
}
