/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.stroma.run.ShardRun;
import org.stroma.settings.SettingKeys;
import org.stroma.training.RunEvent;
import org.stroma.training.RunListener;

/**
 * Tells runs to an MLflow tracking server, where {@code stroma.mlflow} names one: settings as parameters, {@code metrics.json} as metrics,
 * files as artifacts, and below it a run for each model with its curves, as {@code history.csv} has them. A shard is told with the others, by the run that they are
 * put together to.
 */
@Component(service = RunListener.class)
public final class MlflowListener implements RunListener {
  private final @Nullable MlflowClient client;
  private final Optional<String> experiment;
  private final List<String> files;

  /** Runs that go on, by directory: there may be several. */
  private final Map<Path, Tracking> runs = new ConcurrentHashMap<>();

  /** Reads the settings. */
  @Activate
  public MlflowListener(BundleContext context) {
    this(
        SettingKeys.MLFLOW
            .given(context::getProperty)
            .map(server -> new MlflowClient(server, System.getenv()))
            .orElse(null),
        SettingKeys.MLFLOW_EXPERIMENT.given(context::getProperty),
        SettingKeys.MLFLOW_FILES.of(context::getProperty));
  }

  MlflowListener(@Nullable MlflowClient client, Optional<String> experiment, List<String> files) {
    this.client = client;
    this.experiment = experiment;
    this.files = files;
  }

  @Override
  public void runStarted(RunEvent.RunStarted event) {
    RunEvent.Run run = event.run();
    if (client != null && ShardRun.in(run.directory()).isEmpty()) {
      runs.put(run.directory(), new Tracking(client, experiment.orElse(run.name()), files, run));
    }
  }

  @Override
  public void epochEnded(RunEvent.EpochEnded event) {
    String model = model(event.run(), event.repeat(), event.fold(), event.member());
    with(event.run(), tracking -> tracking.epoch(model, event.epoch()));
  }

  @Override
  public void memberEnded(RunEvent.MemberEnded event) {
    String model = model(event.run(), event.repeat(), event.fold(), event.member());
    with(event.run(), tracking -> tracking.modelEnded(model));
  }

  @Override
  public void runEnded(RunEvent.RunEnded event) {
    Tracking tracking = runs.remove(event.run().directory());
    if (tracking != null) {
      tracking.ended(event.outcome());
    }
  }

  private void with(RunEvent.Run run, Consumer<Tracking> use) {
    Tracking tracking = runs.get(run.directory());
    if (tracking != null) {
      use.accept(tracking);
    }
  }

  private static String model(RunEvent.Run run, int repeat, int fold, int member) {
    return run.pretraining()
        ? "pretrained"
        : "repeat-" + repeat + "-fold-" + fold + "-model-" + (member + 1);
  }
}
