/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.command.CancelledException;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartSettings;
import org.stroma.parts.PartUse;
import org.stroma.parts.PartWiring;
import org.stroma.parts.WiredParts;

/** Turns an experiment into factory configurations, and waits until Declarative Services has wired its parts. */
@Component
public final class ConfiguredWiring implements PartWiring {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredWiring.class);
  private static final int PATIENCE_SECONDS = 20;

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final PartCatalog catalog;
  private final StartFailures failures;
  private final int patienceSeconds;

  @Activate
  public ConfiguredWiring(
      BundleContext context,
      @Reference ConfigurationAdmin admin,
      @Reference PartCatalog catalog,
      @Reference ServiceComponentRuntime components) {
    this.context = context;
    this.admin = admin;
    this.catalog = catalog;
    this.failures = new StartFailures(components);
    this.patienceSeconds = PartInvoker.of(context, PATIENCE_SECONDS).patienceSeconds();
  }

  @Override
  public PartScope wire(ObjectNode wanted) {
    return wire(PartSettings.parts(wanted, catalog));
  }

  @Override
  public PartScope wire(List<PartUse> uses) {
    // not the experiment's name, which may hold anything
    String id = UUID.randomUUID().toString();
    ConfigurationUpdates configurations = new ConfigurationUpdates(context, admin);
    ConfiguredScope scope = new ConfiguredScope(
        context, configurations, id, uses, code -> suspect(code, uses), patienceSeconds);
    boolean done = false;
    try {
      for (PartUse use : uses) {
        Dictionary<String, Object> properties = new Hashtable<>(use.settings());
        properties.put(WiredPartsComponent.EXPERIMENT, id);
        properties.put(WiredPartsComponent.SLOT, use.slot());
        PartDescriptor part = catalog
            .part(use.kind(), use.type())
            .orElseThrow(() -> FaultsException.lost(List.of(new Fault(
                use.slot(), "the " + use.kind().label() + " " + use.type() + " went away"))));
        configurations.add(part.pid(), part.bundle().getLocation(), properties);
      }
      scope.open();
      Dictionary<String, Object> properties = new Hashtable<>(Map.of(
          WiredPartsComponent.EXPERIMENT,
          id,
          WiredPartsComponent.GATE + ".target",
          Filters.equal(WiredPartsComponent.EXPERIMENT, id),
          WiredPartsComponent.PARTS + ".target",
          Filters.partsOf(id),
          WiredPartsComponent.PARTS + ".cardinality.minimum",
          uses.size()));
      configurations.add(WiredPartsComponent.PID, context.getBundle().getLocation(), properties);
      scope.use(start(scope, uses));
      done = true;
      return scope;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!done) {
        scope.close();
      }
    }
  }

  /** Waits until all parts are registered, then makes them. */
  private WiredParts start(ConfiguredScope scope, List<PartUse> uses) {
    ServiceReference<WiredParts> reference;
    try {
      reference = scope.await(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
    if (reference == null) {
      throw late(scope, uses);
    }
    // constructors of parts run now
    ForeignCode<WiredParts> start =
        ForeignCode.start("stroma-parts", () -> context.getService(reference));
    WiredParts made = null;
    try {
      made = start.await(patienceSeconds);
    } catch (TimeoutException e) {
      scope.abandon();
      throw new FaultsException(
          List.of(new Fault(
              "",
              suspect(start, uses) + " does not come to an end of its start within "
                  + patienceSeconds + " s; its thread is left behind")),
          false);
    } catch (ExecutionException e) {
      LOG.debug("parts were not made", e.getCause());
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelledException();
    }
    if (made == null) {
      throw failed(uses);
    }
    return made;
  }

  private static FaultsException late(ConfiguredScope scope, List<PartUse> uses) {
    List<Fault> late = new ArrayList<>();
    for (PartUse use : uses) {
      if (!scope.registered(use)) {
        late.add(new Fault(
            use.slot(),
            "the " + use.kind().label() + " " + use.type() + " did not get ready within "
                + PATIENCE_SECONDS + " s"));
      }
    }
    return new FaultsException(
        late.isEmpty()
            ? List.of(
                new Fault("", "its parts did not get ready within " + PATIENCE_SECONDS + " s"))
            : late,
        false);
  }

  private FaultsException failed(List<PartUse> uses) {
    List<Fault> faults = new ArrayList<>();
    for (PartUse use : uses) {
      catalog
          .part(use.kind(), use.type())
          .flatMap(part -> failures.of(part, use.slot()))
          .ifPresent(why -> faults.add(new Fault(use.slot(), why)));
    }
    return new FaultsException(
        faults.isEmpty()
            ? List.of(new Fault("", "its parts do not start; the log says more"))
            : faults,
        false);
  }

  /** The part whose code runs there, in words. */
  private String suspect(ForeignCode<?> code, List<PartUse> uses) {
    for (StackTraceElement frame : code.stack()) {
      String file = frame.getClassName().replace('.', '/') + ".class";
      for (PartUse use : uses) {
        PartDescriptor part = catalog.part(use.kind(), use.type()).orElse(null);
        if (part != null && part.bundle().getEntry(file) != null) {
          return part.describe();
        }
      }
    }
    return "a part";
  }
}
