/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.stroma.experiment.Precision;
import org.stroma.nn.AttentionMethod;
import org.stroma.nn.Kernels;
import org.stroma.nn.MatrixProducts;
import org.stroma.nn.graph.TensorFloat32;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.settings.SettingKeys;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/**
 * Where models compute. Three framework properties, set in {@code conf/stroma.properties} or by {@code -D}, say what to
 * use: {@code stroma.device} ({@code auto}: a GPU where TensorFlow sees one, else the CPU; {@code cpu}; {@code gpu};
 * {@code gpu:1} for a certain one), {@code stroma.memoryGrowth} ({@code true}: take GPU memory as needed; {@code false}:
 * all at once), {@code stroma.threads} (0: as many as there are cores).
 */
@Component(service = Devices.class)
public final class Devices {
  private static final String OVERRIDE = "NVIDIA_TF32_OVERRIDE";

  private static final Function<Ops, Operand<TFloat32>> SUM =
      tf -> tf.math.add(tf.constant(1f), tf.constant(2f));

  private static final String KERNEL_WANTS =
      "wants Java 17, or 22 or newer, and the bundle org.stroma.kernels";

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Kernels kernels;

  private final String attention;
  private final String parameters;
  private final String device;
  private final boolean memoryGrowth;
  private final int threads;
  private final boolean forGpus;
  private List<String> seen;

  @Activate
  public Devices(BundleContext context) {
    attention = SettingKeys.ATTENTION.of(context::getProperty);
    parameters = SettingKeys.PARAMETERS.of(context::getProperty);
    device = SettingKeys.DEVICE.of(context::getProperty);
    memoryGrowth = SettingKeys.MEMORY_GROWTH.of(context::getProperty);
    threads = SettingKeys.THREADS.of(context::getProperty);
    forGpus = GpuLibraries.wanted(context.getBundles());
  }

  /**
   * How models are computed here.
   *
   * @param precision that an experiment wants
   * @throws FaultsException when a GPU is demanded and there is none, or it cannot be had to compute in this precision
   */
  public Computing computing(Precision precision) {
    return new Computing(config(precision), attention(), bfloat16(precision), joined());
  }

  /** To start an operation takes a GPU longer than to change a small variable; a CPU is as fast either way. */
  private boolean joined() {
    return parameters.equals("joined") || parameters.equals("auto") && hasGpu();
  }

  private MatrixProducts bfloat16(Precision precision) {
    return precision == Precision.BFLOAT16 && hasGpu()
        ? MatrixProducts.BFLOAT16
        : MatrixProducts.BFLOAT16_ON_CPU;
  }

  private ConfigProto config(Precision precision) {
    ConfigProto.Builder config = ConfigProto.newBuilder()
        .setAllowSoftPlacement(true)
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(threads);
    boolean gpu = (precision != Precision.FLOAT32 || !TensorFloat32.reachable()) && hasGpu();
    String objection = gpu ? objection(precision) : null;
    if (objection != null) {
      throw refuse(objection);
    }
    if (!hasGpu()) {
      config.setGraphOptions(Computing.IN_ORDER);
    }
    if (device.equals("cpu") || precision != Precision.FLOAT32 && !gpu) {
      config.putDeviceCount("GPU", 0);
    } else {
      GPUOptions.Builder options = GPUOptions.newBuilder().setAllowGrowth(memoryGrowth);
      if (device.matches("gpu:\\d+")) {
        options.setVisibleDeviceList(device.substring(4));
      }
      config.setGpuOptions(options);
      if (device.startsWith("gpu") && !hasGpu()) {
        throw refuse("stroma.device is " + device + ", but TensorFlow sees no GPU"
            + (forGpus
                ? ": " + GpuLibraries.sentence() + "; or use auto or cpu"
                : "; use auto or cpu, or install the GPU build"));
      }
    }
    return config.build();
  }

  /**
   * How attention is computed here: as the setting wants, or by default with a bundle's kernel on a CPU and in blocks elsewhere.
   *
   * @throws FaultsException where a kernel is demanded and there is none
   */
  public AttentionMethod attention() {
    if (attention.equals(AttentionMethod.Way.PLAIN.label())) {
      return AttentionMethod.PLAIN;
    }
    Kernels present = kernels;
    boolean gpu = !device.equals("cpu") && hasGpu();
    boolean demanded = attention.equals(AttentionMethod.Way.KERNEL.label());
    if (demanded && (present == null || gpu)) {
      throw refuse("stroma.attention is kernel, "
          + (gpu
              ? "which is of CPUs, and models are computed on a GPU; use auto or blocks, or set stroma.device to cpu"
              : "and there is none here: " + KERNEL_WANTS + "; use auto or blocks"));
    }
    int scores = gpu ? AttentionMethod.GPU_SCORES : AttentionMethod.CPU_SCORES;
    if (attention.equals(AttentionMethod.Way.BLOCKS.label())) {
      return AttentionMethod.blocks(scores);
    }
    return gpu || present == null ? AttentionMethod.auto(scores) : AttentionMethod.of(present);
  }

  /** In words, how attention is computed, and what would make it faster. */
  public String attentionSentence() {
    String way = attention().label();
    return way + (kernels == null ? "; faster on CPUs with its kernel, which " + KERNEL_WANTS : "");
  }

  private @Nullable String objection(Precision precision) {
    String said = objection(precision, TensorFloat32.reachable(), System.getenv(OVERRIDE));
    return said == null && precision == Precision.BFLOAT16 && !bfloat16OnGpu()
        ? "training.precision is bfloat16, and this GPU does not compute products in it, as NVIDIA's do since Ampere; set "
            + "training.precision to float32, or stroma.device to cpu"
        : said;
  }

  /** Found by computing one: TensorFlow does not tell which generation a GPU is of. */
  private boolean bfloat16OnGpu() {
    String name = device.startsWith("gpu:") ? device.toUpperCase(Locale.ROOT) : "GPU:0";
    return works(name, tf -> {
      var ones = tf.dtypes.cast(tf.ones(tf.array(8, 8), TFloat32.class), TBfloat16.class);
      return tf.dtypes.cast(tf.linalg.matMul(ones, ones), TFloat32.class);
    });
  }

  /**
   * Why a GPU cannot compute in a precision in this process; null if it can.
   *
   * @param reachable whether TensorFlow's switch is
   * @param override the value of NVIDIA_TF32_OVERRIDE, which NVIDIA's libraries obey whatever TensorFlow asks of them
   */
  static @Nullable String objection(
      Precision precision, boolean reachable, @Nullable String override) {
    boolean forbidden = "0".equals(override);
    if (precision == Precision.TENSORFLOAT32 && forbidden) {
      return "training.precision is tensorfloat32, but the environment forbids it with " + OVERRIDE
          + "=0; unset that, or set training.precision to float32";
    }
    if (precision != Precision.TENSORFLOAT32 && !reachable && !forbidden) {
      return "the GPU would compute float32 in TensorFloat32, which cannot be turned off in this build of TensorFlow; set "
          + OVERRIDE + "=0 in the environment, or stroma.device to cpu";
    }
    return null;
  }

  /** The precision that is computed in here where an experiment wants one: a CPU knows no TensorFloat32. */
  public Precision precision(Precision wanted) {
    return wanted != Precision.TENSORFLOAT32 || hasGpu() ? wanted : Precision.FLOAT32;
  }

  /** In words, what precisions there are here. */
  public String precisions() {
    if (!hasGpu()) {
      return "float32; bfloat16 if an experiment asks for it, which is no faster on a CPU";
    }
    return Arrays.stream(Precision.values())
        .map(precision -> {
          String objection = objection(precision);
          return precision.label()
              + (objection != null
                  ? " is refused: " + objection
                  : precision == Precision.FLOAT32 ? "" : " if an experiment asks for it");
        })
        .collect(Collectors.joining("; "));
  }

  private boolean hasGpu() {
    return list().size() > 1;
  }

  private static FaultsException refuse(String message) {
    return new FaultsException(List.of(new Fault("", message)), false);
  }

  /** The devices that TensorFlow computes on here, found by computing on them: CPU:0, GPU:0 and so on. */
  public synchronized List<String> list() {
    if (seen == null) {
      List<String> found = new ArrayList<>(List.of("CPU:0"));
      for (int i = 0; !device.equals("cpu") && works("GPU:" + i, SUM); i++) {
        found.add("GPU:" + i);
      }
      seen = List.copyOf(found);
    }
    return seen;
  }

  /** The devices in words, and what is missing where TensorFlow's build for GPUs sees none. */
  public String listSentence() {
    String devices = String.join(", ", list());
    return forGpus && !hasGpu() && !device.equals("cpu")
        ? devices + "; no GPU: " + GpuLibraries.sentence()
        : devices;
  }

  /** What is used, in words. */
  public String sentence() {
    List<String> devices = list();
    return "computing on " + (devices.size() == 1 ? "the CPU" : String.join(", ", devices));
  }

  private boolean works(String name, Function<Ops, Operand<TFloat32>> computed) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph)
          .withDevice(org.tensorflow.DeviceSpec.newBuilder()
              .deviceType(org.tensorflow.DeviceSpec.DeviceType.GPU)
              .deviceIndex(Integer.parseInt(name.substring(4)))
              .build());
      Operand<TFloat32> told = computed.apply(tf);
      ConfigProto config = ConfigProto.newBuilder()
          .setAllowSoftPlacement(false)
          .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(memoryGrowth))
          .build();
      try (Session session = new Session(graph, config);
          var result = session.runner().fetch(told).run()) {
        return result.size() == 1;
      }
    } catch (TensorFlowException | IllegalArgumentException e) {
      return false;
    }
  }
}
