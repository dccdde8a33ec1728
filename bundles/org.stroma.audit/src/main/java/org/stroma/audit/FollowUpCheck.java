/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.stroma.cohort.Cohort;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.KaplanMeier;
import org.stroma.statistics.LogRank;

/** Whether test patients were followed as long as those who trained the model, by the reverse Kaplan-Meier curve. */
final class FollowUpCheck implements Check {
  private static final double SIGNIFICANT = 0.01;

  @Override
  public String name() {
    return "follow-up";
  }

  @Override
  public String title() {
    return "Were test patients followed as long as the others?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    for (Subject.Head head : subject.heads()) {
      if (head.target() instanceof Cohort.SurvivalTarget survival
          && !subject.folds().isEmpty()) {
        findings.add(of(subject, head, survival));
      }
    }
    return findings.isEmpty()
        ? List.of(Finding.of(name(), Level.NOT_APPLICABLE, "No head predicts a time of survival.")
            .at("file", subject.experimentFile()))
        : findings;
  }

  /** Follow-up of some patients: who is censored is what is waited for. */
  private record Followed(double[] time, boolean[] censored) {
    static Followed of(Cohort.SurvivalTarget target, List<String> patients) {
      List<String> known = Subject.known(target, patients);
      boolean[] censored = new boolean[known.size()];
      for (int i = 0; i < censored.length; i++) {
        Cohort.Survival value = target.values().get(known.get(i));
        censored[i] = !value.event() && !value.competing();
      }
      return new Followed(
          known.stream().mapToDouble(p -> target.values().get(p).time()).toArray(), censored);
    }

    double median() {
      Estimate median = time.length == 0
          ? Estimate.undefined("nobody")
          : KaplanMeier.of(time, censored).median();
      return median.defined() ? median.value() : Double.NaN;
    }
  }

  private Finding of(Subject subject, Subject.Head head, Cohort.SurvivalTarget target) {
    List<Double> medians = new ArrayList<>();
    double[] probabilities = new double[subject.folds().size()];
    for (int i = 0; i < probabilities.length; i++) {
      Sides fold = subject.folds().get(i);
      Followed test = Followed.of(target, fold.test());
      medians.add(test.median());
      probabilities[i] = compare(Followed.of(target, fold.training()), test);
    }
    double[] adjusted = Association.holm(probabilities);
    int worst = 0;
    for (int i = 1; i < adjusted.length; i++) {
      worst = adjusted[i] < adjusted[worst] ? i : worst;
    }
    double all = Followed.of(target, subject.patients()).median();
    double[] known =
        medians.stream().mapToDouble(m -> m).filter(m -> !Double.isNaN(m)).toArray();
    double least = Arrays.stream(known).min().orElse(Double.NaN);
    double most = Arrays.stream(known).max().orElse(Double.NaN);
    boolean differs = adjusted[worst] < SIGNIFICANT;
    return Finding.of(
            name(),
            differs ? Level.CAUTION : Level.FINE,
            head.name() + ": the median follow-up (reverse Kaplan-Meier) is " + time(all)
                + ", in test folds "
                + time(least)
                + " to " + time(most) + "."
                + (differs
                    ? " In " + subject.folds().get(worst).place()
                        + " test patients were followed otherwise than training patients ("
                        + Words.probability(adjusted[worst])
                        + " by the log-rank test of censoring, Holm's correction)."
                    : ""))
        .with("median", number(all))
        .with("least", number(least))
        .with("most", number(most))
        .with("smallest_adjusted_p", number(adjusted[worst]))
        .at("file", subject.table())
        .at(
            "column",
            subject
                .experiment()
                .at("/cohort/targets/" + head.targetName() + "/time")
                .asText())
        .at("head", head.name());
  }

  private static String time(double median) {
    return Double.isNaN(median) ? "not reached" : Words.digits(median);
  }

  private static @org.jspecify.annotations.Nullable Double number(double value) {
    return Double.isNaN(value) ? null : Words.rounded(value);
  }

  private static double compare(Followed training, Followed test) {
    int n = training.time().length;
    double[] time = new double[n + test.time().length];
    boolean[] censored = new boolean[time.length];
    int[] group = new int[time.length];
    for (int i = 0; i < time.length; i++) {
      Followed of = i < n ? training : test;
      int k = i < n ? i : i - n;
      time[i] = of.time()[k];
      censored[i] = of.censored()[k];
      group[i] = i < n ? 0 : 1;
    }
    if (n == 0 || time.length == n) {
      return 1;
    }
    Estimate p = LogRank.of(time, censored, group).probability();
    return p.defined() ? p.value() : 1;
  }
}
