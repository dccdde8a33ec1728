/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether sites are on both sides of a split. Slides carry the signature of where they were made, and outcomes differ between sites
 * (Howard et al. 2021, Nature Communications 12:4423). Sites are known of TCGA barcodes alone.
 */
final class SiteCheck implements Check {
  private static final Pattern BARCODE =
      Pattern.compile("(?i)tcga[-._ ]([a-z0-9]{2})[-._ ][a-z0-9]{4}.*");

  @Override
  public String name() {
    return "sites";
  }

  @Override
  public String title() {
    return "Are sites kept apart?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    Map<String, Integer> patients = new TreeMap<>();
    for (String patient : subject.patients()) {
      String site = site(patient);
      if (site != null) {
        patients.merge(site, 1, Integer::sum);
      }
    }
    Finding place = Finding.of(
            name(),
            Level.NOT_APPLICABLE,
            "The ids tell no sites. Where patients come from several, a split that keeps them apart"
                + " (\"group\" in /evaluation/split) says how a model does at a site that it does not know.")
        .at("file", subject.experimentFile())
        .at("pointer", "/evaluation/split/group");
    if (patients.size() < 2 || subject.folds().isEmpty()) {
      return List.of(place);
    }
    int tested = 0;
    int known = 0;
    for (Sides fold : subject.folds()) {
      Set<String> learned = new LinkedHashSet<>();
      fold.training().forEach(p -> learned.add(String.valueOf(site(p))));
      tested += fold.test().size();
      known += (int) fold.test().stream()
          .filter(p -> learned.contains(String.valueOf(site(p))))
          .count();
    }
    double share = (double) known / Math.max(1, tested);
    return List.of(new Finding(
        name(),
        known == 0 ? Level.FINE : Level.CAUTION,
        "The barcodes name " + patients.size() + " tissue source sites; "
            + (known == 0
                ? "no test patient is from a site of the fold's training patients."
                : Words.percent(share)
                    + " of the test patients are from sites that also trained the model, whose signature in slides and batches it may"
                    + " have learned. \"group\" with \"groupPattern\": \"^TCGA-(..)-\" keeps sites apart."),
        Map.of("sites", patients.size(), "share_tested_at_known_sites", Words.rounded(share)),
        place.place()));
  }

  private static @org.jspecify.annotations.Nullable String site(String patient) {
    Matcher barcode = BARCODE.matcher(patient);
    return barcode.matches() ? barcode.group(1).toUpperCase(Locale.ROOT) : null;
  }
}
