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
 * TensorFlow's native libraries in a virtual machine of another program. JavaCPP would find them in their bundle by itself, but it
 * writes URLs of bundles out and reads them again, which takes a URL handler for the whole virtual machine, and unpacks them where
 * a system property says. So they are unpacked here, and JavaCPP, whose class belongs to this framework alone, is given the files.
 */
final class NativeLibraries {
  private static final Pattern LIBRARY = Pattern.compile("lib(.+?)\\.so(?:\\.(\\d+))?");

  /** Libraries with native methods: Java binds each to one class loader, so each framework has a copy of its own. */
  private static final String BINDING = "jni";

  private NativeLibraries() {}

  /**
   * Unpacks them and tells JavaCPP.
   *
   * @param tensorflow the bundle that holds JavaCPP
   * @param natives the fragment that holds the libraries
   * @param cache where they are kept, with those that JavaCPP has unpacked itself
   * @param own a folder of this framework
   */
  static void give(Bundle tensorflow, Bundle natives, Path cache, Path own)
      throws IOException, ReflectiveOperationException {
    Map<String, URL[]> found = new HashMap<>();
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
      // as JavaCPP names what it looks for: name@.version
      String name = library.group(1) + (library.group(2) == null ? "" : "@." + library.group(2));
      found.put(name, new URL[] {unpacked.toUri().toURL()});
    }
    Class<?> loader = tensorflow.loadClass("org.bytedeco.javacpp.Loader");
    field(loader, "cacheDir", File.class).set(null, cache.toFile());
    @SuppressWarnings("unchecked")
    Map<String, URL[]> known =
        (Map<String, URL[]>) field(loader, "foundLibraries", Map.class).get(null);
    known.putAll(found);
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

  /** Unpacks what is not there in the same size and of the same time, which is how JavaCPP knows it again too. */
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
