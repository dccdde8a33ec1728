/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;

/**
 * A jar of the folder and what became of it.
 *
 * @param stamp identity of the file's content
 * @param bundle the installed bundle; null if it is not installed
 * @param copy the checked copy, from which the bundle runs
 * @param extension the public view
 */
record InstalledJar(
    JarFolder.Stamp stamp, @Nullable Bundle bundle, Path copy, Extension extension) {
  /** A jar that is not installed. */
  static InstalledJar notInstalled(
      String file,
      JarFolder.Stamp stamp,
      Path copy,
      String bundleName,
      Extension.State state,
      String reason) {
    return new InstalledJar(stamp, null, copy, new Extension(file, bundleName, state, reason));
  }

  /** A copy in another state. */
  InstalledJar withState(Extension.State state, String reason) {
    return new InstalledJar(
        stamp, bundle, copy, new Extension(extension.file(), extension.bundle(), state, reason));
  }

  boolean is(Extension.State state) {
    return extension.state() == state;
  }
}
