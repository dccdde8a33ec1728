/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import org.osgi.framework.FrameworkUtil;
import picocli.CommandLine.IVersionProvider;

/** The version of this bundle. */
final class StromaVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"stroma " + FrameworkUtil.getBundle(Stroma.class).getVersion()};
  }
}
