/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingTest {
  private static Setting setting(
      Setting.Type type, boolean many, Object preset, Double min, Double max, String... options) {
    return new Setting(
        "units", type, many, preset, preset == null, min, max, List.of(options), "how many");
  }

  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text);
  }

  private static String misfit(Setting setting, String text) {
    return assertThrows(Setting.Misfit.class, () -> setting.parse(json(text))).getMessage();
  }

  @Test
  void valuesHaveTheTypeThatConfigurationAdminTakes() throws Exception {
    assertEquals(3, setting(Setting.Type.INTEGER, false, null, null, null).parse(json("3")));
    assertEquals(3L, setting(Setting.Type.LONG, false, null, null, null).parse(json("3")));
    assertEquals(3.0, setting(Setting.Type.DOUBLE, false, null, null, null).parse(json("3")));
    assertEquals(true, setting(Setting.Type.BOOLEAN, false, null, null, null).parse(json("true")));
    assertEquals("3", setting(Setting.Type.STRING, false, null, null, null).parse(json("\"3\"")));
    assertArrayEquals(new Integer[] {1, 2}, (Integer[])
        setting(Setting.Type.INTEGER, true, null, null, null).parse(json("[1, 2]")));
  }

  @Test
  void whatDoesNotFitIsToldWithWhatWould() {
    Setting units = setting(Setting.Type.INTEGER, false, 8, 1.0, 4096.0);
    for (String text : List.of("0", "4097", "1.5", "\"8\"", "null", "99999999999")) {
      assertEquals(
          "is " + text + "; units has to be a whole number from 1 to 4096", misfit(units, text));
    }
    Setting share = setting(Setting.Type.DOUBLE, false, 0.5, null, 0.9);
    assertEquals("is 1; units has to be a number of at most 0.9", misfit(share, "1"));
    Setting least = setting(Setting.Type.DOUBLE, false, 0.5, 0.1, null);
    assertEquals("is 0; units has to be a number of at least 0.1", misfit(least, "0"));
    Setting option = setting(Setting.Type.STRING, false, "a", null, null, "a", "b");
    assertEquals("is \"c\"; units has to be a text among a, b", misfit(option, "\"c\""));
    Setting list = setting(Setting.Type.INTEGER, true, null, 1.0, null);
    assertEquals(
        "is 3; units has to be a list, each element a whole number of at least 1",
        misfit(list, "3"));
    assertEquals(
        "is 0; units has to be a list, each element a whole number of at least 1",
        misfit(list, "[1, 0]"));
  }

  @Test
  void aDefaultThatCouldNotBeGivenIsFound() {
    assertTrue(setting(Setting.Type.INTEGER, false, 8, 1.0, 9.0).presetFits());
    assertTrue(setting(Setting.Type.INTEGER, false, null, 1.0, 9.0).presetFits());
    assertFalse(setting(Setting.Type.INTEGER, false, 10, 1.0, 9.0).presetFits());
    assertFalse(setting(Setting.Type.STRING, false, "c", null, null, "a", "b").presetFits());
    assertFalse(setting(Setting.Type.INTEGER, false, "8", 1.0, 9.0).presetFits());
  }
}
