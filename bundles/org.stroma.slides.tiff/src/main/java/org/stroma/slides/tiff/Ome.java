/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.OptionalDouble;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;

/**
 * What an OME-TIFF tells of its first image, which is the slide; labels and macro images are further ones.
 *
 * @param uuid of the file; empty where it has none
 * @param metadataFile that has the metadata instead of this one; null for none
 * @param image number of the TIFF image with its pixels, from 0
 * @param claimed numbers of the TIFF images that hold something else than reduced versions of the slide, or the slide
 * @param planes how many focal planes there are
 * @param times how many times it was taken
 * @param channels of all kinds: 3 for red, green and blue
 * @param significantBits of a sample; 0 where that is not told
 * @param micrometres a pixel
 * @param magnification of the objective
 * @param pixelsFile name of the file with the pixels, as it was when that was written; empty where that is not told
 * @param pixelsUuid of that file
 */
record Ome(
    String uuid,
    @Nullable String metadataFile,
    int image,
    BitSet claimed,
    int width,
    int height,
    int planes,
    int times,
    int channels,
    int significantBits,
    OptionalDouble micrometres,
    OptionalDouble magnification,
    String pixelsFile,
    String pixelsUuid) {

  /** What was read of it so far. */
  static final class Builder {
    String uuid = "";

    @Nullable
    String metadataFile;

    int image;
    final BitSet claimed = new BitSet();
    int width;
    int height;
    int planes = 1;
    int times = 1;
    int channels = 1;
    int significantBits;
    OptionalDouble micrometres = OptionalDouble.empty();
    OptionalDouble magnification = OptionalDouble.empty();
    String pixelsFile = "";
    String pixelsUuid = "";

    Ome build() {
      return new Ome(
          uuid,
          metadataFile,
          image,
          claimed,
          width,
          height,
          planes,
          times,
          channels,
          significantBits,
          micrometres,
          magnification,
          pixelsFile,
          pixelsUuid);
    }
  }

  /**
   * Reads the description of a file's first image.
   *
   * @return null where it is no OME-XML
   * @throws DataException for OME-XML that is broken
   */
  static @Nullable Ome of(Directory first, byte[] description) {
    String text = OmeXml.text(description);
    if (!OmeXml.is(text)) {
      return null;
    }
    Path file = first.file().file();
    if (first.count(Tags.DESCRIPTION) > OmeXml.LONGEST) {
      throw new DataException(file + " has " + first.count(Tags.DESCRIPTION)
          + " bytes of OME-XML; up to " + OmeXml.LONGEST + " are read");
    }
    try {
      return OmeXml.read(text);
    } catch (XMLStreamException | RuntimeException e) {
      throw new DataException(
          file + " is damaged: its OME-XML, which tells what its images are, is broken"
              + OmeXml.where(e),
          e);
    }
  }

  /** Refuses what is no single picture in this file. */
  void refuse(Path file, int samples) {
    if (metadataFile != null) {
      throw new DataException(file + " is a part of an OME-TIFF of several files, which "
          + metadataFile + " describes; write its slide as a file of its own");
    }
    boolean other = !pixelsUuid.isEmpty() && !uuid.isEmpty()
        ? !pixelsUuid.equals(uuid)
        : !pixelsFile.isEmpty()
            && !pixelsFile.equals(file.getFileName().toString())
            && there(file, pixelsFile);
    if (other) {
      throw new DataException(file
          + " is a part of an OME-TIFF of several files, and the pixels of its first image are in "
          + pixelsFile + ", as its OME-XML says; give that one");
    }
    if (planes > 1 || times > 1) {
      throw new DataException(file + " is a stack of "
          + (planes > 1 ? planes + " focal planes (SizeZ)" : times + " times (SizeT)")
          + ", and which of them is meant is not said; write one of them as a file of its own, as bfconvert "
          + (planes > 1 ? "-z 0" : "-timepoint 0") + " does");
    }
    if (channels > samples) {
      throw Samples.channels(file, channels);
    }
  }

  private static boolean there(Path file, String name) {
    try {
      return Files.exists(file.resolveSibling(name));
    } catch (java.nio.file.InvalidPathException e) {
      return false;
    }
  }
}
