/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;

class ScaleTest {
  private static final Path FILE = Path.of("s.svs");

  static Options options(
      double magnification, double mpp, double slideMpp, double slideMagnification) {
    return new Options(
        magnification,
        mpp,
        slideMpp,
        slideMagnification,
        256,
        0,
        0.5,
        40,
        -1,
        Layout.TRIDENT,
        "",
        8,
        1);
  }

  /** Level-0 pixels a pixel of a patch, for a slide that tells these (0: it does not). */
  private static double factor(double mpp, double magnification, Options options) {
    return scale(mpp, magnification, options).factor(FILE, options);
  }

  private static Scale scale(double mpp, double magnification, Options options) {
    return Scale.of(FILE, DrawnSlide.of(9, 9, mpp, magnification), options);
  }

  @Test
  void slidesWhoseNumbersAgreeAreCutByTheOneAskedFor() {
    assertEquals(2, factor(0.2528, 40, options(20, 0, 0, 0)));
    assertEquals(0.5 / 0.2528, factor(0.2528, 40, options(0, 0.5, 0, 0)), 1e-9);
    assertEquals(2, factor(0.2208, 40, options(20, 0, 0, 0)), "Hamamatsu's 40x");
    assertEquals(1, factor(0.5, 20, options(20, 0, 0, 0)));
    assertEquals(List.of(), scale(0.2208, 40, options(20, 0, 0, 0)).notes());
    assertEquals(2, factor(0.25, 0, options(20, 0, 0, 0)), "micrometres alone");
    assertEquals(2, factor(0, 40, options(0, 0.5, 0, 0)), "magnification alone");
    assertFalse(scale(0, 40, options(0, 0.5, 0, 0)).measured());
  }

  /** 20x of 0.25 um, as scanners with a lens before the camera write it: the pixels are those of 40x. */
  @Test
  void micrometresAreBelievedWhereTheTwoDisagreeAndThatIsTold() {
    assertEquals(2, factor(0.25, 20, options(20, 0, 0, 0)));
    assertEquals(2, factor(0.25, 20, options(0, 0.5, 0, 0)));
    Scale scale = scale(0.25, 20, options(20, 0, 0, 0));
    assertEquals(40, scale.magnification(), 1e-9, "what the file of features says is what was cut");
    assertEquals(
        "it tells a magnification of 20.0 and 0.25 micrometres a pixel, which is about 40.0x; the micrometres are believed, and "
            + "--slide-magnification or --slide-mpp says otherwise",
        scale.notes().get(0));
  }

  @Test
  void anOptionWinsOverWhatSlidesTell() {
    assertEquals(1, factor(0.25, 40, options(20, 0, 0.5, 0)));
    assertEquals(1, factor(0.25, 40, options(0, 0.5, 0.5, 0)));
    assertEquals(1, factor(0.25, 40, options(20, 0, 0, 20)));
    assertEquals(
        1,
        factor(0.25, 40, options(0, 0.5, 0, 20)),
        "micrometres of another magnification are not believed");
    assertEquals(
        0.5 / 0.2528,
        factor(0.2528, 20, options(0, 0.5, 0, 40)),
        1e-9,
        "those that agree with the option are");
    assertEquals(2, factor(0, 0, options(20, 0, 0, 40)));
    assertEquals(2, factor(0, 0, options(20, 0, 0.25, 0)));
    Scale scale = scale(0.25, 40, options(20, 0, 0.5, 0));
    assertEquals(0.5, scale.mpp());
    assertEquals(20, scale.magnification());
    assertEquals(
        List.of(
            "it tells a magnification of 40.0 and 0.25 micrometres a pixel; --slide-mpp 0.5 is taken instead"),
        scale.notes());
    assertTrue(scale(0.25, 0, options(20, 0, 0, 20))
        .notes()
        .get(0)
        .contains("--slide-magnification 20.0 is taken instead"));
    assertEquals(
        List.of(),
        scale(0.2528, 40, options(20, 0, 0.2528, 0)).notes(),
        "nothing is told of what the slide says itself");
    assertEquals(List.of(), scale(0, 0, options(20, 0, 0.25, 0)).notes());
  }

  @Test
  void whatCannotBeCutIsRefused() {
    refuses(
        "tells neither its magnification nor its micrometres a pixel", 0, 0, options(20, 0, 0, 0));
    refuses(
        "a magnification of 40.0, and --magnification asks for 80.0",
        0.25,
        40,
        options(80, 0, 0, 0));
    refuses("0.25 micrometres a pixel, and --mpp asks for 0.1", 0.25, 40, options(0, 0.1, 0, 0));
  }

  private static void refuses(String words, double mpp, double magnification, Options options) {
    String message = assertThrows(DataException.class, () -> factor(mpp, magnification, options))
        .getMessage();
    assertTrue(message.contains(words), message);
  }
}
