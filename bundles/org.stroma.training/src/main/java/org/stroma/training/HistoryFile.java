/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.stroma.files.Csv;
import org.stroma.run.RunDirectory;

/**
 * {@code history.csv}: a row an epoch. It is written when a model is trained: columns {@code repeat,fold,model} (none of these in a
 * pretraining), {@code epoch,loss,learning_rate_factor,seconds,gradient_norm}, and {@code loss.NAME} for each term of the loss.
 */
final class HistoryFile implements RunListener {
  static final String FILE = "history.csv";

  private final RunDirectory run;
  private final List<RunEvent.EpochEnded> epochs = new ArrayList<>();
  private final Set<String> losses = new LinkedHashSet<>();

  HistoryFile(RunDirectory run) {
    this.run = run;
  }

  @Override
  public void epochEnded(RunEvent.EpochEnded event) {
    epochs.add(event);
    losses.addAll(event.epoch().losses().keySet());
  }

  @Override
  public void memberEnded(RunEvent.MemberEnded event) {
    run.write(FILE, text());
  }

  private String text() {
    StringBuilder csv =
        new StringBuilder(epochs.get(0).run().pretraining() ? "" : "repeat,fold,model,");
    csv.append("epoch,loss,learning_rate_factor,seconds,gradient_norm");
    losses.forEach(name -> csv.append(',').append(Csv.quote("loss." + name)));
    csv.append('\n');
    epochs.forEach(event -> row(csv, event));
    return csv.toString();
  }

  private void row(StringBuilder csv, RunEvent.EpochEnded event) {
    if (!event.run().pretraining()) {
      csv.append(event.repeat() + "," + event.fold() + "," + (event.member() + 1) + ",");
    }
    Epoch epoch = event.epoch();
    csv.append(String.format(
        Locale.ROOT,
        "%d,%.6g,%.6g,%.4f,%.6g",
        epoch.epoch() + 1,
        epoch.loss(),
        epoch.learningRateFactor(),
        epoch.seconds(),
        epoch.gradientNorm()));
    for (String name : losses) {
      Double loss = epoch.losses().get(name);
      csv.append(',').append(loss == null ? "" : String.format(Locale.ROOT, "%.6g", loss));
    }
    csv.append('\n');
  }
}
