/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.stroma.extensions.Extensions;
import org.stroma.jobs.Jobs;
import org.stroma.jobs.LiveView;
import org.stroma.parts.PartCatalog;

/** Opens the live view when it is asked for; nothing listens before. Immediate: it outlives whoever asked for it. */
@Component(immediate = true)
public final class BrowserView implements LiveView {
  private final BundleContext context;
  private final ConfigurationAdmin configurations;
  private final Jobs jobs;
  private final PartCatalog catalog;
  private final @Nullable Extensions extensions;
  private final ExperimentFolder experiments = new ExperimentFolder(null);
  private @Nullable WebServer server;

  /** @param extensions null where there is no folder of extensions */
  @Activate
  public BrowserView(
      BundleContext context,
      @Reference ConfigurationAdmin configurations,
      @Reference Jobs jobs,
      @Reference PartCatalog catalog,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          @Nullable
          Extensions extensions) {
    this.context = context;
    this.configurations = configurations;
    this.jobs = jobs;
    this.catalog = catalog;
    this.extensions = extensions;
  }

  @Override
  public synchronized URI open(int port, @Nullable Path folder) {
    if (folder != null) {
      experiments.allow(folder);
    }
    if (server == null) {
      RunStore store = new RunStore();
      Overview overview = new Overview(jobs, store);
      ApiServlet api = new ApiServlet(
          jobs, overview, experiments, new Installation(context, catalog, extensions));
      server = WebServer.start(
          context,
          configurations,
          store,
          new WebServer.Pages(api, new EventStream(overview, store)),
          port);
    }
    return server.address();
  }

  @Override
  @Deactivate
  public synchronized void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
