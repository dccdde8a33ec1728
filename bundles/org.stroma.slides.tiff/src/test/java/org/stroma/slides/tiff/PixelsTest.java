/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PixelsTest {
  private static int[] pixel(int type, int argb) {
    BufferedImage image = new BufferedImage(1, 1, type);
    image.setRGB(0, 0, argb);
    return Pixels.of(image);
  }

  @Test
  void coloursAreAsStored() {
    assertArrayEquals(new int[] {0x123456}, pixel(BufferedImage.TYPE_3BYTE_BGR, 0xff123456));
    // bytes of grey are no colours that a profile would change
    BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 0x40);
    assertArrayEquals(new int[] {0x404040}, Pixels.of(grey));
    assertArrayEquals(new int[] {0xffffff}, pixel(BufferedImage.TYPE_BYTE_BINARY, 0xffffffff));
  }

  @Test
  void whatIsTransparentIsOnWhite() {
    assertArrayEquals(new int[] {0xffffff}, pixel(BufferedImage.TYPE_4BYTE_ABGR, 0x00123456));
    // 255 - 255 x 128 / 255, and 0 x ... : half of black on white
    assertArrayEquals(new int[] {0x7f7f7f}, pixel(BufferedImage.TYPE_4BYTE_ABGR, 0x80000000));
  }

  @Test
  void aPartIsCutOutOfItsRegion() {
    int[] rgb = {0, 1, 2, 3, 4, 5};
    Rectangle region = new Rectangle(10, 20, 3, 2);
    assertArrayEquals(
        new int[] {1, 2, 4, 5}, Pixels.part(rgb, region, new Rectangle(11, 20, 2, 2)));
    assertSame(rgb, Pixels.part(rgb, region, region));
  }

  @Test
  void bytesAreTakenInTheOrderOfTheirBands() {
    for (int type : new int[] {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB}) {
      BufferedImage whole = new BufferedImage(5, 4, type);
      for (int i = 0; i < 20; i++) {
        whole.setRGB(i % 5, i / 5, 0x010203 * (i + 1));
      }
      BufferedImage part = whole.getSubimage(1, 2, 3, 2);
      assertArrayEquals(
          new int[] {
            12 * 0x010203, 13 * 0x010203, 14 * 0x010203, 17 * 0x010203, 18 * 0x010203, 19 * 0x010203
          },
          Pixels.of(part));
    }
  }
}
