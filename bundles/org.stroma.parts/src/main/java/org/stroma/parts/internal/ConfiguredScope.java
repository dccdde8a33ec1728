/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;

/** Parts that configurations have made; closing deletes the configurations and with them the parts. */
final class ConfiguredScope implements PartScope {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredScope.class);
  private static final long GOODBYE_MILLIS = 3_000;

  private final BundleContext context;
  private final ConfigurationUpdates configurations;
  private final String id;
  private final List<PartUse> uses;
  private final Function<ForeignCode<?>, String> suspect;
  private final int patienceSeconds;
  private final Thread user = Thread.currentThread();
  private ServiceTracker<WiredParts, ServiceReference<WiredParts>> tracker;
  private ServiceRegistration<PartGate> gate;
  private volatile WiredParts parts;
  private volatile boolean closing;
  private volatile boolean lost;

  /** Whether a part does not come to an end: what is left of this wiring is left alone. */
  private boolean abandoned;

  /**
   * Nothing is made yet.
   *
   * @param id of the experiment
   * @param suspect names the part whose code runs in a thread
   * @param patienceSeconds how long a part may take to stop
   */
  ConfiguredScope(
      BundleContext context,
      ConfigurationUpdates configurations,
      String id,
      List<PartUse> uses,
      Function<ForeignCode<?>, String> suspect,
      int patienceSeconds) {
    this.context = context;
    this.configurations = configurations;
    this.id = id;
    this.uses = uses;
    this.suspect = suspect;
    this.patienceSeconds = patienceSeconds;
  }

  /** Opens the gate of the parts, and listens for them. */
  void open() {
    gate = context.registerService(
        PartGate.class,
        new PartGate(),
        new Hashtable<>(Map.of(WiredPartsComponent.EXPERIMENT, id)));
    try {
      tracker =
          new ServiceTracker<>(
              context,
              context.createFilter("(&(objectClass=" + WiredParts.class.getName() + ")"
                  + Filters.equal(WiredPartsComponent.EXPERIMENT, id) + ")"),
              null) {
            @Override
            public ServiceReference<WiredParts> addingService(
                ServiceReference<WiredParts> reference) {
              // Do not get the service here: that would activate parts on this thread; start() does
              // it with a timeout.
              return reference;
            }

            @Override
            public void removedService(
                ServiceReference<WiredParts> reference, ServiceReference<WiredParts> same) {
              if (!closing && parts != null) {
                lost = true;
                user.interrupt();
              }
            }
          };
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    tracker.open();
  }

  /** Waits until all parts are registered; null where they are not in time. */
  ServiceReference<WiredParts> await(long millis) throws InterruptedException {
    return tracker.waitForService(millis);
  }

  /** The parts are made. */
  void use(WiredParts made) {
    parts = made;
  }

  /** A part hangs: closing leaves it alone. */
  void abandon() {
    abandoned = true;
  }

  /** Whether the part of a slot is registered. */
  boolean registered(PartUse use) {
    try {
      return !context
          .getServiceReferences(
              use.kind().service(),
              "(&" + Filters.equal(WiredPartsComponent.EXPERIMENT, id)
                  + Filters.equal(WiredPartsComponent.SLOT, use.slot()) + ")")
          .isEmpty();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IllegalStateException e) {
      // the framework is going down
      return false;
    }
  }

  @Override
  public WiredParts parts() {
    return parts;
  }

  @Override
  public <P> Optional<P> get(PartKind kind, Class<P> service) {
    return uses.stream()
        .filter(use -> use.kind() == kind)
        .findFirst()
        .map(use -> parts.get(use.slot(), service));
  }

  @Override
  public <T> T use(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (!lost) {
        throw e;
      }
      LOG.warn("parts went away", e);
      throw gone();
    }
  }

  /** Declarative Services says that the parts are no longer all there; their bundle may be half gone at this moment. */
  private FaultsException gone() {
    Thread.interrupted();
    List<Fault> faults = new ArrayList<>();
    long deadline = System.currentTimeMillis() + GOODBYE_MILLIS;
    while (faults.isEmpty() && System.currentTimeMillis() < deadline) {
      for (PartUse use : uses) {
        if (!registered(use)) {
          faults.add(new Fault(
              use.slot(),
              "the " + use.kind().label() + " " + use.type()
                  + " went away while the experiment used it, because its bundle was stopped or taken out of extensions/; "
                  + "put it back and run again"));
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    if (faults.isEmpty()) {
      faults.add(
          new Fault("", "a part went away while the experiment used it, and came back; run again"));
    }
    return FaultsException.lost(faults);
  }

  @Override
  public void close() {
    closing = true;
    if (lost) {
      Thread.interrupted();
    }
    if (gate != null && !abandoned) {
      stop();
    }
    if (tracker != null) {
      tracker.close();
    }
    if (!abandoned) {
      configurations.delete();
    }
  }

  /** Parts stop in a thread of their own and not in one that others need. */
  private void stop() {
    ForeignCode<Void> stop = ForeignCode.start("stroma-parts", () -> {
      gate.unregister();
      return null;
    });
    try {
      stop.await(patienceSeconds);
    } catch (TimeoutException e) {
      abandoned = true;
      LOG.error("{} does not come to an end of its stop", suspect.apply(stop));
    } catch (ExecutionException e) {
      LOG.debug("the framework is going down", e.getCause());
    }
  }
}
