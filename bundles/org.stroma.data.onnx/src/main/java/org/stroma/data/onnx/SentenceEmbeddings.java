/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.PartFacts;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;
import org.stroma.api.data.UnknownTokens;
import org.stroma.data.csv.CsvTables;
import org.stroma.settings.SettingKeys;
import org.stroma.tokenizers.PretrainedTokenizer;

/**
 * Text embeddings by a frozen pretrained model (Reimers and Gurevych 2019, section 3: the mean of
 * the token vectors, or the vector of the class token). Each text is processed separately, so that
 * its vector does not depend on the others. A patient whose cell is blank or a mark of missing
 * values lacks the modality.
 */
@Component(
    configurationPid = SentenceEmbeddings.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SentenceEmbeddings.Settings.class, factory = true)
@ReaderPart("sentence-embeddings")
@ReaderGives(ReaderGives.Kind.VECTORS)
@PartFacts(
    paper = "Reimers and Gurevych 2019",
    parameters = "none that is trained",
    cost = "one pass of the frozen model a text, when the data are read: N^2 in its N tokens")
public final class SentenceEmbeddings implements Reader {
  static final String PID = "org.stroma.data.onnx.sentence";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Sentence embeddings",
      description = "A column of texts as vectors of a pretrained text model in an ONNX file")
  public @interface Settings {
    @AttributeDefinition(description = "name of the column")
    String column();

    @AttributeDefinition(
        description = "another table with the same id column; if empty, the cohort's own")
    String path() default "";

    @AttributeDefinition(description = "the ONNX file")
    String model();

    @AttributeDefinition(description = "the model's tokenizer.json")
    String tokenizer();

    @AttributeDefinition(
        description =
            "tokens a text at most, special tokens included; what is longer is cut at its end",
        min = "3",
        max = "1000000")
    int maxTokens() default 512;

    @AttributeDefinition(
        description =
            "what of the tokens' vectors becomes the text's: their mean, or that of the first, the class token",
        options = {@Option(label = "mean", value = "mean"), @Option(label = "cls", value = "cls")})
    String pooling() default "mean";

    @AttributeDefinition(description = "whether vectors are brought to length 1")
    boolean normalize() default true;

    @AttributeDefinition(description = "name of the output with the vectors; if empty, the first")
    String output() default "";
  }

  private final Settings settings;
  private final String device;

  @Activate
  public SentenceEmbeddings(Settings settings, BundleContext context) {
    this(settings, context::getProperty);
  }

  /** @param properties of the installation, by name */
  SentenceEmbeddings(Settings settings, UnaryOperator<String> properties) {
    this.settings = settings;
    device = SettingKeys.DEVICE.of(properties);
    if (!settings.pooling().equals("mean") && !settings.pooling().equals("cls")) {
      throw new IllegalArgumentException(
          "pooling is " + settings.pooling() + "; it has to be mean or cls");
    }
  }

  @Override
  public ModalityData read(ReadContext context) {
    Map<String, String> texts = texts(context);
    Path file = context.resolve(settings.model());
    PretrainedTokenizer tokenizer = tokenizer(context);
    tokenizer.notes().forEach(context::note);
    Map<String, PretrainedTokenizer.Tokens> tokens = new LinkedHashMap<>();
    UnknownTokens unknown = new UnknownTokens();
    texts.forEach((patient, text) -> {
      try {
        PretrainedTokenizer.Tokens its = tokenizer.encode(text);
        List<String> parts = tokenizer.unknown(text);
        unknown.add(its.ids().length + (tokenizer.leavesOut() ? parts.size() : 0), parts);
        tokens.put(patient, its);
      } catch (UncheckedIOException e) {
        throw new DataException("the text of " + patient + ": " + e.getCause().getMessage(), e);
      }
    });
    if (unknown.notable()) {
      context.note(unknown.told(
              "the texts in column " + settings.column(),
              context.resolve(settings.tokenizer()).toString())
          + "; is it the tokenizer of this model, and are the texts in its language?");
    }
    tokens.values().removeIf(its -> its.ids().length == 0);
    if (tokens.size() < texts.size()) {
      context.note((texts.size() - tokens.size()) + " texts in column " + settings.column()
          + " hold no token and are missing");
    }
    long cut = tokens.values().stream().filter(PretrainedTokenizer.Tokens::cut).count();
    if (cut > 0) {
      context.note(cut + " of " + tokens.size() + " texts in column " + settings.column()
          + " are longer than maxTokens " + settings.maxTokens() + " and are cut");
    }
    List<String> patients = List.copyOf(tokens.keySet());
    float[][] vectors = vectors(file, tokenizer, patients, List.copyOf(tokens.values()));
    Map<String, float[]> rows = new LinkedHashMap<>();
    int width = vectors.length == 0 ? 0 : vectors[0].length;
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i].length != width) {
        throw new DataException(file + " gives " + width + " numbers for the text of "
            + patients.get(0) + " and " + vectors[i].length + " for that of " + patients.get(i)
            + "; a text model gives as many for each");
      }
      rows.put(patients.get(i), settings.normalize() ? normalized(vectors[i]) : vectors[i]);
    }
    return ModalityData.Matrix.of(
        IntStream.range(0, width).mapToObj(i -> "embedding." + i).toList(), rows);
  }

  /**
   * Checks that the tokenizer belongs to the model by encoding its largest id: a foreign tokenizer
   * usually has more ids, which texts with low ids would not reveal.
   */
  private void fits(TextModel model, Path file, PretrainedTokenizer tokenizer) {
    int last = tokenizer.vocabularySize() - 1;
    try {
      model.vector(new long[] {0}, new long[1]);
    } catch (DataException e) {
      return; // the model does not accept such a short input; errors will show with the texts
    }
    try {
      model.vector(new long[] {last}, new long[1]);
    } catch (DataException e) {
      throw new DataException(
          settings.tokenizer() + " has ids up to " + last + ", and " + file
              + " does not know them all; the tokenizer.json has to be that of the model",
          e);
    }
  }

  private float[][] vectors(
      Path file,
      PretrainedTokenizer tokenizer,
      List<String> patients,
      List<PretrainedTokenizer.Tokens> tokens) {
    float[][] vectors = new float[patients.size()][];
    AtomicReference<RuntimeException> fault = new AtomicReference<>();
    try (TextModel model =
        TextModel.open(file, settings.output(), settings.pooling().equals("cls"), device)) {
      if (!patients.isEmpty()) {
        fits(model, file, tokenizer);
      }
      IntStream.range(0, vectors.length).parallel().forEach(i -> {
        // a fault is kept and not thrown here: the model would be closed while other threads
        // compute with it
        if (fault.get() == null) {
          try {
            vectors[i] = finite(
                file,
                patients.get(i),
                model.vector(tokens.get(i).ids(), tokens.get(i).types()));
          } catch (RuntimeException e) {
            fault.compareAndSet(null, e);
          }
        }
      });
    }
    if (fault.get() != null) {
      throw fault.get();
    }
    return vectors;
  }

  /** The stripped texts of patients who have one, in the order of the table. */
  private Map<String, String> texts(ReadContext context) {
    String path = settings.path();
    Table table = path.isEmpty()
        ? context.cohort()
        : CsvTables.read(context.resolve(path), context.idColumn());
    String column = settings.column();
    if (!table.columns().contains(column)) {
      throw new AbsentDataException(table.file() + ": there is no column \"" + column
          + "\"; the columns are " + String.join(", ", table.columns()));
    }
    Map<String, String> texts = new LinkedHashMap<>();
    table.rows().forEach((patient, cells) -> {
      String text = cells.get(column).strip();
      if (!MissingValues.contains(text)) {
        texts.put(patient, text);
      }
    });
    if (texts.isEmpty()) {
      throw new AbsentDataException(table.file() + ": the column \"" + column + "\" holds no text");
    }
    return texts;
  }

  private PretrainedTokenizer tokenizer(ReadContext context) {
    try {
      return PretrainedTokenizer.open(context.resolve(settings.tokenizer()), settings.maxTokens());
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  private static float[] finite(Path file, String patient, float[] vector) {
    for (float x : vector) {
      if (!Float.isFinite(x)) {
        throw new DataException(file + " gives " + x + " for the text of " + patient
            + "; a text model gives finite numbers");
      }
    }
    return vector;
  }

  /** Scales a vector to length 1; zero vectors are unchanged. */
  private static float[] normalized(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length && squares > 0; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return unit;
  }
}
