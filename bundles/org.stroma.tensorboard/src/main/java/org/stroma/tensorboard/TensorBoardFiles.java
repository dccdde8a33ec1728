/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tensorboard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.settings.SettingKeys;
import org.stroma.training.RunEvent;
import org.stroma.training.RunListener;

/**
 * Writes what {@code history.csv} holds for TensorBoard, epoch by epoch: a folder a model, {@code tensorboard/repeat-0-fold-0-model-1}
 * or {@code tensorboard/pretrained} in the run directory. Tags are {@code loss}, {@code loss/NAME} for each term of it,
 * {@code gradient_norm}, {@code learning_rate_factor}, {@code learning_rate} where the optimizer has one, and {@code seconds}; steps are
 * epochs, from 1 as in {@code history.csv}. What {@code inner.csv} holds is in {@code tensorboard/inner/repeat-0-fold-0-inner-0}, before
 * {@code -inner} the candidate where there are several: tags {@code loss} and {@code validation/HEAD.METRIC}, a folder an inner fold, written when it
 * has been trained.
 */
@Component(service = RunListener.class)
public final class TensorBoardFiles implements RunListener {
  private static final String FOLDER = "tensorboard";

  private final boolean wanted;

  /** The file of the model that a run trains now, by run directory. Runs may go on side by side. */
  private final Map<Path, Open> open = new ConcurrentHashMap<>();

  /** A file, and the model it is of. */
  private record Open(String model, EventFile file) {}

  /** Reads the setting. */
  @Activate
  public TensorBoardFiles(BundleContext context) {
    this(SettingKeys.TENSORBOARD.of(context::getProperty));
  }

  TensorBoardFiles(boolean wanted) {
    this.wanted = wanted;
  }

  /** What a killed run has left is told once more when it goes on. */
  @Override
  public void runStarted(RunEvent.RunStarted event) {
    Path folder = event.run().directory().resolve(FOLDER);
    try {
      if (wanted) {
        AtomicFiles.delete(folder);
      }
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  @Override
  public void epochEnded(RunEvent.EpochEnded event) {
    if (!wanted) {
      return;
    }
    RunEvent.Run run = event.run();
    String model = run.pretraining()
        ? "pretrained"
        : "repeat-" + event.repeat() + "-fold-" + event.fold() + "-model-" + (event.member() + 1);
    Path folder = run.directory().resolve(FOLDER).resolve(model);
    double now = System.currentTimeMillis() / 1000.0;
    try {
      Open file = open.get(run.directory());
      if (file == null || !file.model().equals(model)) {
        close(run.directory());
        file = new Open(model, new EventFile(folder.resolve(name(now)), now));
        open.put(run.directory(), file);
      }
      file.file().scalars(event.epoch().numbers(), event.epoch().epoch() + 1L, now);
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  @Override
  public void innerEnded(RunEvent.InnerEnded event) {
    if (!wanted) {
      return;
    }
    Path folder = event
        .run()
        .directory()
        .resolve(FOLDER)
        .resolve("inner")
        .resolve("repeat-" + event.repeat() + "-fold-" + event.fold()
            + (event.candidate().isEmpty() ? "" : "-" + named(event.candidate()))
            + "-inner-" + event.inner());
    double now = System.currentTimeMillis() / 1000.0;
    String tag = "validation/" + event.head() + "." + event.metric();
    try (EventFile file = new EventFile(folder.resolve(name(now)), now)) {
      for (int epoch = 0; epoch < event.losses().size(); epoch++) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        put(scalars, "loss", event.losses().get(epoch));
        put(scalars, tag, epoch < event.values().size() ? event.values().get(epoch) : null);
        file.scalars(scalars, epoch + 1L, now);
      }
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  /** A candidate's name as that of a folder; those that differ have others. */
  private static String named(String candidate) {
    String safe = candidate.replaceAll("[^A-Za-z0-9._-]+", "_");
    String part = safe.substring(0, Math.min(60, safe.length()));
    return part.equals(candidate) ? part : part + "-" + String.format("%08x", candidate.hashCode());
  }

  /** TensorBoard knows its files by "tfevents" and reads those of a folder in the order of their names. */
  private static String name(double seconds) {
    return "events.out.tfevents." + (long) seconds + ".stroma";
  }

  private static void put(Map<String, Double> scalars, String tag, @Nullable Double value) {
    if (value != null) {
      scalars.put(tag, value);
    }
  }

  @Override
  public void memberEnded(RunEvent.MemberEnded event) {
    close(event.run().directory());
  }

  @Override
  public void runEnded(RunEvent.RunEnded event) {
    close(event.run().directory());
  }

  @Deactivate
  void close() {
    open.keySet().forEach(this::close);
  }

  private void close(Path directory) {
    Open file = open.remove(directory);
    if (file != null) {
      try {
        file.file().close();
      } catch (IOException e) {
        throw FileProblem.written(directory.resolve(FOLDER), e);
      }
    }
  }
}
