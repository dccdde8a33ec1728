/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Baseline;
import org.stroma.api.Encoder;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.Loss;
import org.stroma.api.Metric;
import org.stroma.api.Optimizer;
import org.stroma.api.Pretext;
import org.stroma.api.Schedule;
import org.stroma.api.TemporalModule;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Reader;
import org.stroma.api.data.SplitStrategy;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.StainNormalizer;

/**
 * What every part has to keep, as tests for a {@code @TestFactory}: <pre>{@code
 * return PartContract.encoder(RadiomicsMlp::new, RadiomicsMlp.Settings.class).vectors(12).tests();
 * }</pre>
 *
 * <p>All parts are checked for:
 * <ul>
 * <li>{@code component}: the bundle declares the part as Stroma looks for it (a factory component that requires a
 *     configuration, with the service of its kind and its name);
 * <li>{@code settings}: each setting has a description, each number has bounds (an upper one too in parts of the model),
 *     and defaults are inside;
 * <li>{@code bounds}: at the bounds of each setting and at each of its options the part works, or refuses with an {@link
 *     IllegalArgumentException} or {@link DataException} that says why. Whole numbers are tried up to {@value #LARGEST} at most, for models that stay
 *     small; lists and free texts are left at their defaults.
 * </ul>
 *
 * <p>The first two read what bnd wrote into {@code OSGI-INF} beside the part's classes, and therefore need a build by
 * Maven. What else is checked stands at the contract of each kind. Inputs come from fixed seeds.
 *
 * @param <P> the kind of part
 * @param <C> its contract
 */
@ProviderType
public abstract class PartContract<P, C extends PartContract<P, C>> {
  /** The largest whole number that the check {@code bounds} tries, unless the lower bound is above it. */
  public static final int LARGEST = 16;

  private final String kind;
  private final Class<P> service;
  private final Class<? extends Annotation> settings;
  private final Function<Map<String, Object>, ? extends P> maker;
  private final Map<String, Object> overrides = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private int embedDim = 8;
  private double tolerance = 2e-5;

  /** What is tested of a part. */
  record Check(String name, String sentence, Executable body) {}

  /** How a part is made. */
  record Made<P>(
      Class<? extends Annotation> settings, Function<Map<String, Object>, ? extends P> maker) {
    static <S extends Annotation, P> Made<P> of(Function<S, ? extends P> part, Class<S> settings) {
      return new Made<>(settings, values -> part.apply(Defaults.of(settings, values)));
    }
  }

  PartContract(String kind, Class<P> service, Made<P> made) {
    this.kind = kind;
    this.service = service;
    this.settings = made.settings();
    this.maker = made.maker();
  }

  /** The contract of an encoder; say next what it takes. */
  public static <S extends Annotation> EncoderContract encoder(
      Function<S, ? extends Encoder> part, Class<S> settings) {
    return new EncoderContract(Made.of(part, settings));
  }

  /** The contract of a fusion strategy. */
  public static <S extends Annotation> FusionContract fusion(
      Function<S, ? extends Fusion> part, Class<S> settings) {
    return new FusionContract(Made.of(part, settings));
  }

  /** The contract of a temporal module. */
  public static <S extends Annotation> TemporalContract temporal(
      Function<S, ? extends TemporalModule> part, Class<S> settings) {
    return new TemporalContract(Made.of(part, settings));
  }

  /** The contract of a head. */
  public static <S extends Annotation> HeadContract head(
      Function<S, ? extends Head> part, Class<S> settings) {
    return new HeadContract(Made.of(part, settings));
  }

  /** The contract of a loss. */
  public static <S extends Annotation> LossContract loss(
      Function<S, ? extends Loss> part, Class<S> settings) {
    return new LossContract(Made.of(part, settings));
  }

  /** The contract of an optimizer. */
  public static <S extends Annotation> OptimizerContract optimizer(
      Function<S, ? extends Optimizer> part, Class<S> settings) {
    return new OptimizerContract(Made.of(part, settings));
  }

  /** The contract of a schedule. */
  public static <S extends Annotation> ScheduleContract schedule(
      Function<S, ? extends Schedule> part, Class<S> settings) {
    return new ScheduleContract(Made.of(part, settings));
  }

  /** The contract of a pretext task; say next what it learns from. */
  public static <S extends Annotation> PretextContract pretext(
      Function<S, ? extends Pretext> part, Class<S> settings) {
    return new PretextContract(Made.of(part, settings));
  }

  /** The contract of a metric. */
  public static <S extends Annotation> MetricContract metric(
      Function<S, ? extends Metric> part, Class<S> settings) {
    return new MetricContract(Made.of(part, settings));
  }

  /** The contract of models that a run is compared with. */
  public static <S extends Annotation> BaselineContract baseline(
      Function<S, ? extends Baseline> part, Class<S> settings) {
    return new BaselineContract(Made.of(part, settings));
  }

  /** The contract of a way to split a cohort. */
  public static <S extends Annotation> SplitContract split(
      Function<S, ? extends SplitStrategy> part, Class<S> settings) {
    return new SplitContract(Made.of(part, settings));
  }

  /** The contract of a transform. */
  public static <S extends Annotation> TransformContract transform(
      Function<S, ? extends Transform> part, Class<S> settings) {
    return new TransformContract(Made.of(part, settings));
  }

  /** The contract of a tokenizer. */
  public static <S extends Annotation> TokenizerContract tokenizer(
      Function<S, ? extends Tokenizer> part, Class<S> settings) {
    return new TokenizerContract(Made.of(part, settings));
  }

  /** The contract of a reader; say next what it reads. */
  public static <S extends Annotation> ReaderContract reader(
      Function<S, ? extends Reader> part, Class<S> settings) {
    return new ReaderContract(Made.of(part, settings));
  }

  /** The contract of a feature extractor; say next where its models lie. */
  public static <S extends Annotation> ExtractorContract extractor(
      Function<S, ? extends FeatureExtractor> part, Class<S> settings) {
    return new ExtractorContract(Made.of(part, settings));
  }

  /** The contract of a stain normaliser. */
  public static <S extends Annotation> StainContract stain(
      Function<S, ? extends StainNormalizer> part, Class<S> settings) {
    return new StainContract(Made.of(part, settings));
  }

  /** Gives a setting a value other than its default in all tests, such as fewer units for a faster test. */
  public C with(String setting, Object value) {
    overrides.put(setting, suited(setting, value));
    return self();
  }

  /**
   * Leaves a check out; the test report shows why.
   *
   * @param check the first word of its name, such as {@code masks}
   */
  public C without(String check, String why) {
    if (checks().stream().noneMatch(c -> c.name().equals(check))) {
      throw new IllegalArgumentException(
          "there is no check \"" + check + "\" of a part of kind " + kind + "; there are "
              + String.join(", ", checks().stream().map(Check::name).toList()));
    }
    if (why.isBlank()) {
      throw new IllegalArgumentException(
          "say why " + check + " is left out: whoever reads the report wants to know");
    }
    skipped.put(check, why);
    return self();
  }

  /** The width d that the part is built for; 8 unless said. */
  public C embedDim(int width) {
    embedDim = width;
    return self();
  }

  /** How far numbers that have to be the same may be apart, beside the largest of them or 1; 2e-5 unless said. */
  public C tolerance(double largest) {
    tolerance = largest;
    return self();
  }

  /** The tests, to be returned by a method with {@link org.junit.jupiter.api.TestFactory}. */
  public final Stream<DynamicTest> tests() {
    return checks().stream()
        .map(check ->
            DynamicTest.dynamicTest(check.name() + ": " + check.sentence(), () -> run(check)));
  }

  private void run(Check check) throws Throwable {
    String why = skipped.get(check.name());
    if (why != null) {
      Assumptions.abort(check.name() + " is left out: " + why);
    }
    try {
      check.body().execute();
    } catch (TestAbortedException e) {
      throw e;
    } catch (AssertionFailedError e) {
      throw new AssertionFailedError(
          check.name() + ": " + e.getMessage(), e); // reports may number tests, without a name
    } catch (Exception | LinkageError e) {
      throw new AssertionFailedError(
          check.name() + ": the part failed where it should work: " + e, e);
    }
  }

  /** All checks, in the order in which they are told. */
  final List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(new Check(
        "component",
        "the bundle declares the part as Stroma looks for it",
        () -> Declared.of(part().getClass()).checkComponent(kind, service)));
    checks.add(new Check(
        "settings",
        "each setting is described and bounded, and its default is inside",
        () -> Declared.of(part().getClass()).checkSettings(settings, upperBounds())));
    checks.add(new Check(
        "bounds",
        "at the bounds of each setting the part works or refuses in words",
        this::checkBounds));
    addTo(checks);
    return checks;
  }

  /** Adds the checks of the kind. */
  abstract void addTo(List<Check> checks);

  /** Uses a part once, as an experiment would. */
  abstract void use(P part) throws Exception;

  /** Whether numbers need an upper bound: what sizes a model does, a count of words may go without. */
  boolean upperBounds() {
    return true;
  }

  // ---------------------------------------------------------------- for the contracts

  final int embedDim() {
    return embedDim;
  }

  /** The part with its defaults and what the author wants otherwise. */
  final P part() {
    return part(Map.of());
  }

  final P part(Map<String, Object> more) {
    Map<String, Object> values = new HashMap<>(overrides);
    values.putAll(more);
    P part = maker.apply(values);
    if (part == null) {
      Assertions.fail("the constructor of the part gave null");
    }
    return part;
  }

  /** The part without dropout: settings whose name has the word in it are 0. */
  final P quiet() {
    Map<String, Object> none = new HashMap<>();
    for (Method setting : settings.getDeclaredMethods()) {
      Class<?> type = setting.getReturnType();
      if (setting.getName().toLowerCase(Locale.ROOT).contains("dropout")
          && (type == double.class || type == float.class)) {
        none.put(setting.getName(), suited(setting.getName(), 0));
      }
    }
    return part(none);
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      Assertions.fail(otherwise);
    }
  }

  /** The numbers have to be the same; what is NaN never is. */
  final void same(float[] expected, float[] actual, String otherwise) {
    same(expected, actual, tolerance, otherwise);
  }

  static void same(float[] expected, float[] actual, double tolerance, String otherwise) {
    check(
        expected.length == actual.length,
        otherwise + " (there were " + expected.length + " numbers, and there are " + actual.length
            + ")");
    double largest = 1;
    for (float x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance * largest)) {
        Assertions.fail(
            otherwise + " (number " + i + " was " + expected[i] + " and is " + actual[i] + ")");
      }
    }
  }

  static void finite(float[] values, String otherwise) {
    for (float x : values) {
      if (!Float.isFinite(x)) {
        Assertions.fail(otherwise + " (there is " + x + ")");
      }
    }
  }

  // ---------------------------------------------------------------- settings

  private void checkBounds() {
    Declared declared = Declared.of(part().getClass());
    for (Declared.Setting setting : declared.settings()) {
      for (String text : setting.edges(LARGEST)) {
        String place = setting.id() + " = " + text;
        try {
          use(part(Map.of(setting.id(), suited(setting.id(), text))));
        } catch (IllegalArgumentException | DataException e) {
          check(
              e.getMessage() != null && !e.getMessage().isBlank(),
              "with " + place
                  + " the part refuses without a word; the exception's message should say what would be right");
        } catch (AssertionFailedError e) {
          throw new AssertionFailedError("with " + place + ": " + e.getMessage(), e);
        } catch (Exception | LinkageError e) {
          throw new AssertionFailedError(
              "with " + place + ", which its declaration allows, the part fails with " + e
                  + "; it should work, or throw an IllegalArgumentException that says what would be right",
              e);
        }
      }
    }
  }

  private Object suited(String name, Object value) {
    return SettingValue.of(settings, name, value);
  }

  @SuppressWarnings("unchecked")
  private C self() {
    return (C) this;
  }
}
