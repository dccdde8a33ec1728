/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;

/**
 * Which images of a TIFF are the slide and its pyramid. The slide is the first image, or the one that OME-XML names. Its
 * levels are the reduced versions below it (SubIFDs), else the smaller tiled images of the same aspect that follow; thumbnails,
 * labels and macro images are no levels.
 *
 * @param levels the finest first
 * @param micronsPerPixel of the finest
 */
record Contents(
    List<TiffImage> levels, OptionalDouble micronsPerPixel, OptionalDouble magnification) {

  /** An image that is a slide, and what its file tells. */
  private record Chosen(Directories all, Directory slide, @Nullable Ome ome) {}

  /**
   * Looks a file through.
   *
   * @throws UndecodedException for one that is compressed in a way that is not decoded here
   * @throws DataException for one that is cut off or damaged, or that is no picture in colours or grey
   */
  static Contents of(TiffBytes in) throws IOException {
    Chosen chosen = choose(in);
    Directory slide = chosen.slide();
    decoded(slide);
    TiffImage finest = TiffImage.of(slide);
    List<TiffImage> levels = new ArrayList<>(List.of(finest));
    List<Directory> smaller = chosen.all().below(slide);
    for (Directory each : smaller.isEmpty() ? following(chosen) : smaller) {
      if (isLevel(each, finest)) {
        levels.add(TiffImage.of(each));
      }
    }
    levels.sort(Comparator.comparingInt(TiffImage::width).reversed());
    for (int i = levels.size() - 1; i > 0; i--) {
      if (levels.get(i).width() == levels.get(i - 1).width()) {
        levels.remove(i);
      }
    }
    return new Contents(
        levels,
        ScannerMetadata.micronsPerPixel(slide, chosen.ome()),
        ScannerMetadata.magnification(slide, chosen.ome()));
  }

  /** Whether a file is whole and could be read if its compression were known: none of its tiles is looked at. */
  static boolean undecoded(TiffBytes in) throws IOException {
    try {
      decoded(choose(in).slide());
      return false;
    } catch (UndecodedException e) {
      return true;
    } catch (DataException e) {
      return false;
    }
  }

  private static Chosen choose(TiffBytes in) throws IOException {
    Vendors.refuseByName(in);
    Directories all = new Directories(in);
    Directory first = all.images().get(0);
    Ome ome = Ome.of(first, first.bytes(Tags.DESCRIPTION, OmeXml.LONGEST));
    Directory slide = first;
    if (ome == null) {
      Vendors.refuse(first);
    } else {
      ome.refuse(in.file(), (int) first.one(Tags.SAMPLES, 1));
      if (ome.image() >= all.images().size()) {
        throw new DataException(
            in.file() + " is damaged: its OME-XML says that its pixels are image "
                + (ome.image() + 1) + " of the TIFF, which has " + all.images().size());
      }
      slide = all.images().get(ome.image());
    }
    long width = slide.one(Tags.WIDTH, 0);
    long height = slide.one(Tags.HEIGHT, 0);
    if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new DataException(in.file() + " is damaged: its first image is " + width + " x "
          + height + " pixels; a slide has at least 1 x 1");
    }
    Samples.of(slide).refuse(slide, ome);
    return new Chosen(all, slide, ome);
  }

  private static void decoded(Directory image) throws IOException {
    int compression = (int) image.one(Tags.COMPRESSION, Compression.NONE);
    if (!Compression.decoded(compression)) {
      throw new UndecodedException(image, compression);
    }
  }

  /** Images that may be levels, without those that OME-XML says to be something else. */
  private static List<Directory> following(Chosen chosen) {
    List<Directory> images = chosen.all().images();
    List<Directory> following = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      Ome ome = chosen.ome();
      if (images.get(i) != chosen.slide() && (ome == null || !ome.claimed().get(i))) {
        following.add(images.get(i));
      }
    }
    return following;
  }

  private static boolean isLevel(Directory image, TiffImage finest) throws IOException {
    long w = image.one(Tags.WIDTH, 0);
    long h = image.one(Tags.HEIGHT, 0);
    if (w < 1
        || h < 1
        || w >= finest.width()
        || !TiffImage.tiled(image)
        || !Compression.decoded((int) image.one(Tags.COMPRESSION, Compression.NONE))) {
      return false;
    }
    Samples samples = Samples.of(image);
    if (samples.colours() != finest.samples().colours()
        || samples.bits() != finest.samples().bits()) {
      return false;
    }
    // sizes of levels are rounded: half a pixel and more may be lost
    return Math.abs(finest.height() * (double) w / finest.width() - h) <= 2;
  }
}
