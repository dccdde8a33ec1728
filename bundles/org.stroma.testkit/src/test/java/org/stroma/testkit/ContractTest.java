/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.ModalityInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.api.TemporalModule;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** Parts that are wrong in one way fail one check: that which is for it. */
class ContractTest {
  /** Settings of toys. */
  @interface Settings {
    int units() default 4;
  }

  /** What went wrong: the message by the name of the check. */
  private static Map<String, String> failures(PartContract<?, ?> contract) {
    Map<String, String> failures = new TreeMap<>();
    contract.tests().forEach(test -> {
      String name = name(test);
      try {
        test.getExecutable().execute();
      } catch (TestAbortedException e) {
        // left out
      } catch (Throwable e) {
        failures.put(name, e.getMessage());
      }
    });
    return failures;
  }

  private static String name(DynamicTest test) {
    return test.getDisplayName().substring(0, test.getDisplayName().indexOf(':'));
  }

  static void keeps(PartContract<?, ?> contract) {
    assertEquals(Map.of(), failures(toy(contract)));
  }

  static void fails(String check, String words, PartContract<?, ?> contract) {
    Map<String, String> failures = failures(toy(contract));
    assertEquals(Set.of(check), failures.keySet(), failures::toString);
    assertTrue(failures.get(check).contains(words), failures.get(check));
    assertTrue(failures.get(check).startsWith(check + ": "), failures.get(check));
  }

  /** Toys are no components. */
  private static PartContract<?, ?> toy(PartContract<?, ?> contract) {
    for (String check : new String[] {"component", "settings", "bounds"}) {
      contract.without(check, "a toy is no component");
    }
    return contract;
  }

  // ---------------------------------------------------------------- encoders

  private static EncoderContract vectors(Encoder encoder) {
    return PartContract.encoder((Settings s) -> encoder, Settings.class).vectors(6);
  }

  private static EncoderContract bags(Encoder encoder) {
    return PartContract.encoder((Settings s) -> encoder, Settings.class).bags(5);
  }

  private static Operand<TFloat32> dense(Net net, ModalityInput input) {
    return net.dense("projection", values(input), net.embedDim());
  }

  private static Operand<TFloat32> values(ModalityInput input) {
    return input instanceof ModalityInput.Bags bags
        ? bags.values()
        : input.vectors().values();
  }

  /** The mean over the last axis but one, where the mask is 1. */
  private static Operand<TFloat32> pooled(Net net, Operand<TFloat32> x, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    Operand<TFloat32> sum = net.sum(tf.math.mul(x, net.expand(mask, 2)), 1, false);
    return tf.reshape(tf.math.divNoNan(sum, net.sum(mask, 1, true)), tf.array(-1, net.embedDim()));
  }

  /** An encoder that says that it takes missing cells. */
  private static Encoder gaps(Encoder encoder) {
    return new Encoder() {
      @Override
      public Encoding encode(Net net, ModalityInput input) {
        return encoder.encode(net, input);
      }

      @Override
      public boolean takesMissingCells() {
        return true;
      }
    };
  }

  private static Encoding known(Net net, ModalityInput in) {
    Ops tf = net.tf();
    Operand<TBool> missing = tf.math.isNan(values(in)); // [B, D]
    Operand<TFloat32> x = tf.select(missing, tf.zerosLike(values(in)), values(in));
    Operand<TFloat32> there = tf.math.sub(tf.constant(1f), tf.dtypes.cast(missing, TFloat32.class));
    Operand<TFloat32> known = net.dense("known", there, net.embedDim());
    return Encoding.of(tf.math.add(net.dense("projection", x, net.embedDim()), known));
  }

  @Test
  void missingCellsComeToWhomeverTakesThem() {
    boolean[] came = {false};
    keeps(vectors(gaps((net, in) -> {
      came[0] = true;
      return known(net, in);
    })));
    assertTrue(came[0]);
    Map<String, String> failures =
        failures(toy(vectors(gaps((net, in) -> Encoding.of(dense(net, in))))));
    assertTrue(failures.get("presence").contains("finite"), failures::toString);
    assertTrue(
        failures.containsKey("gradients") && failures.containsKey("learning"), failures::toString);
    // a choice made after the arithmetic gives finite numbers, and a gradient that is not
    failures = failures(toy(vectors(gaps((net, in) -> {
      Ops tf = net.tf();
      Operand<TFloat32> scaled = net.dense("scale", values(in), 6);
      return Encoding.of(net.dense(
          "projection",
          tf.select(tf.math.isNan(scaled), tf.zerosLike(scaled), scaled),
          net.embedDim()));
    }))));
    assertTrue(failures.get("learning").contains("finite"), failures::toString);
  }

  @Test
  void goodPartsKeepIt() {
    keeps(vectors((net, in) -> Encoding.of(net.batchNorm("norm", dense(net, in), in.presence()))));
    keeps(bags((net, in) -> {
      Operand<TFloat32> x = net.dropout("drop", dense(net, in), 0.5);
      Operand<TFloat32> mask = in.bags().mask();
      return Encoding.of(pooled(net, x, mask)).withTokens(x, mask);
    }));
    keeps(PartContract.encoder(
            (Settings s) -> (net, in) -> Encoding.of(pooled(
                net,
                net.embedding(
                    "words", in.texts().ids(), in.texts().vocabularySize(), net.embedDim()),
                in.texts().mask())),
            Settings.class)
        .texts(9));
    keeps(fusion((net, encodings, presence) -> Fused.of(sum(net, encodings, presence))));
    keeps(temporal((net, visits, days, mask) ->
        TemporalModule.Sequence.of(pooled(net, visits, mask), visits)));
    keeps(head(toyHead(Prediction.VALUE)));
    keeps(loss((net, in) -> mean(net, squares(net, in), in.target().observedMask())));
    keeps(transform(new Toy()));
    keeps(tokenizer(1));
  }

  @Test
  void aMeanOfTheBatchAtInferenceIsFound() {
    fails("batch", "who else is predicted", vectors((net, in) -> {
      Operand<TFloat32> x = dense(net, in);
      if (net.training()) {
        return Encoding.of(x);
      }
      Ops tf = net.tf();
      Operand<TFloat32> rows = net.expand(in.presence(), 1);
      Operand<TFloat32> mean =
          tf.math.divNoNan(net.sum(tf.math.mul(x, rows), 0, true), net.sum(rows, 0, true));
      return Encoding.of(tf.math.sub(x, mean));
    }));
  }

  @Test
  void whatLooksBehindTheMaskIsFound() {
    fails(
        "masks",
        "behind the mask",
        bags((net, in) -> Encoding.of(net.tf()
            .reshape(net.mean(dense(net, in), 1, false), net.tf().array(-1, net.embedDim())))));
    fails("masks", "behind the mask", fusion((net, encodings, presence) -> {
      Operand<TFloat32> tokens =
          net.mean(encodings.get(encodings.firstKey()).tokens().orElseThrow().values(), 1, false);
      Operand<TFloat32> there = net.expand(presence.get(encodings.firstKey()), 1);
      return Fused.of(
          net.tf().math.add(sum(net, encodings, presence), net.tf().math.mul(tokens, there)));
    }));
    fails(
        "masks",
        "more padding",
        temporal((net, visits, days, mask) -> TemporalModule.Sequence.of(
            net.mean(net.tf().math.mul(visits, net.expand(mask, 2)), 1, false), visits)));
  }

  @Test
  void aWrongWidthIsFound() {
    fails(
        "shapes",
        "[B, d]",
        vectors((net, in) -> Encoding.of(net.tf()
            .reshape(
                net.dense("projection", values(in), net.embedDim() + 1),
                net.tf().array(-1, 9)))));
    fails("shapes", "has to know the last dimension", vectors((net, in) -> {
      Ops tf = net.tf();
      Operand<TFloat32> x = dense(net, in);
      return Encoding.of(tf.reshape(
          x, tf.math.mul(tf.shape(x), tf.array(1, 1)))); // right, and not known to the graph
    }));
  }

  @Test
  void randomNumbersWithoutTheSeedAreFound() {
    fails("determinism", "net.uniform", vectors((net, in) -> {
      Ops tf = net.tf();
      Operand<TFloat32> x = dense(net, in);
      return Encoding.of(
          net.training()
              ? tf.math.add(
                  x, tf.stopGradient(tf.random.randomUniform(tf.shape(x), TFloat32.class)))
              : x);
    }));
  }

  @Test
  void whatIsNaNOrCountsWithoutTheModalityIsFound() {
    fails("presence", "finite numbers", vectors((net, in) -> {
      Ops tf = net.tf();
      return Encoding.of(net.dense(
          "projection",
          tf.math.div(values(in), net.sum(tf.math.square(values(in)), 1, true)),
          net.embedDim()));
    }));
    fails("presence", "leave them out by the presence", vectors((net, in) -> {
      Operand<TFloat32> x = dense(net, in);
      return Encoding.of(net.training() ? net.tf().math.sub(x, net.mean(x, 0, true)) : x);
    }));
    fails("presence", "a modality that the patient lacks", fusion((net, encodings, presence) -> {
      Operand<TFloat32> all = null;
      for (Encoding encoding : encodings.values()) {
        all = all == null ? encoding.embedding() : net.tf().math.add(all, encoding.embedding());
      }
      return Fused.of(net.dense("output", all, net.embedDim()));
    }));
  }

  /** Attention over one key is the constant 1. */
  @Test
  void weightsThatNeverLearnAreFound() {
    fails("learning", "[gate/kernel]", vectors((net, in) -> {
      Ops tf = net.tf();
      return Encoding.of(
          tf.math.mul(dense(net, in), tf.nn.softmax(net.dense("gate", values(in), 1))));
    }));
  }

  @Test
  void weightsThatAreNotUsedAreFound() {
    fails("learning", "[idle/kernel]", vectors((net, in) -> {
      net.dense("idle", values(in), 2);
      return Encoding.of(dense(net, in));
    }));
  }

  @Test
  void gradientsThatTensorFlowHasWrongAreFound() {
    fails(
        "gradients",
        "by differences it is",
        bags((net, in) -> Encoding.of(
            pooled(net, net.tf().nn.logSoftmax(dense(net, in)), in.bags().mask()))));
  }

  @Test
  void variablesOfTrainingAloneAreFound() {
    fails(
        "variables",
        "makes new variables",
        vectors((net, in) ->
            Encoding.of(net.dense(net.training() ? "a" : "b", values(in), net.embedDim()))));
  }

  /** An attention by name is held to what the unnamed one is. */
  @Test
  void attentionOfAnyNameOnPaddingIsFound() {
    Map<String, String> failures = failures(toy(bags((net, in) -> {
      Operand<TFloat32> mask = in.bags().mask();
      return Encoding.of(pooled(net, dense(net, in), mask))
          .withAttention(mask)
          .withAttention("second", net.tf().onesLike(mask));
    })));
    assertTrue(
        failures.get("masks").contains("attention has to be zero on padding"), failures::toString);
  }

  /** What learns from a loss of the part's own alone learns all the same. */
  @Test
  void aLossThatThePartAddsTeaches() {
    keeps(vectors((net, in) -> {
      Operand<TFloat32> told = net.dense("auxiliary", values(in), 1);
      Operand<TFloat32> each = net.tf()
          .math
          .mul(net.mean(net.tf().math.square(told), 1, false), net.tf().identity(in.presence()));
      net.addLoss("auxiliary", net.sum(each, 0, false));
      return Encoding.of(dense(net, in));
    }));
  }

  // ---------------------------------------------------------------- other parts of the model

  private static FusionContract fusion(Fusion fusion) {
    return PartContract.fusion((Settings s) -> fusion, Settings.class);
  }

  private static Operand<TFloat32> sum(
      Net net, Map<String, Encoding> encodings, Map<String, Operand<TFloat32>> presence) {
    Operand<TFloat32> sum = null;
    for (String name : encodings.keySet()) {
      Operand<TFloat32> one =
          net.tf().math.mul(encodings.get(name).embedding(), net.expand(presence.get(name), 1));
      sum = sum == null ? one : net.tf().math.add(sum, one);
    }
    return net.dense("output", sum, net.embedDim());
  }

  private static TemporalContract temporal(TemporalModule module) {
    return PartContract.temporal((Settings s) -> module, Settings.class);
  }

  private static HeadContract head(Head head) {
    return PartContract.head((Settings s) -> head, Settings.class);
  }

  private static Head toyHead(Prediction prediction) {
    return new Head() {
      @Override
      public Operand<TFloat32> predict(Net net, HeadInput input) {
        return net.dense("output", input.embedding(), 1);
      }

      @Override
      public Map<Prediction, Operand<TFloat32>> read(
          Net net, Operand<TFloat32> raw, TargetInfo info) {
        return Map.of(prediction, net.tf().reshape(raw, net.tf().array(-1)));
      }

      @Override
      public TargetKind target() {
        return TargetKind.NUMBER;
      }
    };
  }

  @Test
  void predictionsOfAnotherNameAreFound() {
    fails("shapes", "has to give \"value\"", head(toyHead(Prediction.of("number"))));
  }

  private interface Formula {
    Operand<TFloat32> of(Net net, LossInput input);
  }

  private static LossContract loss(Formula formula) {
    Loss loss = new Loss() {
      @Override
      public Operand<TFloat32> loss(Net net, LossInput input) {
        return formula.of(net, input);
      }

      @Override
      public Set<TargetKind> targets() {
        return Set.of(TargetKind.NUMBER);
      }
    };
    return PartContract.loss((Settings s) -> loss, Settings.class);
  }

  /** [B] */
  private static Operand<TFloat32> squares(Net net, LossInput in) {
    Ops tf = net.tf();
    Operand<TFloat32> wanted = tf.math.div(
        tf.math.sub(in.target().requireNumber().value(), tf.constant(10f)), tf.constant(2f));
    return tf.math.squaredDifference(tf.reshape(in.output().raw(), tf.array(-1)), wanted);
  }

  private static Operand<TFloat32> mean(Net net, Operand<TFloat32> each, Operand<TFloat32> known) {
    return net.tf()
        .math
        .divNoNan(net.sum(net.tf().math.mul(each, known), 0, false), net.sum(known, 0, false));
  }

  @Test
  void wrongLossesAreFound() {
    fails("scalar", "one number", loss((net, in) -> {
      Operand<TFloat32> known = in.target().observedMask();
      return net.tf()
          .math
          .divNoNan(net.tf().math.mul(squares(net, in), known), net.sum(known, 0, true));
    }));
    fails("unknown", "change the loss", loss((net, in) -> net.mean(squares(net, in), 0, false)));
    fails("unknown", "divNoNan", loss((net, in) -> {
      Operand<TFloat32> known = in.target().observedMask();
      return net.tf()
          .math
          .div(
              net.sum(net.tf().math.mul(squares(net, in), known), 0, false),
              net.sum(known, 0, false));
    }));
    fails(
        "finite",
        "±100",
        loss((net, in) ->
            mean(net, net.tf().math.exp(squares(net, in)), in.target().observedMask())));
    fails("gradients", "no gradient", loss((net, in) -> net.tf()
        .math
        .add(
            net.tf()
                .math
                .mul(
                    mean(net, squares(net, in), in.target().observedMask()),
                    net.tf().constant(0f)),
            net.tf().stopGradient(mean(net, squares(net, in), in.target().observedMask())))));
  }

  // ---------------------------------------------------------------- data

  private static class Toy implements Transform {
    float learned;

    @Override
    public Learned fit(Matrix training) {
      learned = mean(training);
      return Learned.builder().put("mean", learned).build();
    }

    float mean(Matrix data) {
      double sum = 0;
      int count = 0;
      for (float[] row : data.rows().values()) {
        for (float x : row) {
          sum += Float.isNaN(x) ? 0 : x;
          count += Float.isNaN(x) ? 0 : 1;
        }
      }
      return (float) (sum / count);
    }

    @Override
    public Matrix apply(Learned json, Matrix data) {
      return less((float) json.number("mean"), data);
    }

    static Matrix less(float mean, Matrix data) {
      Map<String, float[]> rows = new LinkedHashMap<>();
      data.rows().forEach((patient, row) -> {
        float[] changed = row.clone();
        for (int i = 0; i < row.length; i++) {
          changed[i] -= mean;
        }
        rows.put(patient, changed);
      });
      return Matrix.of(data.features(), rows);
    }
  }

  private static TransformContract transform(Transform transform) {
    return PartContract.transform((Settings s) -> transform, Settings.class);
  }

  @Test
  void wrongTransformsAreFound() {
    fails("training", "apply looks at the patients", transform(new Toy() {
      @Override
      public Matrix apply(Learned json, Matrix data) {
        return less(mean(data), data);
      }
    }));
    fails("inputs", "write into a copy", transform(new Toy() {
      @Override
      public Matrix apply(Learned json, Matrix data) {
        for (float[] row : data.rows().values()) {
          for (int i = 0; i < row.length; i++) {
            row[i] -= (float) json.number("mean");
          }
        }
        return data;
      }
    }));
    fails(
        "missing",
        "must not spread",
        transform(new Toy() {
              @Override
              float mean(Matrix data) {
                float sum = 0;
                for (float[] row : data.rows().values()) {
                  sum += row[1];
                }
                return sum / data.rows().size();
              }

              @Override
              public Matrix apply(Learned json, Matrix data) {
                float mean = json.values().get("mean") instanceof Number number
                    ? number.floatValue()
                    : Float.NaN;
                return less(mean, data);
              }
            })
            .without("json", "NaN of JSON is not what this is about"));
    fails(
        "json",
        "nothing in the object",
        PartContract.transform(
            (Settings s) -> new Toy() {
              @Override
              public Matrix apply(Learned json, Matrix data) {
                return less(learned, data);
              }
            },
            Settings.class));
  }

  private static TokenizerContract tokenizer(int first) {
    Tokenizer tokenizer = new Tokenizer() {
      @Override
      public Learned fit(ReadContext context, Collection<String> training) {
        return Learned.builder().put("size", 300).build();
      }

      @Override
      public int vocabularySize(Learned learned) {
        return learned.whole("size");
      }

      @Override
      public int[] encode(Learned learned, String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length + 1];
        ids[0] = 1;
        for (int i = 0; i < bytes.length; i++) {
          ids[i + 1] = first + 1 + (bytes[i] & 0xff);
        }
        return ids;
      }
    };
    return PartContract.tokenizer((Settings s) -> tokenizer, Settings.class);
  }

  @Test
  void idsThatAreNoneAreFound() {
    fails("ids", "0 is padding", tokenizer(-1));
    fails("ids", "below the size", tokenizer(200));
  }

  // ---------------------------------------------------------------- declarations

  /** Declared beside this test's classes, as all that follow. */
  static class Declared implements Encoder {
    final int units;

    Declared(Settings settings) {
      units = settings.units();
    }

    @Override
    public Encoding encode(Net net, ModalityInput input) {
      if (units < 1) {
        throw new IllegalArgumentException("units has to be 1 or more");
      }
      return Encoding.of(
          net.dense("output", net.dense("hidden", values(input), units), net.embedDim()));
    }
  }

  static final class WithoutPolicy extends Declared {
    WithoutPolicy(Settings settings) {
      super(settings);
    }
  }

  static final class WithoutBound extends Declared {
    WithoutBound(Settings settings) {
      super(settings);
    }
  }

  static final class DefaultOutside extends Declared {
    DefaultOutside(Settings settings) {
      super(settings);
    }
  }

  static final class DividesByZero extends Declared {
    DividesByZero(Settings settings) {
      super(settings);
    }

    @Override
    public Encoding encode(Net net, ModalityInput input) {
      return Encoding.of(net.dense("a" + 8 / units, values(input), net.embedDim()));
    }
  }

  static final class Undeclared extends Declared {
    Undeclared(Settings settings) {
      super(settings);
    }
  }

  @Test
  void declarationsAreLookedAt() {
    assertEquals(
        Map.of(), failures(PartContract.encoder(Declared::new, Settings.class).vectors(6)));
    declared(
        "component",
        "REQUIRE",
        failures(PartContract.encoder(WithoutPolicy::new, Settings.class).vectors(6)));
    declared(
        "settings",
        "an upper bound",
        failures(PartContract.encoder(WithoutBound::new, Settings.class).vectors(6)));
    declared(
        "settings",
        "outside of its bounds",
        failures(PartContract.encoder(DefaultOutside::new, Settings.class).vectors(6)));
    declared(
        "bounds",
        "units = 0",
        failures(PartContract.encoder(DividesByZero::new, Settings.class).vectors(6)));
    Map<String, String> none =
        failures(PartContract.encoder(Undeclared::new, Settings.class).vectors(6));
    assertEquals(Set.of("component", "settings", "bounds"), none.keySet());
    assertTrue(none.get("component").contains("build with Maven"), none.get("component"));
  }

  private static void declared(String check, String words, Map<String, String> failures) {
    assertEquals(Set.of(check), failures.keySet(), failures::toString);
    assertTrue(failures.get(check).contains(words), failures.get(check));
  }

  // ---------------------------------------------------------------- what authors say

  @Test
  void aCheckIsLeftOutWithItsReason() {
    EncoderContract contract = vectors((net, in) -> Encoding.of(dense(net, in)));
    DynamicTest left = contract
        .without("batch", "the reason")
        .tests()
        .filter(test -> name(test).equals("batch"))
        .findFirst()
        .orElseThrow();
    var e = assertThrows(TestAbortedException.class, () -> left.getExecutable().execute());
    assertTrue(e.getMessage().contains("the reason"), e.getMessage());
    refused(
        "there are component, settings, bounds, shapes, presence",
        () -> contract.without("mask", "none"));
    refused("say why", () -> contract.without("batch", " "));
    refused("no setting hidden", () -> contract.with("hidden", 3));
  }

  private static void refused(String words, org.junit.jupiter.api.function.Executable what) {
    var e = assertThrows(IllegalArgumentException.class, what);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void anEncoderHasToSayWhatItTakes() {
    var contract = PartContract.encoder(
        (Settings s) -> (net, in) -> Encoding.of(dense(net, in)), Settings.class);
    var e = assertThrows(IllegalStateException.class, contract::tests);
    assertTrue(e.getMessage().contains("vectors(WIDTH)"), e.getMessage());
  }
}
