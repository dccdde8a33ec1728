/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.PatchLocation;

/**
 * Writes patches of one slide as a GeoJSON FeatureCollection (RFC 7946) of detections as QuPath 0.4 and later import it: a
 * square a patch in pixels of the full resolution. Where a file counts in micrometres, so does this, and says so in the
 * member {@code unit}.
 */
final class GeoJson implements AutoCloseable {
  /** QuPath before 0.6 reads files in the encoding of its machine. */
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final JsonGenerator json;

  GeoJson(OutputStream out, boolean micrometres) throws IOException {
    json = FACTORY.createGenerator(out);
    json.writeStartObject();
    json.writeStringField("type", "FeatureCollection");
    if (micrometres) {
      json.writeStringField("unit", "micrometre");
    }
    json.writeArrayFieldStart("features");
  }

  /**
   * Writes a patch.
   *
   * @param name what the patch is called
   * @param label its class, or null
   * @param colour red, green and blue: of the class where there is one
   * @param measurements numbers by name
   */
  void patch(
      PatchLocation place,
      String name,
      @Nullable String label,
      int[] colour,
      Map<String, Float> measurements)
      throws IOException {
    json.writeRaw('\n');
    json.writeStartObject();
    json.writeStringField("type", "Feature");
    json.writeObjectFieldStart("geometry");
    geometry(place);
    json.writeEndObject();
    json.writeObjectFieldStart("properties");
    json.writeStringField("objectType", "detection");
    json.writeStringField("name", name);
    if (label != null) {
      json.writeObjectFieldStart("classification");
      json.writeStringField("name", label);
    }
    json.writeFieldName("color");
    json.writeArray(colour, 0, colour.length);
    if (label != null) {
      json.writeEndObject();
    }
    json.writeObjectFieldStart("measurements");
    for (Map.Entry<String, Float> each : measurements.entrySet()) {
      json.writeNumberField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private void geometry(PatchLocation place) throws IOException {
    double left = place.x();
    double top = place.y();
    if (place.size() <= 0) {
      json.writeStringField("type", "Point");
      json.writeFieldName("coordinates");
      point(left, top);
      return;
    }
    double right = left + place.size();
    double bottom = top + place.size();
    json.writeStringField("type", "Polygon");
    json.writeArrayFieldStart("coordinates");
    json.writeStartArray();
    point(left, top);
    point(right, top);
    point(right, bottom);
    point(left, bottom);
    point(left, top);
    json.writeEndArray();
    json.writeEndArray();
  }

  private void point(double x, double y) throws IOException {
    json.writeStartArray();
    number(x);
    number(y);
    json.writeEndArray();
  }

  private void number(double x) throws IOException {
    if (x == Math.rint(x)) {
      json.writeNumber((long) x);
    } else {
      json.writeNumber(x);
    }
  }

  @Override
  public void close() throws IOException {
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }
}
