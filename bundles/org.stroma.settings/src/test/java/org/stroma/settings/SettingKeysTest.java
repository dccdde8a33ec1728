/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingKeysTest {
  @Test
  void everySettingHasANameOfItsOwnAMeaningAndADefaultThatItTakes() {
    Set<String> names = new HashSet<>();
    for (SettingKey<?> key : SettingKeys.all()) {
      assertTrue(names.add(key.name()), key.name());
      assertTrue(key.name().startsWith("stroma."), key.name());
      assertFalse(key.meaning().isBlank() || key.wanted().isBlank(), key.name());
      if (key.preset() != null) {
        assertEquals(Optional.empty(), key.refusal(key.preset()));
      }
      assertEquals(Optional.of(key), SettingKeys.named(key.name()));
    }
    assertEquals(Optional.empty(), SettingKeys.named("stroma.job"));
  }

  @Test
  void valuesAreReadAsTheirType() {
    Map<String, String> set = Map.of(
        "stroma.device", "GPU:1",
        "stroma.memoryGrowth", "FALSE",
        "stroma.threads", " 4 ",
        "stroma.jobs", "",
        "stroma.extensions.list", "/a/b");
    assertEquals("gpu:1", SettingKeys.DEVICE.of(set::get));
    assertEquals(false, SettingKeys.MEMORY_GROWTH.of(set::get));
    assertEquals(4, SettingKeys.THREADS.of(set::get));
    assertEquals(1, SettingKeys.JOBS.of(set::get), "a blank value is none");
    assertEquals(Optional.empty(), SettingKeys.JOBS.given(set::get));
    assertEquals(Path.of("/a/b"), SettingKeys.EXTENSIONS_LIST.of(set::get));
    assertEquals("any", SettingKeys.EXTENSIONS_POLICY.of(set::get));
    assertEquals(Optional.empty(), SettingKeys.BUILD_SECONDS.given(set::get));
  }

  @Test
  void boundsArePartOfWhatIsAllowedAndWhatLiesBeyondIsRefusedInASentence() {
    for (String fine : List.of("1", "999")) {
      assertEquals(Optional.empty(), SettingKeys.JOBS.refusal(fine), fine);
    }
    for (String wrong : List.of("0", "1000", "-1", "+1", "1.5", "many", "٣", "99999999999")) {
      assertEquals(
          Optional.of(
              "stroma.jobs is \"" + wrong + "\"; it has to be a whole number from 1 to 999"),
          SettingKeys.JOBS.refusal(wrong));
    }
    assertTrue(SettingKeys.DEVICE.refusal("gpuu").isPresent());
    assertTrue(SettingKeys.MEMORY_GROWTH.refusal("yes").isPresent());
    assertEquals(
        "stroma.extensions.policy is \"some\"; it has to be any, listed or signed",
        SettingKeys.EXTENSIONS_POLICY.refusal("some").orElseThrow());
    assertThrows(
        IllegalArgumentException.class,
        () -> SettingKeys.JOBS.of(Map.of("stroma.jobs", "none")::get),
        "the default does not stand in for what is wrong");
  }

  @Test
  void aLineTellsTheValueAndWhereItComesFrom() {
    Map<String, String> set = Map.of(
        "stroma.jobs", "3", SettingKeys.JOBS.originProperty(), "conf/stroma.properties, line 2");
    assertEquals(
        "stroma.jobs = 3 (conf/stroma.properties, line 2)", SettingKeys.JOBS.line(set::get));
    assertEquals("stroma.threads = 0 (default)", SettingKeys.THREADS.line(set::get));
    assertEquals("stroma.cache is not set", SettingKeys.CACHE.line(set::get));
  }
}
