/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;

/**
 * Unpacks TensorFlow's native libraries when Stroma is embedded in another program. JavaCPP's own
 * mechanism needs a URL handler for the whole virtual machine and a system property for the folder.
 * Instead, the files are unpacked here and registered with JavaCPP, whose class belongs to this
 * framework only.
 */
final class NativeLibraries {
  private static final Pattern LIBRARY = Pattern.compile("lib(.+?)\\.so(?:\\.(\\d+))?");

  /**
   * Prefix of JNI libraries. Java binds each to one class loader, so each framework needs its own
   * copy.
   */
  private static final String BINDING = "jni";

  private NativeLibraries() {}

  /**
   * Unpacks the libraries and registers them with JavaCPP.
   *
   * @param tensorflow the bundle with JavaCPP
   * @param natives the fragment with the libraries
   * @param cache folder of unpacked libraries, shared with JavaCPP's own
   * @param own private folder of this framework
   */
  static void give(Bundle tensorflow, Bundle natives, Path cache, Path own)
      throws IOException, ReflectiveOperationException {
    Map<String, URL[]> unpackedLibraries = new HashMap<>();
    Enumeration<URL> entries = natives.findEntries("/", "lib*.so*", true);
    for (URL entry : entries == null ? Collections.<URL>emptyList() : Collections.list(entries)) {
      Path path = Path.of(entry.getPath());
      String file = path.getFileName().toString();
      Matcher library = LIBRARY.matcher(file);
      if (!library.matches()) {
        continue;
      }
      Path unpacked = cache.resolve(path.getParent().getFileName()).resolve(file);
      unpack(entry, unpacked);
      if (library.group(1).startsWith(BINDING)) {
        unpacked = Files.copy(unpacked, own.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      // JavaCPP's key: name@.version
      String name = library.group(1) + (library.group(2) == null ? "" : "@." + library.group(2));
      unpackedLibraries.put(name, new URL[] {unpacked.toUri().toURL()});
    }
    Class<?> loader = tensorflow.loadClass("org.bytedeco.javacpp.Loader");
    field(loader, "cacheDir", File.class).set(null, cache.toFile());
    @SuppressWarnings("unchecked")
    Map<String, URL[]> foundLibraries =
        (Map<String, URL[]>) field(loader, "foundLibraries", Map.class).get(null);
    foundLibraries.putAll(unpackedLibraries);
  }

  private static Field field(Class<?> loader, String name, Class<?> type)
      throws NoSuchFieldException {
    Field field = loader.getDeclaredField(name);
    if (field.getType() != type) {
      throw new NoSuchFieldException(name + " is a " + field.getType().getName());
    }
    field.setAccessible(true);
    return field;
  }

  /**
   * Unpacks a file unless one of the same size and time exists, which is also JavaCPP's criterion.
   */
  private static void unpack(URL entry, Path target) throws IOException {
    URLConnection connection = entry.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      long size = connection.getContentLengthLong();
      long modified = connection.getLastModified();
      if (Files.isRegularFile(target)
          && Files.size(target) == size
          && Files.getLastModifiedTime(target).toMillis() == modified) {
        return;
      }
      Files.createDirectories(target.getParent());
      Path partial =
          Files.createTempFile(target.getParent(), target.getFileName().toString(), ".partial");
      try {
        Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(partial, FileTime.fromMillis(modified));
        Files.move(
            partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    }
  }
}
