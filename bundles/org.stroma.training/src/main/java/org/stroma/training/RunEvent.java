/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a {@link RunListener} hears. Stroma alone makes events; they may get more components. Repeats, folds, members and epochs
 * count from 0; a pretraining is repeat 0, fold 0, member 0.
 */
@ProviderType
public sealed interface RunEvent {
  /** The run that it happened in. */
  Run run();

  /**
   * A run.
   *
   * @param name the experiment's
   * @param directory the run directory
   * @param pretraining whether encoders are pretrained; there are no folds then
   * @param repeats of the cross-validation
   * @param folds of all repeats together
   * @param members models of a fold's ensemble
   * @param epochs of each model
   */
  @ProviderType
  record Run(
      String name,
      Path directory,
      boolean pretraining,
      int repeats,
      int folds,
      int members,
      int epochs) {}

  /** How a run ended. */
  enum Outcome {
    DONE,
    /** The user stopped it, or a part went away. */
    CANCELLED,
    FAILED
  }

  /** See {@link RunListener#runStarted}. */
  @ProviderType
  record RunStarted(Run run) implements RunEvent {}

  /**
   * See {@link RunListener#runEnded}.
   *
   * @param reason why it did not end well, in words; empty for one that is done
   * @param seconds since it started
   */
  @ProviderType
  record RunEnded(Run run, Outcome outcome, String reason, double seconds) implements RunEvent {}

  /**
   * See {@link RunListener#foldStarted}.
   *
   * @param training how many patients
   * @param validation how many
   * @param test how many
   */
  @ProviderType
  record FoldStarted(Run run, int repeat, int fold, int training, int validation, int test)
      implements RunEvent {}

  /**
   * See {@link RunListener#foldEnded}.
   *
   * @param seconds with preparation of the data and evaluation
   */
  @ProviderType
  record FoldEnded(Run run, int repeat, int fold, double seconds) implements RunEvent {}

  /** See {@link RunListener#memberStarted}. */
  @ProviderType
  record MemberStarted(Run run, int repeat, int fold, int member) implements RunEvent {}

  /**
   * See {@link RunListener#memberEnded}.
   *
   * @param seconds of its training
   */
  @ProviderType
  record MemberEnded(Run run, int repeat, int fold, int member, double seconds)
      implements RunEvent {}

  /** See {@link RunListener#epochEnded}. */
  @ProviderType
  record EpochEnded(Run run, int repeat, int fold, int member, Epoch epoch) implements RunEvent {}

  /**
   * See {@link RunListener#innerEpochEnded}.
   *
   * @param candidate its name; empty where there are none
   * @param inner number of the inner fold
   * @param members models that are trained on it
   * @param epochs of this training at most
   */
  @ProviderType
  record InnerEpochEnded(
      Run run,
      int repeat,
      int fold,
      String candidate,
      int inner,
      int member,
      int members,
      int epochs,
      Epoch epoch)
      implements RunEvent {}

  /**
   * See {@link RunListener#innerEnded}.
   *
   * @param candidate its name; empty where there are none
   * @param inner number of the inner fold
   * @param head whose metric decides
   * @param metric its name, as in metrics.json
   * @param losses by epoch, of the training patients, mean over the members
   * @param values of the deciding metric by epoch, of the validation patients by all members together; null where it is not defined
   */
  @ProviderType
  record InnerEnded(
      Run run,
      int repeat,
      int fold,
      String candidate,
      int inner,
      String head,
      String metric,
      List<Double> losses,
      List<@Nullable Double> values)
      implements RunEvent {}

  /**
   * See {@link RunListener#chosen}.
   *
   * @param candidate its name; empty where there are none
   * @param epoch after how many epochs the weights are taken
   * @param epochs how many are trained
   * @param value of the deciding metric, mean over the inner folds
   */
  @ProviderType
  record Chosen(
      Run run, int repeat, int fold, String candidate, int epoch, int epochs, double value)
      implements RunEvent {}

  /** See {@link RunListener#noted}. */
  @ProviderType
  record Noted(Run run, String message) implements RunEvent {}
}
