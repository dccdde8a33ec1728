/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.jobs.Jobs;
import org.stroma.model.Devices;
import org.stroma.parts.PartCatalog;
import org.stroma.runtime.Experiments;

/**
 * The services that commands use.
 *
 * @param folder the folder of extensions; null if there is none
 * @param completion completion of lines in the console
 */
record CommandServices(
    BundleContext context,
    Experiments experiments,
    PartCatalog catalog,
    Devices devices,
    Jobs jobs,
    Extensions folder,
    Completion completion) {
  /** The extensions with their current states. */
  List<Extension> extensions() {
    return folder == null ? List.of() : folder.list();
  }
}
